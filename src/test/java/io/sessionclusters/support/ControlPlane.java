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

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.sessionclusters.support.ControlPlaneBinaries.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Kubernetes control plane of this process's own: etcd and kube-apiserver, run by
 * kube-api-test, and on request a kube-controller-manager. RBAC and service-account tokens work;
 * there are no nodes, so nothing of a Pod ever runs. All its processes end with this JVM, however
 * that ends.
 *
 * <p>kube-api-test's threads keep a JVM alive until {@link #close()} or {@link System#exit}.
 */
public final class ControlPlane implements AutoCloseable {

  private static final int START_ATTEMPTS = 3;

  private static final Duration TOKEN_LIFETIME = Duration.ofDays(1);

  /** Deleting a collection of thousands takes longer than Fabric8's 10 seconds. */
  private static final Duration ADMIN_REQUEST_LIMIT = Duration.ofMinutes(1);

  private static final String CONTROLLER_MANAGER_USER = "system:kube-controller-manager";

  private static @Nullable ControlPlane shared;

  private final ControlPlaneBinaries binaries;
  private final Path directory;
  private final ChildReaper reaper;
  private final ApiServer server;
  private final String controllerManagerToken;
  private final Path kubeconfig;
  private final KubernetesClient admin;
  private @Nullable ControllerManager controllerManager;

  /** The uids of the CRDs that were there when the controller manager started. */
  private Set<String> knownTypes = Set.of();

  private ControlPlane(
      ControlPlaneBinaries binaries,
      Path directory,
      ChildReaper reaper,
      ApiServer server,
      String controllerManagerToken)
      throws IOException {
    this.binaries = binaries;
    this.directory = directory;
    this.reaper = reaper;
    this.server = server;
    this.controllerManagerToken = controllerManagerToken;
    this.kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(kubeconfig, server.adminKubeconfig());
    Config config = Config.fromKubeconfig(kubeconfig.toFile());
    config.setRequestTimeout(Math.toIntExact(ADMIN_REQUEST_LIMIT.toMillis()));
    this.admin = new KubernetesClientBuilder().withConfig(config).build();
  }

  /** The control plane that all tests of this JVM share; started by the first who asks. */
  public static synchronized ControlPlane shared() {
    ControlPlane current = shared;
    if (current == null) {
      current = start();
      Runtime.getRuntime().addShutdownHook(new Thread(current::close, "control-plane-stop"));
      shared = current;
    }
    return current;
  }

