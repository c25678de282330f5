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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** Each value of the chart: it does something, is explained, and cannot be mistyped. */
class ChartValuesTest {

  private static final String MATRIX = "/io/sessionclusters/chart/values.csv";
  private static final JsonNode VALUES = Chart.parse(read("values.yaml")).getFirst();
  private static final ValuesTable TABLE = ValuesTable.read(read("values.yaml"));

  /**
   * Renders with and without a value.
   *
   * @param given values that both have
   * @param shown what only the rendering with the value has, or, after {@code !}, lacks
   */
  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = MATRIX, delimiter = '|', quoteCharacter = '\'', numLinesToSkip = 1)
  void eachHasAnEffect(String key, @Nullable String given, String value, String shown) {
    String base = given == null ? "" : given;
    assertThat(Chart.parse(value).getFirst().at("/" + key.replace('.', '/')).isMissingNode())
        .isFalse();

    String without = Chart.render(base).text();
    String with = Chart.render(base, value).text();

    if (shown.startsWith("!")) {
      assertThat(without).contains(shown.substring(1));
      assertThat(with).doesNotContain(shown.substring(1));
    } else {
      assertThat(without).doesNotContain(shown);
      assertThat(with).contains(shown);
    }
  }

  @Test
  void noneIsLeftOutAbove() throws IOException {
    try (var matrix = Objects.requireNonNull(getClass().getResourceAsStream(MATRIX))) {
      List<String> tried =
          new String(matrix.readAllBytes(), UTF_8)
              .lines()
              .skip(1)
              .map(line -> line.substring(0, line.indexOf('|')).strip())
              .toList();
      assertThat(tried).containsExactlyElementsOf(TABLE.keys());
    }
  }

  @Test
  void eachIsExplained() {
    List<String> explained = TABLE.keys();

    assertThat(leaves("", VALUES).filter(leaf -> explained.stream().noneMatch(leaf::startsWith)))
        .isEmpty();
  }

  @Test
  void theReadmeHasTheTable() {
    assertThat(read("README.md")).contains(TABLE.markdown());
  }

  /** The other way round Helm checks: the schema refuses a value that it does not know. */
  @Test
  void theSchemaKnowsNoOther() throws IOException {
    JsonNode schema = new ObjectMapper().readTree(read("values.schema.json"));

    assertThat(properties("", schema))
        .hasSizeGreaterThan(TABLE.keys().size())
        .allSatisfy(key -> assertThat(VALUES.at(key).isMissingNode()).as(key).isFalse());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "replicaCout: 2 | additional properties 'replicaCout' not allowed",
        "image: {repo: x} | at '/image': additional properties 'repo' not allowed",
        "operator: {rate: 1} | at '/operator': additional properties 'rate' not allowed",
        "metrics: {service: {enable: true}} | '/metrics/service': additional properties 'enable'",
        "imagePullSecrets: [pull] | at '/imagePullSecrets/0': got string, want object",
        "imagePullSecrets: [{}] | at '/imagePullSecrets/0': missing property 'name'",
        "replicaCount: two | at '/replicaCount': got string, want integer",
        "replicaCount: -1 | at '/replicaCount': minimum: got -1, want 0",
        "watchNamespaces: team-a | at '/watchNamespaces': got string, want array",
        "watchNamespaces: [Team] | at '/watchNamespaces/0': 'Team' does not match pattern",
        "watchNamespaces: [a, a] | at '/watchNamespaces': items at 0 and 1 are equal",
        "log: {level: verbose} | at '/log/level': value must be one of 'error'",
        "log: {format: xml} | at '/log/format': value must be one of 'text', 'json'",
        "image: {digest: abc} | at '/image/digest': 'abc' does not match pattern",
        "crds: {keep: 'no'} | at '/crds/keep': got string, want boolean",
        "operator: {minimumInterval: 5} | at '/operator/minimumInterval': got number, want string",
        "operator: {minimumInterval: five} | at '/operator/minimumInterval': 'five' does not",
        "operator: {writesInFlight: 0} | at '/operator/writesInFlight': minimum: got 0, want 1",
        "operator: {allowedEndpoints: ['a,b']} | at '/operator/allowedEndpoints/0': 'a,b' does not",
        "extraEnv: [{value: x}] | at '/extraEnv/0': missing property 'name'",
      })
  void aMistypedOneIsRefused(String values, String message) {
    assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(message);
  }

  @Test
  void whatHelmAddsIsNotRefused() {
    assertThat(Chart.render("global: {anything: 1}").text()).isEqualTo(Chart.render().text());
  }

  /** The paths of all values below a node that are no mappings, or empty ones. */
  private static Stream<String> leaves(String path, JsonNode node) {
    if (!node.isObject() || node.isEmpty()) {
      return Stream.of(path);
    }
    String prefix = path.isEmpty() ? "" : path + ".";
    return node.properties().stream().flatMap(p -> leaves(prefix + p.getKey(), p.getValue()));
  }

  /** The paths of all properties of a schema but for Kubernetes' own, and for Helm's. */
  private static List<String> properties(String path, JsonNode schema) {
    return schema.path("properties").properties().stream()
        .filter(p -> !p.getKey().equals("global"))
        .flatMap(
            p -> {
              String key = path + "/" + p.getKey();
              return Stream.concat(
                  Stream.of(key),
                  key.equals("/resources") ? Stream.of() : properties(key, p.getValue()).stream());
            })
        .toList();
  }

  private static String read(String file) {
    try {
      return Files.readString(Chart.FOLDER.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
