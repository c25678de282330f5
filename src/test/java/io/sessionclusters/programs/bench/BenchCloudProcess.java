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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@link BenchCloud} in a process of its own. */
final class BenchCloudProcess implements AutoCloseable {

  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;
  private final int port;

  private BenchCloudProcess(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.port = Integer.parseInt(answer());
  }

  static BenchCloudProcess start() {
    try {
      return new BenchCloudProcess(
          new ProcessBuilder(JavaProgram.command(List.of("-Xmx2g"), BenchCloud.class))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  /** Has that many sessions in so many workspaces, and no others. */
  void sessions(int count, int workspaces) {
    ask("sessions %d %d".formatted(count, workspaces));
  }

  /** Changes the states of so many sessions, spread over all. */
  void change(int count) {
    ask("change " + count);
  }

  /** Has that many workspaces more, of so many other sessions each. */
  void guests(int sessions, int workspaces) {
    ask("guests %d %d".formatted(sessions, workspaces));
  }

  /** Has so many sessions go, and as many new ones come. */
  void replace(int count) {
    ask("replace " + count);
  }

  /**
   * Has the next requests go wrong.
   *
   * @param index of {@link BenchCloud#FAULTS}
   */
  void fault(int index, int requests) {
    ask("fault %d %d".formatted(index, requests));
  }

  /** Knows another access key. */
  void key(String id) {
    ask("key " + id);
  }

  long number(String question) {
    return Long.parseLong(ask(question));
  }

  /** All records of requests begin anew. */
  void forget() {
    ask("forget");
  }

  private synchronized String ask(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer();
  }

  private String answer() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("the fake API ended");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
