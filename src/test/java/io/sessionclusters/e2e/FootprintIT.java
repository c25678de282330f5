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
import io.sessionclusters.support.Footprint;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.ProcessFigures;
import io.sessionclusters.support.Scrape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a process of the operator holds and allocates, by counts alone: no load changes them. */
class FootprintIT {

  private static final int SOURCES = 30;
  private static final int ROUNDS = 3;

  /** Objects of a class, besides a tenth: fewer than the sources of one round. */
  private static final int FEW = 20;

  private static final int WARM_UP = 100;
  private static final int MIRRORS = 400;

  /** 203 are measured, nearly all of them for two requests and the events that show them. */
  private static final long MOST_KB_A_MIRROR = 300;

  @AutoClose private final Scene scene = Scene.withoutOperator();
  private final int port = FreePort.any();
  @AutoClose private final OperatorProcess operator = start();
  private final ProcessFigures figures = new ProcessFigures(operator.pid());

  private OperatorProcess start() {
    return OperatorProcess.start(
        scene, Map.of("METRICS_PORT", String.valueOf(port), "PROBE_PORT", String.valueOf(port)));
  }

  @BeforeEach
  void ready() {
    Scene.eventually().ignoreExceptions().until(() -> Scrape.page(port, "/readyz").equals("ok\n"));
  }

  /** The long run of the benchmark, in short. */
  @Test
  void sourcesThatComeAndGoLeaveNothing() {
    List<FakeWorkspace> workspaces =
        IntStream.range(0, SOURCES)
            .mapToObj(i -> scene.cloud.workspace(Scene.REGION, "w-" + i))
            .toList();
    workspaces.forEach(
        workspace -> workspace.put(FakeSession.sql("sc-" + workspace.workspaceId())));
    comeAndGo("first");
    Footprint first = Footprint.of(figures, port);

    for (int round = 0; round < ROUNDS; round++) {
      comeAndGo("round-" + round);
    }

    Scene.eventually()
        .untilAsserted(
            () -> assertThat(Footprint.of(figures, port).countsGrownSince(first, FEW)).isEmpty());
  }

  /** Each round with new names and a new access key. */
  private void comeAndGo(String round) {
    scene.addKey("key-" + round, "LTAI-" + round, "test-secret");
    StringBuilder yaml = new StringBuilder();
    List<String> delete = new ArrayList<>(List.of("delete", "sscs", "--wait=false"));
    for (int i = 0; i < SOURCES; i++) {
      String name = round + "-" + i;
      delete.add(name);
      yaml.append("---\n")
          .append(
              scene.sourceYaml(
                  name,
                  "workspaceId: w-" + i,
                  "interval: 1s",
                  "credentials: {secretRef: {name: key-" + round + "}}"));
    }
    scene.kubectl().runWithInput(yaml.toString(), "apply", "-f", "-");
    Scene.eventually().until(() -> scene.mirrors().size() == SOURCES);
    scene.kubectl(delete.toArray(String[]::new));
    Scene.eventually().until(() -> scene.mirrors().isEmpty() && !servesAny());
  }

  private boolean servesAny() {
    return Scrape.from(port).series().keySet().stream().anyMatch(s -> s.contains("source=\""));
  }

  /** What a start costs, and the first writes, comes before. */
  @Test
  void aMirrorIsCreatedWithoutWaste() {
    IntStream.range(0, WARM_UP).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");
    long before = figures.allocatedBytes();
    IntStream.range(WARM_UP, WARM_UP + MIRRORS)
        .forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));

    scene.poll("hangzhou");

    assertThat(scene.mirrors()).hasSize(WARM_UP + MIRRORS);
    assertThat((figures.allocatedBytes() - before) / 1024 / MIRRORS).isLessThan(MOST_KB_A_MIRROR);
  }
}
