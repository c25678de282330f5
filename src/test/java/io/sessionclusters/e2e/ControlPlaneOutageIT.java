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
import static org.awaitility.Awaitility.await;

import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The control plane goes away and comes back; the operator, one process through all of it, stays.
 * It has a control plane of its own, which other tests need not fear for.
 */
class ControlPlaneOutageIT {

  private static final String SOURCE = "hangzhou";
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private static ControlPlane plane;
  private static Scene scene;
  private static OperatorProcess operator;

  private Map<String, String> uids;
  private static int edits;

  @BeforeAll
  static void start() {
    plane = ControlPlane.start();
    DeployedControlPlane.deploy(plane);
    scene = Scene.withoutOperator(plane);
    scene.workspace.put(FakeSession.sql("sc-stays"));
    scene.applySource(SOURCE, "interval: " + INTERVAL.toSeconds() + "s", "transitionInterval: 1s");
    operator = OperatorProcess.start(scene);
  }

  @AfterAll
  static void stop() {
    operator.close();
    scene.close();
    plane.close();
  }

  @BeforeEach
  void allIsWell() {
    scene.awaitReady(SOURCE);
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates()));
    uids = scene.mirrorUids();
  }

  @Test
  void theApiServerIsKilledAndStartedAgain() {
    plane.killApiServer();
    changeTheCloud();
    awaitRefusals(3);
    plane.startApiServerAgain();

    assertConvergence();
  }

  @Test
  void theApiServerStandsStill() {
    plane.pauseApiServer();
    try {
      changeTheCloud();
      awaitRefusals(1);
    } finally {
      plane.resumeApiServer();
    }

    assertConvergence();
  }

  @Test
  void etcdIsGoneForHalfAMinute() {
    plane.killEtcd();
    changeTheCloud();
    await().atMost(Duration.ofSeconds(40)).during(Duration.ofSeconds(30)).until(operator::isAlive);
    plane.startEtcdAgain();

    assertConvergence();
  }

  private static void changeTheCloud() {
    scene.workspace.update(
        "sc-stays", s -> s.state(s.state().equals("Running") ? "Stopped" : "Running"));
    scene.workspace.put(FakeSession.sql("sc-" + scene.cloudStates().size()).state("Running"));
  }

  /** Until the operator has met the outage in so many polls. */
  private static void awaitRefusals(int more) {
    int target = refusals() + more;
    await().atMost(Duration.ofSeconds(90)).until(() -> refusals() >= target);
  }

  private static int refusals() {
    return Math.toIntExact(
        operator
            .log()
            .lines()
            .filter(line -> line.contains("request to the API server failed"))
            .count());
  }

  /**
   * All that changed is there within an interval, nothing was made anew, and all is said to be
   * well.
   */
  private void assertConvergence() {
    Scene.eventually()
        .atMost(INTERVAL.plusSeconds(2))
        .untilAsserted(() -> assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates()));
    assertThat(scene.mirrorUids()).containsAllEntriesOf(uids);
    scene.awaitReady(SOURCE);
    assertThat(operator.isAlive()).isTrue();

    // The watches are there again: an edit is noticed, and so is what a hand did to a mirror.
    scene.kubectlPastThePolicy(
        "patch",
        "ssc",
        "sc-stays",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"state\": \"Wrong\"}}");
    Scene.eventually()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates()));
    scene.editSource(SOURCE, "{\"prune\": {\"maxPercent\": " + (50 + ++edits) + "}}");
    scene.awaitReady(SOURCE);
  }
}
