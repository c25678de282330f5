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

import io.sessionclusters.support.Kubectl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The real {@code kubectl get sessionclusters -w}, line by line, until closed. The API server ends
 * a watch after half an hour to an hour, and kubectl with it; another one then follows on.
 */
final class MirrorWatch implements AutoCloseable {

  /** Without the column of events a removal would look like a change. */
  private static final List<String> COMMAND =
      List.of("get", "sessionclusters", "-w", "--output-watch-events");

  /** A kubectl that failed would fail again at once. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Kubectl kubectl;
  private final Thread reader;
  private @Nullable Process process;
  private boolean closed;

  private MirrorWatch(Kubectl kubectl, Consumer<String> rows) {
    this.kubectl = kubectl;
    this.reader = Thread.ofVirtual().name("mirror-watch").unstarted(() -> follow(rows));
  }

  /**
   * Shows the mirrors that are there, then each change.
   *
   * @param rows takes the header and the rows, in kubectl's own form
   */
  static MirrorWatch start(Kubectl kubectl, Consumer<String> rows) {
    MirrorWatch watch = new MirrorWatch(kubectl, rows);
    watch.reader.start();
    return watch;
  }

  /** The command as a user would type it. */
  static String commandLine() {
    return "kubectl " + String.join(" ", COMMAND);
  }

  private void follow(Consumer<String> rows) {
    try {
      Optional<Process> running = next();
      while (running.isPresent()) {
        pass(running.get(), rows);
        // kubectl ended: asking again at once would load an API server that is away.
        Thread.sleep(PAUSE);
        running = next("--watch-only");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pass(Process process, Consumer<String> rows) {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.accept(line);
      }
    } catch (IOException e) {
      // kubectl was ended while it wrote; whoever did that knows.
    }
  }

  private synchronized Optional<Process> next(String... more) {
    if (closed) {
      return Optional.empty();
    }
    String[] arguments = Stream.concat(COMMAND.stream(), Stream.of(more)).toArray(String[]::new);
    try {
      Process started = kubectl.command(arguments).redirectErrorStream(true).start();
      process = started;
      return Optional.of(started);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (process != null) {
        process.destroyForcibly().onExit().join();
      }
    }
    reader.interrupt();
  }
}
