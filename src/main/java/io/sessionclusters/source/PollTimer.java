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

import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.time.MonotonicClock;
import io.sessionclusters.time.Timers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Wakes each source when its next poll is due. One alarm a source: a new one replaces the old.
 *
 * <p>In the place of the framework's {@code rescheduleAfter}, whose timer follows the wall clock: a
 * clock that is set back by an hour would stop the polls for an hour.
 */
public final class PollTimer extends AbstractEventSource<Void, SessionClusterSource>
    implements ResourceEventAware<SessionClusterSource> {

  /** From a source's alarm to the beginning of its reconcile: a moment, if all is well. */
  static final Duration LONGEST_START = Duration.ofMinutes(5);

  /** Between two steps: longer than any pause, plus the timeout of the slowest listing. */
  static final Duration LONGEST_STEP = Duration.ofMinutes(10);

  private record DueAlarm(Instant due, Timers.Alarm alarm) {}

  private final Map<ResourceID, DueAlarm> alarms = new ConcurrentHashMap<>();

  /** With the timeout of the listing. */
  private final Map<ResourceID, Duration> underWay = new ConcurrentHashMap<>();

  private final Timers timers;
  private final Clock steady;
  private volatile Instant lastStep;
  private Consumer<SessionClusterSource> onDeleted = source -> {};

  /**
   * Creates a timer.
   *
   * @param steady see {@link MonotonicClock}
   */
  PollTimer(Timers timers, Clock steady) {
    super(Void.class, "poll-timer");
    this.timers = timers;
    this.steady = steady;
    this.lastStep = steady.instant();
  }

  /**
   * Calls that with each source that was deleted or is being deleted, after its alarm was removed.
   */
  void onDeleted(Consumer<SessionClusterSource> action) {
    onDeleted = action;
  }

  /** Sets the alarm of a source, or replaces it. */
  void wake(ResourceID source, Duration after) {
    alarms.compute(
        source,
        (id, old) -> {
          if (old != null) {
            old.alarm().cancel();
          }
          return new DueAlarm(steady.instant().plus(after), timers.schedule(after, () -> fire(id)));
        });
  }

  /** Removes the alarm of a source. */
  void forget(ResourceID source) {
    DueAlarm alarm = alarms.remove(source);
    if (alarm != null) {
      alarm.alarm().cancel();
    }
  }

  /** A source was taken up: its alarm is answered, whatever took it up. */
  void begin(ResourceID source) {
    forget(source);
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
   * What is stuck so that only a restart of the process fixes it, in one line; empty if nothing is:
   * a poll that is due is not taken up, or those that are under way make no step.
   *
   * <p>Neither an API nor an API server that does not respond looks like that: each of their
   * requests ends in time, and its end is a step. How long a single poll takes says nothing,
   * because it may wait for many others. A standby has no alarms and no polls.
   *
   * @param polled whether a source is there to be polled; the alarm of one that was or is being
   *     deleted, belongs to no source: the framework takes neither up
   */
  Optional<String> stuck(Predicate<ResourceID> polled) {
    Instant now = steady.instant();
    Optional<String> late =
        alarms.entrySet().stream()
            .filter(alarm -> alarm.getValue().due().plus(LONGEST_START).isBefore(now))
            .filter(alarm -> !underWay.containsKey(alarm.getKey()))
            .filter(alarm -> polled.test(alarm.getKey()))
            .min(Comparator.comparing(alarm -> alarm.getValue().due()))
            .map(
                alarm ->
                    "the poll of %s was due %d s ago and has not begun"
                        .formatted(name(alarm.getKey()), seconds(alarm.getValue().due(), now)));
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

  /**
   * A source that is being deleted is as good as deleted, however long a finalizer of others keeps
   * it: the framework runs no reconciler for it any more.
   */
  @Override
  public void onResourceUpdated(SessionClusterSource now, SessionClusterSource before) {
    if (now.isMarkedForDeletion()) {
      onResourceDeleted(now);
    }
  }

  @Override
  public void onResourceDeleted(SessionClusterSource source) {
    forget(ResourceID.fromResource(source));
    onDeleted.accept(source);
  }

  @Override
  public void stop() {
    super.stop();
    alarms.values().forEach(alarm -> alarm.alarm().cancel());
    alarms.clear();
  }

  @Override
  public Set<Void> getSecondaryResources(SessionClusterSource primary) {
    return Set.of();
  }

  private void fire(ResourceID source) {
    if (isRunning()) {
      getEventHandler().handleEvent(new Event(source));
    }
  }
}
