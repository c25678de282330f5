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
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a source is listed, and when it is not. */
class PollingIT {

  @AutoClose private final Scene scene = Scene.start();

  @BeforeEach
  void putOneSession() {
    scene.workspace.put(FakeSession.sql("sc-0").state("Running"));
  }

  @Test
  void theIntervalBringsThePolls() {
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");

    scene.awaitListings(2);
    scene.workspace.update("sc-0", s -> s.state("Stopped"));

    Scene.eventually().until(() -> scene.mirroredStates().equals(Map.of("sc-0", "Stopped")));
  }

  @Test
  void ofALongRequestTheBeginningIsEchoedAndItIsHandledOnce() {
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");
    int before = scene.listings();
    String beginning = "r".repeat(256);

    scene.kubectl(
        "annotate", "sscs", "hangzhou", "sessionclusters.io/requested-at=" + beginning + "est");
    Scene.eventually().until(() -> beginning.equals(scene.status("hangzhou").lastHandledRequest()));
    scene.letPollsPass(2);
    scene.restartOperator();
    scene.letPollsPass(2);

    assertThat(scene.listings()).isEqualTo(before + 1);
  }

  @Test
  void aSuspendedSourceIsNotListedAndStaysAsItIs() {
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");
    scene.editSource("hangzhou", "{\"suspend\":true}");
    // The generation follows and Ready stays, or a wait for them would never end.
    scene.awaitReady("hangzhou");
    int suspended = scene.listings();

    scene.workspace.update("sc-0", s -> s.state("Stopped"));
    scene.editSource("hangzhou", "{\"interval\":\"1h\"}");
    scene.kubectl("annotate", "sscs", "hangzhou", "sessionclusters.io/requested-at=now");
    scene.letPollsPass(2);
    scene.awaitReady("hangzhou");
    assertThat(scene.listings()).isEqualTo(suspended);
    assertThat(scene.mirroredStates()).isEqualTo(Map.of("sc-0", "Running"));

    scene.editSource("hangzhou", "{\"suspend\":false}");
    Scene.eventually().until(() -> scene.mirroredStates().equals(Map.of("sc-0", "Stopped")));
    scene.awaitReady("hangzhou");
    assertThat(scene.listings()).isEqualTo(suspended + 1);
  }

  @Test
  void aRequestIsHandledOnceAndAtOnce() {
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");

    scene.poll("hangzhou");
    scene.kubectl("annotate", "sscs", "hangzhou", "example.org/note=unrelated");
    scene.kubectl("label", "sscs", "hangzhou", "team=analytics");
    scene.letPollsPass(2);

    assertThat(scene.listings()).isEqualTo(2);
  }

  @Test
  void aRequestThatFailsIsHandledToo() {
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");
    scene.cloud.faults().once(Fault.error("Forbidden.RAM"));

    scene.poll("hangzhou");

    assertThat(scene.condition("hangzhou", "Ready")).startsWith("False PermissionDenied: ");
    assertThat(scene.listings()).isEqualTo(2);
    scene.poll("hangzhou");
    assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: ");
  }

  @Test
  void aRequestHandledBeforeARestartIsNotHandledAgain() {
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");
    scene.poll("hangzhou");

    scene.restartOperator();
    scene.letPollsPass(2);

    assertThat(scene.listings()).isEqualTo(2);
  }

  @Test
  void aSessionOnItsWayIsListedMoreOften() {
    scene.workspace.update("sc-0", s -> s.state("Starting"));
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");
    scene.awaitListings(2);

    scene.workspace.update("sc-0", s -> s.state("Running"));
    Scene.eventually().until(() -> scene.mirroredStates().equals(Map.of("sc-0", "Running")));
    int arrived = scene.listings();
    scene.letPollsPass(3);

    assertThat(scene.listings()).isEqualTo(arrived);
  }

  @Test
  void anErrorThatNeedsAPersonIsNotTriedInAHurry() {
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");
    scene.cloud.faults().forWorkspace(Scene.WORKSPACE).always(Fault.error("Forbidden.RAM"));

    scene.poll("hangzhou");
    scene.letPollsPass(3);

    assertThat(scene.listings()).isEqualTo(2);
  }

  @Test
  void aPauseThatTheCloudAskedForIsKept() {
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");
    scene.cloud.faults().once(Fault.error("Throttling.User").withRetryAfter(Duration.ofHours(1)));

    scene.poll("hangzhou");
    assertThat(scene.condition("hangzhou", "Ready")).startsWith("False Throttled: ");
    scene.editSource("hangzhou", "{\"interval\":\"1s\"}");
    scene.kubectl(
        "annotate", "--overwrite", "sscs", "hangzhou", "sessionclusters.io/requested-at=again");
    scene.letPollsPass(3);

    assertThat(scene.listings()).isEqualTo(2);
    assertThat(Objects.requireNonNull(scene.status("hangzhou").lastHandledRequest()))
        .isNotEqualTo("again");
  }

  @Test
  void anOutagePassesByItself() {
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");

    scene.cloud.stopListening();
    scene.poll("hangzhou");
    assertThat(scene.condition("hangzhou", "Ready")).startsWith("False CloudUnavailable: ");
    scene.workspace.update("sc-0", s -> s.state("Stopped"));
    assertThat(scene.mirroredStates()).isEqualTo(Map.of("sc-0", "Running"));
    scene.cloud.startListening();

    scene.awaitReady("hangzhou");
    assertThat(scene.mirroredStates()).isEqualTo(Map.of("sc-0", "Stopped"));
  }
}
