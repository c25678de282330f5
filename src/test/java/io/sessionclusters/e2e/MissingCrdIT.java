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
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.Scrape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The operator starts before its CRDs are installed. */
class MissingCrdIT {

  @AutoClose private final ControlPlane plane = ControlPlane.start();

  private final int port = FreePort.any();

  @Test
  void theOperatorSaysWhichIsMissingAndWaits() {
    try (Scene scene = Scene.withoutOperator(plane)) {
      scene.workspace.put(FakeSession.sql("sc-1").state("Running"));
      // An account that may do all that it needs: only the CRDs are missing.
      for (String file : List.of("namespace", "service-account", "rbac")) {
        plane
            .kubectl()
            .run(
                "apply",
                "-n",
                DeployedControlPlane.OPERATOR_NAMESPACE,
                "-f",
                "deploy/" + file + ".yaml");
      }
      try (OperatorProcess operator =
          OperatorProcess.start(scene, Map.of("PROBE_PORT", String.valueOf(port)))) {
        Scene.eventually()
            .until(
                () ->
                    operator
                        .log()
                        .contains(
                            "start postponed: the CRD sessionclustersources.sessionclusters.io is"
                                + " not installed: kubectl apply -k crds"));
        assertThat(Scrape.page(port, "/livez")).isEqualTo("ok\n");
        assertThat(Scrape.page(port, "/readyz")).startsWith("503 starting: ");
        DeployedControlPlane.deploy(plane);
        scene.applySource("hangzhou", "interval: 1s");

        scene.awaitReady("hangzhou");
        assertThat(scene.mirroredStates()).containsOnlyKeys("sc-1");
        assertThat(Scrape.page(port, "/readyz")).isEqualTo("ok\n");
        assertThat(operator.log().lines().filter(line -> line.contains("start postponed:")))
            .hasSize(1);
      }
    }
  }
}
