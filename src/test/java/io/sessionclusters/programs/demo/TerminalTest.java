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

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long nanos = 5;

  @Test
  void isPlainWhereNobodyLooks() {
    Terminal terminal = terminal(false, true);

    terminal.row("ADDED  sc-1");
    terminal.cloud("session a (sc-1) vanished");
    terminal.end("over");

    assertThat(printed()).containsExactly("ADDED  sc-1", "api: session a (sc-1) vanished", "over");
  }

  @Test
  void coloursTheCloudAndCutsRowsOnATerminal() {
    Terminal terminal = terminal(true, true);

    terminal.row("ADDED  sc-1");
    terminal.cloud("session a (sc-1) vanished");

    assertThat(printed())
        .containsExactly(
            "\u001b[?7lADDED  sc-1\u001b[?7h", "\u001b[36mapi: session a (sc-1) vanished\u001b[0m");
  }

  @Test
  void usesNoColourWhereItIsNotWanted() {
    Terminal terminal = terminal(true, false);

    terminal.cloud("session a (sc-1) vanished");

    assertThat(printed()).containsExactly("api: session a (sc-1) vanished");
  }

  @Test
  void saysHowLongTheStartTakes() {
    Terminal terminal = terminal(false, true);

    terminal.step("one");
    nanos += Duration.ofMillis(12_900).toNanos();
    terminal.step("two");

    assertThat(printed()).containsExactly("   0s  one", "  12s  two");
  }

  @Test
  void isSilentAfterTheEnd() {
    Terminal terminal = terminal(false, true);

    terminal.end("over");
    terminal.row("ADDED  sc-1");
    terminal.end("over again");

    assertThat(printed()).containsExactly("over");
  }

  private Terminal terminal(boolean interactive, boolean coloured) {
    return new Terminal(
        new PrintStream(bytes, true, StandardCharsets.UTF_8), interactive, coloured, () -> nanos);
  }

  private List<String> printed() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
