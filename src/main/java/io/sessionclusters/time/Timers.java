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

import java.time.Duration;

/** Waits and alarms, by a clock that never jumps. Thread-safe. */
public interface Timers {

  /** Nanoseconds since some moment; never jumps, as {@link System#nanoTime()}. */
  long nanoTime();

  /**
   * Waits.
   *
   * @throws InterruptedException if the calling thread is interrupted while it waits
   */
  void sleep(Duration time) throws InterruptedException;

  /**
   * Has something done later, on a thread that must not be held up.
   *
   * @param after from now; at once if it is not positive
   */
  Alarm schedule(Duration after, Runnable action);

  /** Something that will be done. */
  @FunctionalInterface
  interface Alarm {

    /** It shall not be done any more; too late if it has begun. */
    void cancel();
  }
}
