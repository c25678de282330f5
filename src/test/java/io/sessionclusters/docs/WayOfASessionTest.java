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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The drawing of a session's way on the architecture page against the classes. */
class WayOfASessionTest {

  private static final Path SOURCES = Path.of("src/main/java/io/sessionclusters");

  @Test
  void eachClassExists() throws IOException {
    Set<String> classes;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      classes =
          files
              .map(file -> String.valueOf(file.getFileName()).replace(".java", ""))
              .collect(Collectors.toUnmodifiableSet());
    }
    assertThat(classes).containsAll(way());
  }

  @Test
  void theWayIsShort() {
    assertThat(way()).hasSizeBetween(8, 15).doesNotHaveDuplicates();
  }

  private static List<String> way() {
    return MarkdownFile.page("architecture.md")
        .blocks("way")
        .getFirst()
        .lines()
        .map(line -> line.substring(0, line.indexOf(' ')))
        .toList();
  }
}
