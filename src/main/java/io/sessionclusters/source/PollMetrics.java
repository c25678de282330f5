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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.mirror.MirrorMetrics;
import io.sessionclusters.status.Reason;
import io.sessionclusters.status.SourceMetricsSnapshot;
import java.time.Duration;
import java.util.function.IntSupplier;

/** What the reconciler reports of its work. Implementations return at once and throw nothing. */
public interface PollMetrics extends MirrorMetrics {

  /** How a poll ended that gave the source no condition. */
  enum Unreported {
    /** The listing settled nothing. */
    INCONCLUSIVE,
    /** The source changed meanwhile, or the listing grew too old before all was written. */
    DROPPED,
    /** The account pauses, as the API asked: nothing was listed. */
    POSTPONED
  }

  /**
   * A source as it is now.
   *
   * @param mirrors read at each scrape: number of mirrors that the source controls
   */
  default void source(ResourceID source, SourceMetricsSnapshot snapshot, IntSupplier mirrors) {}

  /** A source was deleted: nothing of it is reported any more. */
  default void sourceDeleted(ResourceID source) {}

  /** A poll came to its end, with that for the source's condition. */
  default void polled(Reason reason) {}

  /** A poll came to its end and left the source's condition as it was. */
  default void ended(Unreported ending) {}

  /**
   * One walk over the pages of a source's listing ended, whatever came of it.
   *
   * @param took waits for the limiter included
   * @param pages that came; 0 if the walk failed
   */
  default void listed(Duration took, int pages) {}

  /**
   * Polls began or ceased to wait for a permit among the listings of their account.
   *
   * @param change 1 or -1
   */
  default void waiting(int change) {}

  /**
   * Polls began or ended.
   *
   * @param change 1 or -1
   */
  default void underWay(int change) {}
}
