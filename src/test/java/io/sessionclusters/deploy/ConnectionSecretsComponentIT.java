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
package io.sessionclusters.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@code deploy/connection-secrets} adds to {@code deploy}, as the documentation's overlay has
 * it.
 */
class ConnectionSecretsComponentIT {

  private static final ControlPlane PLANE = DeployedControlPlane.get();
  private static final Path OVERLAY = Path.of("target", "overlay-connection-secrets");

  @BeforeEach
  void writeTheOverlay() throws IOException {
    Files.createDirectories(OVERLAY);
    Files.writeString(
        OVERLAY.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources: [../../deploy]
        components: [../../deploy/connection-secrets]
        """);
  }

  @Test
  void grantsTheWritingVerbsOnSecretsAndNothingElse() {
    List<HasMetadata> added = build(OVERLAY.toString());
    List<String> base = build("deploy").stream().map(ConnectionSecretsComponentIT::id).toList();
    added.removeIf(object -> base.contains(id(object)));

    assertThat(added).hasSize(2);
    assertThat(only(added, ClusterRole.class).getRules())
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.getApiGroups()).containsExactly("");
              assertThat(rule.getResources()).containsExactly("secrets");
              assertThat(rule.getVerbs()).containsExactlyInAnyOrder("create", "update", "delete");
            });
    ClusterRoleBinding binding = only(added, ClusterRoleBinding.class);
    assertThat(binding.getRoleRef().getName())
        .isEqualTo(only(added, ClusterRole.class).getMetadata().getName());
    assertThat(binding.getSubjects())
        .containsExactly(
            new Subject(
                null,
                "ServiceAccount",
                DeployedControlPlane.OPERATOR,
                DeployedControlPlane.OPERATOR_NAMESPACE));
  }

  /** Kustomize changes the subject only where it finds the account that is meant. */
  @Test
  void inAnotherNamespaceItBindsTheAccountThere() throws IOException {
    Files.writeString(
        OVERLAY.resolve("kustomization.yaml"), "namespace: elsewhere\n", StandardOpenOption.APPEND);

    assertThat(
            build(OVERLAY.toString()).stream()
                .filter(ClusterRoleBinding.class::isInstance)
                .map(ClusterRoleBinding.class::cast)
                .flatMap(binding -> binding.getSubjects().stream())
                .map(Subject::getNamespace))
        .hasSize(2)
        .containsOnly("elsewhere");
  }

  @Test
  void theBaseMayOnlyReadSecretsByName() {
    assertThat(
            build("deploy").stream()
                .filter(ClusterRole.class::isInstance)
                .map(ClusterRole.class::cast)
                .flatMap(role -> role.getRules().stream())
                .filter(rule -> rule.getResources().contains("secrets"))
                .map(PolicyRule::getVerbs))
        .containsExactly(List.of("get"));
  }

  @Test
  void switchesTheSettingOn() {
    assertThat(variables("deploy"))
        .extracting(EnvVar::getName)
        .doesNotContain("CONNECTION_SECRETS");
    assertThat(variables(OVERLAY.toString()))
        .containsAll(variables("deploy"))
        .contains(new EnvVar("CONNECTION_SECRETS", "true", null));
  }

  private static List<EnvVar> variables(String kustomization) {
    return only(build(kustomization), Deployment.class)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getEnv();
  }

  private static List<HasMetadata> build(String kustomization) {
    byte[] yaml = PLANE.kubectl().run("kustomize", kustomization).getBytes(StandardCharsets.UTF_8);
    return PLANE.admin().load(new ByteArrayInputStream(yaml)).items();
  }

  private static <T extends HasMetadata> T only(List<HasMetadata> objects, Class<T> type) {
    List<T> found = objects.stream().filter(type::isInstance).map(type::cast).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static String id(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }
}
