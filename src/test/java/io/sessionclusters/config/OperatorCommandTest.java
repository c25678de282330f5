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
package io.sessionclusters.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.config.OperatorCommand.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorCommandTest {

  @Test
  void helpIsTheReferenceOfAllSettings() {
    assertThat(read("--help")).isInstanceOf(Asked.Print.class);
    String help = ((Asked.Print) read("--help")).text();
    // Lines break within long words, too.
    String letters = letters(help);

    assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    for (Setting setting : Setting.values()) {
      assertThat(letters)
          .contains(
              letters(
                  setting.form
                      + setting.meaning
                      + "Variable: %s. Default: %s."
                          .formatted(setting.variable(), setting.documentedDefault)));
      assertThat(help).contains(" " + setting.flag());
    }
    assertThat(help).contains("--help", "--version");
  }

  private static String letters(String text) {
    return text.replaceAll("[\\s\\]]", "");
  }

  @Test
  void theVersionIsPrinted() {
    assertThat(read("--version"))
        .isEqualTo(new Asked.Print("session-cluster-operator 1.2.3" + System.lineSeparator()));
    assertThat(read("-V")).isEqualTo(read("--version"));
  }

  @ParameterizedTest
  @CsvSource({
    "--request-brust=3, there is no --request-brust; see --help",
    "--access-key-secret=hush, there is no --access-key-secret; see --help",
    "hush, there is no argument; see --help",
    "--request-burst, Missing required parameter for option '--request-burst'",
    "--connection-secrets=perhaps, --connection-secrets must be true or false",
  })
  void whatIsNoFlagIsRefused(String argument, String message) {
    assertThat(read(argument))
        .isInstanceOfSatisfying(
            Asked.Refused.class, refused -> assertThat(refused.message()).contains(message));
  }

  @Test
  void ofAFlagThatIsGivenTwiceTheLastCounts() {
    assertThat(read("--request-burst=3", "--request-burst=4"))
        .isInstanceOfSatisfying(
            Asked.Run.class,
            run -> assertThat(run.settings().limits().requestBurst()).isEqualTo(4));
  }

  @Test
  void aFlagAloneSaysTrue() {
    assertThat(read("--connection-secrets"))
        .isInstanceOfSatisfying(
            Asked.Run.class, run -> assertThat(run.settings().connectionSecrets()).isNotNull());
  }

  @Test
  void allMistakesAreOneMessage() {
    assertThat(
            OperatorCommand.read(
                List.of("--request-burst=0", "--log-format=xml"),
                Map.of("LISTINGS_IN_FLIGHT", "x", "REQUEST_BURST", "y"),
                "1"))
        .isEqualTo(
            new Asked.Refused(
                "--request-burst must be a whole number from 1 to 1000; LISTINGS_IN_FLIGHT must be"
                    + " a whole number from 1 to 1000; --log-format must be one of text, json"));
  }

  @Test
  void thePageHasTheSameReference() throws IOException {
    String table =
        Arrays.stream(Setting.values())
            .map(
                s ->
                    "| `%s` | `%s` | %s | %s |"
                        .formatted(
                            s.flag(),
                            s.variable(),
                            s.meaning.replace("*", "`*`"),
                            s.documentedDefault))
            .collect(Collectors.joining("\n", "|---|---|---|---|\n", "\n\n"));

    assertThat(Files.readString(Path.of("src/site/markdown/configuration.md"))).contains(table);
  }

  private static Asked read(String... arguments) {
    return OperatorCommand.read(List.of(arguments), Map.of(), "1.2.3");
  }
}
