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

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoToolchainTest {

  @TempDir Path module;

  @BeforeEach
  void writeModule() throws IOException {
    Files.writeString(module.resolve("go.mod"), "module controlplane\n\ngo 1.26.0\n");
  }

  @ParameterizedTest
  @CsvSource({
    "go1.26.8, 1.26, false",
    "go1.27, 1.26, false",
    "go2.0, 1.26, false",
    "go1.25.9, 1.26, true",
    "go1.9, 1.26, true",
    "nonsense, 1.26, true",
  })
  void comparesVersionsByNumber(String version, String required, boolean older) {
    assertThat(GoToolchain.isOlder(version, required)).isEqualTo(older);
  }

  @Test
  void aMissingCommandIsAProblem() throws Exception {
    assertThat(go(module.resolve("absent")).problem(module))
        .hasValueSatisfying(problem -> assertThat(problem).endsWith("absent' is not on the PATH"));
  }

  @Test
  void anOldGoIsAProblem() throws Exception {
    assertThat(go(script("echo go1.19.3")).problem(module))
        .contains("Go 1.26 or newer is needed, this one says: go1.19.3");
  }

  @Test
  void aGoThatCannotSwitchIsAProblem() throws Exception {
    assertThat(go(script("echo 'go.mod requires go >= 1.26.0'; exit 1")).problem(module))
        .contains("Go 1.26 or newer is needed, this one says: go.mod requires go >= 1.26.0");
  }

  @Test
  void aRecentGoIsNone() throws Exception {
    assertThat(go(script("echo go1.26.8")).problem(module)).isEmpty();
  }

  private Path script(String body) throws IOException {
    Path script = Files.writeString(module.resolve("go"), "#!/bin/sh\n" + body + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  private static GoToolchain go(Path command) {
    return new GoToolchain(command.toString(), line -> {});
  }
}
