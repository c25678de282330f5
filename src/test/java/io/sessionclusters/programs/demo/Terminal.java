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

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What the demo prints, whole lines of it, from several threads. On a terminal the cloud's lines
 * are coloured and a table's row is cut at the right edge instead of wrapped; in a pipe or a file
 * both are plain. After {@link #end} it is silent.
 */
final class Terminal {

  private static final String CYAN = "\u001b[36m";
  private static final String PLAIN = "\u001b[0m";

  /** Per row, so that a terminal never stays without wrapping. */
  private static final String WRAP_OFF = "\u001b[?7l";

  private static final String WRAP_ON = "\u001b[?7h";

  private final PrintStream out;
  private final boolean interactive;
  private final boolean coloured;
  private final LongSupplier nanos;
  private final long start;
  private boolean ended;

  /**
   * @param interactive whether {@code out} is a terminal
   * @param coloured whether it may be coloured, if it is one
   * @param nanos a steady clock, as {@link System#nanoTime}
   */
  Terminal(PrintStream out, boolean interactive, boolean coloured, LongSupplier nanos) {
    this.out = out;
    this.interactive = interactive;
    this.coloured = interactive && coloured;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  /** The one of this process; {@code NO_COLOR} (no-color.org) is respected. */
  static Terminal ofThisProcess() {
    boolean interactive =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    return new Terminal(
        System.out,
        interactive,
        System.getenv().getOrDefault("NO_COLOR", "").isEmpty(),
        System::nanoTime);
  }

  /** A step of the start, with the seconds since the demo began. */
  void step(String text) {
    print("%4ds  %s".formatted(elapsed().toSeconds(), text));
  }

  /** Lines as they are. */
  void text(String lines) {
    print(lines.stripTrailing());
  }

  /** A row of a table. */
  void row(String row) {
    print(interactive ? WRAP_OFF + row + WRAP_ON : row);
  }

  /** What the cloud just did. */
  void cloud(String sentence) {
    String line = "api: " + sentence;
    print(coloured ? CYAN + line + PLAIN : line);
  }

  /** The last line; nothing is printed after it, by whatever thread. */
  synchronized void end(String line) {
    if (!ended) {
      // Behind the ^C that the terminal has echoed.
      print(interactive ? "\n" + line : line);
      ended = true;
    }
  }

  /** Whether nobody reads any longer: the pipe is closed. */
  boolean isGone() {
    return out.checkError();
  }

  private Duration elapsed() {
    return Duration.ofNanos(nanos.getAsLong() - start);
  }

  private synchronized void print(String lines) {
    if (!ended) {
      out.println(lines);
      out.flush();
    }
  }
}
