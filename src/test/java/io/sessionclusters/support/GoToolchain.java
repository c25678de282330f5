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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code go} command, as far as building the control plane needs it.
 *
 * @param command the name or the path of the {@code go} command
 * @param console takes one line of progress at a time
 */
record GoToolchain(String command, Consumer<String> console) {

  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final int OUTPUT_LINES_SHOWN = 20;
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)");
  private static final Pattern GO_DIRECTIVE = Pattern.compile("(?m)^go (\\d+\\.\\d+)");

  /**
   * Why this toolchain cannot build the module, or empty if it can. A Go that is older than the
   * module's {@code go} directive is no problem as long as it can fetch a newer one by itself.
   */
  Optional<String> problem(Path module) throws IOException, InterruptedException {
    Matcher directive = GO_DIRECTIVE.matcher(Files.readString(module.resolve("go.mod")));
    if (!directive.find()) {
      throw new IllegalArgumentException("no go directive in " + module.resolve("go.mod"));
    }
    String required = directive.group(1);
    Process process;
    try {
      // In the module's folder: Go 1.21 and newer answers with the version it would switch to.
      process =
          new ProcessBuilder(command, "env", "GOVERSION")
              .directory(module.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      return Optional.of("the command '" + command + "' is not on the PATH");
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0 || isOlder(output, required)) {
      return Optional.of("Go " + required + " or newer is needed, this one says: " + output);
    }
    return Optional.empty();
  }

  /** Whether a version such as {@code go1.26.8} is below one such as {@code 1.26}. */
  static boolean isOlder(String version, String required) {
    Matcher actual = VERSION.matcher(version);
    Matcher minimum = VERSION.matcher(required);
    if (!actual.find() || !minimum.find()) {
      return true;
    }
    int major = Integer.compare(number(actual, 1), number(minimum, 1));
    return major < 0 || (major == 0 && number(actual, 2) < number(minimum, 2));
  }

  private static int number(Matcher version, int group) {
    return Integer.parseInt(version.group(group));
  }

  /**
   * Runs {@code go build} in a module and says every 15 seconds that it is still at it.
   *
   * @throws IOException if the build fails; the message ends with what the compiler said
   */
  void build(Path module, String importPath, String linkerFlags, Path output)
      throws IOException, InterruptedException {
    String program = output.getFileName().toString();
    Path log = Files.createTempFile("go-build-", ".log");
    long start = System.nanoTime();
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    command,
                    "build",
                    "-trimpath",
                    "-ldflags",
                    linkerFlags,
                    "-o",
                    output.toString(),
                    importPath))
            .directory(module.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CGO_ENABLED", "0");
    console.accept("Building " + program + " with Go");
    Process process = builder.start();
    try {
      while (!process.waitFor(HEARTBEAT.toSeconds(), TimeUnit.SECONDS)) {
        console.accept("  still building " + program + ", " + elapsed(start));
      }
      if (process.exitValue() != 0) {
        throw new IOException("'go build " + importPath + "' failed:\n" + lastLines(log));
      }
      console.accept("Built " + program + " in " + elapsed(start));
    } finally {
      process.destroy();
      Files.deleteIfExists(log);
    }
  }

  private static String elapsed(long start) {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    return "%dm%02ds".formatted(elapsed.toMinutes(), elapsed.toSecondsPart());
  }

  private static String lastLines(Path log) throws IOException {
    List<String> lines;
    try (Stream<String> all = Files.lines(log)) {
      lines = all.toList();
    }
    return lines.stream()
        .skip(Math.max(0, lines.size() - OUTPUT_LINES_SHOWN))
        .collect(Collectors.joining("\n"));
  }
}
