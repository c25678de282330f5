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

import io.sessionclusters.config.OperatorSettings.Ports;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.RecordCopy;
import io.sessionclusters.support.Scrape;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The life of an operator as its metrics and probes tell it. */
class MetricsIT {

  private static final String PREFIX = "sessioncluster_operator_";

  @AutoClose private final Scene scene = Scene.withoutOperator();
  private final int port = FreePort.any();

  @Test
  void aLifeIsTold() {
    for (int i = 0; i < 4; i++) {
      scene.workspace.put(FakeSession.sql("sc-" + i).state("Running"));
    }
    scene.workspace.update("sc-3", s -> s.state("Error"));
    scene.startOperator(RecordCopy.with(scene.settings(), "ports", new Ports(port, port)));
    assertThat(Scrape.page(port, "/readyz")).isEqualTo("ok\n");
    assertThat(ofSources()).isEmpty();
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");

    awaitValue("mirrors{%s}", 4);
    awaitValue("source_ready{%s}", 1);
    awaitValue("source_reason{reason=\"Succeeded\",%s}", 1);
    awaitValue("source_interval_seconds{%s}", 3600);
    awaitValue("sessions{%s,state=\"Running\"}", 3);
    awaitValue("sessions{%s,state=\"Error\"}", 1);
    awaitValue("mirror_writes_total{operation=\"create\",result=\"done\"}", 4);
    awaitValue("listings_total{result=\"Succeeded\"}", 1);
    awaitValue("listing_pages_total", 1);
    awaitValue("listing_duration_seconds_count", 1);
    awaitValue("cloud_requests_total{code=\"2xx\",error=\"none\"}", 1);
    awaitValue("leader{lease=\"none\"}", 1);
    assertThat(value("source_last_success_timestamp_seconds{%s}"))
        .isBetween(Instant.now().getEpochSecond() - 60.0, Instant.now().getEpochSecond() + 1.0);

    scene.workspace.update("sc-0", s -> s.state("Stopped"));
    scene.workspace.remove("sc-1");
    scene.poll("hangzhou");
    awaitValue("mirror_writes_total{operation=\"update\",result=\"done\"}", 1);
    awaitValue("sessions{%s,state=\"Stopped\"}", 1);
    awaitValue("mirrors{%s}", 3);
    awaitValue("mirrors_pruned_total", 1);

    assertValue("drift_repairs_total", 0);
    scene.kubectlPastThePolicy(
        "patch",
        "ssc",
        "sc-2",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"state\":\"x\"}}");
    awaitValue("drift_repairs_total", 1);

    scene.cloud.faults().always(Fault.error("InternalError"));
    scene.poll("hangzhou");
    awaitValue("source_ready{%s}", 0);
    awaitValue("source_reason{reason=\"CloudUnavailable\",%s}", 1);
    assertThat(value("cloud_requests_total{code=\"5xx\",error=\"service_failed\"}")).isPositive();
    double lastSuccess = value("source_last_success_timestamp_seconds{%s}");
    double failed = value("listings_total{result=\"CloudUnavailable\"}");
    Scene.eventually()
        .until(() -> value("listings_total{result=\"CloudUnavailable\"}") > failed + 1);
    assertValue("source_last_success_timestamp_seconds{%s}", lastSuccess);
    assertValue("mirrors{%s}", 3);
    assertThat(Scrape.page(port, "/livez")).isEqualTo("ok\n");
    assertThat(Scrape.page(port, "/readyz")).isEqualTo("ok\n");

    scene.cloud.faults().clear();
    scene.editSource("hangzhou", "{\"suspend\":true}");
    awaitValue("source_suspended{%s}", 1);
    scene.kubectl("delete", "sscs", "hangzhou");
    Scene.eventually().untilAsserted(() -> assertThat(ofSources()).isEmpty());
  }

