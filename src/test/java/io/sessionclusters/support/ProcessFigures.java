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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM uses, by the kernel and by the JVM's own diagnostic commands. Needs Linux. Threads
 * that have ended count with what they had used when they were last seen.
 */
public final class ProcessFigures {

  private static final Pattern ALLOCATED = Pattern.compile(" allocated=(\\d+)([KMG]?)B? ");
  private static final Pattern THREAD = Pattern.compile("(?m)^\"[^\"]*\".* tid=(\\S+).*$");
  private static final Pattern OBJECTS =
      Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +(io\\.sessionclusters\\.\\S+)");
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  private final long pid;
  private final Map<String, Long> cpu = new HashMap<>();
  private final Map<String, Long> compilers = new HashMap<>();
  private final Map<String, Long> allocated = new HashMap<>();

  /** Of the process with that id. */
  public ProcessFigures(long pid) {
    this.pid = pid;
  }

  /**
   * What all threads have used since their start.
   *
   * @param cpuNanos time on a processor
   * @param compilerNanos the part of it that was spent on compiling
   */
  public record Cpu(long cpuNanos, long compilerNanos) {
    /** What was used since then. */
    public Cpu minus(Cpu earlier) {
      return new Cpu(cpuNanos - earlier.cpuNanos, compilerNanos - earlier.compilerNanos);
    }
  }

  /** Up to now. */
  public Cpu cpu() {
    files("task").forEach(this::readThread);
    return new Cpu(sum(cpu), sum(compilers));
  }

  private void readThread(Path task) {
    try {
      String id = task.getFileName().toString();
      long nanos = Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", -1)[0]);
      cpu.put(id, nanos);
      String name = Files.readString(task.resolve("comm"));
      if (name.startsWith("C1 Comp") || name.startsWith("C2 Comp")) {
        compilers.put(id, nanos);
      }
    } catch (IOException e) {
      // It has ended since the folder was read.
    }
  }

  /** The operating system's threads, those of the JVM itself included. */
  int threads() {
    return files("task").size();
  }

  /** Sockets that are open, those that listen included. */
  int sockets() {
    return (int) files("fd").stream().filter(ProcessFigures::isSocket).count();
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      // It was closed since the folder was read.
      return false;
    }
  }

  private List<Path> files(String folder) {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/" + folder))) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many live objects there are of each class of the operator, after a full collection. */
  Map<String, Integer> objects() {
    Map<String, Integer> objects = new TreeMap<>();
    OBJECTS
        .matcher(jcmd("GC.class_histogram"))
        .results()
        .forEach(line -> objects.put(line.group(2), Integer.valueOf(line.group(1))));
    return objects;
  }

  /** Bytes of heap that all threads have allocated since their start. */
  public long allocatedBytes() {
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
  public long heapBytes() {
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
  public long residentBytes() {
    return status("VmRSS");
  }

  /** The most resident memory that it ever had, in bytes. */
  public long peakResidentBytes() {
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
