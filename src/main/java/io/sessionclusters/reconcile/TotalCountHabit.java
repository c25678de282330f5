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
package io.sessionclusters.reconcile;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Learns whether a backend counts more sessions in {@code totalCount} than it lists: three listings
 * in a row, each {@code transitionInterval} after the one before, make it a habit and no moment's
 * tear. A habit is no proof of anything: under it each absence is confirmed by a query of its own.
 */
final class TotalCountHabit {

  private static final int PROOF = 3;

  private int overstated;
  private @Nullable Instant lastCounted;

  /**
   * Takes the count of one listing.
   *
   * @param isOverstated whether it was above the number of sessions, and nothing else was wrong
   * @return whether this listing made it a habit, to be said once
   */
  synchronized boolean observe(boolean isOverstated, Duration transitionInterval, Instant now) {
    if (!isOverstated) {
      overstated = 0;
      lastCounted = null;
      return false;
    }
    if (lastCounted == null || !lastCounted.plus(transitionInterval).isAfter(now)) {
      overstated++;
      lastCounted = now;
      return overstated == PROOF;
    }
    return false;
  }

  synchronized boolean isHabit() {
    return overstated >= PROOF;
  }
}
