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
import java.util.function.DoubleSupplier;

/**
 * All that goes by time or chance, in one place, so that a simulation can control it.
 *
 * @param wall for times that are shown
 * @param steady for times that are measured, see {@link MonotonicClock}
 * @param timers wait, by the same time
 * @param chance numbers from 0 to 1, another one each time, for the jitter of retries
 */
public record TimeSource(Clock wall, Clock steady, Timers timers, DoubleSupplier chance) {

  /** Measures by the timers' own time, which begins at the wall clock's. */
  public static TimeSource of(Clock wall, Timers timers, DoubleSupplier chance) {
    return new TimeSource(wall, MonotonicClock.startingAt(wall, timers::nanoTime), timers, chance);
  }

  /** The time that is measured. */
  public Instant now() {
    return steady.instant();
  }

  /** The time that is shown. */
  public Instant wallTime() {
    return wall.instant();
  }
}
