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
package io.sessionclusters.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.sessionclusters.chart.Chart;
import io.sessionclusters.chart.HelmRelease;
import io.sessionclusters.fakecloud.FakeCloud;
import io.sessionclusters.support.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;

/**
 * The cluster of {@code KUBECONFIG}, a release of the chart in it, and beside it, in this JVM, a
 * cloud. The cluster must not know the operator yet, and does not know it afterwards.
 */
final class RealCluster implements AutoCloseable {

  static final String NAME = "session-cluster-operator";

  private static final List<String> DEFINITIONS =
      List.of("sessionclusters.sessionclusters.io", "sessionclustersources.sessionclusters.io");

  private static final String TRUSTED = "/etc/fake-cloud";

  final KubernetesClient client = new KubernetesClientBuilder().build();
  final FakeCloud cloud;
  private final HelmRelease release;
  private final String host;

  private RealCluster(FakeCloud cloud, String host, Path kubeconfig) {
    this.cloud = cloud;
    this.host = host;
    this.release = new HelmRelease(NAME, NAME, kubeconfig);
  }

  /**
   * Starts the cloud and makes the namespace of the release; nothing is installed yet.
   *
   * @param folder for the cloud's certificate
   */
  static RealCluster prepare(Path folder) {
    String host = required("cluster.host");
    String kubeconfig = System.getenv("KUBECONFIG");
    assertThat(kubeconfig).as("KUBECONFIG").isNotEmpty();
    var certificate = TestCertificate.make(folder, "ip:" + host);
    var anyAddress = new InetSocketAddress(0).getAddress();
    var cluster =
        new RealCluster(
            FakeCloud.startSecure(anyAddress, certificate),
            host,
            Path.of(Objects.requireNonNull(kubeconfig)));
    try {
      assertThat(cluster.definitions())
          .as("resource definitions of another installation")
          .isEmpty();
      cluster.makeNamespace(certificate);
      return cluster;
    } catch (RuntimeException | AssertionError e) {
      cluster.cloud.close();
      cluster.client.close();
      throw e;
    }
  }

  /** One that the API server lets no pod into that asks for more than it needs. */
  private void makeNamespace(TestCertificate certificate) {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(NAME)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    try {
      String trusted =
          Base64.getEncoder().encodeToString(Files.readAllBytes(certificate.trustStore()));
      client
          .resource(
              new SecretBuilder()
                  .withNewMetadata()
                  .withNamespace(NAME)
                  .withName("fake-cloud")
                  .endMetadata()
                  .withData(Map.of("trust.p12", trusted))
                  .build())
          .create();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ConditionFactory eventually() {
    return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200));
  }

  /** Where pods find the cloud. */
  String endpoint() {
    return "https://" + host + ":" + cloud.port();
  }

  void install() {
    release.install(Chart.FOLDER, values(), furtherValues());
  }

  /** Upgrades the release to those values, more than it was installed with. */
  void upgrade(String values) {
    release.upgrade(Chart.FOLDER, values(), furtherValues(), values);
  }

  void uninstall() {
    release.uninstall();
  }

  /** The cloud; and a cache of the image that is not used is an error here. */
  private String values() {
    String variables =
        Stream.of(optional("cluster.env").split(",", -1))
            .filter(variable -> !variable.isBlank())
            .map(variable -> variable.strip().split("=", 2))
            .map(parts -> "  - {name: %s, value: \"%s\"}%n".formatted(parts[0], parts[1]))
            .collect(Collectors.joining());
    return """
    metrics: {service: {enabled: true}}
    operator:
      allowedEndpoints: ["%1$s:%2$d"]
    extraVolumes:
      - {name: fake-cloud, secret: {secretName: fake-cloud}}
    extraVolumeMounts:
      - {name: fake-cloud, mountPath: %3$s, readOnly: true}
    extraEnv:
      - name: JAVA_TOOL_OPTIONS
        value: >-
          -XX:AOTMode=on
          -Djavax.net.ssl.trustStore=%3$s/trust.p12 -Djavax.net.ssl.trustStorePassword=%4$s
    %5$s\
    """
        .formatted(host, cloud.port(), TRUSTED, TestCertificate.PASSWORD, variables);
  }

  private static String furtherValues() {
    String file = optional("cluster.values");
    try {
      return file.isEmpty() ? "{}" : Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The operator's pods that are not being deleted. */
  List<Pod> pods() {
    return client
        .pods()
        .inNamespace(NAME)
        .withLabel("app.kubernetes.io/instance", NAME)
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  /** Waits until there are so many pods and no others, all of them ready. */
  List<Pod> awaitPods(int count) {
    eventually()
        .untilAsserted(
            () ->
                assertThat(pods())
                    .hasSize(count)
                    .allSatisfy(
                        pod ->
                            assertThat(Readiness.isPodReady(pod))
                                .as(pod.getStatus().toString())
                                .isTrue()));
    return pods();
  }

  /** As {@code kubectl delete --force}: its end is not waited for. */
  void kill(Pod pod) {
    client.resource(pod).withGracePeriod(0).delete();
  }

  /** What a pod answers; nothing if that is an error. */
  String ask(Pod pod, int port, String path) {
    return Objects.requireNonNullElse(
        client.raw(
            "/api/v1/namespaces/%s/pods/%s:%d/proxy%s"
                .formatted(NAME, pod.getMetadata().getName(), port, path)),
        "");
  }

  /** The name of the pod that leads; empty if none ever did. */
  String leader() {
    var lease = client.leases().inNamespace(NAME).withName(NAME).get();
    return lease == null ? "" : Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
  }

  /** Which of the operator's definitions the cluster has. */
  List<String> definitions() {
    return DEFINITIONS.stream()
        .filter(
            name ->
                client.apiextensions().v1().customResourceDefinitions().withName(name).get()
                    != null)
        .toList();
  }

  void deleteDefinitions() {
    DEFINITIONS.forEach(
        name -> client.apiextensions().v1().customResourceDefinitions().withName(name).delete());
  }

  /** Brings the image to the node, by the command that the person gave. */
  static void loadImage() {
    String load = optional("cluster.load");
    if (!load.isEmpty()) {
      run(load + " '" + Path.of("target", "jib-image.tar").toAbsolutePath() + "'");
    }
  }

  /** Runs a command of a person; what it leaves running may go on writing to the log. */
  static void run(String command) {
    Path log = Path.of("target", "cluster-commands.log");
    try {
      Process shell =
          new ProcessBuilder("sh", "-c", command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()))
              .start();
      int status = shell.onExit().join().exitValue();
      assertThat(status).as(command + "\n" + Files.readString(log)).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String optional(String property) {
    return System.getProperty(property, "");
  }

  private static String required(String property) {
    String value = optional(property);
    assertThat(value).as("-D" + property).isNotEmpty();
    return value;
  }

  @Override
  public void close() {
    deleteDefinitions();
    client.namespaces().withName(NAME).delete();
    client.close();
    cloud.close();
  }
}
