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
package io.sessionclusters.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneIT {

  private static final ControlPlane PLANE = ControlPlane.shared();

  private TestNamespace namespace;

  @BeforeEach
  void createNamespace() {
    namespace = TestNamespace.create(PLANE.admin());
  }

  @AfterEach
  void deleteNamespace() {
    namespace.close();
  }

  @Test
  void kubectlSpeaksToIt() {
    assertThat(PLANE.kubectl().run("get", "namespace", namespace.name(), "-o", "name"))
        .isEqualTo("namespace/" + namespace.name() + "\n");
    assertThat(PLANE.kubectl().run("version")).contains("Server Version: v1.36.3");
  }

  @Test
  void aFailingKubectlSaysWhy() {
    assertThatThrownBy(() -> PLANE.kubectl().run("get", "namespace", "absent"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("namespaces \"absent\" not found");
    assertThat(PLANE.kubectl().tryRun("get", "namespace", "absent").exitCode()).isEqualTo(1);
  }

  @Test
  void aServiceAccountIsNobodyElse() {
    PLANE
        .admin()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(namespace.name())
                .withName("operator")
                .endMetadata()
                .build())
        .create();

    try (KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(PLANE.serviceAccount(namespace.name(), "operator"))
            .build()) {
      assertThat(
              client
                  .resource(new SelfSubjectReviewBuilder().build())
                  .create()
                  .getStatus()
                  .getUserInfo()
                  .getUsername())
          .isEqualTo("system:serviceaccount:" + namespace.name() + ":operator");
      assertThatThrownBy(() -> client.configMaps().inNamespace(namespace.name()).list())
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
    }
  }

  @Test
  void theServersMetricsCountWrites() {
    ApiServerMetrics before = PLANE.metrics();

    createConfigMap("counted", Optional.empty());

    await()
        .untilAsserted(
            () ->
                assertThat(PLANE.metrics().writes("configmaps"))
                    .isEqualTo(before.writes("configmaps") + 1));
  }

  @Test
  void theControllerManagerCollectsGarbageAndEmptiesNamespaces() {
    PLANE.startControllerManager();
    String uid = createConfigMap("owner", Optional.empty());
    createConfigMap("owned", Optional.of(uid));

    PLANE.admin().configMaps().inNamespace(namespace.name()).withName("owner").delete();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        PLANE
                            .admin()
                            .configMaps()
                            .inNamespace(namespace.name())
                            .withName("owned")
                            .get())
                    .isNull());

    namespace.close();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(PLANE.admin().namespaces().withName(namespace.name()).get()).isNull());
  }

  /** Otherwise nothing of the new type would be collected for half a minute. */
  @Test
  void aControllerManagerOlderThanACrdIsReplaced() {
    PLANE.startControllerManager();
    PLANE
        .kubectl()
        .runWithInput(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: things.test.sessionclusters.io
            spec:
              group: test.sessionclusters.io
              names: {kind: Thing, plural: things}
              scope: Namespaced
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object}}
            """,
            "create",
            "-f",
            "-");
    PLANE
        .kubectl()
        .run("wait", "--for=condition=Established", "crd/things.test.sessionclusters.io");

    PLANE.startControllerManager();
    PLANE
        .kubectl()
        .runWithInput(
            """
            apiVersion: test.sessionclusters.io/v1
            kind: Thing
            metadata:
              namespace: %s
              name: orphan
              ownerReferences:
                - {apiVersion: v1, kind: ConfigMap, name: never-existed, uid: %s}
            """
                .formatted(namespace.name(), UUID.randomUUID()),
            "create",
            "-f",
            "-");

    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () ->
                assertThat(
                        PLANE.kubectl().run("get", "things", "-n", namespace.name(), "-o", "name"))
                    .isEmpty());
    PLANE.kubectl().run("delete", "crd", "things.test.sessionclusters.io");
  }

  @Test
  void noProcessOutlivesAJvmThatIsKilled(@TempDir Path temp) throws Exception {
    Process jvm =
        new ProcessBuilder(
                JavaProgram.command(
                    // What the killed JVM leaves behind goes with the test.
                    List.of("-Djava.io.tmpdir=" + temp), OwnPlane.class))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<ProcessHandle> children;
    try (BufferedReader output = jvm.inputReader()) {
      assertThat(output.lines().anyMatch(OwnPlane.STARTED::equals)).isTrue();
      children = jvm.toHandle().children().toList();
    } finally {
      jvm.destroyForcibly();
    }

    assertThat(children).hasSizeGreaterThanOrEqualTo(3);
    await().untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
  }

  /** What {@link #noProcessOutlivesAJvmThatIsKilled} kills. */
  static final class OwnPlane {

    static final String STARTED = "started";

    private OwnPlane() {}

    public static void main(String[] args) {
      ControlPlane plane = ControlPlane.start();
      plane.startControllerManager();
      System.out.println(STARTED);
    }
  }

  private String createConfigMap(String name, Optional<String> ownerUid) {
    ConfigMapBuilder builder =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace.name())
            .withName(name)
            .endMetadata();
    ownerUid.ifPresent(
        uid ->
            builder
                .editMetadata()
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName("owner")
                .withUid(uid)
                .endOwnerReference()
                .endMetadata());
    return PLANE.admin().resource(builder.build()).create().getMetadata().getUid();
  }
}
