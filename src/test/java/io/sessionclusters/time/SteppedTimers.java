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
package io.sessionclusters.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Time that moves when something waits by it, or a test moves it; nothing waits in truth. */
public final class SteppedTimers implements Timers {

  private record Due(long at, Runnable action) {}

  /** The lengths of all waits. */
  public final List<Duration> waits = new ArrayList<>();

  private final List<Due> alarms = new ArrayList<>();
  private long now;

  /** A steady clock of the same time. */
  public Clock clock() {
    return MonotonicClock.startingAt(
        Clock.fixed(Instant.parse("2026-11-25T12:00:00Z"), ZoneOffset.UTC), this::nanoTime);
  }

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public void sleep(Duration time) {
    synchronized (this) {
      waits.add(time);
    }
    advance(time);
  }

  /** Time passes; what is due is done. */
  public void advance(Duration by) {
    List<Due> due;
    synchronized (this) {
      now += by.toNanos();
      due = alarms.stream().filter(alarm -> alarm.at() <= now).toList();
      alarms.removeAll(due);
    }
    due.forEach(alarm -> alarm.action().run());
  }

  /** Number of alarms that are set. */
  public synchronized int alarms() {
    return alarms.size();
  }

  @Override
  public synchronized Alarm schedule(Duration after, Runnable action) {
    Due due = new Due(now + after.toNanos(), action);
    alarms.add(due);
    return () -> {
      synchronized (this) {
        alarms.remove(due);
      }
    };
  }
}
