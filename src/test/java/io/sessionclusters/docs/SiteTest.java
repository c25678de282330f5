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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What holds of the pages as a whole. */
class SiteTest {

  @Test
  void theMenuHasEveryPage() throws IOException {
    var items =
        Pattern.compile("<item name=\"[^\"]+\" href=\"([a-z-]+)\\.html\"/>")
            .matcher(Files.readString(Path.of("src/site/site.xml")))
            .results()
            .map(item -> item.group(1) + ".md");

    assertThat(items)
        .containsExactlyInAnyOrderElementsOf(
            MarkdownFile.all().stream()
                .filter(MarkdownFile::isPageOfTheSite)
                .map(page -> String.valueOf(page.path().getFileName()))
                .toList());
  }

  @Test
  void eachPageBeginsWithItsTitle() {
    assertThat(MarkdownFile.all())
        .filteredOn(MarkdownFile::isPageOfTheSite)
        .allSatisfy(page -> assertThat(page.text()).startsWith("# " + page.headings().getFirst()));
  }

  /** The skin has Velocity evaluate a page, and AngularJS once more. */
  @Test
  void noPageHasWhatTheSkinWouldEvaluate() {
    assertThat(MarkdownFile.all())
        .filteredOn(MarkdownFile::isPageOfTheSite)
        .allSatisfy(
            page ->
                assertThat(page.text())
                    .doesNotContainPattern("\\{\\{|\\$\\{|#[@*\\[{]|[^\\s#] *##"));
  }

  @Test
  void theReadmeIsShort() throws IOException {
    assertThat(Files.size(Path.of("README.md"))).isLessThan(10 * 1024);
  }

  @Test
  void theBuildRunsTheTestCommandOfTheReadme() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    assertThat(readme).contains("| test it | `mvn verify` |");
    assertThat(Files.readString(Path.of(".ci/run"))).endsWith("\nexec mvn -B verify\n");
  }
}
