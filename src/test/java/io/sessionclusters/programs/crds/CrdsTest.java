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

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The generated CRDs against the design: what `kubectl explain` and `kubectl get` show. */
class CrdsTest {

  private static final String MIRRORS = "sessionclusters.sessionclusters.io.yaml";
  private static final String SOURCES = "sessionclustersources.sessionclusters.io.yaml";
  private static final Map<String, JsonNode> CRDS = generated();

  static Stream<Arguments> everyField() {
    return Stream.of(MIRRORS, SOURCES)
        .flatMap(
            file -> {
              Map<String, JsonNode> fields = new TreeMap<>();
              walk("", schema(file), fields);
              return fields.entrySet().stream()
                  .map(field -> Arguments.of(file, field.getKey(), field.getValue()));
            });
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("everyField")
  void everyFieldIsExplained(String file, String field, JsonNode schema) {
    assertThat(schema.path("description").asText())
        .as("description of %s in %s", field, file)
        .hasSizeGreaterThan(10)
        .endsWith(".");
  }

  @ParameterizedTest
  @CsvSource({MIRRORS + ", 44", SOURCES + ", 41"})
  void theWalkMissesNoField(String file, int atLeast) {
    Map<String, JsonNode> fields = new TreeMap<>();
    walk("", schema(file), fields);

    assertThat(fields).hasSizeGreaterThanOrEqualTo(atLeast);
    assertThat(fields).containsKeys(".spec", ".status", ".status.conditions[].lastTransitionTime");
  }

  @ParameterizedTest
  @CsvSource({
    MIRRORS + ", SessionCluster, sessionclusters, sessioncluster, ssc",
    SOURCES + ", SessionClusterSource, sessionclustersources, sessionclustersource, sscs"
  })
  void names(String file, String kind, String plural, String singular, String shortName) {
    JsonNode spec = crd(file).path("spec");

    assertThat(spec.path("group").asText()).isEqualTo("sessionclusters.io");
    assertThat(spec.path("scope").asText()).isEqualTo("Namespaced");
    assertThat(spec.at("/names/kind").asText()).isEqualTo(kind);
    assertThat(spec.at("/names/plural").asText()).isEqualTo(plural);
    assertThat(spec.at("/names/singular").asText()).isEqualTo(singular);
    assertThat(texts(spec.at("/names/shortNames"))).containsExactly(shortName);
    assertThat(texts(spec.at("/names/categories"))).containsExactly("emr-spark");
    assertThat(spec.path("versions")).hasSize(1);
    assertThat(version(file).path("name").asText()).isEqualTo("v1alpha1");
    assertThat(version(file).path("served").asBoolean()).isTrue();
    assertThat(version(file).path("storage").asBoolean()).isTrue();
    assertThat(version(file).at("/subresources/status").isObject()).isTrue();
  }

  @Test
  void theColumnsOfAMirror() {
    assertThat(columns(MIRRORS, 0))
        .containsExactly(
            "Session .status.name",
            "Kind .status.kind",
            "State .status.state",
            "Since .status.conditions[?(@.type==\"Running\")].lastTransitionTime",
            "Queue .status.queueName",
            "Release .status.displayReleaseVersion",
            "Created .status.createTime");
    assertThat(columns(MIRRORS, 1))
        .containsExactly(
            "Workspace .spec.workspaceId",
            "Region .spec.regionId",
            "User .status.userName",
            "Domain .status.domain",
            "Web UI .status.webUI");
  }

  @Test
  void theColumnsOfASource() {
    assertThat(columns(SOURCES, 0))
        .containsExactly(
            "Workspace .spec.workspaceId",
            "Region .spec.regionId",
            "Sessions .status.sessionClusters",
            "Running .status.states.Running",
            "Ready .status.conditions[?(@.type==\"Ready\")].status",
            "Reason .status.conditions[?(@.type==\"Ready\")].reason",
            "Age .metadata.creationTimestamp");
    assertThat(columns(SOURCES, 1))
        .containsExactly(
            "Suspended .spec.suspend",
            "Last list .status.lastListTime",
            "Message .status.conditions[?(@.type==\"Ready\")].message");
  }

  @Test
  void theWideColumnsStandLast() {
    for (String file : List.of(MIRRORS, SOURCES)) {
      assertThat(elements(version(file).path("additionalPrinterColumns")))
          .extracting(column -> column.path("priority").asInt())
          .isSorted();
    }
  }

  @Test
  void theFieldsThatAFieldSelectorMayName() {
    assertThat(elements(version(MIRRORS).path("selectableFields")))
        .extracting(field -> field.path("jsonPath").asText())
        .containsExactlyInAnyOrder(
            ".spec.workspaceId",
            ".spec.sessionClusterId",
            ".status.state",
            ".status.kind",
            ".status.queueName",
            ".status.name");
    assertThat(version(SOURCES).has("selectableFields")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({MIRRORS, SOURCES})
  void conditionsAreAMapByType(String file) {
    JsonNode conditions = schema(file).at("/properties/status/properties/conditions");

    assertThat(conditions.path("x-kubernetes-list-type").asText()).isEqualTo("map");
    assertThat(texts(conditions.path("x-kubernetes-list-map-keys"))).containsExactly("type");
    assertThat(texts(conditions.at("/items/required")))
        .containsExactlyInAnyOrder("type", "status", "reason", "message", "lastTransitionTime");
  }

  @ParameterizedTest
  @CsvSource({
    MIRRORS + ", /properties/status/properties/createTime",
    MIRRORS + ", /properties/status/properties/startTime",
    MIRRORS + ", /properties/status/properties/conditions/items/properties/lastTransitionTime",
    SOURCES + ", /properties/status/properties/lastListTime",
    SOURCES + ", /properties/status/properties/conditions/items/properties/lastTransitionTime"
  })
  void timesAreTimes(String file, String path) {
    assertThat(schema(file).at(path).path("format").asText()).isEqualTo("date-time");
  }

  @Test
  void whatASourceMustHaveAndWhatItHasByDefault() {
    JsonNode spec = schema(SOURCES).at("/properties/spec");

    assertThat(texts(schema(SOURCES).path("required"))).containsExactly("spec");
    assertThat(texts(spec.path("required"))).containsExactlyInAnyOrder("regionId", "workspaceId");
    Map<String, String> defaults = new TreeMap<>();
    Map<String, JsonNode> fields = new TreeMap<>();
    walk("", spec, fields);
    fields.forEach(
        (name, field) -> {
          if (field.has("default")) {
            defaults.put(name, field.path("default").asText());
          }
        });
    assertThat(defaults)
        .isEqualTo(
            Map.of(
                ".network", "Public",
                ".interval", "1m",
                ".timeout", "1m",
                ".suspend", "false",
                ".prune.policy", "Delete",
                ".prune.maxPercent", "50",
                ".connectionSecrets", "false"));
  }

  @Test
  void whatIsCheckedBeyondTypes() {
    // Each rule lets pass what another check refuses, so that a stored object can still be told so.
    String isNone = "!self.matches(r'" + SessionClusterSourceSpec.DURATION_PATTERN + "') || ";
    String upToADay = "duration(self) >= duration('1s') && duration(self) <= duration('24h')";
    String upToAnHour = "duration(self) >= duration('1s') && duration(self) <= duration('1h')";
    assertThat(rules(schema(SOURCES)))
        .containsExactly("oldSelf.hasValue() || self.metadata.name.size() <= 63");
    assertThat(rules(schema(SOURCES).at("/properties/spec")))
        .singleElement(as(STRING))
        .startsWith("!has(self.transitionInterval) || !has(self.interval) || ")
        .endsWith(" || duration(self.transitionInterval) <= duration(self.interval)");
    assertThat(rules(schema(SOURCES).at("/properties/spec/properties/interval")))
        .containsExactly(isNone + upToADay);
    assertThat(rules(schema(SOURCES).at("/properties/spec/properties/transitionInterval")))
        .containsExactly(isNone + upToADay);
    assertThat(rules(schema(SOURCES).at("/properties/spec/properties/timeout")))
        .containsExactly(isNone + upToAnHour);
    assertThat(rules(schema(SOURCES).at("/properties/spec/properties/staleAfter")))
        .containsExactly(
            isNone
                + "duration(self) == duration('0s')"
                + " || duration(self) >= duration('1s') && duration(self) <= duration('240h')");
    assertThat(rules(schema(MIRRORS).at("/properties/spec"))).containsExactly("self == oldSelf");
    assertThat(texts(schema(MIRRORS).at("/properties/spec/required")))
        .containsExactlyInAnyOrder("regionId", "workspaceId", "sessionClusterId");
  }

  @Test
  void aSourceThatNobodyLookedAtIsOfNoGeneration() {
    assertThat(schema(SOURCES).at("/properties/status/default").toString())
        .isEqualTo("{\"observedGeneration\":-1}");
    assertThat(schema(MIRRORS).at("/properties/status").has("default")).isFalse();
  }

  @Test
  void whatOnlyTheReaderKnowsIsNotPartOfTheResource() {
    assertThat(schema(SOURCES).at("/properties/spec/properties").has("unreadable")).isFalse();
  }

  private static void walk(String path, JsonNode schema, Map<String, JsonNode> fields) {
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              String name = path + "." + property.getKey();
              fields.put(name, property.getValue());
              walk(name, property.getValue(), fields);
            });
    if (schema.has("items")) {
      walk(path + "[]", schema.path("items"), fields);
    }
  }

  private static List<String> columns(String file, int priority) {
    return elements(version(file).path("additionalPrinterColumns")).stream()
        .filter(column -> column.path("priority").asInt() == priority)
        .map(column -> column.path("name").asText() + " " + column.path("jsonPath").asText())
        .toList();
  }

  private static List<String> rules(JsonNode schema) {
    return elements(schema.path("x-kubernetes-validations")).stream()
        .map(rule -> rule.path("rule").asText())
        .toList();
  }

  private static JsonNode schema(String file) {
    return version(file).at("/schema/openAPIV3Schema");
  }

  private static JsonNode version(String file) {
    return crd(file).at("/spec/versions/0");
  }

  private static JsonNode crd(String file) {
    return Objects.requireNonNull(CRDS.get(file), file);
  }

  private static List<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static List<String> texts(JsonNode array) {
    return elements(array).stream().map(JsonNode::asText).toList();
  }

  private static Map<String, JsonNode> generated() {
    try {
      Map<String, JsonNode> crds = new TreeMap<>();
      CrdGenerator.generate()
          .forEach(
              (file, yaml) ->
                  crds.put(
                      file,
                      new ObjectMapper().valueToTree(Serialization.unmarshal(yaml, Map.class))));
      return crds;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
