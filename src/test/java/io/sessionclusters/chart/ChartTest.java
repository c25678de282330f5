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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.LintResult;
import io.sessionclusters.chart.Chart.Rendered;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.support.ReadSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** What the chart is, and what it renders. */
class ChartTest {

  @Test
  void lint() {
    LintResult result = Chart.helm().lint().strict().call();

    assertThat(result.isFailed()).isFalse();
    assertThat(result.getMessages()).containsExactly("[INFO] Chart.yaml: icon is recommended");
  }

  @Test
  void itsVersionsAreTheProjects() throws IOException {
    Matcher version =
        Pattern.compile("<artifactId>session-cluster-operator</artifactId>\\s*<version>(.*)<")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertThat(version.find()).isTrue();
    JsonNode chart = Chart.parse(Files.readString(Chart.FOLDER.resolve("Chart.yaml"))).getFirst();

    assertThat(chart.path("version").asText()).isEqualTo(version.group(1));
    assertThat(chart.path("appVersion").asText()).isEqualTo(version.group(1));
    assertThat(image(Chart.render())).isEqualTo("session-cluster-operator:" + version.group(1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theDefinitionsAreThoseOfTheProject(boolean keep) throws IOException {
    Rendered rendered = Chart.render("crds: {keep: " + keep + "}");

    for (String name : List.of("sessionclusters", "sessionclustersources")) {
      JsonNode own =
          Chart.parse(Files.readString(Path.of("crds", name + ".sessionclusters.io.yaml")))
              .getFirst();
      JsonNode charts = rendered.object("CustomResourceDefinition " + name + ".sessionclusters.io");
      assertThat(charts.path("spec")).isEqualTo(own.path("spec"));
      assertThat(charts.at("/metadata/annotations/helm.sh~1resource-policy").asText())
          .isEqualTo(keep ? "keep" : "");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replicaCount: 2 | more than one pod needs leaderElection.enabled=true",
        "extraArgs: [--probe-port=1] | the pod's probes ask port 8081",
        "rrsa: {enabled: true} | rrsa.roleName: name the RAM role",
        "{rrsa: {enabled: true, roleName: r}, serviceAccount: {create: false}}"
            + " | needs serviceAccount.create=true",
      })
  void whatCannotWorkIsRefused(String values, String message) {
    assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(message);
  }

  /** What the values say by default is what the operator does without any. */
  @Test
  void itsDefaultsAreTheOperators() {
    String[] arguments = Chart.render().arguments().toArray(String[]::new);

    assertThat(arguments).hasSizeGreaterThan(5);
    assertThat(ReadSettings.of(arguments)).isEqualTo(ReadSettings.of());
  }

  /** The schema refuses before what the operator would refuse in a pod. */
  @Test
  void theOperatorTakesWhatTheSchemaAllows() {
    OperatorSettings settings =
        ReadSettings.of(
            Map.of("OPERATOR_NAMESPACE", "spark", "POD_NAME", "operator-1"),
            Chart.render(
                    """
                    watchNamespaces: [team-a, team-b]
                    leaderElection: {enabled: true, leaseName: lead}
                    log: {level: error, format: json}
                    operator:
                      ambientNamespaces: ["*"]
                      allowedEndpoints: ["proxy:8443", api.example]
                      stsEndpoint: sts-vpc.cn-hangzhou.aliyuncs.com
                      requestsPerSecond: 1
                      requestBurst: 1000
                      listingsInFlight: 3
                      writesInFlight: 5
                      minimumInterval: 1m30s
                      shardSelector: team in (a, b)
                      connectionSecrets: true
                    """)
                .arguments()
                .toArray(String[]::new));

    assertThat(settings)
        .isEqualTo(
            new OperatorSettings(
                Set.of("team-a", "team-b"),
                "team in (a, b)",
                Set.of("*"),
                Set.of("proxy:8443", "api.example"),
                URI.create("https://sts-vpc.cn-hangzhou.aliyuncs.com"),
                new OperatorSettings.Limits(1, 1000, 3, 5),
                Duration.ofSeconds(90),
                OperatorSettings.ConnectionSecretSettings.DEFAULTS,
                new OperatorSettings.LeaderElection("spark", "lead", "operator-1"),
                "operator-1",
                new OperatorSettings.Ports(0, 0),
                new OperatorSettings.Logging(Level.ERROR, OperatorSettings.Logging.Format.JSON)));
  }

  /** Nobody else holds a lease, and a rolling update needs no moment without a leader. */
  @Test
  void severalPods() {
    Rendered rendered = Chart.render("{replicaCount: 2, leaderElection: {enabled: true}}");

    assertThat(rendered.deployment().at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(rendered.deployment().at("/spec/strategy/type").asText()).isEqualTo("RollingUpdate");
    assertThat(ids(rendered, id -> id.contains("-leases")))
        .containsExactly(
            "Role session-cluster-operator/session-cluster-operator-leases",
            "RoleBinding session-cluster-operator/session-cluster-operator-leases");
    assertThat(ids(Chart.render(), id -> id.contains("-leases"))).isEmpty();
  }

  @Test
  void ofAFewNamespacesItHasRightsThereAndNowhereElse() {
    Rendered rendered =
        Chart.render(
            "{watchNamespaces: [team-a, team-b], operator: {connectionSecrets: true}}",
            "rbac: {aggregateToDefaultRoles: false}");

    assertThat(ids(rendered, id -> id.matches("(Cluster)?Role(Binding)? .*")))
        .containsExactly(
            "Role team-a/session-cluster-operator",
            "Role team-a/session-cluster-operator-connection-secrets",
            "Role team-b/session-cluster-operator",
            "Role team-b/session-cluster-operator-connection-secrets",
            "RoleBinding team-a/session-cluster-operator",
            "RoleBinding team-a/session-cluster-operator-connection-secrets",
            "RoleBinding team-b/session-cluster-operator",
            "RoleBinding team-b/session-cluster-operator-connection-secrets");
    Rendered everywhere = Chart.render("operator: {connectionSecrets: true}");
    for (String name : List.of("", "-connection-secrets")) {
      assertThat(rendered.object("Role team-b/session-cluster-operator" + name).path("rules"))
          .isEqualTo(
              everywhere.object("ClusterRole session-cluster-operator" + name).path("rules"));
      JsonNode binding = rendered.object("RoleBinding team-b/session-cluster-operator" + name);
      assertThat(binding.at("/roleRef/kind").asText()).isEqualTo("Role");
      assertThat(binding.at("/subjects/0/namespace").asText())
          .isEqualTo("session-cluster-operator");
    }
  }

  /** One of them brings the definitions. */
  @Test
  void twoReleasesShareNothing() {
    String values =
        "{leaderElection: {enabled: true}, operator: {connectionSecrets: true},"
            + " podDisruptionBudget: {enabled: true}, networkPolicy: {enabled: true},"
            + " metrics: {serviceMonitor: {enabled: true}}, crds: {install: false}}";
    Rendered first = Chart.renderRelease("first", "spark", values);
    Rendered second = Chart.renderRelease("second", "spark", values);

    assertThat(first.objects()).hasSizeGreaterThan(15);
    assertThat(first.objects().keySet()).doesNotContainAnyElementsOf(second.objects().keySet());
    assertThat(first.arguments()).contains("--lease-name=first-session-cluster-operator");
    assertThat(second.arguments()).contains("--lease-name=second-session-cluster-operator");
    assertThat(second.text()).contains("name: second-session-cluster-operator-credentials");
    assertThat(second.deployment().at("/spec/selector"))
        .isNotEqualTo(first.deployment().at("/spec/selector"));
  }

  @Test
  void namesStayValidHoweverLongTheReleasesIs() {
    Rendered rendered =
        Chart.renderRelease(
            "a-release-with-a-name-of-fifty-three-characters-in-it",
            "spark",
            "{metrics: {service: {enabled: true}}, fullnameOverride: " + "x".repeat(70) + "}");

    assertThat(ids(rendered, id -> id.startsWith("Service ")))
        .singleElement()
        .satisfies(id -> assertThat(id.substring(id.indexOf('/') + 1)).hasSizeLessThan(64));
  }

  @Test
  void theSelectorDoesNotChangeWithTheVersion() {
    JsonNode selector = Chart.render().deployment().at("/spec/selector/matchLabels");

    assertThat(selector.properties().stream().map(Map.Entry::getKey))
        .containsExactly("app.kubernetes.io/instance", "app.kubernetes.io/name");
  }

  @Test
  void theMonitoredServiceIsTheReleases() {
    Rendered rendered =
        Chart.renderRelease("first", "spark", "metrics: {serviceMonitor: {enabled: true}}");
    JsonNode service = rendered.object("Service spark/first-session-cluster-operator-metrics");
    JsonNode monitor = rendered.object("ServiceMonitor spark/first-session-cluster-operator");

    Map<String, String> labels = new TreeMap<>();
    service
        .at("/metadata/labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    monitor
        .at("/spec/selector/matchLabels")
        .properties()
        .forEach(l -> assertThat(labels).containsEntry(l.getKey(), l.getValue().asText()));
    assertThat(labels.get(monitor.at("/spec/jobLabel").asText()))
        .isEqualTo("session-cluster-operator");
    assertThat(monitor.at("/spec/endpoints/0/port").asText())
        .isEqualTo(service.at("/spec/ports/0/name").asText());
  }

  @Test
  void alertsAndDashboardAreTheFiles() throws IOException {
    Rendered rendered =
        Chart.render("{prometheusRule: {enabled: true}, grafanaDashboard: {enabled: true}}");
    JsonNode dashboard =
        rendered.object("ConfigMap session-cluster-operator/session-cluster-operator-dashboard");

    assertThat(
            rendered
                .object("PrometheusRule session-cluster-operator/session-cluster-operator")
                .path("spec"))
        .isEqualTo(
            Chart.parse(Files.readString(Chart.FOLDER.resolve("files/alerts.yaml"))).getFirst());
    assertThat(dashboard.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
    assertThat(dashboard.at("/data/session-cluster-operator.json").asText().strip())
        .isEqualTo(Files.readString(Chart.FOLDER.resolve("files/dashboard.json")).strip());
  }

  @Test
  void noRegistryIsNamed() {
    assertThat(image(Chart.render())).doesNotContain("/");
  }

  @Test
  void theNotesTellTheNextStep() {
    assertThat(Chart.notes())
        .contains("serves the sources of all namespaces.")
        .contains("kubectl create namespace spark")
        .contains("kind: SessionClusterSource")
        .contains("get sessionclusters --watch")
        .doesNotContain("WARNING");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replicaCount: 0 | WARNING: replicaCount is 0: nothing is watched",
        "rbac: {create: false} | WARNING: rbac.create is false: nothing is watched",
        "admissionPolicy: {enabled: false} | WARNING: admissionPolicy.enabled is false",
        "crds: {install: false} | crds.install is false",
        "watchNamespaces: [team-a] | kubectl -n team-a create secret",
        "rrsa: {enabled: true, roleName: r} | namespace session-cluster-operator pod-identity",
        "operator: {shardSelector: team=a} | all namespaces that match team=a.",
        "operator: {shardSelector: team=a} | Label the source so that it matches team=a",
        "operator: {shardSelector: team=a} | delete sessionclustersources --all-namespaces -l"
            + " 'team=a'",
        "watchNamespaces: [team-a] | kubectl -n team-a delete sessionclustersources --all",
      })
  void andWhatToMind(String values, String note) {
    assertThat(Chart.notes(values)).contains(note);
    assertThat(Chart.notes()).doesNotContain(note);
  }

  private static List<String> ids(Rendered rendered, Predicate<String> which) {
    return rendered.objects().keySet().stream().filter(which).toList();
  }

  private static String image(Rendered rendered) {
    return rendered.deployment().at("/spec/template/spec/containers/0/image").asText();
  }
}
