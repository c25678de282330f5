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
package io.sessionclusters.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ways that the architecture page draws, of a session and others, against the code. */
class WayOfASessionTest {

  private static final Path SOURCES = Path.of("src/main/java/io/sessionclusters");

  static Stream<String> steps() {
    return ways().stream().flatMap(String::lines);
  }

  /** A step is a class and a sentence, which may begin with the name of a method and a colon. */
  @ParameterizedTest
  @MethodSource("steps")
  void eachClassAndMethodExists(String step) throws IOException {
    String[] parts = step.split(" +", 2);
    String method = parts[1].matches("\\w+: .*") ? parts[1].replaceFirst(":.*", "") : "";
    Path file;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      file = files.filter(f -> f.endsWith(parts[0] + ".java")).findFirst().orElseThrow();
    }
    if (!method.isEmpty()) {
      assertThat(Files.readString(file)).contains(" " + method + "(");
    }
  }

  @Test
  void theWayOfASessionIsShort() {
    assertThat(ways().getFirst().lines().map(step -> step.split(" ", 2)[0]))
        .hasSizeBetween(8, 15)
        .doesNotHaveDuplicates();
  }

  private static List<String> ways() {
    return MarkdownFile.page("architecture.md").blocks("way");
  }
}
