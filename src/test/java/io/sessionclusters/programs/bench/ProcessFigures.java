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
package io.sessionclusters.programs.bench;

import io.sessionclusters.support.JavaProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM uses, by the kernel and by the JVM's own diagnostic commands. Needs Linux. Threads
 * that have ended count with what they had used when they were last seen.
 */
final class ProcessFigures {

  private static final Pattern ALLOCATED = Pattern.compile(" allocated=(\\d+)([KMG]?)B? ");
  private static final Pattern THREAD = Pattern.compile("(?m)^\"[^\"]*\".* tid=(\\S+).*$");
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  private final long pid;
  private final Map<String, Long> cpu = new HashMap<>();
  private final Map<String, Long> compilers = new HashMap<>();
  private final Map<String, Long> allocated = new HashMap<>();

  ProcessFigures(long pid) {
    this.pid = pid;
  }

  /**
   * What all threads have used since their start.
   *
   * @param cpuNanos time on a processor
   * @param compilerNanos the part of it that was spent on compiling
   */
  record Cpu(long cpuNanos, long compilerNanos) {
    Cpu minus(Cpu earlier) {
      return new Cpu(cpuNanos - earlier.cpuNanos, compilerNanos - earlier.compilerNanos);
    }
  }

  Cpu cpu() {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks.toList()) {
        String id = task.getFileName().toString();
        long nanos = Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", -1)[0]);
        cpu.put(id, nanos);
        String name = Files.readString(task.resolve("comm"));
        if (name.startsWith("C1 Comp") || name.startsWith("C2 Comp")) {
          compilers.put(id, nanos);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Cpu(sum(cpu), sum(compilers));
  }

  /** Bytes of heap that all threads have allocated since their start. */
  long allocatedBytes() {
    String dump = jcmd("Thread.print", "-e");
    Matcher thread = THREAD.matcher(dump);
    while (thread.find()) {
      Matcher bytes = ALLOCATED.matcher(thread.group());
      if (bytes.find()) {
        long unit =
            switch (bytes.group(2)) {
              case "K" -> 1L << 10;
              case "M" -> 1L << 20;
              case "G" -> 1L << 30;
              default -> 1;
            };
        allocated.put(thread.group(1), Long.parseLong(bytes.group(1)) * unit);
      }
    }
    return sum(allocated);
  }

  /** Bytes of live objects, after a full collection. */
  long heapBytes() {
    jcmd("GC.run");
    Matcher used = USED.matcher(jcmd("GC.heap_info"));
    long sum = 0;
    // Metaspace comes last, and is no heap.
    String info = used.reset().results().map(r -> r.group(1)).reduce("", (a, b) -> a + " " + b);
    String[] generations = info.strip().split(" ", -1);
    for (int i = 0; i < Math.min(2, generations.length); i++) {
      sum += Long.parseLong(generations[i]) << 10;
    }
    return sum;
  }

  /** Resident memory in bytes. */
  long residentBytes() {
    return status("VmRSS");
  }

  /** The most resident memory that it ever had, in bytes. */
  long peakResidentBytes() {
    return status("VmHWM");
  }

  private long status(String field) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith(field + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String jcmd(String... command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(JavaProgram.jdk("jcmd"), Long.toString(pid));
      builder.command().addAll(List.of(command));
      Process process = builder.redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static long sum(Map<String, Long> values) {
    return values.values().stream().mapToLong(Long::longValue).sum();
  }
}
