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

import io.sessionclusters.prune.PruneState;
import io.sessionclusters.source.ListingConcurrencyLimiter.Priority;
import io.sessionclusters.source.SourcePoll.Result;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.time.BackOff;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a source is polled next: what is remembered of its polls, and pure functions of the outcome
 * of the last one. Times are by the steady clock. All of it may be lost at any time.
 *
 * <p>One poll of a source runs at a time; only {@link #drifted} is called from elsewhere.
 */
final class Schedule {

  /** Its longest wait is also the longest that a server's word is taken for. */
  private static final BackOff BACK_OFF = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5));

  /**
   * The intervals of a source.
   *
   * @param interval between two listings
   * @param transitionInterval the same while something is unsettled
   */
  record Intervals(Duration interval, Duration transitionInterval) {}

  /**
   * What a source asks for by its fields and annotations.
   *
   * @param generation another one than was polled is due at once
   * @param request value of {@code requested-at}: another one than was handled is due at once
   * @param confirmToken value of {@code confirm-prune}: while something is held, that of the held
   *     set is due at once, and so is any other that was not answered yet
   */
  record Request(long generation, @Nullable String request, @Nullable String confirmToken) {

    /** Whether this was not asked for when that was polled. */
    private boolean isNewSince(Request polled) {
      return generation != polled.generation
          || (request != null && !request.equals(polled.request));
    }
  }

  private final double jitter;

  /** What the last poll that began has answered; null if this process has never polled. */
  private @Nullable Request polled;

  private @Nullable Instant due;

  /** When a source that this process has never polled is due at the latest. */
  private @Nullable Instant firstDue;

  private @Nullable Instant pausedUntil;
  private @Nullable Instant lastListed;
  private @Nullable Instant expeditedAt;
  private boolean listedByLastPoll;
  private Intervals intervals =
      new Intervals(PollSpec.DEFAULT_INTERVAL, PollSpec.DEFAULT_TRANSITION_INTERVAL);
  private int failures;
  private boolean drifted;
  private boolean awaitedCollection;

  /** The schedule of a source that was never polled. */
  Schedule(String uid) {
    jitter = jitter(uid);
  }

  /**
   * Time until the next poll is due.
   *
   * @param unknown the time until then if nothing is remembered, as after a restart
   * @param held what the prune guard holds
   * @return zero or less if it is due
   */
  synchronized Duration dueIn(Request asked, Duration unknown, PruneState held, Instant now) {
    if (pausedUntil != null && pausedUntil.isAfter(now)) {
      return Duration.between(now, pausedUntil);
    }
    if (polled == null) {
      // By the clock that does not jump: one that was set back would put it off again and again.
      Instant first = now.plus(unknown);
      firstDue = firstDue == null || first.isBefore(firstDue) ? first : firstDue;
      return Duration.between(now, firstDue);
    }
    return due == null
            || asked.isNewSince(polled)
            || isToBeAnswered(asked.confirmToken(), polled.confirmToken(), held)
        ? Duration.ZERO
        : Duration.between(now, due);
  }

  private static boolean isToBeAnswered(
      @Nullable String confirmToken, @Nullable String answered, PruneState held) {
    return confirmToken != null
        && !held.held().isEmpty()
        && (confirmToken.equals(held.token()) || !confirmToken.equals(answered));
  }

  /**
   * The source's place among those that wait for the same account. An edit or a request goes ahead
   * of others, but no more than once per interval: a script that edits in a loop starves no one.
   *
   * @param neverListed whether the source is new
   */
  synchronized Priority priority(
      Request asked, boolean neverListed, Duration interval, Duration overdue, Instant now) {
    // After a restart nothing is known of any source; then only the new ones go ahead.
    boolean isAsked = polled == null ? neverListed : asked.isNewSince(polled);
    boolean expedited =
        isAsked && (expeditedAt == null || !expeditedAt.plus(interval).isAfter(now));
    if (expedited) {
      expeditedAt = now;
    }
    return new Priority(expedited, now.minus(overdue));
  }

  /** A poll begins: edits and drift from now on ask for another one. */
  synchronized void beginPoll(Request asked, Intervals ofSource) {
    polled = asked;
    intervals = ofSource;
    drifted = false;
    listedByLastPoll = false;
    due = null;
  }

  /** All pages of a listing came. */
  synchronized void listed(Instant when) {
    lastListed = when;
    listedByLastPoll = true;
  }

  /**
   * A poll ended.
   *
   * @param chance from 0 to 1, another one each time: spreads the retries
   * @return time until the next one, brought forward by drift if this one listed; null if only an
   *     edit brings it
   */
  synchronized @Nullable Duration endPoll(Result result, double chance, Instant now) {
    Duration pause = null;
    Duration next;
    switch (result) {
      case Result.Reported(PollOutcome outcome, var _) -> {
        pause = outcome.retryAfter();
        next = next(outcome, intervals, failures + 1, jitter, chance);
        failures = outcome.reason().isReconciling() ? failures + 1 : 0;
      }
      case Result.Inconclusive(var _, boolean unsettled, var _) -> {
        next = settled(unsettled, intervals, jitter);
        failures = 0;
      }
      case Result.Dropped(Duration retryAfter) -> next = backOff(++failures, chance, retryAfter);
      case Result.Postponed(Duration asked) -> {
        pause = asked;
        next = asked;
      }
    }
    pausedUntil = pause == null ? null : now.plus(atMostMax(pause));
    if (next == null) {
      due = Instant.MAX;
      return null;
    }
    Duration hurried = intervals.transitionInterval();
    boolean hurry = drifted && listedByLastPoll && hurried.compareTo(next) < 0;
    Duration wait = hurry ? hurried : next;
    due = now.plus(wait);
    return wait;
  }

  /**
   * A mirror drifted: the next listing comes earlier, unless the last one failed. Then the schedule
   * is that of the failure, and the next listing fixes the mirror anyway.
   *
   * @return time until the next poll; null if the schedule stays as it is
   */
  synchronized @Nullable Duration drifted(Instant now) {
    drifted = true;
    if (due == null || lastListed == null || !listedByLastPoll) {
      return null;
    }
    Instant earlier = lastListed.plus(intervals.transitionInterval());
    if (!earlier.isBefore(due)) {
      return null;
    }
    due = earlier;
    return Duration.between(now, earlier);
  }

  /**
   * Whether objects in the way that wait for the garbage collector deserve an early second poll:
   * the first time only.
   */
  synchronized boolean isFirstWaitForCollection(boolean awaitsCollection) {
    boolean first = awaitsCollection && !awaitedCollection;
    awaitedCollection = awaitsCollection;
    return first;
  }

  /**
   * Time from the end of a poll to the next.
   *
   * @param failures polls in a row that failed, this one included
   * @param jitter of the source, from 0 to 1: spreads the sources
   * @param chance from 0 to 1, another one each time: spreads the retries
   * @return null if only an edit brings the next poll
   */
  static @Nullable Duration next(
      PollOutcome outcome, Intervals intervals, int failures, double jitter, double chance) {
    Duration interval = intervals.interval();
    return switch (outcome.reason().retry()) {
      case NOW -> Duration.ZERO;
      case AT_INTERVAL, HELD -> settled(outcome.unsettled(), intervals, jitter);
      case BACK_OFF -> backOff(failures, chance, outcome.retryAfter());
      case BACK_OFF_WITHIN_INTERVAL -> {
        Duration wait = backOff(failures, chance, null);
        yield notBefore(outcome.retryAfter(), Collections.min(List.of(wait, interval)));
      }
      case ON_EDIT -> null;
    };
  }

  /** Time from a poll that did not fail to the next. */
  static Duration settled(boolean isUnsettled, Intervals intervals, double jitter) {
    return spread(isUnsettled ? intervals.transitionInterval() : intervals.interval(), jitter);
  }

  /**
   * Exponential back-off with full jitter, never sooner than the server asked.
   *
   * @param failures in a row, from 1
   */
  static Duration backOff(int failures, double chance, @Nullable Duration retryAfter) {
    return notBefore(retryAfter, BACK_OFF.after(failures, chance));
  }

  private static Duration notBefore(@Nullable Duration retryAfter, Duration wait) {
    return retryAfter == null ? wait : Collections.max(List.of(wait, atMostMax(retryAfter)));
  }

  /** What a server asks for, as far as it is heeded: whatever it says, it is asked again then. */
  private static Duration atMostMax(Duration asked) {
    return Collections.min(List.of(asked, BACK_OFF.longest()));
  }

  /** Up to 10 % later, always the same for the same source. */
  private static Duration spread(Duration duration, double jitter) {
    return duration.plusMillis((long) (duration.toMillis() * 0.1 * jitter));
  }

  /** A number from 0 to 1 that is spread evenly over the uids. */
  static double jitter(String uid) {
    return (uid.hashCode() & 0xffff) / (double) 0xffff;
  }
}
