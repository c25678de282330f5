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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.mirror.MirrorMetrics.Operation;
import io.sessionclusters.mirror.MirrorMetrics.WriteStatus;
import io.sessionclusters.status.Reason;
import io.sessionclusters.status.SourceMetricsSnapshot;
import io.sessionclusters.support.Scrape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class OperatorMetricsTest {

  private static final String PREFIX = "sessioncluster_operator_";
  private static final ResourceID HANGZHOU = new ResourceID("hangzhou", "spark");
  private static final String LABELS = "source=\"hangzhou\",source_namespace=\"spark\"";
  private static final SourceMetricsSnapshot FIGURES =
      new SourceMetricsSnapshot(
          Reason.PRUNE_GUARD_TRIPPED,
          Map.of("Running", 3, "Hibernating", 1, "Frozen", 1),
          7,
          false,
          Duration.ofMillis(1500),
          Instant.parse("2026-01-01T00:00:00.500Z"));

  @AutoClose private final OperatorMetrics metrics = new OperatorMetrics("1.2.3");

  @Test
  void aSourceIsShownInFiguresAndLeavesNothing() {
    Set<String> before = scrape().seriesBesideTheJvms();
    metrics.source(HANGZHOU, FIGURES, () -> 12);

    assertThat(scrape().series())
        .containsEntry(PREFIX + "source_ready{" + LABELS + "}", 0.0)
        .containsEntry(PREFIX + "source_reason{reason=\"PruneGuardTripped\"," + LABELS + "}", 1.0)
        .containsEntry(PREFIX + "source_suspended{" + LABELS + "}", 0.0)
        .containsEntry(PREFIX + "source_interval_seconds{" + LABELS + "}", 1.5)
        .containsEntry(
            PREFIX + "source_last_success_timestamp_seconds{" + LABELS + "}", 1767225600.5)
        .containsEntry(PREFIX + "source_held_mirrors{" + LABELS + "}", 7.0)
        .containsEntry(PREFIX + "mirrors{" + LABELS + "}", 12.0)
        .containsEntry(PREFIX + "sessions{" + LABELS + ",state=\"Running\"}", 3.0)
        .containsEntry(PREFIX + "sessions{" + LABELS + ",state=\"Error\"}", 0.0)
        .containsEntry(PREFIX + "sessions{" + LABELS + ",state=\"Other\"}", 2.0);

    metrics.sourceDeleted(HANGZHOU);
    assertThat(scrape().seriesBesideTheJvms()).isEqualTo(before);
  }

  @Test
  void aSourceThatNeverListedAnythingHasNoCountOfSessions() {
    metrics.source(
        HANGZHOU,
        new SourceMetricsSnapshot(Reason.PROGRESSING, null, 0, false, null, null),
        () -> 0);
    assertThat(scrape().text()).doesNotContain(PREFIX + "sessions{");

    metrics.source(
        HANGZHOU,
        new SourceMetricsSnapshot(Reason.SUCCEEDED, Map.of(), 0, false, null, null),
        () -> 0);
    assertThat(scrape().series())
        .containsEntry(PREFIX + "sessions{" + LABELS + ",state=\"Running\"}", 0.0);
  }

  @Test
  void anotherReasonTakesThePlaceOfTheFormer() {
    metrics.source(HANGZHOU, FIGURES, () -> 0);
    metrics.source(
        HANGZHOU,
        new SourceMetricsSnapshot(Reason.SUCCEEDED, Map.of(), 0, true, null, null),
        () -> 0);

    Scrape now = scrape();
    assertThat(now.value(PREFIX + "source_ready{" + LABELS + "}")).isEqualTo(1);
    assertThat(now.value(PREFIX + "source_suspended{" + LABELS + "}")).isEqualTo(1);
    assertThat(now.series().keySet())
        .filteredOn(series -> series.contains("source_reason{"))
        .containsExactly(PREFIX + "source_reason{reason=\"Succeeded\"," + LABELS + "}");
    assertThat(now.text()).doesNotContain("source_interval_seconds{", "_timestamp_seconds{");
  }

  @Test
  void countsAreThereFromTheStartSoThatTheFirstIsAnIncrease() {
    String deleted = PREFIX + "mirror_writes_total{operation=\"delete\",result=\"done\"}";
    String throttled = PREFIX + "listings_total{result=\"Throttled\"}";
    assertThat(scrape().value(deleted)).isZero();
    assertThat(scrape().value(throttled)).isZero();

    metrics.wrote(Operation.DELETE, WriteStatus.DONE);
    metrics.wrote(Operation.DELETE, WriteStatus.STALE);
    metrics.polled(Reason.THROTTLED);
    metrics.repaired();

    assertThat(scrape().value(deleted)).isEqualTo(1);
    assertThat(scrape().value(throttled)).isEqualTo(1);
    assertThat(scrape().value(PREFIX + "mirrors_pruned_total")).isEqualTo(1);
    assertThat(scrape().value(PREFIX + "drift_repairs_total")).isEqualTo(1);
  }

  @Test
  void listingsAreTimedInFewBuckets() {
    metrics.listed(Duration.ofMillis(300), 4);

    Scrape now = scrape();
    String bucket = PREFIX + "listing_duration_seconds_bucket";
    assertThat(now.value(bucket + "{le=\"0.25\"}")).isZero();
    assertThat(now.value(bucket + "{le=\"0.5\"}")).isEqualTo(1);
    assertThat(now.value(PREFIX + "listing_duration_seconds_sum")).isEqualTo(0.3);
    assertThat(now.value(PREFIX + "listing_pages_total")).isEqualTo(4);
    assertThat(now.series().keySet()).filteredOn(s -> s.startsWith(bucket)).hasSize(10);
  }

  @Test
  void requestsAndTheirWaitsAreCountedByWhatPassesTheLimiter() throws InterruptedException {
    AtomicLong nanos = new AtomicLong();
    RateLimiter limiter = metrics.metered(account -> nanos.addAndGet(2_000_000_000), nanos::get);
    var account =
        new CloudAccount(
            new Credentials("id", new SecretValue("secret"), null), new RegionId("cn-hangzhou"));

    limiter.await(account);
    limiter.responded(account, null);
    limiter.responded(account, error(CloudError.Kind.THROTTLED, 429));
    limiter.responded(account, error(CloudError.Kind.CONNECT_FAILED, 0));
    limiter.responded(account, error(CloudError.Kind.UNKNOWN_CODE, 777));

    Scrape now = scrape();
    String requests = PREFIX + "cloud_requests_total";
    assertThat(now.value(requests + "{code=\"2xx\",error=\"none\"}")).isEqualTo(1);
    assertThat(now.value(requests + "{code=\"4xx\",error=\"throttled\"}")).isEqualTo(1);
    assertThat(now.value(requests + "{code=\"none\",error=\"connect_failed\"}")).isEqualTo(1);
    assertThat(now.value(requests + "{code=\"none\",error=\"unknown_code\"}")).isEqualTo(1);
    assertThat(now.value(PREFIX + "limiter_wait_seconds_count")).isEqualTo(1);
    assertThat(now.value(PREFIX + "limiter_wait_seconds_sum")).isEqualTo(2);
  }

  @Test
  void saysWhetherItLeads() {
    boolean[] leading = {false};
    metrics.leader("shard-a", () -> leading[0]);
    assertThat(scrape().value(PREFIX + "leader{lease=\"shard-a\"}")).isZero();

    leading[0] = true;
    assertThat(scrape().value(PREFIX + "leader{lease=\"shard-a\"}")).isEqualTo(1);
  }

  @Test
  void theVersionIsAMetric() {
    assertThat(scrape().value(PREFIX + "build_info{version=\"1.2.3\"}")).isEqualTo(1);
  }

  @Test
  void openMetricsIsWrittenWhereItIsAskedFor() {
    ManagementServer.Reply plain = metrics.scrape(null);
    ManagementServer.Reply open =
        metrics.scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

    assertThat(plain.contentType()).startsWith("text/plain; version=0.0.4");
    assertThat(new String(plain.body(), UTF_8)).doesNotContain("# EOF");
    assertThat(open.contentType()).startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(new String(open.body(), UTF_8)).endsWith("# EOF\n");
  }

  /** And those of the framework and of the JVM by their prefixes. */
  @Test
  void thePagesTableNamesEveryMetric() throws IOException {
    metrics.source(HANGZHOU, FIGURES, () -> 0);
    metrics.leader(null, () -> true);
    metrics.metered(_ -> {}, System::nanoTime);
    String page = Files.readString(Path.of("src/site/markdown/monitoring.md"));

    Set<String> documented =
        Pattern.compile("(?m)^\\| `(sessioncluster_operator_\\w+)` \\|")
            .matcher(page)
            .results()
            .map((MatchResult row) -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> own = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (String family : scrape().families()) {
      if (family.startsWith(PREFIX)) {
        own.add(family.replaceFirst("_seconds_max$", "_seconds"));
      } else {
        others.add(family.replaceFirst("_.*", "_*"));
      }
    }
    assertThat(documented).isEqualTo(own);
    assertThat(others).allMatch(prefix -> page.contains("`" + prefix + "`"));
  }

  private static CloudError error(CloudError.Kind kind, int httpStatus) {
    @Nullable Duration none = null;
    return new CloudError(kind, "x", httpStatus, "x", "", none);
  }

  private Scrape scrape() {
    return Scrape.of(new String(metrics.scrape(null).body(), UTF_8));
  }
}
