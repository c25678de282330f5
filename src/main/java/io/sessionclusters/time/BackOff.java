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

/**
 * Exponential back-off: the longest wait doubles with each failure in a row, from the first to the
 * longest, and the wait lies anywhere between the first and it (full jitter), so that those who
 * failed together do not come back together.
 *
 * @param first wait after the first failure, and the shortest of all
 * @param longest wait, however many failures there were
 */
public record BackOff(Duration first, Duration longest) {

  /** More would overflow, and none of the back-offs here is longer. */
  private static final int MAX_DOUBLINGS = 20;

  /**
   * The time to wait.
   *
   * @param failures in a row, from 1
   * @param chance from 0 for the shortest wait to 1 for the longest; another number each time
   */
  public Duration after(int failures, double chance) {
    int doublings = Math.min(Math.max(failures - 1, 0), MAX_DOUBLINGS);
    long ceiling = Math.min(longest.toMillis(), first.toMillis() << doublings);
    return first.plusMillis((long) (chance * (ceiling - first.toMillis())));
  }
}
