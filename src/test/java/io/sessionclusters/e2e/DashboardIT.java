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
package io.sessionclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.sessionclusters.chart.Chart;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.FakeWorkspace;
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.PrometheusServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The chart's dashboard and alerts over what a real Prometheus scraped of an operator at work. */
class DashboardIT {

  private static final String JOB = "session-cluster-operator";
  private static final Path ALERTS = Chart.FOLDER.resolve("files/alerts.yaml");
  private static final Path DASHBOARD = Chart.FOLDER.resolve("files/dashboard.json");

  @AutoClose private final Scene scene = Scene.withoutOperator();

  @Test
  void everyQueryReturnsDataAndEveryAlertSeesItsCause() throws IOException {
    IntStream.range(0, 8).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
    scene.workspace.put(FakeSession.sql("sc-error").state("Error"));
    scene.applySource("hangzhou", "interval: 1s");
    int port = FreePort.any();
    try (OperatorProcess operator =
            OperatorProcess.start(scene, Map.of("METRICS_PORT", Integer.toString(port)));
        PrometheusServer prometheus = PrometheusServer.start(JOB, List.of(port), ALERTS)) {
      scene.awaitReady("hangzhou");
      assertThat(prometheus.alerts()).containsExactlyInAnyOrderElementsOf(alerts().keySet());
      Scene.eventually()
          .untilAsserted(
              () -> assertThat(sees(prometheus)).containsExactly("SessionClusterInError"));

      thingsHappen();
      for (String query : queries()) {
        Scene.eventually()
            .untilAsserted(() -> assertThat(prometheus.query(query)).as(query).isNotEmpty());
      }
      Scene.eventually()
          .untilAsserted(
              () ->
                  assertThat(sees(prometheus))
                      .containsExactlyInAnyOrder(
                          "SessionClusterInError",
                          "SessionClusterSourceStale",
                          "SessionClusterPruneGuardTripped",
                          "SessionClusterSourceThrottled"));

      operator.kill();
      Scene.eventually()
          .untilAsserted(() -> assertThat(sees(prometheus)).contains("SessionClusterOperatorDown"));
    }
  }

  /** What an on-call person would look for: failures, throttling, a large loss, a hand edit. */
  private void thingsHappen() {
    scene.kubectlPastThePolicy(
        "patch",
        "ssc",
        "sc-7",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"state\":\"Stopped\"}}");
    FakeWorkspace failing = scene.cloud.workspace(Scene.REGION, "w-failing");
    failing.put(FakeSession.sql("sc-failing"));
    scene.applySource("failing", "workspaceId: w-failing", "interval: 1s");
    scene.awaitReady("failing");
    scene.cloud.faults().forWorkspace("w-failing").always(Fault.error("Throttling.User"));
    IntStream.range(0, 6).forEach(i -> scene.workspace.remove("sc-" + i));
  }

  /** The alerts whose expression, without the time that it must hold, is true now. */
  private static List<String> sees(PrometheusServer prometheus) {
    return alerts().entrySet().stream()
        .filter(alert -> !prometheus.query(alert.getValue()).isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Map<String, String> alerts() {
    Map<String, String> expressions = new TreeMap<>();
    JsonNode file = read(ALERTS, text -> true);
    for (JsonNode group : file.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        expressions.put(rule.path("alert").asText(), rule.path("expr").asText());
      }
    }
    return expressions;
  }

  /** Every query of the dashboard, as Grafana would ask it. */
  private List<String> queries() {
    List<String> queries =
        read(DASHBOARD, text -> text.contains("schemaVersion")).findValuesAsText("expr").stream()
            .map(
                query ->
                    query
                        .replace("$__rate_interval", "5s")
                        .replace("$namespace", scene.namespace()))
            .toList();
    assertThat(queries).hasSizeGreaterThan(20).allSatisfy(q -> assertThat(q).doesNotContain("$"));
    return queries;
  }

  private static JsonNode read(Path file, Predicate<String> plausible) {
    try {
      String text = Files.readString(file);
      assertThat(text).matches(plausible);
      return new ObjectMapper().valueToTree(Serialization.unmarshal("#\n" + text, Map.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
