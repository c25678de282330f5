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
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.support.ApiServerMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is in the cloud is in the namespace, and nothing is written twice. */
class MirrorsIT {

  /** No listing comes by itself, so that the tests count exactly those that they ask for. */
  private static final String SELDOM = "interval: 1h";

  @AutoClose private final Scene scene = Scene.start();

  @Test
  void threePagesOfSessionsBecomeAsManyMirrors() {
    List<String> states = List.of("Running", "Starting", "Stopping", "Stopped", "Error");
    IntStream.range(0, 250)
        .forEach(
            i ->
                scene.workspace.put(
                    FakeSession.sql("sc-%03d".formatted(i)).state(states.get(i % 5))));
    scene.applySource("hangzhou", SELDOM, "transitionInterval: 1h");
    scene.awaitReady("hangzhou");

    assertThat(scene.mirroredStates()).hasSize(250).isEqualTo(scene.cloudStates());
    assertThat(scene.cloud.requests(scene.workspace)).hasSize(3);
    assertThat(scene.status("hangzhou").sessionClusters()).isEqualTo(250);
    assertThat(scene.status("hangzhou").states())
        .containsOnlyKeys(states)
        .allSatisfy((state, count) -> assertThat(count).isEqualTo(50));
  }

  @Test
  void changesArriveAtTheNextPoll() {
    scene.workspace.put(FakeSession.sql("sc-moving").state("Running"));
    scene.workspace.put(FakeSession.sql("sc-renamed").name("nightly"));
    scene.applySource("hangzhou", SELDOM);
    scene.awaitReady("hangzhou");
    Map<String, String> uids = scene.mirrorUids();

    scene.workspace.update("sc-moving", s -> s.state("Stopped"));
    scene.workspace.update("sc-renamed", s -> s.name("weekly"));
    scene.workspace.put(FakeSession.notebook("sc-new").state("Running"));
    scene.poll("hangzhou");

    assertThat(scene.listings()).isEqualTo(2);
    assertThat(scene.mirroredStates())
        .isEqualTo(Map.of("sc-moving", "Stopped", "sc-new", "Running", "sc-renamed", "Running"));
    assertThat(scene.kubectl("get", "ssc", "sc-renamed", "-o", "jsonpath={.status.name}"))
        .isEqualTo("weekly");
    assertThat(scene.mirrorUids()).containsAllEntriesOf(uids);
  }

  @Test
  void anUnchangedPollWritesNothing() {
    IntStream.range(0, 30).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");
    scene.awaitListings(1);
    Scene.eventually().until(scene::isAlone);
    ApiServerMetrics before = scene.plane.metrics();
    Map<String, String> uids = scene.mirrorUids();

    scene.awaitListings(4);

    ApiServerMetrics after = scene.plane.metrics();
    assertThat(creationsAndUpdates(after)).isEqualTo(creationsAndUpdates(before));
    assertThat(scene.mirrorUids()).isEqualTo(uids);
    assertThat(after.writes("sessionclustersources", "status"))
        .isEqualTo(before.writes("sessionclustersources", "status"));
  }

  /** Without deletions: the garbage collector's, of earlier tests' mirrors, come late. */
  private static long creationsAndUpdates(ApiServerMetrics metrics) {
    Set<String> verbs = Set.of("POST", "PUT", "PATCH", "APPLY");
    return metrics.count(s -> s.resource().equals("sessionclusters") && verbs.contains(s.verb()));
  }

  @Test
  void theAnswerToAnEditedQueryIsNotWritten() {
    scene.workspace.put(FakeSession.sql("sc-sql"));
    scene.workspace.put(FakeSession.notebook("sc-notebook"));
    var slow = scene.cloud.faults().once(Fault.delay(Duration.ofSeconds(3)));
    // An hour between the listings that confirm a removal: what was written would still be there.
    scene.applySource("hangzhou", SELDOM, "transitionInterval: 1h", "filter: {kind: SQL}");
    Scene.eventually().until(() -> slow.applied() == 1);

    scene.editSource("hangzhou", "{\"filter\":{\"kind\":\"NOTEBOOK\"}}");
    scene.awaitReady("hangzhou");

    assertThat(scene.listings()).isEqualTo(2);
    assertThat(scene.mirrors()).containsOnlyKeys("sc-notebook");
  }

  @Test
  void idsThatAreNoNamesAreMirroredToo() {
    scene.workspace.put(FakeSession.sql("abc"));
    scene.workspace.put(FakeSession.sql("ABC"));
    scene.workspace.put(FakeSession.sql("a_b c/ü"));
    scene.applySource("hangzhou", SELDOM);
    scene.awaitReady("hangzhou");

    assertThat(scene.mirrors()).hasSize(3).containsKey("abc");
    assertThat(nameOf("abc")).isEqualTo("sessioncluster.sessionclusters.io/abc");
    assertThat(nameOf("ABC")).matches("sessioncluster.sessionclusters.io/sc-[0-9a-f]{16}");
    assertThat(nameOf("a_b c/ü")).matches("sessioncluster.sessionclusters.io/sc-[0-9a-f]{16}");
  }

  private String nameOf(String sessionClusterId) {
    return scene
        .kubectl(
            "get",
            "ssc",
            "--field-selector=spec.sessionClusterId=" + sessionClusterId,
            "-o",
            "name")
        .strip();
  }

  @Test
  void aMirrorKeepsNoSecret() {
    scene.workspace.put(
        FakeSession.thrift("sc-thrift")
            .connectionToken("hidden-connection")
            .webUI("http://spark-ui/?token=hidden-ui")
            .config("spark-defaults.conf", "spark.fs.oss.accessKeySecret", "hidden-config")
            .config("spark-defaults.conf", "spark.driver.cores", "2")
            .extra("{\"password\":\"hidden-extra\"}"));
    scene.applySource("hangzhou", SELDOM);
    scene.awaitReady("hangzhou");

    assertThat(scene.kubectl("get", "ssc", "sc-thrift", "-o", "yaml"))
        .contains("configItemValue: '*********(redacted)'", "configItemValue: \"2\"")
        .contains("webUI: http://spark-ui/\n")
        .doesNotContain("hidden-");
  }

  @Test
  void aFilterChoosesWhatIsMirrored() {
    scene.workspace.put(FakeSession.sql("sc-etl").name("etl nightly").queueName("prod"));
    scene.workspace.put(FakeSession.sql("sc-adhoc").name("ad hoc").queueName("prod"));
    scene.workspace.put(FakeSession.sql("sc-dev").name("etl dev").queueName("dev"));
    scene.workspace.put(FakeSession.thrift("sc-bi").name("etl bi").queueName("prod"));
    scene.applySource(
        "hangzhou", SELDOM, "filter: {kind: SQL, queueName: prod, nameRegex: '^etl( |$)'}");
    scene.awaitReady("hangzhou");

    assertThat(scene.mirrors()).containsOnlyKeys("sc-etl");
    assertThat(scene.status("hangzhou").sessionClusters()).isEqualTo(1);
  }
}
