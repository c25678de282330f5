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
package io.sessionclusters.ops;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sessionclusters.mapping.SessionState;
import io.sessionclusters.source.SourceMetricsSnapshot;
import io.sessionclusters.status.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The series of each source, made anew at each scrape from one small record a source: a source that
 * is gone leaves none.
 *
 * <p>Their labels are {@code source_namespace} and {@code source}. {@code namespace} would be
 * Prometheus's own label of the operator's pod, and come out as {@code exported_namespace} or not,
 * depending on how the scrape is configured.
 */
final class SourceCollector implements MultiCollector {

  private static final String PREFIX = "sessioncluster_operator_";

  /** Counts the sessions of all states that are not documented: a cloud may invent many. */
  static final String OTHER = "Other";

  private record Source(SourceMetricsSnapshot figures, IntSupplier mirrors) {}

  private final Map<ResourceID, Source> sources = new ConcurrentHashMap<>();

  void put(ResourceID id, SourceMetricsSnapshot figures, IntSupplier mirrors) {
    sources.put(id, new Source(figures, mirrors));
  }

  void remove(ResourceID id) {
    sources.remove(id);
  }

  @Override
  public MetricSnapshots collect() {
    Map<ResourceID, Source> now = new LinkedHashMap<>(sources);
    return new MetricSnapshots(
        gauge(
            now,
            "source_ready",
            "1 if the condition Ready of the source is True.",
            source -> source.figures().reason() == Reason.SUCCEEDED ? 1 : 0),
        reasons(now),
        gauge(
            now,
            "source_suspended",
            "1 if the source is suspended.",
            source -> source.figures().suspended() ? 1 : 0),
        gauge(
            now,
            "source_interval_seconds",
            "Time between two listings of the source.",
            source ->
                source.figures().interval() == null
                    ? Double.NaN
                    : source.figures().interval().toMillis() / 1000.0),
        gauge(
            now,
            "source_last_success_timestamp_seconds",
            "Unix time of the last complete listing of which all is mirrored.",
            source -> unixTime(source.figures().lastSuccess())),
        gauge(
            now,
            "source_held_mirrors",
            "Mirrors of vanished sessions that the guard keeps until a person confirms.",
            source -> source.figures().held()),
        gauge(
            now,
            "mirrors",
            "SessionClusters that the source controls.",
            source -> source.mirrors().getAsInt()),
        sessions(now));
  }

  private static double unixTime(@Nullable Instant time) {
    return time == null ? Double.NaN : time.toEpochMilli() / 1000.0;
  }

  /** One series a source; none where the value is not known (NaN). */
  private static GaugeSnapshot gauge(
      Map<ResourceID, Source> sources, String name, String help, ToDoubleFunction<Source> value) {
    List<GaugeDataPointSnapshot> points = new ArrayList<>();
    sources.forEach(
        (id, source) -> {
          double known = value.applyAsDouble(source);
          if (!Double.isNaN(known)) {
            points.add(point(labels(id), known));
          }
        });
    return snapshot(name, help, points);
  }

  private static GaugeSnapshot reasons(Map<ResourceID, Source> sources) {
    List<GaugeDataPointSnapshot> points = new ArrayList<>();
    sources.forEach(
        (id, source) -> {
          Reason reason = source.figures().reason();
          if (reason != null) {
            points.add(point(labels(id).add("reason", reason.value()), 1));
          }
        });
    return snapshot("source_reason", "1 for the reason of the source's condition Ready.", points);
  }

  private static GaugeSnapshot sessions(Map<ResourceID, Source> sources) {
    List<GaugeDataPointSnapshot> points = new ArrayList<>();
    sources.forEach(
        (id, source) -> {
          Map<String, Integer> states = source.figures().states();
          if (states != null) {
            byKnownState(states)
                .forEach(
                    (state, count) -> points.add(point(labels(id).add("state", state), count)));
          }
        });
    return snapshot(
        "sessions", "Sessions that the source's last listing showed, by state.", points);
  }

  private static Map<String, Integer> byKnownState(Map<String, Integer> states) {
    Map<String, Integer> known = new LinkedHashMap<>();
    for (SessionState state : SessionState.values()) {
      known.put(state.canonical(), 0);
    }
    known.put(OTHER, 0);
    states.forEach(
        (state, count) ->
            known.merge(
                SessionState.of(state).map(SessionState::canonical).orElse(OTHER),
                count,
                Integer::sum));
    return known;
  }

  private static Labels labels(ResourceID id) {
    return Labels.of("source_namespace", id.getNamespace().orElse(""), "source", id.getName());
  }

  private static GaugeDataPointSnapshot point(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static GaugeSnapshot snapshot(
      String name, String help, List<GaugeDataPointSnapshot> points) {
    GaugeSnapshot.Builder snapshot = GaugeSnapshot.builder().name(PREFIX + name).help(help);
    points.forEach(snapshot::dataPoint);
    return snapshot.build();
  }
}
