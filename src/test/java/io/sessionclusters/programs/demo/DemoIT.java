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
package io.sessionclusters.programs.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sessionclusters.programs.demo.DemoProcess.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {

  private static final String CLOSING =
      "The demo is over. Everything that it started is being stopped.";

  /** Of a JVM that SIGTERM ends. */
  private static final int INTERRUPTED = 143;

  private static final Pattern CLOUD = Pattern.compile("api: session .+ \\((sc-[0-9a-f]+)\\) .+");

  @TempDir private Path folder;

  @Test
  void showsWhatHappensInTheCloudAsChangesOfTheMirrors() {
    try (DemoProcess demo = DemoProcess.start(folder, "12s")) {
      demo.awaitLine("api: ");
      List<Program> programs = demo.programs();

      assertThat(demo.awaitEnd()).isZero();

      List<String> lines = demo.lines();
      assertThat(lines).anyMatch(line -> line.matches("  export KUBECONFIG=/.+"));
      int header = indexOf(lines, "EVENT ");
      List<String> first = lines.subList(header + 1, indexOf(lines, "api: "));
      int column = lines.get(header).indexOf("NAME");
      assertThat(first)
          .hasSizeGreaterThanOrEqualTo(30)
          .allMatch(row -> row.matches("ADDED +sc-[0-9a-f]{12} .+ (Running|Stopped) .+"))
          .allMatch(row -> row.indexOf("sc-") == column, "aligned with the header");
      assertThat(mirroredChanges(lines)).isGreaterThanOrEqualTo(2);
      assertThat(programs)
          .extracting(Program::name)
          .contains("etcd", "kube-apiserver", "kube-controller-manager", "kubectl");
      assertThatNothingIsLeft(demo, programs);
    }
  }

  @Test
  void stopsEverythingOnCtrlC() {
    try (DemoProcess demo = DemoProcess.start(folder, "")) {
      demo.awaitLine("api: ");
      List<Program> programs = demo.programs();

      demo.interrupt();

      assertThat(demo.awaitEnd()).isEqualTo(INTERRUPTED);
      assertThatNothingIsLeft(demo, programs);
    }
  }

  @Test
  void stopsEverythingOnCtrlCWhileItStarts() {
    try (DemoProcess demo = DemoProcess.start(folder, "")) {
      demo.awaitProgram("kube-apiserver");
      List<Program> programs = demo.programs();

      demo.interrupt();

      assertThat(demo.awaitEnd()).isEqualTo(INTERRUPTED);
      assertThatNothingIsLeft(demo, programs);
    }
  }

  @Test
  void refusesAWrongDurationAtOnce() {
    try (DemoProcess demo = DemoProcess.start(folder, "soon")) {
      assertThat(demo.awaitEnd()).isEqualTo(2);
      assertThat(demo.lines())
          .containsExactly(
              "demo.duration must be at least 1s, such as 60s, 5m or 1h30m, and not 'soon'");
    }
  }

  /** How many of the cloud's lines are followed by a row of the same session. */
  private static long mirroredChanges(List<String> lines) {
    long mirrored = 0;
    for (int i = 0; i < lines.size(); i++) {
      Matcher change = CLOUD.matcher(lines.get(i));
      if (change.matches()) {
        String id = change.group(1);
        mirrored +=
            lines.subList(i + 1, lines.size()).stream().anyMatch(row -> isChange(row, id)) ? 1 : 0;
      }
    }
    return mirrored;
  }

  private static boolean isChange(String row, String id) {
    return row.matches("(ADDED|MODIFIED|DELETED) +" + id + " .*");
  }

  private static int indexOf(List<String> lines, String prefix) {
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).startsWith(prefix))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no line '" + prefix + "' in\n" + lines));
  }

  private static void assertThatNothingIsLeft(DemoProcess demo, List<Program> programs) {
    assertThat(demo.lines())
        .endsWith(CLOSING)
        .noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"))
        .noneMatch(line -> line.startsWith("WARNING: ") || line.startsWith("operator: "));
    await("end of " + programs)
        .until(() -> programs.stream().noneMatch(program -> program.process().isAlive()));
    assertThat(demo.temporaryFiles()).isEmpty();
  }
}
