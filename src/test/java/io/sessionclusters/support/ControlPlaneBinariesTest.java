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

import io.sessionclusters.support.ControlPlaneBinaries.MissingProgramsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneBinariesTest {

  private static final EnvtestDownload NO_NETWORK =
      (folder, version) -> {
        throw new IOException("java.net.UnknownHostException: github.com");
      };

  /** Stands in for Go: {@code go env} names a version, {@code go build} writes to {@code -o}. */
  private static final String GO =
      """
      #!/bin/sh
      if [ "$1" = env ]; then echo go1.26.8; exit; fi
      echo "$@" >> calls
      while [ "$1" != -o ]; do shift; done
      printf 'built' > "$2"
      chmod +x "$2"
      """;

  @TempDir Path temp;
  private Path directory;
  private Path modules;
  private final List<String> console = new ArrayList<>();

  @BeforeEach
  void writeModules() throws IOException {
    directory = temp.resolve("k8s").resolve("1.36.3-linux-amd64");
    modules = temp.resolve("modules");
    Files.createDirectories(modules.resolve("etcd"));
    Files.writeString(modules.resolve("go.mod"), "module controlplane\n\ngo 1.26.0\n");
  }

  @Test
  void completeFolderIsLeftAloneInSilence() throws Exception {
    for (String name : List.of("etcd", "kube-apiserver", "kubectl", "kube-controller-manager")) {
      executable(directory.resolve(name), "there before");
    }

    binaries(NO_NETWORK, "absent").ensurePresent();

    assertThat(console).isEmpty();
    assertThat(directory.resolve("etcd")).hasContent("there before");
  }

  @Test
  void whatTheArchiveLacksIsBuilt() throws Exception {
    EnvtestDownload archive =
        (folder, version) -> {
          executable(folder.resolve("etcd"), "downloaded");
          executable(folder.resolve("kube-apiserver"), "downloaded");
          executable(folder.resolve("kubectl"), "downloaded");
          return folder;
        };

    binaries(archive, go()).ensurePresent();

    assertThat(directory.resolve("kube-apiserver")).hasContent("downloaded").isExecutable();
    assertThat(directory.resolve("kube-controller-manager")).hasContent("built").isExecutable();
    assertThat(modules.resolve("calls")).content().containsOnlyOnce("build ");
  }

  @Test
  void withoutDownloadOnlyWhatIsMissingIsBuilt() throws Exception {
    executable(directory.resolve("kubectl"), "there before");

    binaries(NO_NETWORK, go()).ensurePresent();

    assertThat(directory.resolve("kubectl")).hasContent("there before");
    assertThat(directory.resolve("kube-apiserver")).hasContent("built").isExecutable();
    assertThat(modules.resolve("etcd").resolve("calls")).content().endsWith("etcd .\n");
    assertThat(console)
        .contains(
            "The download is not possible: java.net.UnknownHostException: github.com",
            "Building kube-apiserver with Go");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void withNeitherDownloadNorGoItSaysWhatToDo() {
    assertThatThrownBy(() -> binaries(NO_NETWORK, "absent-go").ensurePresent())
        .isInstanceOf(MissingProgramsException.class)
        .hasMessageContainingAll(
            "etcd, kube-apiserver, kubectl, kube-controller-manager",
            "Download: java.net.UnknownHostException: github.com",
            "Build: the command 'absent-go' is not on the PATH",
            "install Go",
            "put the programs (Kubernetes 1.36.3, etcd 3.6) into " + directory);
  }

  @Test
  void aFailedBuildShowsTheCompilersWordsAndLeavesNothing() throws Exception {
    String go =
        executable(
                temp.resolve("go"),
                """
                #!/bin/sh
                if [ "$1" = env ]; then echo go1.26.8; exit; fi
                echo 'no space left on device'
                exit 1
                """)
            .toString();

    assertThatThrownBy(() -> binaries(NO_NETWORK, go).ensurePresent())
        .isInstanceOf(MissingProgramsException.class)
        .hasMessageContaining("no space left on device");
    assertThat(directory).isEmptyDirectory();
    assertThat(leftovers()).isEmpty();
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(directory.getParent())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(".staging"))
          .toList();
    }
  }

  private String go() throws IOException {
    return executable(temp.resolve("go"), GO).toString();
  }

  private static Path executable(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make executable: " + file);
    }
    return file;
  }

  private ControlPlaneBinaries binaries(EnvtestDownload download, String go) {
    return new ControlPlaneBinaries(
        directory, modules, download, new GoToolchain(go, console::add), console::add);
  }
}
