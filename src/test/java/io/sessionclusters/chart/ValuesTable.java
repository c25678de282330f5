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
package io.sessionclusters.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The values of the chart as {@code values.yaml} explains them, in its order. */
record ValuesTable(List<Row> rows) {

  private static final String MARK = "# -- ";

  /**
   * One value.
   *
   * @param key with dots, as {@code --set} takes it
   * @param meaning the comment above it
   * @param value by default
   */
  record Row(String key, String meaning, JsonNode value) {
    private String markdown() {
      return "| `%s` | %s | `%s` |".formatted(key, meaning, json(value));
    }
  }

  /**
   * Reads the comments.
   *
   * @param yaml of mappings with two spaces of indentation, as {@code values.yaml}
   */
  static ValuesTable read(String yaml) {
    JsonNode values = Chart.parse(yaml).getFirst();
    List<Row> rows = new ArrayList<>();
    Deque<String> path = new ArrayDeque<>();
    String meaning = "";
    for (String line : yaml.lines().toList()) {
      String text = line.strip();
      if (text.startsWith(MARK)) {
        meaning = text.substring(MARK.length());
      } else if (text.matches("[A-Za-z]\\w*:.*")) {
        int depth = line.indexOf(text) / 2;
        while (path.size() > depth) {
          path.removeLast();
        }
        path.addLast(text.substring(0, text.indexOf(':')));
        if (!meaning.isEmpty()) {
          JsonNode value = values.at("/" + String.join("/", path));
          rows.add(new Row(String.join(".", path), meaning, value));
        }
        meaning = "";
      }
    }
    return new ValuesTable(rows);
  }

  List<String> keys() {
    return rows.stream().map(Row::key).toList();
  }

  String markdown() {
    return Stream.concat(
            Stream.of("| value | meaning | default |", "|---|---|---|"),
            rows.stream().map(Row::markdown))
        .collect(Collectors.joining("\n"));
  }

  private static String json(JsonNode value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
