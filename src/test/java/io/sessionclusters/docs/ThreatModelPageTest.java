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
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The threat model names tests as its witnesses: they have to be there. */
class ThreatModelPageTest {

  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))`");

  @Test
  void everyThreatNamesTestsThatExist() throws IOException {
    Set<String> tests;
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      tests =
          files
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .collect(Collectors.toUnmodifiableSet());
    }
    Set<String> missing = new TreeSet<>();
    int threats = 0;
    for (String line : MarkdownFile.page("threat-model.md").text().lines().toList()) {
      if (line.startsWith("| ") && !line.startsWith("| who |")) {
        threats++;
        String witnesses = line.substring(line.lastIndexOf('|', line.length() - 2));
        assertThat(witnesses).as(line).containsPattern(TEST);
        TEST.matcher(witnesses)
            .results()
            .map(found -> found.group(1))
            .filter(name -> !tests.contains(name))
            .forEach(missing::add);
      }
    }

    assertThat(threats).isGreaterThan(10);
    assertThat(missing).isEmpty();
  }
}
