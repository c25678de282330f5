/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.sessionclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.FakeWorkspace;
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.fakecloud.RecordedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Access keys that go bad and come back, and accounts that ask for too much. */
class CredentialsIT {

  private static final Duration PAUSE = Duration.ofSeconds(5);

  @AutoClose private final Scene scene = Scene.start();

  @BeforeEach
  void putOneSession() {
    scene.workspace.put(FakeSession.sql("sc-0").state("Running"));
  }

  @Test
  void aRejectedKeyIsTriedOnceAnInterval() {
    scene.putSecret(Scene.SECRET, key("LTAI-test", "not-its-secret"));
    scene.applySource("hangzhou", "interval: 2s");

    scene.awaitReady("hangzhou", "False AuthenticationFailed: ");
    Scene.eventually().until(() -> scene.listings() >= 3);

    List<Instant> times = times(scene.cloud.requests(scene.workspace));
    for (int i = 1; i < times.size(); i++) {
      assertThat(times.get(i)).isAfterOrEqualTo(times.get(i - 1).plusSeconds(2));
    }
    assertThat(scene.conditionTypes("hangzhou")).containsExactly("Ready");
  }

  @Test
  void aMendedSecretIsUsedAtOnceWhereThatIsAskedFor() {
    scene.putSecret(Scene.SECRET, key("LTAI-test", "not-its-secret"));
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou", "False AuthenticationFailed: ");

    scene.putSecret(Scene.SECRET, key("LTAI-test", "test-secret"));
    scene.letPollsPass(2);
    assertThat(scene.listings()).isEqualTo(1);

    scene.poll("hangzhou");
    assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: ");
    assertThat(scene.mirrors()).containsOnlyKeys("sc-0");
  }

  @Test
  void aMendedSecretIsUsedAtTheNextPoll() {
    scene.putSecret(Scene.SECRET, key("LTAI-test", "not-its-secret"));
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou", "False AuthenticationFailed: ");

    scene.putSecret(Scene.SECRET, key("LTAI-test", "test-secret"));

    scene.awaitReady("hangzhou");
  }

  @Test
  void aTokenThatWasRenewedWhileItExpiredIsReplacedInTheSameListing() {
    scene.cloud.addTemporaryKey("STS.old", "old-secret", "old-token");
    scene.cloud.addTemporaryKey("STS.new", "new-secret", "new-token");
    scene.putSecret(Scene.SECRET, temporaryKey("old"));
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");

    scene.cloud.expireToken("STS.old");
    renewWhenNextAsked();
    scene.poll("hangzhou");

    assertThat(scene.cloud.requests(scene.workspace))
        .extracting(RecordedRequest::keyId)
        .containsExactly("STS.old", "STS.old", "STS.new");
    assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: ");
    assertThat(events()).isEmpty();
  }

  @Test
  void aTokenThatWasNotRenewedIsTriedTwiceAndNoMore() {
    scene.cloud.addTemporaryKey("STS.old", "old-secret", "old-token");
    scene.putSecret(Scene.SECRET, temporaryKey("old"));
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");

    scene.cloud.expireToken("STS.old");
    scene.poll("hangzhou");
    assertThat(scene.condition("hangzhou", "Ready")).startsWith("False AuthenticationFailed: ");
    scene.letPollsPass(2);

    assertThat(scene.listings()).isEqualTo(3);
  }

  /** Whatever shares its key and region pauses, edited or not; whatever does not, goes on. */
  @Test
  void aThrottledAccountPausesAsLongAsItIsToldAndNobodyElseDoes() {
    scene.addKey("other-key", "LTAI-other", "other-secret");
    FakeWorkspace sharing = scene.cloud.workspace(Scene.REGION, "w-sharing");
    FakeWorkspace otherKey = scene.cloud.workspace(Scene.REGION, "w-other-key");
    FakeWorkspace otherRegion = scene.cloud.workspace("cn-beijing", "w-other-region");
    scene.applySource("throttled", "interval: 1h");
    scene.applySource("sharing", "workspaceId: w-sharing", "interval: 1h");
    scene.applySource(
        "other-key",
        "workspaceId: w-other-key",
        "credentials: {secretRef: {name: other-key}}",
        "interval: 1s");
    scene.applySource(
        "other-region", "regionId: cn-beijing", "workspaceId: w-other-region", "interval: 1s");
    List.of("throttled", "sharing", "other-key", "other-region").forEach(scene::awaitReady);

    scene
        .cloud
        .faults()
        .forWorkspace(Scene.WORKSPACE)
        .once(Fault.error("Throttling.User").withRetryAfter(PAUSE));
    scene.poll("throttled");
    scene.editSource("sharing", "{\"interval\":\"30m\"}");
    scene.awaitReady("throttled");
    scene.awaitReady("sharing");

    List<Instant> throttled = times(scene.cloud.requests(scene.workspace));
    Instant begin = throttled.get(1);
    Instant end = begin.plus(PAUSE);
    assertThat(throttled).hasSize(3);
    assertThat(throttled.get(2)).isAfterOrEqualTo(end);
    assertThat(times(scene.cloud.requests(sharing)))
        .hasSize(2)
        .element(1)
        .satisfies(time -> assertThat(time).isAfterOrEqualTo(end));
    for (FakeWorkspace free : List.of(otherKey, otherRegion)) {
      assertThat(times(scene.cloud.requests(free)))
          .filteredOn(time -> time.isAfter(begin) && time.isBefore(end))
          .hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void anOutageIsOneEventAndItsEndAnother() {
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");

    scene.cloud.faults().once(Fault.error("ServiceUnavailable"));
    scene.cloud.faults().once(Fault.cutInBody());
    scene.cloud.faults().always(Fault.error("Forbidden.RAM"));
    scene.awaitListings(8);
    scene.cloud.faults().clear();
    scene.awaitReady("hangzhou");
    scene.awaitListings(2);

    assertThat(events())
        .containsExactlyInAnyOrder("Warning SourceFailing", "Normal SourceRecovered");
  }

  /** The Secret changes between the operator's reading it and the cloud's answer. */
  private void renewWhenNextAsked() {
    scene
        .cloud
        .faults()
        .when(
            call -> {
              scene.putSecret(Scene.SECRET, temporaryKey("new"));
              return true;
            })
        .once(Fault.chunked());
  }

  private static Map<String, String> key(String id, String secret) {
    return Map.of("accessKeyId", id, "accessKeySecret", secret);
  }

  private static Map<String, String> temporaryKey(String name) {
    return Map.of(
        "accessKeyId", "STS." + name,
        "accessKeySecret", name + "-secret",
        "securityToken", name + "-token");
  }

  private static List<Instant> times(List<RecordedRequest> requests) {
    return requests.stream().map(RecordedRequest::time).toList();
  }

  private List<String> events() {
    String all =
        scene.kubectl(
            "get",
            "events",
            "--field-selector=involvedObject.kind=SessionClusterSource",
            "-o",
            "jsonpath={range .items[*]}{.type} {.reason}{\"\\n\"}{end}");
    return all.lines().toList();
  }
}
