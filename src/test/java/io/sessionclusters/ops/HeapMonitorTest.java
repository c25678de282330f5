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
package io.sessionclusters.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.support.JavaProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapMonitorTest {

  private static final String ADVICE =
      "raise the container's memory limit (resources.limits.memory)";

  /** Fills a part of its heap, in percent; the rest once it is given a line. */
  static final class Filler {

    private static final int BLOCK = 1 << 14;

    private Filler() {}

    public static void main(String... args) throws IOException {
      HeapMonitor.start();
      List<byte[]> held = new ArrayList<>();
      fill(held, Runtime.getRuntime().maxMemory() / 100 * Long.parseLong(args[0]));
      System.gc();
      System.out.println("filled");
      if (System.in.read() >= 0) {
        fill(held, Long.MAX_VALUE);
      }
    }

    private static void fill(List<byte[]> held, long bytes) {
      while ((long) held.size() * BLOCK < bytes) {
        held.add(new byte[BLOCK]);
      }
    }
  }

  private static Process filler(String collector, int percent) throws IOException {
    return new ProcessBuilder(
            JavaProgram.command(
                List.of(collector, "-Xmx64m", "-XX:+ExitOnOutOfMemoryError"),
                Filler.class,
                Integer.toString(percent)))
        .redirectErrorStream(true)
        .start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:+UseSerialGC", "-XX:+UseG1GC"})
  void theLastThingLoggedBeforeTheHeapIsFullSaysWhatToRaise(String collector) throws IOException {
    Process process = filler(collector, 75);
    try (BufferedReader output = process.inputReader()) {
      List<String> lines = new ArrayList<>();
      while (lines.stream().noneMatch(line -> line.contains(" WARN "))) {
        lines.add(output.readLine());
      }
      process.outputWriter().append('\n').close();
      output.lines().forEach(lines::add);

      assertThat(lines).anyMatch(line -> line.contains("Terminating due to"));
      assertThat(lines.stream().filter(line -> line.contains(" WARN ")))
          .last()
          .asString()
          .contains("heap nearly full", "maxHeapMiB=", ADVICE);
    }
  }

  @Test
  void aHeapWithRoomIsNotMentioned() throws IOException {
    Process process = filler("-XX:+UseSerialGC", 25);
    process.outputWriter().close();
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.lines()).containsExactly("filled");
    }
  }
}
