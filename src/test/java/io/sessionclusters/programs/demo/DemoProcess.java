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

import static org.awaitility.Awaitility.await;

import io.sessionclusters.support.JavaProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The demo in a JVM of its own, started as the profile {@code demo} of the build does it. */
final class DemoProcess implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path output;
  private final Path temporary;
  private final Process process;

  private DemoProcess(Path output, Path temporary, Process process) {
    this.output = output;
    this.temporary = temporary;
    this.process = process;
  }

  /** A program that the demo has started. */
  record Program(ProcessHandle process, String name) {
    static Program of(ProcessHandle process) {
      return new Program(
          process, Path.of(process.info().command().orElse("")).getFileName().toString());
    }
  }

  /**
   * Starts it.
   *
   * @param folder an own one, for what it prints and for its temporary files
   * @param duration as a user gives it; empty for no end
   */
  static DemoProcess start(Path folder, String duration) {
    Path output = folder.resolve("output");
    Path temporary = folder.resolve("temporary");
    List<String> command =
        JavaProgram.command(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-Ddemo.duration=" + duration,
                "-Djava.io.tmpdir=" + temporary),
            Demo.class);
    try {
      Files.createDirectory(temporary);
      return new DemoProcess(
          output,
          temporary,
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The complete lines that it has printed, errors included. */
  List<String> lines() {
    try {
      String text = Files.readString(output);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a line that starts so. */
  void awaitLine(String prefix) {
    await("line '" + prefix + "'")
        .atMost(LIMIT)
        .failFast("the demo ended", () -> !process.isAlive())
        .until(() -> lines().stream().anyMatch(line -> line.startsWith(prefix)));
  }

  /** Waits until it has started that program. */
  void awaitProgram(String name) {
    await(name)
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .failFast("the demo ended", () -> !process.isAlive())
        .until(() -> programs().stream().anyMatch(program -> program.name().equals(name)));
  }

  /** The programs that it has started and that run now. */
  List<Program> programs() {
    return process.descendants().map(Program::of).toList();
  }

  /** The files that it has made and not removed yet. */
  List<Path> temporaryFiles() {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * As Ctrl-C, which a terminal sends to every process of the foreground, but with SIGTERM: a build
   * in the background ignores SIGINT, and so do all that it starts. The JVM treats both alike.
   */
  void interrupt() {
    List<String> command = new ArrayList<>(List.of("kill", "-TERM"));
    command.add(Long.toString(process.pid()));
    programs().forEach(program -> command.add(Long.toString(program.process().pid())));
    try {
      new ProcessBuilder(command).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its exit status. */
  int awaitEnd() {
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the demo runs after " + LIMIT + "; it said:\n" + lines());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
