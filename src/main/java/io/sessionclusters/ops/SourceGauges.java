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
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.sessionclusters.mapping.SessionState;
import io.sessionclusters.status.Reason;
import io.sessionclusters.status.SourceMetricsSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * The series of each source, made anew at each scrape from one small record a source: a deleted
 * source leaves none.
 *
 * <p>Their labels are {@code source_namespace} and {@code source}. {@code namespace} would be
 * Prometheus's own label of the operator's pod, and come out as {@code exported_namespace} or not,
 * depending on how the scrape is configured.
 */
final class SourceGauges {

  private record Source(SourceMetricsSnapshot snapshot, IntSupplier mirrors) {}

  /** The rows of one gauge for a source: none where the value is not known. */
  private interface Rows extends Function<Source, Map<Tags, Number>> {}

  private final MeterRegistry registry;
  private final Map<MultiGauge, Rows> gauges = new LinkedHashMap<>();
  private final Map<ResourceID, Source> sources = new ConcurrentHashMap<>();

  SourceGauges(MeterRegistry registry) {
    this.registry = registry;
    gauge(
        "source.ready",
        "1 if the source's condition Ready is True.",
        source -> value(source.snapshot().reason() == Reason.SUCCEEDED));
    gauge(
        "source.reason",
        "1 for the reason of the source's condition Ready.",
        source ->
            Optional.ofNullable(source.snapshot().reason())
                .map(reason -> Map.<Tags, Number>of(Tags.of("reason", reason.value()), 1))
                .orElse(Map.of()));
    gauge(
        "source.suspended",
        "1 if the source is suspended.",
        source -> value(source.snapshot().suspended()));
    gauge(
        "source.interval.seconds",
        "Time between two listings of the source.",
        source -> value(Optional.ofNullable(source.snapshot().interval()).map(Duration::toMillis)));
    gauge(
        "source.last.success.timestamp.seconds",
        "Unix time of the last complete listing that was mirrored completely.",
        source ->
            value(Optional.ofNullable(source.snapshot().lastSuccess()).map(Instant::toEpochMilli)));
    gauge(
        "source.held.mirrors",
        "Mirrors that the prune guard holds.",
        source -> Map.of(Tags.empty(), source.snapshot().held()));
    gauge(
        "mirrors",
        "SessionClusters that the source controls.",
        source -> Map.of(Tags.empty(), source.mirrors().getAsInt()));
    gauge("sessions", "Sessions of the source's last listing, by state.", SourceGauges::sessions);
  }

  void put(ResourceID id, SourceMetricsSnapshot snapshot, IntSupplier mirrors) {
    sources.put(id, new Source(snapshot, mirrors));
  }

  void remove(ResourceID id) {
    sources.remove(id);
  }

  /** Has the registry hold the series of the sources as they are now. */
  void refresh() {
    Map<ResourceID, Source> now = Map.copyOf(sources);
    gauges.forEach(
        (gauge, rows) ->
            gauge.register(
                now.entrySet().stream()
                    .flatMap(
                        source ->
                            rows.apply(source.getValue()).entrySet().stream()
                                .map(
                                    row ->
                                        Row.of(
                                            labels(source.getKey()).and(row.getKey()),
                                            row.getValue())))
                    .collect(Collectors.toList()),
                true));
  }

  private void gauge(String name, String help, Rows rows) {
    gauges.put(
        MultiGauge.builder(OperatorMetrics.PREFIX + name).description(help).register(registry),
        rows);
  }

  private static Tags labels(ResourceID id) {
    return Tags.of("source_namespace", id.getNamespace().orElse(""), "source", id.getName());
  }

  private static Map<Tags, Number> value(boolean value) {
    return Map.of(Tags.empty(), value ? 1 : 0);
  }

  private static Map<Tags, Number> value(Optional<Long> millis) {
    return millis.map(known -> Map.<Tags, Number>of(Tags.empty(), known / 1000.0)).orElse(Map.of());
  }

  private static Map<Tags, Number> sessions(Source source) {
    Map<String, Integer> states = source.snapshot().states();
    Map<Tags, Number> counts = new LinkedHashMap<>();
    if (states != null) {
      for (SessionState state : SessionState.values()) {
        counts.put(Tags.of("state", state.canonical()), 0);
      }
      counts.put(Tags.of("state", SessionState.OTHER), 0);
      states.forEach(
          (state, count) ->
              counts.merge(
                  Tags.of(
                      "state",
                      SessionState.of(state)
                          .map(SessionState::canonical)
                          .orElse(SessionState.OTHER)),
                  count,
                  (some, more) -> some.intValue() + more.intValue()));
    }
    return counts;
  }
}
