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
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real Prometheus and its promtool: those on the PATH, else those of Debian's package, which is
 * fetched once and unpacked, not installed, below the user's cache folder.
 */
public final class PrometheusPrograms {

  private static final List<String> PROGRAMS = List.of("prometheus", "promtool");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Path folder;

  private PrometheusPrograms(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns once both programs are there.
   *
   * @throws IllegalStateException if they cannot be had, saying what to do
   */
  public static synchronized PrometheusPrograms get() {
    try {
      return new PrometheusPrograms(onPath().orElseGet(PrometheusPrograms::cached));
    } catch (IOException e) {
      throw new IllegalStateException(missing(e.getMessage()), e);
    }
  }

  /** The server. */
  Path prometheus() {
    return folder.resolve("prometheus");
  }

  /** The checker of rules. */
  public Path promtool() {
    return folder.resolve("promtool");
  }

  private static Optional<Path> onPath() throws IOException {
    return Arrays.stream(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":", -1))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .filter(PrometheusPrograms::hasAll)
        .findFirst();
  }

  private static boolean hasAll(Path folder) {
    return PROGRAMS.stream().allMatch(name -> Files.isExecutable(folder.resolve(name)));
  }

  private static Path cached() {
    Path home = Path.of(System.getProperty("user.home"), ".cache", "session-cluster-operator");
    Path programs = home.resolve("prometheus");
    try {
      Files.createDirectories(home);
      try (FileChannel channel =
              FileChannel.open(
                  home.resolve("prometheus.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        // Held: whoever had the lock before may have done the work.
        if (lock.isValid() && !hasAll(programs)) {
          unpack(home, programs);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(missing(e.getMessage()), e);
    }
    return programs;
  }

  private static void unpack(Path home, Path programs) throws IOException {
    Path staging = Files.createTempDirectory(home, "staging-");
    System.out.println("Fetching Debian's package prometheus for the tests, once");
    String refusal = run(staging, "apt-get", "download", "prometheus");
    if (refusal != null && System.getProperty("user.name").equals("root")) {
      // A new machine has no lists of packages yet.
      run(staging, "apt-get", "update");
      refusal = run(staging, "apt-get", "download", "prometheus");
    }
    if (refusal != null) {
      throw new IOException(refusal);
    }
    Path archive;
    try (var files = Files.list(staging)) {
      archive = files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElseThrow();
    }
    String damage = run(staging, "dpkg-deb", "-x", archive.toString(), "unpacked");
    if (damage != null) {
      throw new IOException(damage);
    }
    Files.createDirectories(programs);
    for (String program : PROGRAMS) {
      Files.move(
          staging.resolve("unpacked/usr/bin").resolve(program),
          programs.resolve(program),
          StandardCopyOption.REPLACE_EXISTING);
    }
    delete(staging);
  }

  /** Runs a program; null if it ended well, else what it said last. */
  private static @Nullable String run(Path folder, String... command) throws IOException {
    Path output = Files.createTempFile(folder, "output-", ".txt");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      return e.getMessage();
    }
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return String.join(" ", command) + " took longer than " + LIMIT.toMinutes() + " minutes";
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IllegalStateException(e);
    }
    List<String> lines = Files.readAllLines(output);
    return process.exitValue() == 0
        ? null
        : String.join(" ", command) + ": " + (lines.isEmpty() ? "failed" : lines.getLast());
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String missing(@Nullable String why) {
    return "The tests need prometheus and promtool. Put them on the PATH; on Debian and its like"
        + " they are fetched with apt-get: "
        + why;
  }
}
