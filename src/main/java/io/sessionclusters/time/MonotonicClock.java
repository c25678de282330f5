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
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * A clock that starts at the wall clock's time and then never jumps: what is measured by it is the
 * time that really went by. Schedules and the confirmation of absences use it; only times that are
 * shown use the wall clock.
 */
public final class MonotonicClock extends Clock {

  private final Instant start;
  private final long startNanos;
  private final LongSupplier nanos;
  private final ZoneId zone;

  private MonotonicClock(Instant start, long startNanos, LongSupplier nanos, ZoneId zone) {
    this.start = start;
    this.startNanos = startNanos;
    this.nanos = nanos;
    this.zone = zone;
  }

  /**
   * Starts a clock.
   *
   * @param wall gives the time to start at
   * @param nanos nanoseconds that never jump, as {@link System#nanoTime()}
   */
  public static MonotonicClock startingAt(Clock wall, LongSupplier nanos) {
    return new MonotonicClock(wall.instant(), nanos.getAsLong(), nanos, wall.getZone());
  }

  @Override
  public Instant instant() {
    return start.plusNanos(nanos.getAsLong() - startNanos);
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new MonotonicClock(start, startNanos, nanos, other);
  }
}
