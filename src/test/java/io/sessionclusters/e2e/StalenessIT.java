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
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** In an outage mirrors say in the end that they are old news, once; and take it back. */
class StalenessIT {

  /** Longer than the first listing's writes take: its mirrors count from the listing itself. */
  private static final String[] SOON = {"interval: 1s", "staleAfter: 8s"};

  @AutoClose private final Scene scene = Scene.start();

  @Test
  void inAnOutageEachMirrorIsMarkedOnceAndRecoversByItself() {
    putSessions(70);
    scene.applySource("hangzhou", SOON);
    scene.awaitReady("hangzhou");
    String since = transitionOfRunning("sc-0");
    assertThat(since).isEqualTo(startTime("sc-0"));
    var uids = scene.mirrorUids();
    assertThat(scene.mirrorCondition("sc-0", "Synced")).startsWith("True Listed: ");

    var fault =
        scene.cloud.faults().forWorkspace(Scene.WORKSPACE).always(Fault.error("InternalError"));
    awaitAll("sc-", 70, "Unknown Stale: No listing has shown the session since 20");
    assertThat(scene.mirrorCondition("sc-0", "Running")).startsWith("Unknown Stale: ");
    assertThat(scene.kubectl("get", "ssc", "sc-0", "-o", "jsonpath={.status.state}"))
        .isEqualTo("Running");
    String versions = versions();
    scene.letPollsPass(4);
    assertThat(versions()).isEqualTo(versions);

    scene.restartOperator();
    scene.letPollsPass(4);
    assertThat(versions()).isEqualTo(versions);

    fault.clear();
    scene.kubectl("wait", "--for=condition=Synced", "ssc", "--all", "--timeout=60s");
    awaitAll("sc-", 70, "True Listed: ");
    assertThat(scene.mirrorCondition("sc-0", "Running")).startsWith("True Running: ");
    assertThat(transitionOfRunning("sc-0")).isEqualTo(since);
    assertThat(scene.mirrorUids()).isEqualTo(uids);
    String recovered = versions();
    scene.letPollsPass(2);
    assertThat(versions()).isEqualTo(recovered);
  }

  @Test
  void aSourceThatCannotWorkConfirmsNothingEither() {
    putSessions(2);
    scene.applySource("hangzhou", SOON);
    scene.awaitReady("hangzhou");

    scene.editSource("hangzhou", "{\"filter\":{\"nameRegex\":\"(\"}}");

    awaitAll("sc-", 2, "Unknown Stale: ");
    assertThat(scene.condition("hangzhou", "Ready")).startsWith("False InvalidConfiguration: ");
  }

  @Test
  void nothingGrowsStaleWhileASourceIsSuspended() {
    putSessions(2);
    scene.applySource("hangzhou", SOON);
    scene.awaitReady("hangzhou");

    scene.editSource("hangzhou", "{\"suspend\":true}");
    Scene.eventually()
        .until(() -> Objects.equals(scene.status("hangzhou").observedGeneration(), 2L));
    String versions = versions();
    scene.letPollsPass(10);

    assertThat(versions()).isEqualTo(versions);
    assertThat(scene.mirrorCondition("sc-0", "Synced")).startsWith("True Listed: ");
  }

  @Test
  void suspendedDuringAnOutageNothingIsUnderWay() {
    putSessions(1);
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");
    scene.cloud.faults().forWorkspace(Scene.WORKSPACE).always(Fault.error("InternalError"));
    scene.awaitReady("hangzhou", "False CloudUnavailable");
    assertThat(types()).isEqualTo("Ready Reconciling");

    scene.editSource("hangzhou", "{\"suspend\":true}");

    Scene.eventually().until(() -> types().equals("Ready"));
    assertThat(
            scene.kubectl(
                "get",
                "sscs",
                "hangzhou",
                "-o",
                "jsonpath={.metadata.generation} {.status.observedGeneration}"
                    + " {.status.conditions[0].observedGeneration}"))
        .isEqualTo("2 2 2");
  }

  private void putSessions(int count) {
    IntStream.range(0, count).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
  }

  private void awaitAll(String prefix, int count, String condition) {
    Scene.eventually()
        .until(
            () ->
                IntStream.range(0, count)
                    .allMatch(
                        i -> scene.mirrorCondition(prefix + i, "Synced").startsWith(condition)));
  }

  private String startTime(String mirror) {
    return scene.kubectl("get", "ssc", mirror, "-o", "jsonpath={.status.startTime}");
  }

  private String transitionOfRunning(String mirror) {
    return scene.kubectl(
        "get",
        "ssc",
        mirror,
        "-o",
        "jsonpath={.status.conditions[?(@.type==\"Running\")].lastTransitionTime}");
  }

  private String types() {
    return scene.kubectl("get", "sscs", "hangzhou", "-o", "jsonpath={.status.conditions[*].type}");
  }

  private String versions() {
    return scene.kubectl(
        "get",
        "ssc",
        "-l",
        "sessionclusters.io/source=hangzhou",
        "-o",
        "jsonpath={range .items[*]}{.metadata.name}={.metadata.resourceVersion} {end}");
  }
}
