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
package io.sessionclusters.prune;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A number of listings, counting no two that are less than {@code transitionInterval} apart.
 *
 * @param last end of the one that was counted last, by the steady clock; null if none was
 */
public record SpacedCount(int count, @Nullable Instant last) {

  static final SpacedCount NONE = new SpacedCount(0, null);

  /** So many make what a single one does not. */
  static final int MANY = 3;

  /** With one listing more. */
  SpacedCount plus(ListingWindow listing, Duration transitionInterval) {
    return last == null || !last.plus(transitionInterval).isAfter(listing.began())
        ? new SpacedCount(count + 1, listing.ended())
        : this;
  }

  boolean isMany() {
    return count >= MANY;
  }
}
