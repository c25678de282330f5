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
import io.micrometer.core.instrument.Meter.MeterProvider;
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
import io.sessionclusters.ops.ManagementServer.Reply;
import io.sessionclusters.source.PollMetrics;
import io.sessionclusters.status.Reason;
import io.sessionclusters.status.SourceMetricsSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of the process, in the Prometheus formats. The number of series is bounded: labels
 * have few values, and the series of a source end with it.
 */
public final class OperatorMetrics implements PollMetrics, AutoCloseable {

  static final String PREFIX = "sessioncluster.operator.";

  /** Of the framework's meters, which would make a series of every number of retries. */
  private static final String[] RETRIES = {
    "reconciliations.retries.number", "reconciliations.retries.last"
  };

  private static final Duration[] LISTING_BUCKETS =
      LongStream.of(100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final SourceGauges sources = new SourceGauges(registry);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private final MeterProvider<Counter> results =
      Counter.builder(PREFIX + "listings")
          .description("Polls that ended, by the resulting reason, if any.")
          .withRegistry(registry);
  private final MeterProvider<Counter> writes =
      Counter.builder(PREFIX + "mirror.writes")
          .description("Writes to mirrors, by operation and result.")
          .withRegistry(registry);
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
    bindJvm();
    Gauge.builder(PREFIX + "build.info", () -> 1)
        .description("1, with the operator's version.")
        .tag("version", version)
        .register(registry);
    Gauge.builder(PREFIX + "polls.waiting", waiting, AtomicInteger::get)
        .description("Polls in progress that wait for a listing permit of their account.")
        .register(registry);
    Gauge.builder(PREFIX + "polls.under.way", underWay, AtomicInteger::get)
        .description("Polls in progress.")
        .register(registry);
    listings =
        Timer.builder(PREFIX + "listing.duration")
            .description("Duration of listings, including waits for the rate limiter.")
            .serviceLevelObjectives(LISTING_BUCKETS)
            .register(registry);
    pages = counter("listing.pages", "Pages of complete or torn listings.");
    repairs = counter("drift.repairs", "Mirrors with drift that were corrected.");
    pruned = counter("mirrors.pruned", "Mirrors of vanished sessions that were deleted or marked.");
    for (Reason reason : Reason.values()) {
      if (reason != Reason.PROGRESSING && reason != Reason.INVALID_CONFIGURATION) {
        results.withTag("result", reason.value());
      }
    }
    for (Unreported ending : Unreported.values()) {
      results.withTag("result", result(ending));
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
   * The same rate limiter, with what passes it counted.
   *
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public RateLimiter metered(RateLimiter limiter, LongSupplier nanoTime) {
    return new MeteredRateLimiter(limiter, registry, nanoTime);
  }

  /**
   * Adds the gauge of leadership, which is asked at each scrape.
   *
   * @param lease that the leader holds; null if there is no election, and this process leads alone
   */
  public void leader(@Nullable String lease, BooleanSupplier leading) {
    Gauge.builder(PREFIX + "leader", () -> leading.getAsBoolean() ? 1 : 0)
        .description("1 if this process leads or is the only one.")
        .tag("lease", lease == null ? "none" : lease)
        .register(registry);
  }

  /**
   * All series as of now.
   *
   * @param accept of the request: OpenMetrics if it asks for it, else the Prometheus text format
   */
  synchronized Reply scrape(@Nullable String accept) {
    sources.refresh();
    String contentType = formats.findWriter(accept).getContentType();
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 15);
    try {
      registry.scrape(out, contentType);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return new Reply(200, contentType, out.toByteArray());
  }

  @Override
  public void source(ResourceID source, SourceMetricsSnapshot snapshot, IntSupplier mirrors) {
    sources.put(source, snapshot, mirrors);
  }

  @Override
  public void sourceDeleted(ResourceID source) {
    sources.remove(source);
  }

  @Override
  public void polled(Reason reason) {
    results.withTag("result", reason.value()).increment();
  }

  @Override
  public void ended(Unreported ending) {
    results.withTag("result", result(ending)).increment();
  }

  private static String result(Unreported ending) {
    return ending.name().charAt(0) + ending.name().substring(1).toLowerCase(Locale.ROOT);
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

  /** Stops listening to garbage collections. */
  @Override
  public void close() {
    collections.close();
    registry.close();
  }

  private Counter writes(Operation operation, WriteStatus result) {
    return writes.withTags(
        "operation",
        operation.name().toLowerCase(Locale.ROOT),
        "result",
        result.name().toLowerCase(Locale.ROOT));
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
