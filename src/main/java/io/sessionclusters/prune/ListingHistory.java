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

import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.Listing.Torn;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the listings of a source in a row have shown of how its backend counts. A {@code totalCount}
 * above the number of sessions in three listings, each {@code transitionInterval} after the one
 * before, is how that backend counts; one that moves while the pages are read in three listings is
 * a workspace that is always busy. Neither proves an absence by itself: see {@link Evidence} and
 * {@link AbsenceVerifier}. Times are by the steady clock. Immutable; forgetting it is safe.
 *
 * @param generation of the source that the listings belong to; 0 before the first
 * @param overstated number of listings in a row whose only fault was a total that is too high
 * @param overstatedAt end of the one that was counted last; null if none was
 * @param excess how much their totals were above what was shown, all by the same: a listing with
 *     another excess begins the count anew, and one that lacks more than the habit settles nothing
 * @param moved the same of those whose only fault was that sessions came and went
 * @param movedAt end of the one that was counted last; null if none was
 */
public record ListingHistory(
    long generation,
    int overstated,
    @Nullable Instant overstatedAt,
    long excess,
    int moved,
    @Nullable Instant movedAt) {

  /** So many listings make a habit. */
  static final int HABIT = 3;

  public static final ListingHistory NONE = new ListingHistory(0, 0, null, 0, 0, null);

  /**
   * The run with one listing more.
   *
   * @param sourceGeneration a listing of another generation begins a new run
   * @param ended when the listing ended
   */
  public ListingHistory next(
      long sourceGeneration, Listing listing, Duration transitionInterval, Instant ended) {
    ListingHistory fresh = new ListingHistory(sourceGeneration, 0, null, 0, 0, null);
    ListingHistory before = sourceGeneration == generation ? this : fresh;
    return switch (listing) {
      case Listing.Failed _ -> before;
      case Listing.Complete _ -> fresh;
      case Torn torn ->
          switch (torn.cause()) {
            case OVERSTATED ->
                before.oneMore(torn.excess(), true, false, transitionInterval, ended);
            case TOTAL_MOVED, CAME_TWICE ->
                before.oneMore(0, false, true, transitionInterval, ended);
            case SHOWS_TOO_FEW -> before;
            case SAYS_NOTHING, WITHOUT_ID, ERROR_CODE -> fresh;
          };
    };
  }

  private ListingHistory oneMore(
      long above,
      boolean isOverstated,
      boolean isMoved,
      Duration transitionInterval,
      Instant ended) {
    boolean isOther = isOverstated && (overstates() ? above > excess : above != excess);
    boolean countsTotal =
        isOverstated && (isOther || isApart(overstatedAt, ended, transitionInterval));
    boolean countsMove = isMoved && isApart(movedAt, ended, transitionInterval);
    return new ListingHistory(
        generation,
        (isOther ? 0 : overstated) + (countsTotal ? 1 : 0),
        countsTotal ? ended : overstatedAt,
        isOther ? above : excess,
        moved + (countsMove ? 1 : 0),
        countsMove ? ended : movedAt);
  }

  /** Whether the backend counts more sessions than it lists. */
  public boolean overstates() {
    return overstated >= HABIT;
  }

  /** What a listing, which is the last of this run, says of the sessions that it lacks. */
  public Evidence evidence(Listing listing) {
    return switch (listing) {
      case Listing.Complete _ -> Evidence.COMPLETE;
      case Listing.Failed _ -> Evidence.NONE;
      case Torn torn ->
          switch (torn.cause()) {
            case OVERSTATED -> overstates() ? Evidence.COMPLETE : Evidence.NONE;
            case TOTAL_MOVED, CAME_TWICE -> Evidence.MOVED;
            case SHOWS_TOO_FEW, SAYS_NOTHING, WITHOUT_ID, ERROR_CODE -> Evidence.NONE;
          };
    };
  }

  /** Whether a listing, which is the last of this run, is as good as this backend's ever are. */
  public boolean settles(Listing listing) {
    Evidence evidence = evidence(listing);
    return evidence == Evidence.COMPLETE || (evidence == Evidence.MOVED && moved >= HABIT);
  }

  private static boolean isApart(
      @Nullable Instant earlier, Instant ended, Duration transitionInterval) {
    return earlier == null || !earlier.plus(transitionInterval).isAfter(ended);
  }
}
