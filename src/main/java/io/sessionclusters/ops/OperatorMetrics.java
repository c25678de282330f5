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

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.source.PollMetrics;
import io.sessionclusters.source.SourceMetricsSnapshot;
import io.sessionclusters.status.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of the process, in the Prometheus formats. The number of series is bounded: labels
 * have few values, and those that name a source go with it.
 */
public final class OperatorMetrics implements PollMetrics, AutoCloseable {

  private static final String PREFIX = "sessioncluster.operator.";

  /** Of the framework's meters, which would make a series of every number of retries. */
  private static final String[] RETRIES = {
    "reconciliations.retries.number", "reconciliations.retries.last"
  };

  private static final Duration[] LISTING_BUCKETS = {
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final SourceCollector sources = new SourceCollector();
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Timer listings;
  private final Counter pages;
  private final Counter repairs;
  private final Counter pruned;

  /**
   * Creates the meters, of which those that need no source are there at once.
   *
   * @param version of the operator
   */
  public OperatorMetrics(String version) {
    registry.config().meterFilter(MeterFilter.ignoreTags(RETRIES)).meterFilter(new NoPercentiles());
    registry.getPrometheusRegistry().register(sources);
    bindJvm();
    Gauge.builder(PREFIX + "build.info", () -> 1)
        .description("1, with the version of the operator.")
        .tag("version", version)
        .register(registry);
    Gauge.builder(PREFIX + "polls.waiting", waiting, AtomicInteger::get)
        .description("Polls that are due and wait for a place among their account's listings.")
        .register(registry);
    Gauge.builder(PREFIX + "polls.under.way", underWay, AtomicInteger::get)
        .description("Polls that have begun and not ended, those that wait included.")
        .register(registry);
    listings =
        Timer.builder(PREFIX + "listing.duration")
            .description("Walks over the pages of a listing, waits for the limiter included.")
            .serviceLevelObjectives(LISTING_BUCKETS)
            .register(registry);
    pages = counter("listing.pages", "Pages of listings that came whole.");
    repairs =
        counter("drift.repairs", "Mirrors that another hand had changed, written as they were.");
    pruned =
        counter("mirrors.pruned", "Mirrors of vanished sessions that were removed, or marked.");
    for (Reason reason : Reason.values()) {
      if (reason != Reason.PROGRESSING && reason != Reason.INVALID_CONFIGURATION) {
        results(reason.value());
      }
    }
    for (Ending ending : Ending.values()) {
      results(result(ending));
    }
    for (Operation operation : Operation.values()) {
      for (WriteStatus result : WriteStatus.values()) {
        writes(operation, result);
      }
    }
  }

  private void bindJvm() {
    new JvmInfoMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Listens to the framework; never by object. */
  public Metrics ofFramework() {
    return MicrometerMetrics.withoutPerResourceMetrics(registry);
  }

  /**
   * The same pacer, with what passes it counted.
   *
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public RateLimiter metered(RateLimiter pacer, LongSupplier nanoTime) {
    return new MeteredRateLimiter(pacer, registry, nanoTime);
  }

  /**
   * Tells whether this process leads; asked at each scrape.
   *
   * @param lease that the leader holds; null if there is no election, and this process leads alone
   */
  public void leader(@Nullable String lease, BooleanSupplier leading) {
    Gauge.builder(PREFIX + "leader", () -> leading.getAsBoolean() ? 1 : 0)
        .description("1 if this process leads, or is the only one.")
        .tag("lease", lease == null ? "none" : lease)
        .register(registry);
  }

  /**
   * All series as of now.
   *
   * @param accept of the request: OpenMetrics if it asks for it, else the Prometheus text format
   */
  HttpReply scrape(@Nullable String accept) {
    String contentType = formats.findWriter(accept).getContentType();
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 15);
    try {
      registry.scrape(out, contentType);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    return new HttpReply(200, contentType, out.toByteArray());
  }

  @Override
  public void source(ResourceID source, SourceMetricsSnapshot figures, IntSupplier mirrors) {
    sources.put(source, figures, mirrors);
  }

  @Override
  public void sourceGone(ResourceID source) {
    sources.remove(source);
  }

  @Override
  public void polled(Reason reason) {
    results(reason.value()).increment();
  }

  @Override
  public void ended(Ending ending) {
    results(result(ending)).increment();
  }

  private static String result(Ending ending) {
    return switch (ending) {
      case INCONCLUSIVE -> "Inconclusive";
      case DROPPED -> "Dropped";
      case POSTPONED -> "Postponed";
    };
  }

  @Override
  public void listed(Duration took, int pagesThatCame) {
    listings.record(took);
    pages.increment(pagesThatCame);
  }

  @Override
  public void waiting(int change) {
    waiting.addAndGet(change);
  }

  @Override
  public void underWay(int change) {
    underWay.addAndGet(change);
  }

  @Override
  public void wrote(Operation operation, WriteStatus result) {
    writes(operation, result).increment();
    if (result == WriteStatus.DONE
        && (operation == Operation.DELETE || operation == Operation.MARK_VANISHED)) {
      pruned.increment();
    }
  }

  @Override
  public void repaired() {
    repairs.increment();
  }

  /** Stops listening to the collections of garbage. */
  @Override
  public void close() {
    collections.close();
    registry.close();
  }

  private Counter results(String result) {
    return Counter.builder(PREFIX + "listings")
        .description("Polls by what came of them: the reason they gave the source, if any.")
        .tag("result", result)
        .register(registry);
  }

  private Counter writes(Operation operation, WriteStatus result) {
    return Counter.builder(PREFIX + "mirror.writes")
        .description("Writes to mirrors, by what was to be done and what came of it.")
        .tag("operation", operation.name().toLowerCase(Locale.ROOT))
        .tag("result", result.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(PREFIX + name).description(description).register(registry);
  }

  /** The framework asks for 70 buckets a timer; count, sum and maximum tell enough of it. */
  private static final class NoPercentiles implements MeterFilter {
    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
      return id.getName().startsWith("operator.sdk.")
          ? DistributionStatisticConfig.builder()
              .percentilesHistogram(false)
              .percentiles()
              .build()
              .merge(config)
          : config;
    }
  }
}
