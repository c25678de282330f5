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
 * What the listings in a row that lacked a session say of its absence. Times are by the steady
 * clock. Immutable.
 *
 * @param since end of the first of them that was complete; null if none was
 * @param complete number of the complete ones, counting no two that are less than {@code
 *     transitionInterval} apart
 * @param completeAt end of the complete one that was counted last; null if none was
 * @param listings the same number of all, those that were torn by movement alone included
 * @param listedAt end of the one that was counted last; null if none was
 */
public record Suspicion(
    @Nullable Instant since,
    int complete,
    @Nullable Instant completeAt,
    int listings,
    @Nullable Instant listedAt) {

  /** So many torn ones, or so many complete ones without a query by id, prove an absence. */
  static final int MANY = 3;

  private static final Suspicion NONE = new Suspicion(null, 0, null, 0, null);

  /**
   * One listing more that lacks the session.
   *
   * @param before null if the listing before showed it
   * @param evidence of this listing, complete or moved
   */
  static Suspicion next(
      @Nullable Suspicion before,
      Evidence evidence,
      ListingWindow listing,
      Duration transitionInterval) {
    Suspicion known = before == null ? NONE : before;
    boolean complete = evidence == Evidence.COMPLETE;
    boolean countsComplete = complete && isApart(known.completeAt, listing, transitionInterval);
    boolean counts = isApart(known.listedAt, listing, transitionInterval);
    return new Suspicion(
        known.since == null && complete ? listing.ended() : known.since,
        countsComplete ? known.complete + 1 : known.complete,
        countsComplete ? listing.ended() : known.completeAt,
        counts ? known.listings + 1 : known.listings,
        counts ? listing.ended() : known.listedAt);
  }

  /** Whether this listing confirms what earlier ones made suspicious. */
  boolean isConfirmedBy(Evidence evidence, ListingWindow listing, Duration transitionInterval) {
    return listings >= MANY
        || (evidence == Evidence.COMPLETE
            && since != null
            && isApart(since, listing, transitionInterval));
  }

  /** Whether the listings alone prove the absence, where the cloud serves no query by id. */
  public boolean needsNoQuery() {
    return complete >= MANY;
  }

  private static boolean isApart(
      @Nullable Instant earlier, ListingWindow listing, Duration transitionInterval) {
    return earlier == null || !earlier.plus(transitionInterval).isAfter(listing.began());
  }
}