  /**
   * Starts a control plane (about 4 s) that the caller closes. kube-api-test looks for free ports
   * and lets go of them before its servers take them, so another process may be quicker; a start
   * that fails is therefore tried again.
   */
  public static ControlPlane start() {
    for (int attempt = 1; ; attempt++) {
      try {
        return startOnce();
      } catch (RuntimeException e) {
        if (attempt == START_ATTEMPTS || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        System.err.println("start " + attempt + " of a control plane failed: " + e);
      }
    }
  }

  private static ControlPlane startOnce() {
    ControlPlaneBinaries binaries = ControlPlaneBinaries.of(Path.of(""));
    try {
      binaries.ensurePresent();
      Path directory = Files.createTempDirectory("control-plane-");
      try {
        return startIn(directory, binaries);
      } catch (IOException | RuntimeException e) {
        delete(directory);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the control plane started", e);
    }
  }

  private static ControlPlane startIn(Path directory, ControlPlaneBinaries binaries)
      throws IOException {
    String token = UUID.randomUUID().toString();
    Path tokens = directory.resolve("tokens.csv");
    Files.writeString(
        tokens, "%s,%s,controller-manager%n".formatted(token, CONTROLLER_MANAGER_USER));
    ChildReaper reaper = ChildReaper.start();
    ApiServer server = null;
    try {
      server = ApiServer.start(directory, tokens, reaper);
      return new ControlPlane(binaries, directory, reaper, server, token);
    } catch (IOException | RuntimeException e) {
      if (server != null) {
        server.close();
      }
      reaper.killAll();
      throw e;
    }
  }

  /** The kubeconfig file of a cluster administrator. It lives as long as this control plane. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** A client as cluster administrator, closed with this control plane. */
  public KubernetesClient admin() {
    return admin;
  }

  /** The real kubectl as cluster administrator. */
  public Kubectl kubectl() {
    return new Kubectl(binaries.path(Program.KUBECTL), kubeconfig, directory.resolve("cache"));
  }

  /** The port that the API server listens on, of 127.0.0.1. */
  int apiServerPort() {
    return URI.create(server.url()).getPort();
  }

  /** The certificate that clients of the API server have to trust. */
  Path certificate() {
    return server.certificate();
  }

  /** What the API server has counted up to now. */
  public ApiServerMetrics metrics() {
    return ApiServerMetrics.parse(admin.raw("/metrics"));
  }

  /**
   * The configuration of a client that is a service account and nothing else: a bearer token from
   * the TokenRequest API, valid for a day, and no client certificate.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if there is no such account
   */
  public Config serviceAccount(String namespace, String name) {
    String token =
        admin
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(name)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(TOKEN_LIFETIME.toSeconds())
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    // Starts from nothing: the default would take over what this machine's kubeconfig says.
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(server.url())
        .withCaCertFile(server.certificate().toString())
        .withOauthToken(token)
        .withNamespace(namespace)
        .build();
  }

  /**
   * Has the controller manager run, and waits until it collects garbage. Garbage collection,
   * namespace deletion, aggregated roles, default service accounts and quota work from then on.
   *
   * <p>Call it after the CRDs exist: the collector looks for new types every 30 seconds, which no
   * flag changes, and does not see owners of a type that it does not know. A controller manager
   * that is older than a CRD is replaced.
   */
  public synchronized void startControllerManager() {
    Set<String> types =
        admin.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
            .map(crd -> crd.getMetadata().getUid())
            .collect(Collectors.toUnmodifiableSet());
    if (controllerManager != null) {
      if (knownTypes.containsAll(types)) {
        return;
      }
      controllerManager.close();
      controllerManager = null;
    }
    try {
      ControllerManager started =
          ControllerManager.start(
              binaries.path(Program.KUBE_CONTROLLER_MANAGER),
              controllerManagerKubeconfig(),
              server.signingKey(),
              server.certificate(),
              directory.resolve("kube-controller-manager.log"),
              reaper,
              admin);
      controllerManager = started;
      knownTypes = types;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path controllerManagerKubeconfig() throws IOException {
    return Files.writeString(
        directory.resolve("controller-manager.kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters:
          - name: test
            cluster:
              server: %s
              certificate-authority: %s
        users:
          - name: controller-manager
            user:
              token: %s
        contexts:
          - name: test
            context:
              cluster: test
              user: controller-manager
        current-context: test
        """
            .formatted(server.url(), server.certificate(), controllerManagerToken));
  }

  /** Kills the API server (SIGKILL); etcd keeps what it stored. */
  public void killApiServer() {
    server.kill(Program.KUBE_APISERVER);
  }

  /** Starts the API server again on its port, and waits until it is ready. */
  public void startApiServerAgain() {
    server.startAgain(Program.KUBE_APISERVER, directory.resolve("kube-apiserver.log"));
    awaitReady();
  }

  /** Has the API server stand still (SIGSTOP): connections are taken, and nothing is answered. */
  public void pauseApiServer() {
    server.signal(Program.KUBE_APISERVER, "STOP");
  }

  /** Lets the API server go on. */
  public void resumeApiServer() {
    server.signal(Program.KUBE_APISERVER, "CONT");
    awaitReady();
  }

  /** Kills etcd (SIGKILL). */
  public void killEtcd() {
    server.kill(Program.ETCD);
  }

  /** Starts etcd again on its port, with its data, and waits until the API server is ready. */
  public void startEtcdAgain() {
    server.startAgain(Program.ETCD, directory.resolve("etcd.log"));
    awaitReady();
  }

  /**
   * Keeps a copy of all that etcd holds, as a backup does. Etcd is away for a moment.
   *
   * @return for {@link #restoreEtcd}
   */
  public Map<Path, Path> backUpEtcd() {
    List<Path> folders = server.etcdFolders();
    Map<Path, Path> copies = new LinkedHashMap<>();
    killEtcd();
    for (Path folder : folders) {
      Path copy = directory.resolve("backup-" + UUID.randomUUID());
      copy(folder, copy);
      copies.put(folder, copy);
    }
    startEtcdAgain();
    return copies;
  }

  /** Has etcd and the API server start again with what a backup holds: their history goes back. */
  public void restoreEtcd(Map<Path, Path> backup) {
    server.kill(Program.KUBE_APISERVER);
    killEtcd();
    backup.forEach(
        (folder, copy) -> {
          try {
            delete(folder);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          copy(copy, folder);
        });
    server.startAgain(Program.ETCD, directory.resolve("etcd.log"));
    startApiServerAgain();
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady() {
    await("the API server")
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> kubectl().tryRun("get", "--raw", "/readyz").stdout().equals("ok"));
  }

  @Override
  public synchronized void close() {
    admin.close();
    if (controllerManager != null) {
      controllerManager.close();
      controllerManager = null;
    }
    server.close();
    reaper.close();
    try {
      delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
