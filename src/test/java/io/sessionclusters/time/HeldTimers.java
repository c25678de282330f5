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
import java.util.function.LongSupplier;

/** Time that a test holds: nothing waits by it. */
public record HeldTimers(LongSupplier nanos) implements Timers {

  @Override
  public long nanoTime() {
    return nanos.getAsLong();
  }

  @Override
  public void sleep(Duration time) {
    throw new AssertionError("a wait of " + time + " that the test did not expect");
  }

  @Override
  public Alarm schedule(Duration after, Runnable action) {
    throw new AssertionError("an alarm in " + after + " that the test did not expect");
  }
}
