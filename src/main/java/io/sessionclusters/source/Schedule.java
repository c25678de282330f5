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

import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.time.BackOff;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When a source is polled next: pure functions of what the last poll came to. */
final class Schedule {

  /** Its longest wait is also the longest that a server's word is taken for. */
  private static final BackOff BACK_OFF = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5));

  private Schedule() {}

  /**
   * The intervals of a source.
   *
   * @param interval between two listings
   * @param transitionInterval the same while something is unsettled
   */
  record Intervals(Duration interval, Duration transitionInterval) {}

  /**
   * Time from the end of a poll to the next.
   *
   * @param report what the poll came to
   * @param failures polls in a row that failed, this one included
   * @param jitter of the source, from 0 to 1: spreads the sources
   * @param chance from 0 to 1, another one each time: spreads the retries
   * @return empty if only an edit brings the next poll
   */
  static Optional<Duration> next(
      PollOutcome report, Intervals intervals, int failures, double jitter, double chance) {
    Duration interval = intervals.interval();
    Duration settled = report.unsettled() ? intervals.transitionInterval() : interval;
    return switch (report.reason().retry()) {
      case NOW -> Optional.of(Duration.ZERO);
      case AT_INTERVAL, HELD -> Optional.of(spread(settled, jitter));
      case BACK_OFF -> Optional.of(backOff(failures, chance, report.retryAfter()));
      case BACK_OFF_WITHIN_INTERVAL -> {
        Duration wait = backOff(failures, chance, null);
        yield Optional.of(
            notBefore(report.retryAfter(), wait.compareTo(interval) < 0 ? wait : interval));
      }
      case ON_EDIT -> Optional.empty();
    };
  }

  /** Time from a listing that settled nothing to the next: that is no failure. */
  static Duration inconclusive(boolean isUnsettled, Intervals intervals, double jitter) {
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
    if (retryAfter == null) {
      return wait;
    }
    Duration asked = atMostMax(retryAfter);
    return wait.compareTo(asked) < 0 ? asked : wait;
  }

  /** What a server asks for, as far as it is heeded: whatever it says, it is asked again then. */
  static Duration atMostMax(Duration asked) {
    return asked.compareTo(BACK_OFF.longest()) < 0 ? asked : BACK_OFF.longest();
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
