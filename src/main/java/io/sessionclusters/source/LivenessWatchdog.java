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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.time.MonotonicClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Notices that the loop is stuck, which only a restart of the process fixes: a poll that is due is
 * not taken up, or those that are under way make no step.
 *
 * <p>Neither an API nor an API server that does not answer looks like that: each of their requests
 * ends in time, and its end is a step. How long a single poll takes says nothing, because it may
 * wait for many others. A standby has no alarms and no polls.
 */
final class LivenessWatchdog {

  /** From a source's alarm to the beginning of its reconcile: a moment, if all is well. */
  static final Duration LONGEST_START = Duration.ofMinutes(5);

  /** Between two steps: longer than any pause, plus the time-out of the slowest listing. */
  static final Duration LONGEST_STEP = Duration.ofMinutes(10);

  private final Clock steady;
  private final Map<ResourceID, Instant> alarms = new ConcurrentHashMap<>();

  /** With the time-out of the listing. */
  private final Map<ResourceID, Duration> underWay = new ConcurrentHashMap<>();

  private volatile Instant lastStep;

  /**
   * Creates a watchdog over nothing.
   *
   * @param steady see {@link MonotonicClock}
   */
  LivenessWatchdog(Clock steady) {
    this.steady = steady;
    this.lastStep = steady.instant();
  }

  /** A source's alarm was set, in the place of an earlier one. */
  void alarm(ResourceID source, Duration after) {
    alarms.put(source, steady.instant().plus(after));
  }

  /** A source's alarm was removed. */
  void forget(ResourceID source) {
    alarms.remove(source);
  }

  /** A source was taken up. */
  void begin(ResourceID source) {
    alarms.remove(source);
    step();
    underWay.put(source, Duration.ZERO);
  }

  /** The listing of a source that was taken up begins; it has that much time. */
  void listing(ResourceID source, Duration timeout) {
    underWay.replace(source, timeout);
  }

  /** Something that was waited for is there, or given up. */
  void step() {
    lastStep = steady.instant();
  }

  /** A source is done with for now. */
  void end(ResourceID source) {
    underWay.remove(source);
    step();
  }

  /**
   * What is stuck, in one line; empty if nothing is.
   *
   * @param polled whether a source is there to be polled; the alarm of one that is gone, or is
   *     being deleted, is nobody's: the framework takes neither up
   */
  Optional<String> stuck(Predicate<ResourceID> polled) {
    Instant now = steady.instant();
    Optional<String> late =
        alarms.entrySet().stream()
            .filter(alarm -> alarm.getValue().plus(LONGEST_START).isBefore(now))
            .filter(alarm -> !underWay.containsKey(alarm.getKey()))
            .filter(alarm -> polled.test(alarm.getKey()))
            .min(Map.Entry.comparingByValue())
            .map(
                alarm ->
                    "the poll of %s was due %d s ago and has not begun"
                        .formatted(name(alarm.getKey()), seconds(alarm.getValue(), now)));
    return late.or(() -> withoutStep(now));
  }

  private Optional<String> withoutStep(Instant now) {
    Instant last = lastStep;
    return underWay.values().stream()
        .max(Comparator.naturalOrder())
        .filter(timeout -> last.plus(LONGEST_STEP).plus(timeout).isBefore(now))
        .map(
            timeout ->
                "%d polls are under way and none has made a step for %d s"
                    .formatted(underWay.size(), seconds(last, now)));
  }

  private static String name(ResourceID source) {
    return source.getNamespace().orElse("") + "/" + source.getName();
  }

  private static long seconds(Instant since, Instant now) {
    return Duration.between(since, now).toSeconds();
  }
}
