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

import io.sessionclusters.prune.PruneState;
import io.sessionclusters.source.ListingConcurrencyLimiter.Priority;
import io.sessionclusters.source.Schedule.Intervals;
import io.sessionclusters.source.Schedule.Request;
import io.sessionclusters.source.SourcePoll.Changes;
import io.sessionclusters.source.SourcePoll.Result;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

  private static final Duration INTERVAL = Duration.ofSeconds(60);
  private static final Duration TRANSITION_INTERVAL = Duration.ofSeconds(10);
  private static final Intervals INTERVALS = new Intervals(INTERVAL, TRANSITION_INTERVAL);
  private static final Result THROTTLED =
      Result.of(PollOutcome.failed(Reason.THROTTLED, "").retryAfter(Duration.ofSeconds(30)));
  private static final Duration UNKNOWN = Duration.ofSeconds(42);

  private final Schedule schedule = new Schedule("");
  private Instant now = Instant.parse("2026-11-22T00:00:00Z");
  private long generation = 1;
  private @Nullable String request;
  private PruneState held = PruneState.NONE;
  private @Nullable String confirmToken;

  @Test
  void whatWasNeverPolledIsDueWhenItsStatusSays() {
    assertThat(dueIn()).isEqualTo(UNKNOWN);
  }

  /** As by a status whose last listing lies ahead of a wall clock that went back. */
  @Test
  void whatTheStatusSaysIsNotCountedAnewAtEachReconcile() {
    assertThat(dueIn()).isEqualTo(UNKNOWN);
    pass(41);
    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(1));
    pass(1);
    assertThat(dueIn()).isZero();
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
    held = new PruneState(1, Map.of(), Set.of("1"), 50, Set.of(), false);
    assertThat(dueIn()).isZero();
    poll(INTERVAL);
    assertThat(dueIn()).isEqualTo(INTERVAL);

    confirmToken = Objects.requireNonNull(held.token());

    assertThat(dueIn()).isZero();
    held = PruneState.NONE;
    assertThat(dueIn()).isEqualTo(INTERVAL);
  }

  @Test
  void nothingGoesThroughAPauseThatTheServerAskedFor() {
    schedule.beginPoll(asked(), INTERVALS);
    schedule.endPoll(THROTTLED, 0, now);
    generation = 2;
    request = "now";
    schedule.drifted(now);

    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(30));
    pass(29);
    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(1));
    pass(1);
    assertThat(dueIn()).isZero();
  }

  @Test
  void aPauseEndsWithThePollAfterIt() {
    schedule.beginPoll(asked(), INTERVALS);
    schedule.endPoll(THROTTLED, 0, now);
    poll(INTERVAL);
    generation = 2;

    assertThat(dueIn()).isZero();
  }

  @Test
  void whatOnlyAnEditBringsIsNotDueBeforeOne() {
    schedule.beginPoll(asked(), INTERVALS);
    assertThat(schedule.endPoll(ended(Reason.INVALID_CONFIGURATION), 0, now)).isNull();

    pass(1_000_000);
    assertThat(dueIn()).isGreaterThan(Duration.ofDays(365));
    generation = 2;
    assertThat(dueIn()).isZero();
  }

  @Test
  void aPollThatDidNotEndIsDueAtOnce() {
    poll(INTERVAL);
    schedule.beginPoll(asked(), INTERVALS);

    assertThat(dueIn()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "3, 7", "10, 0", "30, -20"})
  void driftBringsTheNextPollForward(int seconds, int due) {
    poll(INTERVAL);
    pass(seconds);

    assertThat(schedule.drifted(now)).isEqualTo(Duration.ofSeconds(due));
    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(due));
  }

  @Test
  void driftDoesNotDelayAPoll() {
    poll(Duration.ofSeconds(5));

    assertThat(schedule.drifted(now)).isNull();
    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void driftDuringAPollBringsTheNextOneForward() {
    schedule.beginPoll(asked(), INTERVALS);
    schedule.listed(now);
    assertThat(schedule.drifted(now)).isNull();

    assertThat(schedule.endPoll(ended(Reason.SUCCEEDED), 0, now)).isEqualTo(TRANSITION_INTERVAL);
    assertThat(poll(INTERVAL)).as("the poll after that").isEqualTo(INTERVAL);
  }

  @Test
  void driftBeforeTheFirstListingChangesNothing() {
    assertThat(schedule.drifted(now)).isNull();
    assertThat(dueIn()).isEqualTo(UNKNOWN);
  }

  /** What a person must fix is polled no sooner than the interval; what will pass, backed off. */
  @Test
  void driftDoesNotHurryAPollAfterAListingThatFailed() {
    poll(INTERVAL);
    pass(60);
    schedule.beginPoll(asked(), INTERVALS);
    schedule.drifted(now);
    assertThat(schedule.endPoll(ended(Reason.AUTHENTICATION_FAILED), 0, now)).isEqualTo(INTERVAL);

    pass(1);
    assertThat(schedule.drifted(now)).isNull();
    assertThat(dueIn()).isEqualTo(Duration.ofSeconds(59));
  }

  @Test
  void anEditOrARequestGoesAheadOfOthersOncePerInterval() {
    poll(INTERVAL);
    assertThat(isExpedited()).as("nothing was asked for").isFalse();

    generation = 2;
    assertThat(isExpedited()).isTrue();
    poll(INTERVAL);
    request = "now";
    pass(59);
    assertThat(isExpedited()).as("again within the interval").isFalse();
    pass(1);
    assertThat(isExpedited()).isTrue();
  }

  @Test
  void theOverdueAreOrderedByWhenTheyWereDue() {
    poll(INTERVAL);

    assertThat(priority(true, Duration.ofSeconds(7)).due()).isEqualTo(now.minusSeconds(7));
  }

  @Test
  void afterARestartOnlySourcesThatWereNeverListedGoAhead() {
    assertThat(priority(false, Duration.ZERO).expedited()).isFalse();
    assertThat(priority(true, Duration.ZERO).expedited()).isTrue();
  }

  @Test
  void failuresInARowAreCounted() {
    assertThat(schedule.endPoll(new Result.Dropped(), 1, now)).isEqualTo(Duration.ofSeconds(1));
    assertThat(schedule.endPoll(ended(Reason.CLOUD_UNAVAILABLE), 1, now))
        .isEqualTo(Duration.ofSeconds(2));
    assertThat(schedule.endPoll(new Result.Postponed(INTERVAL), 1, now)).isEqualTo(INTERVAL);
    assertThat(schedule.endPoll(new Result.Dropped(), 1, now)).isEqualTo(Duration.ofSeconds(4));

    schedule.endPoll(ended(Reason.SUCCEEDED), 1, now);
    assertThat(schedule.endPoll(new Result.Dropped(), 1, now)).isEqualTo(Duration.ofSeconds(1));
    schedule.endPoll(new Result.Inconclusive(null, false, Changes.NONE), 1, now);
    assertThat(schedule.endPoll(new Result.Dropped(), 1, now)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void whatWaitsForTheCollectorDeservesOneEarlyPoll() {
    assertThat(schedule.isFirstWaitForCollection(false)).isFalse();
    assertThat(schedule.isFirstWaitForCollection(true)).isTrue();
    assertThat(schedule.isFirstWaitForCollection(true)).isFalse();
    assertThat(schedule.isFirstWaitForCollection(false)).isFalse();
    assertThat(schedule.isFirstWaitForCollection(true)).isTrue();
  }

  /** A poll with a listing that takes no time. */
  private @Nullable Duration poll(Duration next) {
    schedule.beginPoll(asked(), new Intervals(next, TRANSITION_INTERVAL));
    schedule.listed(now);
    return schedule.endPoll(ended(Reason.SUCCEEDED), 0, now);
  }

  private static Result ended(Reason reason) {
    return Result.of(PollOutcome.failed(reason, ""));
  }

  private Duration dueIn() {
    return schedule.dueIn(asked(), UNKNOWN, held, now);
  }

  private Request asked() {
    return new Request(generation, request, confirmToken);
  }

  private Priority priority(boolean neverListed, Duration overdue) {
    return schedule.priority(asked(), neverListed, INTERVAL, overdue, now);
  }

  private boolean isExpedited() {
    return priority(true, Duration.ZERO).expedited();
  }

  private void pass(int seconds) {
    now = now.plusSeconds(seconds);
  }
}
