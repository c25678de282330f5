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
package io.sessionclusters.cloud;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps the requests of each account within its limit. */
@FunctionalInterface
public interface RateLimiter {

  /**
   * Called before each request, a repeated one included. The time spent here does not count against
   * the listing's timeout.
   *
   * @throws InterruptedException if the calling thread is interrupted; the listing ends then
   */
  void await(CloudAccount account) throws InterruptedException;

  /**
   * Called after each request: a throttled one pauses the account.
   *
   * @param error null for a page
   */
  default void responded(CloudAccount account, @Nullable CloudError error) {}

  /** What is left of the account's pause; zero if it has none. */
  default Duration pause(CloudAccount account) {
    return Duration.ZERO;
  }
}