  @Test
  void sourcesThatComeAndGoLeaveNoSeries() {
    scene.workspace.put(FakeSession.sql("sc-0").state("Running"));
    scene.startOperator(RecordCopy.with(scene.settings(), "ports", new Ports(port, port)));
    liveAndDie("first");
    Set<String> series = Scrape.from(port).seriesBesideTheJvms();

    liveAndDie("second");
    liveAndDie("third");

    assertThat(Scrape.from(port).seriesBesideTheJvms()).isEqualTo(series);
  }

  @Test
  void noSessionsAreCountedBeforeAListing() {
    scene.cloud.faults().always(Fault.error("InternalError"));
    scene.startOperator(RecordCopy.with(scene.settings(), "ports", new Ports(port, port)));
    scene.applySource("hangzhou", "interval: 1s");
    awaitValue("source_reason{reason=\"CloudUnavailable\",%s}", 1);
    assertThat(ofSources()).noneMatch(series -> series.startsWith(PREFIX + "sessions"));

    scene.cloud.faults().clear();
    scene.awaitReady("hangzhou");
    awaitValue("source_ready{%s}", 1);
    scene.workspace.put(FakeSession.sql("sc-0").state("Running"));
    awaitValue("sessions{%s,state=\"Running\"}", 1);
  }

  /** Somebody's finalizer keeps it: nothing is overdue, and nobody restarts the operator for it. */
  @Test
  void aSourceThatIsBeingDeletedHasNoPollsNoSeriesAndNoAlarm() {
    scene.workspace.put(FakeSession.sql("sc-0").state("Running"));
    scene.startOperator(RecordCopy.with(scene.settings(), "ports", new Ports(port, port)));
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");
    finalizers("[\"example.com/keep\"]");
    scene.kubectl("delete", "sscs", "hangzhou", "--wait=false");
    Scene.eventually().untilAsserted(() -> assertThat(ofSources()).isEmpty());
    Map<String, String> uids = scene.mirrorUids();
    int before = scene.listings();

    scene.workspace.update("sc-0", s -> s.state("Stopped"));
    scene.kubectl("annotate", "sscs", "hangzhou", "sessionclusters.io/requested-at=now");
    scene.letPollsPass(5);

    assertThat(scene.listings()).isEqualTo(before);
    assertThat(scene.mirrorUids()).isEqualTo(uids);
    assertThat(scene.mirroredStates()).containsEntry("sc-0", "Running");
    assertThat(ofSources()).noneMatch(series -> series.contains("source=\"hangzhou\""));
    assertThat(Scrape.page(port, "/livez")).isEqualTo("ok\n");
    finalizers("[]");
    Scene.eventually().until(() -> scene.mirrors().isEmpty());
  }

  private void finalizers(String json) {
    scene.kubectl(
        "patch",
        "sscs",
        "hangzhou",
        "--type=merge",
        "-p",
        "{\"metadata\":{\"finalizers\":%s}}".formatted(json));
  }

  private void liveAndDie(String source) {
    scene.applySource(source, "interval: 1s");
    scene.awaitReady(source);
    assertThat(ofSources()).anyMatch(series -> series.contains("source=\"" + source + "\""));
    scene.kubectl("delete", "sscs", source);
    Scene.eventually().untilAsserted(() -> assertThat(ofSources()).isEmpty());
    Scene.eventually().until(() -> scene.mirrors().isEmpty());
  }

  private Set<String> ofSources() {
    return Scrape.from(port).series().keySet().stream()
        .filter(series -> series.contains("source="))
        .collect(Collectors.toSet());
  }

  private void awaitValue(String series, double expected) {
    Scene.eventually().untilAsserted(() -> assertValue(series, expected));
  }

  private void assertValue(String series, double expected) {
    assertThat(value(series)).as(series).isEqualTo(expected);
  }

  private double value(String series) {
    String labels = "source=\"hangzhou\",source_namespace=\"%s\"".formatted(scene.namespace());
    return Scrape.from(port).value(PREFIX + series.formatted(labels));
  }
}
