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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page, as far as tests look at it.
 *
 * @param path from the root of the repository
 * @param text as it stands in the file
 */
public record MarkdownFile(Path path, String text) {

  /** Where the pages of the site are. */
  static final Path SITE = Path.of("src/site/markdown");

  private static final Set<String> FOLDERS_OF_OTHERS = Set.of("target", ".git", "node_modules");
  private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^( *)```.*?^\\1```\\s*?$");
  private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```(?<language>\\w*)\\R(?<body>.*?)^```$");

  /** A page of the site. */
  static MarkdownFile page(String name) {
    return read(SITE.resolve(name));
  }

  /** The page in that file. */
  public static MarkdownFile read(Path path) {
    try {
      return new MarkdownFile(path, Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All pages of the repository. */
  static List<MarkdownFile> all() {
    try (Stream<Path> files = Files.walk(Path.of(""))) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !FOLDERS_OF_OTHERS.contains(file.getName(0).toString()))
          .sorted()
          .map(MarkdownFile::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isPageOfTheSite() {
    return path.startsWith(SITE);
  }

  List<String> headings() {
    return groups(HEADING, CODE_BLOCK.matcher(text).replaceAll(""));
  }

  /** The anchors of the headings, as Git hosts make them. */
  public List<String> anchors() {
    Map<String, Integer> seen = new HashMap<>();
    return headings().stream()
        .map(
            heading ->
                heading
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .map(
            anchor -> {
              int before = seen.merge(anchor, 1, Integer::sum) - 1;
              return before == 0 ? anchor : anchor + "-" + before;
            })
        .toList();
  }

  /** Where its links lead, those in code left out. */
  List<String> links() {
    String prose = CODE.matcher(CODE_BLOCK.matcher(text).replaceAll("")).replaceAll("``");
    return groups(LINK, prose);
  }

  /** The content of its code blocks in that language. */
  List<String> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(block -> block.group("language").equals(language))
        .map(block -> block.group("body"))
        .toList();
  }

  private static List<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
