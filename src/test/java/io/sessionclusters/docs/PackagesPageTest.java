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

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The drawing of the packages on the architecture page against the imports. */
class PackagesPageTest {

  private static final Path SOURCES = Path.of("src/main/java/io/sessionclusters");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?io\\.sessionclusters((?:\\.[a-z]\\w*)*)\\.[A-Z]");

  @Test
  void thePageDrawsTheArrowsThatThereAre() throws IOException {
    NavigableMap<String, NavigableSet<String>> real = real();
    assertThat(drawn()).as("write this:%n%s", text(real)).isEqualTo(real);
  }

  /** A package stands below all that use it. */
  @Test
  void allArrowsPointDown() {
    List<String> order = order();

    drawn()
        .forEach(
            (from, to) ->
                assertThat(order.subList(order.indexOf(from) + 1, order.size()))
                    .as("below %s", from)
                    .containsAll(to));
  }

  private static Stream<String> lines() {
    return MarkdownFile.page("architecture.md").blocks("packages").getFirst().lines();
  }

  private static NavigableMap<String, NavigableSet<String>> drawn() {
    NavigableMap<String, NavigableSet<String>> packages = new TreeMap<>();
    lines()
        .forEach(
            line -> {
              String[] sides = line.split(" ->", -1);
              packages.put(
                  sides[0],
                  new TreeSet<>(
                      Stream.of(sides[1].split(",", -1))
                          .map(String::strip)
                          .filter(name -> !name.isEmpty())
                          .toList()));
            });
    return packages;
  }

  private static NavigableMap<String, NavigableSet<String>> real() throws IOException {
    NavigableMap<String, NavigableSet<String>> packages = new TreeMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        String own = name(SOURCES.relativize(file.resolveSibling("")).toString().replace('/', '.'));
        NavigableSet<String> used = packages.computeIfAbsent(own, p -> new TreeSet<>());
        IMPORT
            .matcher(Files.readString(file))
            .results()
            .map(found -> name(found.group(1).replaceFirst("^\\.", "")))
            .filter(other -> !other.equals(own))
            .forEach(used::add);
      }
    }
    return packages;
  }

  private static String name(String path) {
    return path.isEmpty() ? "top" : path;
  }

  /** As the page has it, in the page's order; packages that it lacks come last. */
  private static String text(NavigableMap<String, NavigableSet<String>> packages) {
    List<String> order = order();
    return packages.entrySet().stream()
        .sorted(
            comparingInt(
                p -> order.contains(p.getKey()) ? order.indexOf(p.getKey()) : order.size()))
        .map(p -> p.getKey() + " -> " + String.join(", ", p.getValue()))
        .map(String::stripTrailing)
        .collect(joining("\n"));
  }

  private static List<String> order() {
    return lines().map(line -> line.substring(0, line.indexOf(" ->"))).toList();
  }
}
