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

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A kube-controller-manager with the controllers that a mirror's life depends on: garbage
 * collection, namespace deletion, service accounts, aggregated roles and quota.
 */
final class ControllerManager implements AutoCloseable {

  private static final String CONTROLLERS =
      String.join(
          ",",
          "garbage-collector-controller",
          "namespace-controller",
          "serviceaccount-controller",
          "serviceaccount-token-controller",
          "clusterrole-aggregation-controller",
          "resourcequota-controller");
  private static final Duration STARTUP_LIMIT = Duration.ofMinutes(1);

  private final Process process;

  private ControllerManager(Process process) {
    this.process = process;
  }

  /**
   * Starts it and waits until it collects garbage.
   *
   * @param kubeconfig credentials of the user {@code system:kube-controller-manager}
   * @param signingKey the key by which the API server signs service-account tokens
   * @param serverCertificate the certificate that clients of the API server trust
   * @param log takes what the program prints
   */
  static ControllerManager start(
      Path program,
      Path kubeconfig,
      Path signingKey,
      Path serverCertificate,
      Path log,
      ChildReaper reaper,
      KubernetesClient admin)
      throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    program.toString(),
                    "--kubeconfig=" + kubeconfig,
                    "--service-account-private-key-file=" + signingKey,
                    "--root-ca-file=" + serverCertificate,
                    "--use-service-account-credentials",
                    "--leader-elect=false",
                    "--controllers=" + CONTROLLERS,
                    // Serves nothing, and so needs neither a port nor a certificate.
                    "--secure-port=0"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    reaper.watch(process.toHandle());
    ControllerManager manager = new ControllerManager(process);
    try {
      manager.awaitGarbageCollection(admin);
      return manager;
    } catch (ConditionTimeoutException e) {
      manager.close();
      throw new IllegalStateException(
          "kube-controller-manager does not collect garbage; its log:\n" + Files.readString(log),
          e);
    }
  }

  /** A ConfigMap whose owner never existed disappears as soon as the collector works. */
  private void awaitGarbageCollection(KubernetesClient admin) {
    ConfigMap orphan =
        admin
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace("default")
                    .withGenerateName("garbage-")
                    .addNewOwnerReference()
                    .withApiVersion("v1")
                    .withKind("ConfigMap")
                    .withName("never-existed")
                    .withUid(UUID.randomUUID().toString())
                    .endOwnerReference()
                    .endMetadata()
                    .build())
            .create();
    await("garbage collection")
        .atMost(STARTUP_LIMIT)
        .pollInterval(Duration.ofMillis(100))
        .failFast("kube-controller-manager ended", () -> !process.isAlive())
        .until(() -> admin.resource(orphan).get() == null);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
