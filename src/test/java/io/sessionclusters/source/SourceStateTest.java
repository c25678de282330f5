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
package io.sessionclusters.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.prune.PruneState;
import io.sessionclusters.source.SourceState.Ending;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import io.sessionclusters.support.RecordCopy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceStateTest {

  private static final Duration INTERVAL = Duration.ofSeconds(60);
  private static final Duration TRANSITION_INTERVAL = Duration.ofSeconds(10);
  private static final Duration UNKNOWN = Duration.ofSeconds(42);

  private final SourceState state = new SourceState("uid");
  private Instant now = Instant.parse("2026-11-22T00:00:00Z");
  private long generation = 1;
  private @Nullable String request;
  private @Nullable String handledBefore;
  private @Nullable String confirmToken;

  @Test
  void whatWasNeverPolledIsDueWhenItsStatusSays() {
    assertThat(dueIn()).isEqualTo(UNKNOWN);
  }

  /** As by a status whose last listing lies ahead of a wall clock that went back. */
  @Test
  void whatTheStatusSaysIsNotCountedAnewAtEachLook() {
    assertThat(dueIn()).isEqualTo(UNKNOWN);
    pass(41);
    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(1));
    pass(1);
    assertThat(dueIn()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"-, -, 42", "now, -, 0", "now, earlier, 0", "now, now, 42", "-, now, 42"})
  void afterAStartARequestThatNoProcessHandledIsDueAtOnce(
      @Nullable String asked, @Nullable String handled, int seconds) {
    request = asked;
    handledBefore = handled;

    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void isDueAnIntervalAfterTheEndOfThePoll() {
    poll(INTERVAL);

    pass(59);
    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(1));
    pass(1);
    assertThat(dueIn()).isEqualTo(Duration.ZERO);
    pass(5);
    assertThat(dueIn()).isNegative();
  }

  @Test
  void anotherGenerationIsDueAtOnce() {
    poll(INTERVAL);
    generation = 2;

    assertThat(dueIn()).isZero();
    poll(INTERVAL);
    assertThat(dueIn()).isEqualTo(INTERVAL);
  }

  @Test
  void anotherRequestIsDueAtOnceAndOnce() {
    poll(INTERVAL);
    request = "now";

    assertThat(dueIn()).isZero();
    poll(INTERVAL);
    assertThat(dueIn()).isEqualTo(INTERVAL);
    request = "again";
    assertThat(dueIn()).isZero();
    request = null;
    assertThat(dueIn()).isEqualTo(INTERVAL);
  }

  @Test
  void theTokenOfTheHeldSetIsDueAtOnceAndAnyOtherIsAnsweredOnce() {
    poll(INTERVAL);
    confirmToken = "another";
    assertThat(dueIn()).as("nothing is held").isEqualTo(INTERVAL);
    state.remember(new PruneState(1, Map.of(), Set.of("1"), 50, Set.of(), false));
    assertThat(dueIn()).isZero();
    state.answers(confirmToken);
    poll(INTERVAL);
    assertThat(dueIn()).isEqualTo(INTERVAL);

    confirmToken = Objects.requireNonNull(state.absences().token());

    assertThat(dueIn()).isZero();
    state.remember(PruneState.NONE);
    assertThat(dueIn()).isEqualTo(INTERVAL);
  }

  @Test
  void nothingGoesThroughAPauseThatTheServerAskedFor() {
    state.beginPoll(generation, request, TRANSITION_INTERVAL);
    state.endPoll(Duration.ofSeconds(30), Ending.FAILED, Duration.ofSeconds(30), now);
    generation = 2;
    request = "now";
    state.drifted(now);

    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(30));
    pass(29);
    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(1));
    pass(1);
    assertThat(dueIn()).isZero();
  }

  @Test
  void aPauseEndsWithThePollAfterIt() {
    state.beginPoll(generation, request, TRANSITION_INTERVAL);
    state.endPoll(Duration.ofSeconds(30), Ending.FAILED, Duration.ofSeconds(30), now);
    poll(INTERVAL);
    generation = 2;

    assertThat(dueIn()).isZero();
  }

  @Test
  void whatOnlyAnEditBringsIsNotDueBeforeOne() {
    state.beginPoll(generation, request, TRANSITION_INTERVAL);
    assertThat(state.endPoll(null, Ending.PASSED, null, now)).isNull();

    pass(1_000_000);
    assertThat(dueIn()).isGreaterThan(Duration.ofDays(365));
    generation = 2;
    assertThat(dueIn()).isZero();
  }

  @Test
  void aPollThatDidNotEndIsDueAtOnce() {
    poll(INTERVAL);
    state.beginPoll(generation, request, TRANSITION_INTERVAL);

    assertThat(dueIn()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "3, 7", "10, 0", "30, -20"})
  void aHandEditBringsTheNextPollForward(int seconds, int due) {
    poll(INTERVAL);
    pass(seconds);

    assertThat(state.drifted(now)).isEqualTo(Duration.ofSeconds(due));
    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(due));
  }

  @Test
  void aHandEditDoesNotDelayAPoll() {
    poll(Duration.ofSeconds(5));

    assertThat(state.drifted(now)).isNull();
    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aHandEditDuringAPollBringsTheNextOneForward() {
    state.beginPoll(generation, request, TRANSITION_INTERVAL);
    state.listed(now);
    assertThat(state.drifted(now)).isNull();

    assertThat(state.endPoll(INTERVAL, Ending.PASSED, null, now)).isEqualTo(TRANSITION_INTERVAL);
    assertThat(poll(INTERVAL)).as("the poll after that").isEqualTo(INTERVAL);
  }

  @Test
  void aHandEditBeforeTheFirstListingChangesNothing() {
    assertThat(state.drifted(now)).isNull();
    assertThat(dueIn()).isEqualTo(UNKNOWN);
  }

  /** What a person must mend is polled no sooner than the interval; what will pass, backed off. */
  @Test
  void aHandEditDoesNotHurryAPollAfterAListingThatFailed() {
    poll(INTERVAL);
    pass(60);
    state.beginPoll(generation, request, TRANSITION_INTERVAL);
    state.drifted(now);
    assertThat(state.endPoll(INTERVAL, Ending.PASSED, null, now)).isEqualTo(INTERVAL);

    pass(1);
    assertThat(state.drifted(now)).isNull();
    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(59));
  }

  @Test
  void anEditOrARequestGoesAheadOfOthersOncePerInterval() {
    poll(INTERVAL);
    assertThat(turn().expedited()).as("nothing was asked for").isFalse();

    generation = 2;
    assertThat(turn().expedited()).isTrue();
    poll(INTERVAL);
    request = "now";
    pass(59);
    assertThat(turn().expedited()).as("again within the interval").isFalse();
    pass(1);
    assertThat(turn().expedited()).isTrue();
  }

  @Test
  void theOverdueTakeTurnsByWhenTheyWereDue() {
    poll(INTERVAL);

    assertThat(state.turn(true, generation, request, INTERVAL, now, Duration.ofSeconds(7)).due())
        .isEqualTo(now.minusSeconds(7));
  }

  @Test
  void afterARestartOnlySourcesThatWereNeverListedGoAhead() {
    assertThat(state.turn(false, generation, request, INTERVAL, now, Duration.ZERO).expedited())
        .isFalse();
    assertThat(state.turn(true, generation, request, INTERVAL, now, Duration.ZERO).expedited())
        .isTrue();
  }

  @Test
  void failuresInARowAreCounted() {
    assertThat(state.failuresWithThis()).isEqualTo(1);
    state.endPoll(INTERVAL, Ending.FAILED, null, now);
    state.endPoll(INTERVAL, Ending.FAILED, null, now);
    assertThat(state.failuresWithThis()).isEqualTo(3);

    state.endPoll(INTERVAL, Ending.PASSED, null, now);
    assertThat(state.failuresWithThis()).isEqualTo(1);
  }

  @Test
  void theLaterOfTheCachedAndTheWrittenStatusCounts() {
    SessionClusterSourceStatus written =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "endpoint", "written");
    SessionClusterSourceStatus cached =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "endpoint", "cached");
    assertThat(state.status(source("5", cached))).isEqualTo(cached);
    assertThat(state.status(source("5", null))).isEqualTo(SessionClusterSourceStatus.EMPTY);

    state.wroteStatus(written, null, "7");

    assertThat(state.status(source("6", cached))).isEqualTo(written);
    assertThat(state.status(source("7", written))).isEqualTo(written);
    assertThat(state.status(source("8", cached))).isEqualTo(cached);
    assertThat(state.status(source("8", null))).isEqualTo(SessionClusterSourceStatus.EMPTY);
  }

  @Test
  void sessionsAreCountedOnceListedAndStillAfterARestart() {
    SessionClusterSourceStatus listed =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "states", Map.of("Running", 2));
    SessionClusterSourceStatus unseen =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "observedGeneration", -1L);

    assertThat(state.figures(source("5", unseen)).states()).isNull();
    assertThat(state.figures(source("5", null)).states()).isNull();
    assertThat(state.figures(source("5", listed)).states()).isEqualTo(Map.of("Running", 2));
    state.told(unseen);
    assertThat(state.figures(source("6", unseen)).states()).isNull();
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
  void wordsOfKubernetesThatChangeWithEachTryAreNotWrittenEachTime(
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
    state.beginPoll(1, null, TRANSITION_INTERVAL);
    assertThat(state.repeats(report, before, now)).as("after a restart").isEqualTo(report);

    state.said(now);

    assertThat(state.repeats(report, before, now.plusSeconds(secondsLater)).message())
        .isEqualTo(repeats ? "request 1 was refused" : "request 2 was refused");
  }

  @Test
  void whatWasWrittenIsOfALostHistoryOnceTheCacheGoesBack() {
    SessionClusterSourceStatus written =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "endpoint", "written");
    SessionClusterSourceStatus cached =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "endpoint", "cached");
    state.wroteStatus(written, null, "7");
    assertThat(state.status(source("6", cached))).isEqualTo(written);

    assertThat(state.status(source("5", cached))).isEqualTo(cached);

    assertThat(state.status(source("6", cached))).isEqualTo(cached);
  }

  @Test
  void mirrorsThatWaitForTheCollectorDeserveOneEarlyLook() {
    assertThat(state.isFirstLookAtForeign(false)).isFalse();
    assertThat(state.isFirstLookAtForeign(true)).isTrue();
    assertThat(state.isFirstLookAtForeign(true)).isFalse();
    assertThat(state.isFirstLookAtForeign(false)).isFalse();
    assertThat(state.isFirstLookAtForeign(true)).isTrue();
  }

  /** A poll with a listing that takes no time. */
  private @Nullable Duration poll(Duration next) {
    state.beginPoll(generation, request, TRANSITION_INTERVAL);
    state.listed(now);
    return state.endPoll(next, Ending.PASSED, null, now);
  }

  private Duration dueIn() {
    return state.dueIn(generation, request, handledBefore, confirmToken, UNKNOWN, now);
  }

  private ListingConcurrencyLimiter.Turn turn() {
    return state.turn(true, generation, request, INTERVAL, now, Duration.ZERO);
  }

  private void pass(int seconds) {
    now = now.plusSeconds(seconds);
  }

  private static SessionClusterSource source(
      String resourceVersion, @Nullable SessionClusterSourceStatus status) {
    SessionClusterSource source = new SessionClusterSource();
    source.setMetadata(new ObjectMetaBuilder().withResourceVersion(resourceVersion).build());
    source.setStatus(status);
    return source;
  }
}
