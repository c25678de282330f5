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

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other ways to install {@code deploy/} than as it stands, as an overlay does it. */
class InstallationsIT {

  private static final ControlPlane PLANE = DeployedControlPlane.get();

  @TempDir private Path folder;

  @AutoClose private final Scene scene = Scene.withoutOperator();

  @BeforeEach
  void aSession() {
    scene.workspace.put(FakeSession.sql("sc-1").state("Running"));
  }

  /** The policy knows no account by name, so that neither operator refuses the other. */
  @Test
  void aSecondOperatorInAnotherNamespaceAndUnderAnotherName() throws IOException {
    try (Scene other = Scene.withoutOperator()) {
      overlay(
          """
          namespace: second-installation
          nameSuffix: -second
          """);
      PLANE.kubectl().run("apply", "-k", folder.toString());
      other.workspace.put(FakeSession.sql("sc-2").state("Running"));

      scene.startOperator();
      other.startOperator(
          PLANE.serviceAccount("second-installation", "session-cluster-operator-second"));
      scene.applySource("hangzhou", "interval: 1s");
      other.applySource("hangzhou", "interval: 1s");

      scene.awaitReady("hangzhou");
      other.awaitReady("hangzhou");
      assertThat(scene.mirrors()).containsOnlyKeys("sc-1");
      assertThat(other.mirrors()).containsOnlyKeys("sc-2");
      assertThat(scene.kubectl().tryRun("delete", "ssc", "sc-1", "-n", scene.namespace()).stderr())
          .contains("is a read-only mirror");
    } finally {
      PLANE.kubectl().run("delete", "clusterrolebinding", "session-cluster-operator-second");
    }
  }

  @Test
  void anOperatorOfAFewNamespacesNeedsNoClusterRole() throws IOException {
    overlay(
        """
        namespace: few-namespaces
        components: [DEPLOY/namespaced]
        """);
    assertThat(PLANE.kubectl().run("kustomize", folder.toString()))
        .contains("kind: ServiceAccount")
        .contains("name: sessionclusters-read-only")
        .doesNotContain("kind: ClusterRoleBinding");
    PLANE.kubectl().run("create", "namespace", "few-namespaces");
    PLANE.kubectl().run("create", "sa", "session-cluster-operator", "-n", "few-namespaces");
    PLANE
        .kubectl()
        .runWithInput(
            Files.readString(Path.of("deploy/namespaced/watched.yaml"))
                .replace("namespace: session-cluster-operator", "namespace: few-namespaces"),
            "apply",
            "-n",
            scene.namespace(),
            "-f",
            "-");

    scene.startOperator(PLANE.serviceAccount("few-namespaces", "session-cluster-operator"));
    scene.applySource("hangzhou", "interval: 1s");

    scene.awaitReady("hangzhou");
    assertThat(scene.mirrors()).containsOnlyKeys("sc-1");
    Role role =
        PLANE
            .admin()
            .rbac()
            .roles()
            .inNamespace(scene.namespace())
            .withName("session-cluster-operator")
            .require();
    ClusterRole whole =
        PLANE.admin().rbac().clusterRoles().withName("session-cluster-operator").require();
    assertThat(role.getRules()).isEqualTo(whole.getRules());
  }

  /** Kustomize takes bases by relative paths only. */
  private void overlay(String lines) throws IOException {
    String deploy = folder.toRealPath().relativize(Path.of("deploy").toRealPath()).toString();
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        "resources: [" + deploy + "]\n" + lines.replace("DEPLOY", deploy));
  }
}
