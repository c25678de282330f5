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
package io.sessionclusters.programs.crds;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The page of the documentation that describes every field, made from the CRDs. */
final class ApiPage {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The API server's own; no user looks for their fields here. */
  private static final Set<String> NOT_OPENED = Set.of("conditions");

  private static final String BEGIN =
      """
      # API reference

      Generated from the CRDs in `crds/` by `mvn process-test-classes -Pcrds`. `kubectl explain` shows the same. Nested fields are
      written with dots, elements of a list with `[]`. Patterns of texts are in `crds/`.
      """;

  private ApiPage() {}

  /**
   * The page.
   *
   * @param crds as YAML
   */
  static String of(Collection<String> crds) {
    return BEGIN + crds.stream().map(ApiPage::resource).collect(joining());
  }

  private static String resource(String yaml) {
    JsonNode spec =
        MAPPER.<JsonNode>valueToTree(Serialization.unmarshal(yaml, Map.class)).path("spec");
    JsonNode names = spec.path("names");
    JsonNode version = spec.path("versions").path(0);
    JsonNode schema = version.at("/schema/openAPIV3Schema");
    String kind = names.path("kind").asText();
    StringBuilder page = new StringBuilder();
    page.append("\n## ").append(kind).append("\n\n");
    page.append(description(schema)).append("\n\n");
    page.append("| | |\n|---|---|\n");
    page.append(
        "| API version | `%s/%s` |\n".formatted(text(spec, "group"), text(version, "name")));
    page.append("| scope | %s |\n".formatted(text(spec, "scope")));
    page.append(
        "| names | `%s`, `%s`, `%s` |\n"
            .formatted(
                text(names, "plural"),
                text(names, "singular"),
                names.at("/shortNames/0").asText()));
    page.append("| category | `%s` |\n".formatted(names.at("/categories/0").asText()));
    page.append("| columns | %s |\n".formatted(columns(version, 0)));
    page.append("| columns with `-o wide` | %s |\n".formatted(columns(version, 1)));
    if (version.has("selectableFields")) {
      page.append(
          "| field selectors | %s |\n"
              .formatted(
                  stream(version.path("selectableFields"))
                      .map(field -> "`" + text(field, "jsonPath").substring(1) + "`")
                      .collect(joining(", "))));
    }
    for (String part : List.of("spec", "status")) {
      JsonNode node = schema.path("properties").path(part);
      page.append(
          "\n### %s of a %s\n\n%s%s\n\n"
              .formatted(
                  part.equals("spec") ? "Spec" : "Status", kind, description(node), rules(node)));
      page.append("| field | type | meaning |\n|---|---|---|\n");
      fields("", node, page);
    }
    return page.toString();
  }

  private static void fields(String path, JsonNode node, StringBuilder page) {
    Set<String> required =
        new TreeSet<>(stream(node.path("required")).map(JsonNode::asText).toList());
    node.path("properties")
        .properties()
        .forEach(
            property -> {
              String name = path + property.getKey();
              JsonNode field = property.getValue();
              page.append(
                  "| `%s` | %s | %s%s |\n"
                      .formatted(
                          name,
                          type(field),
                          cell(description(field)),
                          notes(field, required.contains(property.getKey()))));
              if (!NOT_OPENED.contains(property.getKey())) {
                fields(name + ".", field, page);
                fields(name + "[].", field.path("items"), page);
              }
            });
  }

  private static String type(JsonNode field) {
    if (field.has("items")) {
      return "list of " + field.at("/items/type").asText();
    }
    if (field.has("additionalProperties")) {
      return "map of " + field.at("/additionalProperties/type").asText();
    }
    return text(field, field.path("format").asText().equals("date-time") ? "format" : "type");
  }

  private static String notes(JsonNode field, boolean required) {
    List<String> notes = new ArrayList<>();
    if (required) {
      notes.add("Required.");
    }
    if (field.has("enum")) {
      notes.add(
          "One of "
              + stream(field.path("enum")).map(v -> "`" + v.asText() + "`").collect(joining(", "))
              + ".");
    }
    if (field.has("default") && field.path("default").isValueNode()) {
      notes.add("Default: `" + field.path("default").asText() + "`.");
    }
    if (field.has("maximum")) {
      notes.add(
          "From %s to %s.".formatted(field.path("minimum").asText("0"), text(field, "maximum")));
    }
    if (field.has("maxLength")) {
      notes.add("At most %s characters.".formatted(text(field, "maxLength")));
    }
    return (notes.isEmpty() ? "" : " " + String.join(" ", notes)) + cell(rules(field));
  }

  private static String rules(JsonNode node) {
    return stream(node.path("x-kubernetes-validations"))
        .map(rule -> " Rule: " + text(rule, "message") + ".")
        .collect(joining());
  }

  private static String columns(JsonNode version, int priority) {
    return stream(version.path("additionalPrinterColumns"))
        .filter(column -> column.path("priority").asInt() == priority)
        .map(column -> text(column, "name"))
        .collect(joining(", "));
  }

  private static String description(JsonNode node) {
    return text(node, "description");
  }

  /** Text in a cell of a table. */
  private static String cell(String text) {
    return text.replace("|", "\\|").replace("*", "\\*");
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
