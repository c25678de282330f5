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

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sessionclusters.chart.Chart.Rendered;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The chart and {@code deploy/} install the same. What differs, and why, is in {@link #renamed} and
 * {@link #comparable}; what is not there must be equal, in both directions.
 */
class ChartMatchesDeployIT {

  private static final ControlPlane PLANE = DeployedControlPlane.get();

  /** The chart grants the lease only with leader election; deploy/ cannot know. */
  private static final List<String> LEASES =
      List.of(
          "Role session-cluster-operator/session-cluster-operator-leases",
          "RoleBinding session-cluster-operator/session-cluster-operator-leases");

  @Test
  void byDefault() {
    Map<String, JsonNode> deploy = deploy("deploy");
    deploy.keySet().removeAll(LEASES);

    assertSame(chart(), deploy);
  }

  @Test
  void withLeaderElection() {
    Map<String, JsonNode> deploy = deploy("deploy");
    Map<String, JsonNode> chart = chart("leaderElection: {enabled: true}");
    for (Map<String, JsonNode> objects : List.of(deploy, chart)) {
      // Recreate in deploy/, whose operator is alone.
      ((ObjectNode) deployment(objects).path("spec")).remove("strategy");
    }

    assertSame(chart, deploy);
  }

  @Test
  void withConnectionSecrets() throws IOException {
    Map<String, JsonNode> deploy =
        deploy(
            overlay("chart-connection-secrets", "components: [../../deploy/connection-secrets]"));
    deploy.keySet().removeAll(LEASES);
    String values = "operator: {connectionSecrets: true}";

    assertSame(chart(values), deploy);
    assertThat(settings(values)).isEqualTo(Map.of("CONNECTION_SECRETS", "true"));
  }

  @Test
  void ofAFewNamespaces() throws IOException {
    Map<String, JsonNode> deploy =
        deploy(overlay("chart-namespaced", "components: [../../deploy/namespaced]"));
    deploy.keySet().removeAll(LEASES);
    for (String namespace : List.of("team-a", "team-b")) {
      for (JsonNode object :
          Chart.parse(Files.readString(Path.of("deploy", "namespaced", "watched.yaml")))) {
        ((ObjectNode) object.path("metadata")).put("namespace", namespace);
        deploy.put(Chart.id(object), comparable(object));
      }
    }
    String values = "watchNamespaces: [team-a, team-b]";

    assertSame(chart(values), deploy);
    assertThat(settings(values)).isEqualTo(Map.of("WATCH_NAMESPACES", "team-a,team-b"));
  }

  @Test
  void theNetworkPolicy() throws IOException {
    JsonNode sample =
        Chart.parse(Files.readString(Path.of("deploy", "samples", "network-policy.yaml")))
            .getFirst();

    assertThat(chart("networkPolicy: {enabled: true}"))
        .containsEntry(Chart.id(sample), comparable(sample));
  }

  private static void assertSame(Map<String, JsonNode> chart, Map<String, JsonNode> deploy) {
    assertThat(chart.keySet()).isEqualTo(deploy.keySet());
    chart.forEach(
        (id, object) ->
            assertThat(object.toPrettyString())
                .as(id)
                .isEqualTo(Objects.requireNonNull(deploy.get(id)).toPrettyString()));
  }

  private static Map<String, JsonNode> deploy(String kustomization) {
    Map<String, JsonNode> objects = new TreeMap<>();
    for (JsonNode object : Chart.parse(PLANE.kubectl().run("kustomize", kustomization))) {
      JsonNode comparable = comparable(object);
      objects.put(Chart.id(comparable), comparable);
    }
    // Helm makes it, with --create-namespace.
    objects.remove("Namespace session-cluster-operator");
    return objects;
  }

  private static Map<String, JsonNode> chart(String... values) {
    Map<String, JsonNode> objects = new TreeMap<>();
    for (JsonNode object : Chart.parse(renamed(Chart.render(values).text()))) {
      JsonNode comparable = comparable(object);
      objects.put(Chart.id(comparable), comparable);
    }
    return objects;
  }

  /**
   * What every release has one of is named after it; deploy/ is one of a cluster, and says what it
   * is.
   */
  private static String renamed(String chart) {
    return chart
        .replace("session-cluster-operator-read-only", "sessionclusters-read-only")
        .replace("session-cluster-operator-view", "sessionclusters-view")
        .replace("session-cluster-operator-edit", "sessionclusters-edit");
  }

  /** Without what says only by whom, or how, an object is kept. */
  private static JsonNode comparable(JsonNode object) {
    withoutHelm(object);
    if (object.path("kind").asText().startsWith("ValidatingAdmissionPolicy")) {
      // Kustomize does not know that these have none.
      ((ObjectNode) object.path("metadata")).remove("namespace");
    }
    if (object.path("kind").asText().equals("Deployment")) {
      ObjectNode operator = (ObjectNode) object.at("/spec/template/spec/containers/0");
      // The chart sets by arguments, deploy/ by variables: see settings().
      operator.remove("args");
      var variables = operator.path("env").elements();
      while (variables.hasNext()) {
        if (variables.next().has("value")) {
          variables.remove();
        }
      }
    }
    return object;
  }

  private static void withoutHelm(JsonNode node) {
    for (String part : List.of("labels", "annotations", "matchLabels")) {
      if (node.path(part) instanceof ObjectNode entries) {
        List<String> helms =
            Stream.concat(
                    Stream.of("app.kubernetes.io/instance"),
                    entries.properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(key -> !part.equals("matchLabels"))
                        .filter(key -> key.matches("(app\\.kubernetes\\.io|helm\\.sh)/.*")))
                .toList();
        entries.remove(helms);
        if (entries.isEmpty()) {
          ((ObjectNode) node).remove(part);
        }
      }
    }
    node.forEach(ChartMatchesDeployIT::withoutHelm);
  }

  private static JsonNode deployment(Map<String, JsonNode> objects) {
    return Objects.requireNonNull(
        objects.get("Deployment session-cluster-operator/session-cluster-operator"));
  }

  /** The arguments that a release has for these values, as the variables that say the same. */
  private static Map<String, String> settings(String values) {
    Rendered rendered = Chart.render(values);
    List<String> own = new ArrayList<>(rendered.arguments());
    own.removeAll(Chart.render().arguments());
    Map<String, String> settings = new TreeMap<>();
    for (String argument : own) {
      int equals = argument.indexOf('=');
      settings.put(
          argument.substring(2, equals).replace('-', '_').toUpperCase(Locale.ROOT),
          argument.substring(equals + 1));
    }
    return settings;
  }

  private static String overlay(String name, String component) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", name));
    Files.writeString(
        folder.resolve("kustomization.yaml"), "resources: [../../deploy]\n" + component + "\n");
    return folder.toString();
  }
}
