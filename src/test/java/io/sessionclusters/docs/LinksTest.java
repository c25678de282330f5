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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Links lead somewhere, on a Git host and in the site alike. Those to other hosts are not followed.
 */
class LinksTest {

  static Stream<MarkdownFile> pages() {
    return MarkdownFile.all().stream();
  }

  static Stream<MarkdownFile> pagesOfTheSite() {
    return pages().filter(MarkdownFile::isPageOfTheSite);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void eachLeadsToAFileAndAHeading(MarkdownFile page) {
    List<String> broken = new ArrayList<>();
    for (String link : page.links()) {
      if (!link.startsWith("https://") && !leadsSomewhere(page, link)) {
        broken.add(link);
      }
    }
    assertThat(broken).isEmpty();
  }

  /** The site has no other file of the repository. */
  @ParameterizedTest
  @MethodSource("pagesOfTheSite")
  void pagesOfTheSiteLinkToEachOtherOnly(MarkdownFile page) {
    assertThat(page.links())
        .filteredOn(link -> !link.startsWith("https://"))
        .allSatisfy(link -> assertThat(link).matches("([a-z-]+\\.md)?(#[a-z0-9-]+)?"));
  }

  /** The site and Git hosts make the same anchors of such headings; of others, other ones. */
  @ParameterizedTest
  @MethodSource("pagesOfTheSite")
  void headingsHaveTheSameAnchorEverywhere(MarkdownFile page) {
    assertThat(page.headings())
        .doesNotHaveDuplicates()
        .allSatisfy(heading -> assertThat(heading).matches("[A-Za-z0-9]+([ -][A-Za-z0-9]+)*"));
  }

  @Test
  void noneIsLeftOut() {
    assertThat(pages().map(MarkdownFile::toString))
        .contains("README.md", "CONTRIBUTING.md", "SECURITY.md", "src/site/markdown/concepts.md")
        .hasSizeGreaterThan(25);
    assertThat(pages().mapToLong(page -> page.links().size()).sum()).isGreaterThan(100);
  }

  private static boolean leadsSomewhere(MarkdownFile page, String link) {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? page.path() : page.path().resolveSibling(file).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    return hash < 0 || MarkdownFile.read(target).anchors().contains(link.substring(hash + 1));
  }
}
