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
package io.sessionclusters.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.support.RecordCopy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusCacheTest {

  private static final PendingPrune HELD = new PendingPrune(6, "token", List.of(), 50);

  private final StatusCache cache = new StatusCache();
  private final Instant now = Instant.parse("2026-11-22T00:00:00Z");

  @Test
  void theLaterOfTheCachedAndTheWrittenStatusCounts() {
    SessionClusterSourceStatus written =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "endpoint", "written");
    SessionClusterSourceStatus cached =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "endpoint", "cached");
    assertThat(cache.status(source("5", cached))).isEqualTo(cached);
    assertThat(cache.status(source("5", null))).isEqualTo(SessionClusterSourceStatus.EMPTY);

    cache.wrote(written, null, "7");

    assertThat(cache.status(source("6", cached))).isEqualTo(written);
    assertThat(cache.status(source("7", written))).isEqualTo(written);
    assertThat(cache.status(source("8", cached))).isEqualTo(cached);
    assertThat(cache.status(source("8", null))).isEqualTo(SessionClusterSourceStatus.EMPTY);
  }

  @Test
  void sessionsAreCountedOnceListedAndStillAfterARestart() {
    SessionClusterSourceStatus listed =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "states", Map.of("Running", 2));
    SessionClusterSourceStatus unseen =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "observedGeneration", -1L);

    assertThat(cache.snapshot(source("5", unseen)).states()).isNull();
    assertThat(cache.snapshot(source("5", null)).states()).isNull();
    assertThat(cache.snapshot(source("5", listed)).states()).isEqualTo(Map.of("Running", 2));
    cache.cacheStatus(unseen);
    assertThat(cache.snapshot(source("6", unseen)).states()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "WRITE_DENIED, WriteDenied, 1, 59, true",
    "WRITE_FAILED, WriteFailed, 1, 0, true",
    "WRITE_DENIED, WriteDenied, 1, 60, false", // long enough ago
    "WRITE_DENIED, WriteFailed, 1, 1, false", // another reason
    "WRITE_DENIED, WriteDenied, 2, 1, false", // of another generation
    "CLOUD_UNAVAILABLE, CloudUnavailable, 1, 1, false",
    "PRUNE_GUARD_TRIPPED, PruneGuardTripped, 1, 1, false",
  })
  void messagesOfKubernetesThatChangeWithEachTryAreNotWrittenEachTime(
      Reason reason, String stored, long ofGeneration, int secondsLater, boolean repeats) {
    SessionClusterSourceStatus before =
        RecordCopy.with(
            SessionClusterSourceStatus.EMPTY,
            "conditions",
            List.of(
                new ConditionBuilder()
                    .withType("Ready")
                    .withReason(stored)
                    .withMessage("request 1 was refused")
                    .withObservedGeneration(ofGeneration)
                    .build()));
    PollOutcome report = PollOutcome.failed(reason, "request 2 was refused");
    SessionClusterSource source = source("5", before);
    assertThat(cache.withStableMessage(report, source, now))
        .as("after a restart")
        .isEqualTo(report);

    cache.reported(now);

    assertThat(cache.withStableMessage(report, source, now.plusSeconds(secondsLater)).message())
        .isEqualTo(repeats ? "request 1 was refused" : "request 2 was refused");
  }

  @Test
  void whatWasWrittenIsOfALostHistoryOnceTheCacheGoesBack() {
    SessionClusterSourceStatus written =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "endpoint", "written");
    SessionClusterSourceStatus cached =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "endpoint", "cached");
    cache.wrote(written, null, "7");
    assertThat(cache.status(source("6", cached))).isEqualTo(written);

    cache.observe(source("6", cached));
    cache.observe(source("5", cached));

    assertThat(cache.status(source("5", cached))).isEqualTo(cached);
    assertThat(cache.status(source("6", cached))).isEqualTo(cached);
  }

  @Test
  void whatAnotherProcessHoldsIsKeptAndNotOurs() {
    SessionClusterSourceStatus stored =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "pendingPrune", HELD);
    cache.wrote(SessionClusterSourceStatus.EMPTY, stored, "7");

    assertThat(cache.status(source("7", null)).pendingPrune()).isEqualTo(HELD);
    assertThat(cache.hasReported(HELD)).isFalse();
    cache.wrote(stored, stored, "8");
    assertThat(cache.hasReported(HELD)).isTrue();
    assertThat(cache.hasReported(null)).isFalse();
  }

  @Test
  void twoListingsInARowMaySettleNothing() {
    cache.settled(false);
    assertThat(cache.isPatient()).isTrue();
    cache.settled(false);
    assertThat(cache.isPatient()).isFalse();
    cache.settled(true);
    assertThat(cache.isPatient()).isTrue();
    cache.settled(false);
    assertThat(cache.isPatient()).as("counted anew").isTrue();
  }

  /** An operator that starts during an outage must not forget when all was well. */
  @Test
  void theLastSuccessOfAnEarlierProcessIsKnownFromTheFirstReconcileOn() {
    SessionClusterSourceStatus succeeded =
        RecordCopy.with(ready("Succeeded"), "lastListTime", "2026-11-21T23:59:00Z");
    cache.observe(source("5", succeeded));
    assertThat(cache.snapshot(source("5", succeeded)).lastSuccess())
        .isEqualTo("2026-11-21T23:59:00Z");

    cache.cacheStatus(ready("Throttled"));
    cache.observe(source("6", ready("Throttled")));
    SourceMetricsSnapshot snapshot = cache.snapshot(source("6", ready("Throttled")));
    assertThat(snapshot.lastSuccess()).isEqualTo("2026-11-21T23:59:00Z");
    assertThat(snapshot.reason()).isEqualTo(Reason.THROTTLED);

    cache.succeeded(now);
    assertThat(cache.snapshot(source("6", null)).lastSuccess()).isEqualTo(now);
  }

  /** A listing that was not mirrored has moved the time, too. */
  @Test
  void aListingThatWasNotMirroredIsNoSuccess() {
    SessionClusterSourceStatus denied =
        RecordCopy.with(ready("WriteDenied"), "lastListTime", "2026-11-21T23:59:00Z");
    cache.observe(source("5", denied));

    assertThat(cache.snapshot(source("5", denied)).lastSuccess()).isNull();
  }

  @Test
  void aSnapshotChangesNothing() {
    SessionClusterSource succeeded =
        source("5", RecordCopy.with(ready("Succeeded"), "lastListTime", "2026-11-21T23:59:00Z"));

    cache.snapshot(succeeded);

    assertThat(cache.snapshot(source("6", null)).lastSuccess()).isNull();
  }

  private static SessionClusterSourceStatus ready(String reason) {
    return RecordCopy.with(
        SessionClusterSourceStatus.EMPTY,
        "conditions",
        List.of(new ConditionBuilder().withType("Ready").withReason(reason).build()));
  }

  private static SessionClusterSource source(
      String resourceVersion, @Nullable SessionClusterSourceStatus status) {
    SessionClusterSource source = new SessionClusterSource();
    source.setMetadata(
        new ObjectMetaBuilder().withResourceVersion(resourceVersion).withGeneration(1L).build());
    source.setStatus(status);
    return source;
  }
}
