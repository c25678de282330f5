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
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Kills child processes when this JVM ends, even by SIGKILL. A small shell reads their ids from a
 * pipe; when the JVM is gone the pipe ends, and the shell kills what it was told about. Needs a
 * POSIX {@code sh}.
 */
final class ChildReaper implements AutoCloseable {

  /** Ctrl-C reaches the whole foreground group; the shell has to outlive the JVM all the same. */
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      pids=
      while read -r pid; do pids="$pids $pid"; done
      [ -z "$pids" ] || kill -9 $pids
      """;

  private final Process shell;
  private final Writer ids;

  private ChildReaper(Process shell) {
    this.shell = shell;
    this.ids = shell.outputWriter(StandardCharsets.US_ASCII);
  }

  static ChildReaper start() {
    try {
      return new ChildReaper(
          new ProcessBuilder("sh", "-c", SCRIPT)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has the process killed when this JVM ends. */
  void watch(ProcessHandle process) {
    try {
      ids.write(process.pid() + "\n");
      ids.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills the processes now, whatever state a failed start left them in. */
  void killAll() {
    try {
      ids.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    shell.onExit().join();
  }

  /** Stops watching, without killing anything: the processes have been stopped in good order. */
  @Override
  public void close() {
    shell.destroyForcibly();
  }
}
