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
import io.sessionclusters.time.Timers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Wakes each source when its next poll is due. One alarm a source: a new one replaces the old.
 *
 * <p>In the place of the framework's {@code rescheduleAfter}, whose timer follows the wall clock: a
 * clock that is set back by an hour would stop the polls for an hour.
 */
public final class PollTimer extends AbstractEventSource<Void, SessionClusterSource>
    implements ResourceEventAware<SessionClusterSource> {

  private final Map<ResourceID, Timers.Alarm> alarms = new ConcurrentHashMap<>();
  private final LivenessWatchdog watchdog;
  private final Timers timers;
  private Consumer<SessionClusterSource> onDeleted = source -> {};

  /**
   * Creates a timer.
   *
   * @param watchdog notices alarms that are not taken up
   */
  PollTimer(Timers timers, LivenessWatchdog watchdog) {
    super(Void.class, "poll-timer");
    this.timers = timers;
    this.watchdog = watchdog;
  }

  /** Calls that with each source that is gone or being deleted, after its alarm was removed. */
  void onDeleted(Consumer<SessionClusterSource> action) {
    onDeleted = action;
  }

  /** Sets the alarm of a source, or replaces it. */
  void wake(ResourceID source, Duration after) {
    alarms.compute(
        source,
        (id, old) -> {
          cancel(old);
          watchdog.alarm(id, after);
          return timers.schedule(after, () -> fire(id));
        });
  }

  /** Removes the alarm of a source. */
  void forget(ResourceID source) {
    alarms.computeIfPresent(
        source,
        (id, alarm) -> {
          cancel(alarm);
          watchdog.forget(id);
          return null;
        });
  }

  /**
   * A source that is being deleted is as good as gone, however long a finalizer of others keeps it:
   * the framework runs no reconciler for it any more.
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
    alarms.values().forEach(Timers.Alarm::cancel);
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

  private static void cancel(Timers.@Nullable Alarm alarm) {
    if (alarm != null) {
      alarm.cancel();
    }
  }
}
