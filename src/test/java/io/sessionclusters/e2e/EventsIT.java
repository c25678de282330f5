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
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What {@code kubectl get events} tells of the sessions. */
class EventsIT {

  @AutoClose private final Scene scene = Scene.start();

  @Test
  void theFirstListingTellsNothing() {
    putSessions(3);
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");
    scene.poll("hangzhou");

    assertThat(events()).isEmpty();
  }

  @Test
  void transitionsAreEventsOfTheMirror() {
    putSessions(4);
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1h");
    scene.awaitReady("hangzhou");

    scene.workspace.update("sc-0", s -> s.state("Stopped"));
    scene.workspace.update("sc-1", s -> s.state("Error").stateChangeReason("500", "out of quota"));
    scene.workspace.update("sc-2", s -> s.state("Starting"));
    scene.workspace.update("sc-3", s -> s.name("renamed"));
    scene.poll("hangzhou");
    assertThat(events())
        .containsExactlyInAnyOrder(
            "SessionCluster/sc-0 Normal SessionStopped The session is Stopped.",
            "SessionCluster/sc-1 Warning SessionFailed The session is in Error: out of quota");

    scene.workspace.update("sc-2", s -> s.state("Running"));
    scene.poll("hangzhou");
    assertThat(events())
        .hasSize(3)
        .contains("SessionCluster/sc-2 Normal SessionRunning The session is Running.");
  }

  @Test
  void anEventIsShownWithItsMirror() {
    putSessions(1);
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");

    scene.workspace.update("sc-0", s -> s.state("Stopped"));
    scene.poll("hangzhou");

    assertThat(scene.kubectl("events", "--for=sessioncluster/sc-0"))
        .containsPattern("Normal +SessionStopped +SessionCluster/sc-0 +The session is Stopped\\.");
    assertThat(scene.kubectl("describe", "sessioncluster", "sc-0"))
        .containsPattern(
            "Normal +SessionStopped .*session-cluster-operator +The session is Stopped");
  }

  @Test
  void comingAndGoingAreEventsOfTheSource() {
    putSessions(2);
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");

    scene.workspace.put(FakeSession.notebook("sc-new").state("Starting"));
    scene.workspace.remove("sc-0");
    scene.poll("hangzhou");
    assertThat(events())
        .containsExactly(
            "SessionClusterSource/hangzhou Normal SessionAppeared"
                + " Session sc-new appeared in state Starting.");

    Scene.eventually().until(() -> events().size() == 2);
    assertThat(events())
        .contains(
            "SessionClusterSource/hangzhou Normal SessionVanished"
                + " Session sc-0 no longer exists; mirror deleted.");
  }

  @Test
  void anOutageIsOneEventAndItsEndAnother() {
    putSessions(1);
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");

    var fault = scene.cloud.faults().always(Fault.error("Forbidden.RAM"));
    scene.poll("hangzhou");
    scene.poll("hangzhou");
    assertThat(events())
        .singleElement()
        .asString()
        .startsWith("SessionClusterSource/hangzhou Warning SourceFailing PermissionDenied: ");

    fault.clear();
    scene.poll("hangzhou");
    assertThat(events())
        .hasSize(2)
        .contains("SessionClusterSource/hangzhou Normal SourceRecovered 1 session is mirrored.");
  }

  @Test
  void moreThanTwentyBecomeOne() {
    putSessions(21);
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");

    IntStream.range(0, 20).forEach(i -> scene.workspace.update("sc-" + i, s -> s.state("Stopped")));
    scene.workspace.update("sc-20", s -> s.state("Error"));
    scene.poll("hangzhou");

    assertThat(events())
        .containsExactly(
            "SessionClusterSource/hangzhou Warning SessionsChanged"
                + " 21 sessions appeared, changed or disappeared; 1 entered Error.");
  }

  private List<String> events() {
    String all =
        scene.kubectl(
            "get",
            "events",
            "-o",
            "jsonpath={range .items[*]}{.involvedObject.kind}/{.involvedObject.name} {.type}"
                + " {.reason} {.message}{\"\\n\"}{end}");
    return all.lines().toList();
  }

  private void putSessions(int count) {
    IntStream.range(0, count).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
  }
}
