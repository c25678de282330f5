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

import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.binary.BinaryManager;
import io.fabric8.kubeapitest.cert.CertManager;
import io.fabric8.kubeapitest.kubeconfig.KubeConfig;
import io.fabric8.kubeapitest.process.EtcdProcess;
import io.fabric8.kubeapitest.process.KubeAPIServerProcess;
import io.fabric8.kubeapitest.process.UnexpectedProcessStopHandler;
import io.sessionclusters.support.ControlPlaneBinaries.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * etcd and kube-apiserver, put together from kube-api-test's parts instead of by its {@code
 * KubeAPIServer}: certificates are this server's own (kube-api-test keeps one set for all in the
 * user's home, for a year), the processes are reachable, and one that is killed takes nothing else
 * with it.
 */
final class ApiServer implements AutoCloseable {

  private static final int STARTUP_LIMIT_MILLIS = 60_000;

  /** kube-api-test logs the end of a process that it did not stop; a test may have wanted it. */
  private static final UnexpectedProcessStopHandler KEEP_THE_REST = process -> {};

  private final BinaryManager binaries;
  private final CertManager certificates;
  private final EtcdProcess etcd;
  private final KubeAPIServerProcess server;
  private final ChildReaper reaper;
  private final Map<Program, List<String>> killed = new EnumMap<>(Program.class);
  private final List<Process> startedAgain = new ArrayList<>();
  private int etcdPort;
  private @Nullable Path unfinishedLog;

  private ApiServer(Path directory, Path staticTokens, ChildReaper reaper) {
    this.reaper = reaper;
    binaries =
        new BinaryManager(
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withApiServerVersion(ControlPlaneBinaries.KUBERNETES_VERSION)
                .withOfflineMode(true)
                .withUpdateKubeConfig(false)
                .withStartupTimeout(STARTUP_LIMIT_MILLIS)
                .withWaitForEtcdHealthCheckOnStartup(false)
                .build());
    certificates = new CertManager(directory.toString());
    etcd = new EtcdProcess(binaries, KEEP_THE_REST, false, STARTUP_LIMIT_MILLIS);
    server =
        new KubeAPIServerProcess(
            certificates,
            binaries,
            KEEP_THE_REST,
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(directory.toString())
                .withApiServerVersion(ControlPlaneBinaries.KUBERNETES_VERSION)
                .withOfflineMode(true)
                .withUpdateKubeConfig(false)
                .withStartupTimeout(STARTUP_LIMIT_MILLIS)
                .withWaitForEtcdHealthCheckOnStartup(false)
                .withApiServerFlag("--token-auth-file", staticTokens.toString())
                .build());
  }

  /**
   * Starts both and waits until the server is ready.
   *
   * @param directory an own folder, for certificates
   * @param staticTokens a file of bearer tokens: {@code token,user,uid} per line
   */
  static ApiServer start(Path directory, Path staticTokens, ChildReaper reaper) {
    ApiServer started = new ApiServer(directory, staticTokens, reaper);
    try {
      started.binaries.initAndDownloadIfRequired();
      started.certificates.createCertificatesIfNeeded();
      started.etcdPort = started.etcd.startEtcd();
      reaper.watch(started.etcdProcess());
      started.unfinishedLog = unfinishedLog(started.etcdProcess());
      started.server.startApiServer(started.etcdPort);
      reaper.watch(started.serverProcess());
      started.server.waitUntilReady();
      return started;
    } catch (RuntimeException e) {
      try {
        started.closeUninterrupted();
      } catch (RuntimeException suppressed) {
        // As where etcd never had a folder: kube-api-test would clean it all the same.
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  String url() {
    return "https://127.0.0.1:" + server.getApiServerPort();
  }

  /** The kubeconfig of a member of {@code system:masters}; it refers to files in the folder. */
  String adminKubeconfig() {
    return new KubeConfig(certificates, binaries).generateKubeConfigYaml(server.getApiServerPort());
  }

  /** The certificate that clients have to trust. */
  Path certificate() {
    return Path.of(certificates.getAPIServerCertPath());
  }

  /** The key that signs service-account tokens. */
  Path signingKey() {
    return Path.of(certificates.getAPIServerKeyPath());
  }

  ProcessHandle etcdProcess() {
    return child(Program.ETCD, "http://0.0.0.0:" + etcdPort);
  }

  ProcessHandle serverProcess() {
    return child(Program.KUBE_APISERVER, Integer.toString(server.getApiServerPort()));
  }

  /**
   * Sends a signal.
   *
   * @param name as {@code STOP}
   */
  void signal(Program program, String name) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name, Long.toString(process(program).pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("SIG" + name + " could not be sent");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a signal was sent", e);
    }
  }

  private ProcessHandle process(Program program) {
    return program == Program.ETCD ? etcdProcess() : serverProcess();
  }

  /** SIGKILL. */
  void kill(Program program) {
    ProcessHandle process = process(program);
    List<String> commandLine =
        Stream.concat(
                process.info().command().stream(),
                Arrays.stream(process.info().arguments().orElseThrow()))
            .toList();
    killed.put(program, commandLine);
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Starts one that was killed, with the command line, so the port and the data, that it had. */
  void startAgain(Program program, Path log) {
    List<String> commandLine = killed.remove(program);
    if (commandLine == null) {
      throw new IllegalStateException(program.fileName + " was not killed");
    }
    try {
      Process process =
          new ProcessBuilder(commandLine)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      startedAgain.add(process);
      reaper.watch(process.toHandle());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folders that etcd, which runs, keeps its data and its log of writes in. */
  List<Path> etcdFolders() {
    List<String> arguments = Arrays.asList(etcdProcess().info().arguments().orElseThrow());
    return Stream.of("-data-dir", "--data-dir", "-wal-dir", "--wal-dir")
        .map(arguments::indexOf)
        .filter(flag -> flag >= 0)
        .map(flag -> Path.of(arguments.get(flag + 1)))
        .toList();
  }

  /** kube-api-test keeps its processes to itself; the port tells ours from another server's. */
  private static ProcessHandle child(Program program, String argument) {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("/" + program.fileName))
        .filter(
            child ->
                Arrays.asList(child.info().arguments().orElse(new String[0])).contains(argument))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(program.fileName + " does not run"));
  }

  /** A start that was interrupted leaves the flag, which would end the waiting in here. */
  private void closeUninterrupted() {
    boolean interrupted = Thread.interrupted();
    close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    startedAgain.forEach(process -> process.destroyForcibly().onExit().join());
    server.stopApiServer();
    etcd.stopEtcd();
    etcd.cleanEtcdData();
    deleteUnfinishedLog();
  }

  /** Where etcd writes its log before it gives it its name. */
  private static @Nullable Path unfinishedLog(ProcessHandle etcd) {
    List<String> arguments = Arrays.asList(etcd.info().arguments().orElse(new String[0]));
    int flag = arguments.indexOf("-wal-dir");
    return flag < 0 ? null : Path.of(arguments.get(flag + 1) + ".tmp");
  }

  /** kube-api-test does not know of it; an etcd that ends in its first second leaves it. */
  private void deleteUnfinishedLog() {
    if (unfinishedLog == null || !Files.exists(unfinishedLog)) {
      return;
    }
    try (Stream<Path> files = Files.walk(unfinishedLog)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
