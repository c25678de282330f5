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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real kubectl as cluster administrator. It neither reads nor writes the user's own files. */
public final class Kubectl {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path program;
  private final Path kubeconfig;
  private final Path cache;

  Kubectl(Path program, Path kubeconfig, Path cache) {
    this.program = program;
    this.kubeconfig = kubeconfig;
    this.cache = cache;
  }

  /** How a command ended. */
  public record Result(int exitCode, String stdout, String stderr) {}

  /**
   * Runs kubectl and returns what it printed.
   *
   * @throws AssertionError if it fails; the message holds what it said
   */
  public String run(String... arguments) {
    return succeeded(execute("", arguments), arguments);
  }

  /** The same, with {@code stdin} for commands such as {@code apply -f -}. */
  public String runWithInput(String stdin, String... arguments) {
    return succeeded(execute(stdin, arguments), arguments);
  }

  private static String succeeded(Result result, String... arguments) {
    if (result.exitCode() != 0) {
      throw new AssertionError(
          "kubectl %s: exit status %d%n%s%s"
              .formatted(
                  String.join(" ", arguments),
                  result.exitCode(),
                  result.stderr(),
                  result.stdout()));
    }
    return result.stdout();
  }

  /** Runs kubectl, expecting nothing of how it ends. */
  public Result tryRun(String... arguments) {
    return execute("", arguments);
  }

  /** The same, with {@code stdin} for commands such as {@code create -f -}. */
  public Result tryRunWithInput(String stdin, String... arguments) {
    return execute(stdin, arguments);
  }

  /** A command to be started by the caller, such as a {@code get --watch}. */
  public ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.add("--kubeconfig=" + kubeconfig);
    // Ports are used again by other servers, so their discovery must not come from a shared cache.
    command.add("--cache-dir=" + cache);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("KUBECTL_KUBERC", "false");
    return builder;
  }

  private Result execute(String stdin, String... arguments) {
    try {
      Path input = Files.createTempFile("kubectl-", ".in");
      Path stdout = Files.createTempFile("kubectl-", ".out");
      Path stderr = Files.createTempFile("kubectl-", ".err");
      try {
        Files.writeString(input, stdin);
        Process process =
            command(arguments)
                .redirectInput(input.toFile())
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile())
                .start();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly().onExit().join();
          throw new AssertionError(
              "kubectl %s: not finished after %s; it said:%n%s%s"
                  .formatted(
                      String.join(" ", arguments),
                      LIMIT,
                      Files.readString(stderr),
                      Files.readString(stdout)));
        }
        return new Result(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
      } finally {
        Files.delete(input);
        Files.delete(stdout);
        Files.delete(stderr);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while kubectl ran", e);
    }
  }
}
