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
import io.fabric8.kubeapitest.Utils;
import io.fabric8.kubeapitest.binary.BinaryManager;
import io.fabric8.kubeapitest.binary.OSInfo;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The programs of the control plane, in the folder where kube-api-test looks for them ({@code
 * ~/.kubeapitest/k8s/VERSION-OS-ARCH}, or below {@code $KUBE_API_TEST_DIR}). Whatever is missing
 * there is first downloaded the way kube-api-test does it, and what then is still missing (always
 * kube-controller-manager, which that archive lacks) is built with Go. The folder lies outside of
 * {@code target/}, so that this happens once per machine.
 */
public final class ControlPlaneBinaries {

  /**
   * The Kubernetes version of the control plane; {@code src/test/controlplane/go.mod} names it too.
   */
  public static final String KUBERNETES_VERSION = "1.36.3";

  /** Where the Go modules lie, seen from the project's folder. */
  private static final Path MODULES = Path.of("src", "test", "controlplane");

  private static final String KUBERNETES_LINKER_FLAGS =
      "-s -w"
          + " -X k8s.io/component-base/version.gitVersion=v"
          + KUBERNETES_VERSION
          + " -X k8s.io/component-base/version.gitMajor=1"
          + " -X k8s.io/component-base/version.gitMinor=36";

  /** One program of the control plane. */
  enum Program {
    ETCD("etcd", "etcd", ".", "-s -w"),
    KUBE_APISERVER("kube-apiserver"),
    KUBECTL("kubectl"),
    KUBE_CONTROLLER_MANAGER("kube-controller-manager");

    final String fileName;
    private final String module;
    private final String importPath;
    private final String linkerFlags;

    Program(String fileName) {
      this(fileName, "", "k8s.io/kubernetes/cmd/" + fileName, KUBERNETES_LINKER_FLAGS);
    }

    Program(String fileName, String module, String importPath, String linkerFlags) {
      this.fileName = fileName;
      this.module = module;
      this.importPath = importPath;
      this.linkerFlags = linkerFlags;
    }
  }

  /** The programs can be had neither by download nor by building; the message says what to do. */
  static final class MissingProgramsException extends RuntimeException {
    MissingProgramsException(String message) {
      super(message);
    }
  }

  private final Path directory;
  private final Path modules;
  private final EnvtestDownload download;
  private final GoToolchain go;
  private final Consumer<String> console;

  ControlPlaneBinaries(
      Path directory,
      Path modules,
      EnvtestDownload download,
      GoToolchain go,
      Consumer<String> console) {
    this.directory = directory;
    this.modules = modules;
    this.download = download;
    this.go = go;
    this.console = console;
  }

  /**
   * Called by the build before the integration tests, with the project's folder as argument, so
   * that the progress of a first build shows in Maven's output.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    try {
      of(Path.of(args[0])).ensurePresent();
    } catch (MissingProgramsException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /**
   * The programs as kube-api-test would find them.
   *
   * @param project the project's folder
   */
  static ControlPlaneBinaries of(Path project) {
    String testDirectory =
        KubeAPIServerConfigBuilder.anAPIServerConfig().build().getKubeAPITestDir();
    Path directory =
        Path.of(testDirectory, BinaryManager.BINARY_LIST_DIR)
            .resolve(KUBERNETES_VERSION + Utils.platformSuffix(new OSInfo()));
    Consumer<String> console = System.out::println;
    return new ControlPlaneBinaries(
        directory,
        project.resolve(MODULES),
        EnvtestDownload.ofKubeApiTest(),
        new GoToolchain("go", console),
        console);
  }

  /** The path of a program, whether it is there yet or not. */
  Path path(Program program) {
    return directory.resolve(program.fileName);
  }

  /**
   * Returns once all programs are there: at once, silently, if nothing is missing.
   *
   * @throws MissingProgramsException if they cannot be had
   */
  void ensurePresent() throws IOException, InterruptedException {
    if (missing().isEmpty()) {
      return;
    }
    Files.createDirectories(directory);
    Path lockFile = directory.resolveSibling(directory.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      // Held: whoever had the lock before may have done the work.
      if (lock.isValid() && !missing().isEmpty()) {
        provide();
      }
    }
  }

  private FileLock lock(FileChannel channel) throws IOException {
    FileLock free = channel.tryLock();
    if (free != null) {
      return free;
    }
    console.accept("Waiting for another process that fills " + directory);
    return channel.lock();
  }

  private void provide() throws IOException, InterruptedException {
    console.accept("The control plane for the integration tests lacks " + names(missing()));
    // Beside the destination, so that a move into it is atomic and a broken build leaves nothing.
    Path staging = directory.resolveSibling(".staging-" + directory.getFileName());
    delete(staging);
    Files.createDirectories(staging);
    try {
      Optional<String> downloadProblem = download(staging);
      List<Program> toBuild = missing();
      if (toBuild.isEmpty()) {
        return;
      }
      Optional<String> goProblem = go.problem(modules);
      if (goProblem.isPresent()) {
        throw new MissingProgramsException(
            explanation(toBuild, downloadProblem, "Build: " + goProblem.get()));
      }
      for (Program program : toBuild) {
        Path built = staging.resolve(program.fileName);
        try {
          go.build(modules.resolve(program.module), program.importPath, program.linkerFlags, built);
        } catch (IOException e) {
          throw new MissingProgramsException(
              explanation(missing(), downloadProblem, "Build: " + e.getMessage()));
        }
        moveIntoPlace(built);
      }
      console.accept("The control plane is complete in " + directory);
    } finally {
      delete(staging);
    }
  }

  /** Downloads what the archive has of the missing programs; returns what went wrong, if it did. */
  private Optional<String> download(Path staging) throws IOException, InterruptedException {
    List<Program> archived =
        missing().stream().filter(p -> p != Program.KUBE_CONTROLLER_MANAGER).toList();
    if (archived.isEmpty()) {
      return Optional.empty();
    }
    console.accept("Downloading " + names(archived));
    Path archive;
    try {
      archive = download.into(staging, KUBERNETES_VERSION);
    } catch (IOException e) {
      console.accept("The download is not possible: " + e.getMessage());
      return Optional.of(String.valueOf(e.getMessage()));
    }
    for (Program program : archived) {
      Path file = archive.resolve(program.fileName);
      if (Files.exists(file)) {
        moveIntoPlace(file);
      }
    }
    return Optional.empty();
  }

  private String explanation(
      List<Program> missing, Optional<String> downloadProblem, String buildProblem) {
    return """

    The integration tests and the demo need a Kubernetes control plane, and these programs of \
    it could not be had: %s.
      %s%s
    Do one of these:
      - install Go as src/test/controlplane/go.mod requires it (https://go.dev/dl/), put it \
    on the PATH and give it access to a Go module proxy;
      - put the programs (Kubernetes %s, etcd 3.6) into %s
    """
        .formatted(
            names(missing),
            downloadProblem.map(problem -> "Download: " + problem + "\n  ").orElse(""),
            buildProblem,
            KUBERNETES_VERSION,
            directory);
  }

  private void moveIntoPlace(Path file) throws IOException {
    Files.move(file, directory.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
  }

  private List<Program> missing() {
    return Arrays.stream(Program.values())
        .filter(program -> !Files.isExecutable(path(program)))
        .toList();
  }

  private static String names(List<Program> programs) {
    return programs.stream().map(program -> program.fileName).collect(Collectors.joining(", "));
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
