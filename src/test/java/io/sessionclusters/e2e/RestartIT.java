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
import io.sessionclusters.support.ReadSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Nothing must be remembered to be right. */
class RestartIT {

  @AutoClose private final Scene scene = Scene.start();

  @Test
  void killedInTheFirstSyncItGoesOnWhereItWas() {
    int sessions = 600;
    putSessions(sessions);
    scene.applySource("hangzhou", "interval: 1h");
    Scene.eventually().until(() -> scene.mirrors().size() > 20);
    scene.stopOperator();
    Map<String, String> survivors = scene.mirrorUids();
    assertThat(survivors).hasSizeLessThan(sessions);

    scene.startOperator();
    scene.awaitReady("hangzhou");

    assertThat(scene.mirroredStates()).hasSize(sessions).isEqualTo(scene.cloudStates());
    assertThat(scene.mirrorUids()).containsAllEntriesOf(survivors);
  }

  @Test
  void whatHappenedMeanwhileIsMirrored() {
    putSessions(4);
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");
    Map<String, String> uids = scene.mirrorUids();

    scene.stopOperator();
    scene.workspace.update("sc-0", s -> s.state("Stopped"));
    scene.workspace.remove("sc-1");
    scene.workspace.put(FakeSession.thrift("sc-new"));
    scene.startOperator();
    scene.poll("hangzhou");
    // Nothing is known of listings before the start, so the absence is not proven yet.
    assertThat(scene.mirrors()).containsOnlyKeys("sc-0", "sc-1", "sc-2", "sc-3", "sc-new");

    Scene.eventually().until(() -> scene.mirrors().size() == 4);
    assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates());
    uids.remove("sc-1");
    assertThat(scene.mirrorUids()).containsAllEntriesOf(uids);
  }

  @Test
  void aRestartListsOnlyWhatIsDueAndFewAtATime() {
    List<FakeWorkspace> workspaces =
        IntStream.range(0, 20)
            .mapToObj(i -> scene.cloud.workspace(Scene.REGION, "w-" + i))
            .toList();
    scene
        .kubectl()
        .runWithInput(
            IntStream.range(0, 20)
                .mapToObj(i -> scene.sourceYaml("s-" + i, "workspaceId: w-" + i, "interval: 1h"))
                .collect(Collectors.joining("---\n")),
            "apply",
            "-f",
            "-");
    IntStream.range(0, 20).forEach(i -> scene.awaitReady("s-" + i));

    scene.stopOperator();
    IntStream.range(0, 10)
        .forEach(
            i ->
                scene.kubectl(
                    "patch",
                    "sscs",
                    "s-" + i,
                    "--subresource=status",
                    "--type=merge",
                    "-p",
                    "{\"status\":{\"lastListTime\":\"2026-01-01T00:00:00Z\"}}"));
    scene.cloud.forgetRequests();
    scene.cloud.faults().always(Fault.delay(Duration.ofMillis(300)));
    scene.startOperator();
    Scene.eventually().until(() -> workspaces.stream().mapToInt(scene.cloud::listings).sum() == 10);
    scene.cloud.faults().clear();
    scene.letPollsPass(2);

    assertThat(workspaces.subList(0, 10))
        .allSatisfy(w -> assertThat(scene.cloud.listings(w)).isEqualTo(1));
    assertThat(workspaces.subList(10, 20))
        .allSatisfy(w -> assertThat(scene.cloud.listings(w)).isZero());
    assertThat(scene.cloud.peakRequestsInFlight())
        .isEqualTo(ReadSettings.of().limits().listingsInFlight());
  }

  private void putSessions(int count) {
    IntStream.range(0, count).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
  }
}
