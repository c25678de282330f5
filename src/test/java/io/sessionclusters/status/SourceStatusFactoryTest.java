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

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.status.PollOutcome.Tally;
import io.sessionclusters.status.SourceStatusFactory.Polled;
import io.sessionclusters.support.RecordCopy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceStatusFactoryTest {

  private static final String ENDPOINT = "https://emr-serverless-spark.cn-hangzhou.aliyuncs.com";
  private static final PollOutcome SUCCESS =
      new PollOutcome(
          Reason.SUCCEEDED,
          "2 sessions are mirrored.",
          new Tally(2, Map.of("Running", 1, "Stopped", 1)),
          null,
          false,
          null);

  private Instant now = Instant.parse("2026-11-22T00:00:00.123Z");

  /** The table of reasons of the design. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "PROGRESSING, Progressing, Unknown, Progressing, -",
        "SUCCEEDED, Succeeded, True, -, -",
        "AUTHENTICATION_FAILED, AuthenticationFailed, False, -, -",
        "PERMISSION_DENIED, PermissionDenied, False, -, -",
        "CREDENTIALS_NOT_FOUND, CredentialsNotFound, False, -, -",
        "REQUEST_REJECTED, RequestRejected, False, -, -",
        "THROTTLED, Throttled, False, ProgressingWithRetry, -",
        "CLOUD_UNAVAILABLE, CloudUnavailable, False, ProgressingWithRetry, -",
        "LISTING_INCONSISTENT, ListingInconsistent, False, ProgressingWithRetry, -",
        "WRITE_DENIED, WriteDenied, False, ProgressingWithRetry, -",
        "WRITE_FAILED, WriteFailed, False, ProgressingWithRetry, -",
        "CRD_OUTDATED, CRDOutdated, False, ProgressingWithRetry, -",
        "CONFLICT, Conflict, False, -, -",
        "CONNECTION_SECRETS_OFF, ConnectionSecretsOff, False, -, -",
        "INVALID_CONFIGURATION, InvalidConfiguration, False, -, InvalidConfiguration",
        "PRUNE_GUARD_TRIPPED, PruneGuardTripped, False, -, PruneGuardTripped",
      })
  void conditionsFollowTheTable(
      Reason reason,
      String value,
      String ready,
      @Nullable String reconciling,
      @Nullable String stalled) {
    SessionClusterSourceStatus status =
        next(SessionClusterSourceStatus.EMPTY, PollOutcome.failed(reason, "what is wrong"));

    assertThat(describe(status))
        .containsExactlyElementsOf(
            Stream.of(
                    "Ready=" + ready + " " + value,
                    reconciling == null ? null : "Reconciling=True " + reconciling,
                    stalled == null ? null : "Stalled=True " + stalled)
                .filter(Objects::nonNull)
                .toList());
    assertThat(conditions(status))
        .allSatisfy(
            c -> {
              assertThat(c.getMessage()).isEqualTo("what is wrong");
              assertThat(c.getObservedGeneration()).isEqualTo(3);
              assertThat(c.getLastTransitionTime()).isEqualTo("2026-11-22T00:00:00Z");
            });
    assertThat(status.observedGeneration()).isEqualTo(3);
  }

  @Test
  void theTableHasARowForEachReason() {
    assertThat(Stream.of(Reason.values()).map(Reason::value))
        .hasSize(16)
        .doesNotHaveDuplicates()
        .allMatch(value -> value.matches("[A-Z][A-Za-z]*"));
  }

  @Test
  void aSuccessCountsTheSessions() {
    SessionClusterSourceStatus status = next(SessionClusterSourceStatus.EMPTY, SUCCESS);

    assertThat(status.sessionClusters()).isEqualTo(2);
    assertThat(status.states()).isEqualTo(Map.of("Running", 1, "Stopped", 1));
    assertThat(status.endpoint()).isEqualTo(ENDPOINT);
    assertThat(status.lastListTime()).isEqualTo("2026-11-22T00:00:00Z");
    assertThat(status.lastHandledRequest()).isNull();
    assertThat(status.pendingPrune()).isNull();
  }

  @Test
  void aTransitionTimeSurvivesUnlessTheStatusFlips() {
    SessionClusterSourceStatus first = next(SessionClusterSourceStatus.EMPTY, SUCCESS);
    pass(60);
    SessionClusterSourceStatus throttled = failed(first, Reason.THROTTLED);
    pass(60);
    SessionClusterSourceStatus unavailable = failed(throttled, Reason.CLOUD_UNAVAILABLE);
    pass(60);
    SessionClusterSourceStatus invalid = failed(unavailable, Reason.INVALID_CONFIGURATION);
    pass(60);
    SessionClusterSourceStatus inconsistent = failed(invalid, Reason.LISTING_INCONSISTENT);

    assertThat(times(first)).containsExactly("Ready 00:00:00");
    assertThat(times(throttled)).containsExactly("Ready 00:01:00", "Reconciling 00:01:00");
    assertThat(times(unavailable)).containsExactly("Ready 00:01:00", "Reconciling 00:01:00");
    assertThat(times(invalid)).containsExactly("Ready 00:01:00", "Stalled 00:03:00");
    assertThat(times(inconsistent)).containsExactly("Ready 00:01:00", "Reconciling 00:04:00");
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"SUCCEEDED", "PRUNE_GUARD_TRIPPED"},
      mode = EnumSource.Mode.EXCLUDE)
  void aPollWithoutAListingKeepsCountsAndListTime(Reason reason) {
    SessionClusterSourceStatus before =
        RecordCopy.with(
            next(SessionClusterSourceStatus.EMPTY, SUCCESS),
            "pendingPrune",
            new PendingPrune(7, "token", null, 50));
    pass(3600);

    SessionClusterSourceStatus after = failed(before, reason);

    assertThat(after.sessionClusters()).isEqualTo(2);
    assertThat(after.states()).isEqualTo(before.states());
    assertThat(after.pendingPrune()).isEqualTo(before.pendingPrune());
    assertThat(after.lastListTime()).isEqualTo(before.lastListTime());
  }

  @Test
  void aFailedPollThatIsRepeatedChangesNothing() {
    SessionClusterSourceStatus first =
        failed(SessionClusterSourceStatus.EMPTY, Reason.CLOUD_UNAVAILABLE);
    pass(24 * 3600);

    assertThat(failed(first, Reason.CLOUD_UNAVAILABLE)).isEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "299, false", "300, true", "301, true", "86400, true"})
  void anUnchangedListingMovesTheListTimeEveryFiveMinutes(int seconds, boolean moved) {
    SessionClusterSourceStatus first = next(SessionClusterSourceStatus.EMPTY, SUCCESS);
    now = now.truncatedTo(ChronoUnit.SECONDS);
    pass(seconds);

    SessionClusterSourceStatus second = next(first, SUCCESS);

    assertThat(second.equals(first)).isEqualTo(!moved);
    assertThat(second.lastListTime()).isEqualTo(moved ? now.toString() : first.lastListTime());
  }

  @Test
  void aChangedListingMovesTheListTimeAtOnce() {
    SessionClusterSourceStatus first = next(SessionClusterSourceStatus.EMPTY, SUCCESS);
    pass(10);

    SessionClusterSourceStatus second =
        next(first, RecordCopy.with(SUCCESS, "tally", new Tally(2, Map.of("Running", 2))));

    assertThat(second.lastListTime()).isEqualTo("2026-11-22T00:00:10Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2027-01-01T00:00:00Z", "yesterday", ""})
  void aListTimeThatCannotBeIsReplaced(String time) {
    SessionClusterSourceStatus first =
        RecordCopy.with(next(SessionClusterSourceStatus.EMPTY, SUCCESS), "lastListTime", time);

    assertThat(next(first, SUCCESS).lastListTime()).isEqualTo("2026-11-22T00:00:00Z");
  }

  @Test
  void theLastListTimeIsReadBackUnlessItIsNone() {
    SessionClusterSourceStatus status = next(SessionClusterSourceStatus.EMPTY, SUCCESS);

    assertThat(SourceStatusFactory.lastListTime(status)).isEqualTo("2026-11-22T00:00:00Z");
    assertThat(SourceStatusFactory.lastListTime(SessionClusterSourceStatus.EMPTY)).isNull();
    assertThat(SourceStatusFactory.lastListTime(RecordCopy.with(status, "lastListTime", "soon")))
        .isNull();
  }

  @Test
  void aRequestIsRecordedAtEachAttemptAndKept() {
    SessionClusterSourceStatus failed =
        next(SessionClusterSourceStatus.EMPTY, "now", PollOutcome.failed(Reason.THROTTLED, "wait"));
    assertThat(failed.lastHandledRequest()).isEqualTo("now");

    assertThat(next(failed, null, SUCCESS).lastHandledRequest()).isEqualTo("now");
    assertThat(next(failed, "again", SUCCESS).lastHandledRequest()).isEqualTo("again");
  }

  @Test
  void aListingWithoutHeldRemovalsClearsThePendingOnes() {
    PendingPrune pending = new PendingPrune(7, "token", null, 50);
    SessionClusterSourceStatus tripped =
        next(SessionClusterSourceStatus.EMPTY, RecordCopy.with(SUCCESS, "pendingPrune", pending));
    assertThat(tripped.pendingPrune()).isEqualTo(pending);

    assertThat(next(tripped, SUCCESS).pendingPrune()).isNull();
  }

  @Test
  void suspendingLetsNothingFollowButTheGeneration() {
    SessionClusterSourceStatus before =
        RecordCopy.with(
            next(SessionClusterSourceStatus.EMPTY, "now", SUCCESS),
            "pendingPrune",
            new PendingPrune(7, "token", null, 50));

    SessionClusterSourceStatus suspended = SourceStatusFactory.suspended(before, 4);

    assertThat(RecordCopy.with(suspended, "conditions", before.conditions()))
        .isEqualTo(RecordCopy.with(before, "observedGeneration", 4L));
    assertThat(describe(suspended)).isEqualTo(describe(before));
    assertThat(conditions(suspended)).allMatch(c -> c.getObservedGeneration() == 4);
    assertThat(times(suspended)).isEqualTo(times(before));
    assertThat(SourceStatusFactory.suspended(suspended, 4)).isEqualTo(suspended);
    assertThat(SourceStatusFactory.suspended(SessionClusterSourceStatus.EMPTY, 1).conditions())
        .isNull();
  }

  /** Whatever the last poll came to: nothing is under way in a suspended source. */
  @ParameterizedTest
  @EnumSource(Reason.class)
  void toKstatusASuspendedSourceIsWhatItWasAndNeverUnderWay(Reason reason) {
    SessionClusterSourceStatus before = failed(SessionClusterSourceStatus.EMPTY, reason);

    SessionClusterSourceStatus suspended = SourceStatusFactory.suspended(before, 4);

    assertThat(Kstatus.of(4, before)).isEqualTo(Kstatus.IN_PROGRESS);
    assertThat(Kstatus.of(4, suspended)).isEqualTo(atRest(reason));
    assertThat(describe(suspended)).noneMatch(c -> c.startsWith("Reconciling"));
    assertThat(conditions(suspended)).allMatch(c -> c.getObservedGeneration() == 4);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void kstatusReadsEachReasonAsItIsMeant(Reason reason) {
    SessionClusterSourceStatus status = failed(SessionClusterSourceStatus.EMPTY, reason);

    assertThat(Kstatus.of(3, status)).isEqualTo(atRest(reason));
    assertThat(Kstatus.isTrue(status, "Reconciling") && Kstatus.isTrue(status, "Stalled"))
        .isFalse();
  }

  private static Kstatus atRest(Reason reason) {
    return switch (reason) {
      case SUCCEEDED -> Kstatus.CURRENT;
      case INVALID_CONFIGURATION, PRUNE_GUARD_TRIPPED -> Kstatus.FAILED;
      default -> Kstatus.IN_PROGRESS;
    };
  }

  @Test
  void toKstatusASourceThatWasNeverLookedAtIsInProgress() {
    SessionClusterSourceStatus unseen =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "observedGeneration", -1L);

    assertThat(Kstatus.of(1, unseen)).isEqualTo(Kstatus.IN_PROGRESS);
    assertThat(Kstatus.of(1, SessionClusterSourceStatus.EMPTY)).isEqualTo(Kstatus.CURRENT);
    assertThat(next(unseen, SUCCESS)).isEqualTo(next(SessionClusterSourceStatus.EMPTY, SUCCESS));
  }

  @Test
  void oddConditionsOfAnotherHandDoNoHarm() {
    SessionClusterSourceStatus odd =
        RecordCopy.with(
            SessionClusterSourceStatus.EMPTY, "conditions", Collections.singletonList(null));

    assertThat(describe(next(odd, SUCCESS))).containsExactly("Ready=True Succeeded");

    Condition timeless = new Condition();
    timeless.setType("Ready");
    timeless.setStatus("True");
    assertThat(times(next(RecordCopy.with(odd, "conditions", List.of(timeless)), SUCCESS)))
        .containsExactly("Ready 00:00:00");
  }

  private SessionClusterSourceStatus failed(SessionClusterSourceStatus before, Reason reason) {
    return next(before, PollOutcome.failed(reason, "what is wrong"));
  }

  private SessionClusterSourceStatus next(SessionClusterSourceStatus before, PollOutcome report) {
    return next(before, null, report);
  }

  private SessionClusterSourceStatus next(
      SessionClusterSourceStatus before, @Nullable String request, PollOutcome report) {
    return SourceStatusFactory.next(before, new Polled(3, ENDPOINT, request), report, now);
  }

  private void pass(int seconds) {
    now = now.plus(Duration.ofSeconds(seconds));
  }

  private static List<Condition> conditions(SessionClusterSourceStatus status) {
    return Objects.requireNonNull(status.conditions());
  }

  private static List<String> describe(SessionClusterSourceStatus status) {
    return conditions(status).stream()
        .map(c -> c.getType() + "=" + c.getStatus() + " " + c.getReason())
        .toList();
  }

  private static List<String> times(SessionClusterSourceStatus status) {
    return conditions(status).stream()
        .map(c -> c.getType() + " " + c.getLastTransitionTime().substring(11, 19))
        .toList();
  }
}
