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

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.support.FreePort;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What an administrator sets, seen from outside of the process. */
class SettingsIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @AutoClose private final Scene scene = Scene.withoutOperator();

  @Test
  void sourcesAreSharedAmongShardsAndMoveWithTheirLabel() {
    scene.workspace.put(FakeSession.sql("sc-1").state("Running"));
    scene.applySource("hangzhou", "interval: 1s");
    label("a");
    try (OperatorProcess a = OperatorProcess.start(scene, Map.of("SHARD_SELECTOR", "shard=a"));
        OperatorProcess b = OperatorProcess.start(scene, Map.of("SHARD_SELECTOR", "shard=b"))) {
      scene.awaitReady("hangzhou");
      Map<String, String> uids = scene.mirrorUids();
      Scene.eventually().until(() -> b.log().contains("started"));
      assertThat(b.log()).doesNotContain("source=");

      label("b");
      scene.workspace.update("sc-1", s -> s.state("Stopped"));

      Scene.eventually()
          .until(
              () -> b.log().contains("listing mirrored source=" + scene.namespace() + "/hangzhou"));
      int polls = lines(a, "source=");
      scene.awaitListings(3);
      assertThat(lines(a, "source=")).as("polls of the former shard").isEqualTo(polls);
      assertThat(scene.mirroredStates()).containsOnly(Map.entry("sc-1", "Stopped"));
      assertThat(scene.mirrorUids()).isEqualTo(uids);
    }
  }

  @Test
  void aSourceThatAsksForMoreGetsTheMinimumIntervalAndIsTold() {
    scene.workspace.put(FakeSession.sql("sc-1").state("Running"));
    scene.applySource("hangzhou", "interval: 1s");
    try (OperatorProcess _ = OperatorProcess.start(scene, Map.of("MINIMUM_INTERVAL", "1h"))) {
      scene.awaitReady("hangzhou");

      assertThat(scene.condition("hangzhou", "Ready"))
          .isEqualTo(
              "True Succeeded: 1 session is mirrored. spec.interval is below the operator's"
                  + " minimum; polling every 1h.");
      scene.letPollsPass(0);
      assertThat(scene.listings()).isEqualTo(1);
    }
  }

  @Test
  void aStartThatFailsEndsTheProcessThoughItsProbesWereServed() {
    Map<String, String> wrong =
        Map.of(
            "HTTPS_PROXY",
            "http://user:hush@no proxy",
            "PROBE_PORT",
            String.valueOf(FreePort.any()));
    try (OperatorProcess operator = OperatorProcess.start(scene, wrong)) {
      Scene.eventually().until(() -> !operator.isAlive());

      assertThat(operator.exitStatus()).isEqualTo(1);
      assertThat(operator.log())
          .contains("operator failed to start", "HTTPS_PROXY is not the URL of a proxy")
          .doesNotContain("hush");
    }
  }

  @Test
  void aPortThatIsTakenEndsTheStartAndIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = String.valueOf(taken.getLocalPort());
      try (OperatorProcess operator = OperatorProcess.start(scene, Map.of("METRICS_PORT", port))) {
        Scene.eventually().until(() -> !operator.isAlive());

        assertThat(operator.exitStatus()).isEqualTo(2);
        assertThat(operator.log()).contains("cannot bind metrics port " + port);
      }
    }
  }

  @Test
  void everyLineOfAReconcileNamesItsSourceInJsonToo() {
    scene.workspace.put(FakeSession.sql("sc-1").state("Running"));
    try (OperatorProcess operator =
        OperatorProcess.start(scene, Map.of("LOG_FORMAT", "json", "LOG_LEVEL", "debug"))) {
      scene.applySource("hangzhou", "interval: 1s");
      scene.awaitReady("hangzhou");
      scene.cloud.faults().once(Fault.error("InternalError"));
      Scene.eventually().until(() -> operator.log().contains("listing failed"));
      scene.awaitReady("hangzhou");
      scene.awaitListings(2);

      List<JsonNode> lines = json(operator);
      assertThat(lines)
          .allSatisfy(line -> assertThat(line.path("ecs.version").asText()).isNotEmpty());
      assertThat(lines)
          .filteredOn(
              line ->
                  line.path("log.logger").asText().startsWith("io.sessionclusters.source.")
                      || line.path("log.logger").asText().startsWith("io.sessionclusters.cloud."))
          .extracting(line -> line.path("message").asText())
          .contains("listing mirrored", "listing unchanged", "page received")
          .anyMatch(message -> message.startsWith("listing failed: "));
      assertThat(lines)
          .filteredOn(line -> line.path("log.logger").asText().matches(".*(source|mirror|cloud).*"))
          .allSatisfy(
              line ->
                  assertThat(line.path("labels.source").asText())
                      .isEqualTo(scene.namespace() + "/hangzhou"));
      assertThat(lines)
          .filteredOn(line -> line.path("message").asText().startsWith("listing failed: "))
          .first()
          .satisfies(
              line -> {
                assertThat(line.path("labels.code").asText()).isEqualTo("InternalError");
                assertThat(line.path("labels.requestId").asText()).isNotEmpty();
              });
    }
  }

  @Test
  void theStartSaysVersionAndSettings() {
    try (OperatorProcess operator = OperatorProcess.start(scene)) {
      Scene.eventually().until(() -> operator.log().contains(" started"));

      assertThat(operator.log())
          .containsPattern(
              "INFO  SessionClusterOperator - starting version=\\S+ java=25\\S+ settings=")
          .contains("watchNamespaces=[" + scene.namespace() + "]", "minimumInterval=PT1S");
    }
  }

  @Test
  void wrongSettingsEndTheStart() {
    try (OperatorProcess operator =
        OperatorProcess.start(scene, Map.of("LOG_FORMAT", "xml", "REQUEST_BURST", "none"))) {
      Scene.eventually().until(() -> !operator.isAlive());

      assertThat(operator.exitStatus()).isEqualTo(2);
      assertThat(operator.log())
          .contains(
              "session-cluster-operator: REQUEST_BURST must be a whole number from 1 to 1000;"
                  + " LOG_FORMAT must be one of text, json");
    }
  }

  private void label(String shard) {
    scene.kubectl("label", "--overwrite", "sscs", "hangzhou", "shard=" + shard);
  }

  private static int lines(OperatorProcess operator, String part) {
    return (int) operator.log().lines().filter(line -> line.contains(part)).count();
  }

  private static List<JsonNode> json(OperatorProcess operator) {
    return operator
        .log()
        .lines()
        .filter(line -> line.startsWith("{"))
        .map(SettingsIT::parse)
        .toList();
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }
}
