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
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Etcd is put back to a backup while the operator runs: versions go back, mirrors have the states
 * that they had, some are missing and some are back from the dead.
 */
class EtcdRestoreIT {

  private static final String SOURCE = "hangzhou";

  private ControlPlane plane;
  private Scene scene;
  private OperatorProcess operator;

  @BeforeEach
  void start() {
    plane = ControlPlane.start();
    DeployedControlPlane.deploy(plane);
    scene = Scene.withoutOperator(plane);
    scene.workspace.put(FakeSession.sql("sc-changes").state("Running"));
    scene.workspace.put(FakeSession.sql("sc-goes").state("Running"));
    scene.workspace.put(FakeSession.sql("sc-stays").state("Running"));
    scene.applySource(SOURCE, "interval: 2s", "transitionInterval: 1s");
    operator = OperatorProcess.start(scene);
    scene.awaitReady(SOURCE);
  }

  @AfterEach
  void stop() {
    operator.close();
    scene.close();
    plane.close();
  }

  @Test
  void mirrorsAreTheCloudsTruthAgainAfterTheBackupIsPutBack() {
    Map<Path, Path> backup = plane.backUpEtcd();
    scene.awaitReady(SOURCE);
    scene.workspace.update("sc-changes", s -> s.state("Stopped"));
    scene.workspace.remove("sc-goes");
    scene.workspace.put(FakeSession.sql("sc-comes").state("Running"));
    awaitTheCloudsTruth();
    loseMuch();

    plane.restoreEtcd(backup);

    // As Kubernetes does with a container that ends.
    await().atMost(Duration.ofSeconds(90)).until(() -> !operator.isAlive());
    assertThat(operator.exitStatus()).isEqualTo(1);
    assertThat(operator.log()).contains("etcd restored from a backup");
    operator.close();
    operator = OperatorProcess.start(scene);
    awaitTheCloudsTruth();
    scene.awaitReady(SOURCE);

    // And what happens from now on is seen.
    scene.workspace.update("sc-stays", s -> s.state("Stopped"));
    awaitTheCloudsTruth();
    scene.editSource(SOURCE, "{\"prune\": {\"maxPercent\": 51}}");
    scene.awaitReady(SOURCE);
  }

  /** More writes than an API server does while it starts, and a look of the operator at them. */
  private void loseMuch() {
    for (int i = 0; i < 500; i++) {
      scene.putSecret("lost", Map.of("number", Integer.toString(i)));
    }
    scene.letPollsPass(12);
  }

  private void awaitTheCloudsTruth() {
    Scene.eventually()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates()));
  }
}
