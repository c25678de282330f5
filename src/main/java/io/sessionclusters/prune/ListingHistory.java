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

/**
 * What the listings of a source in a row have shown of how its backend counts. A {@code totalCount}
 * above the number of sessions in three listings, each {@code transitionInterval} after the one
 * before, is how that backend counts; one that moves while the pages are read in three listings is
 * a workspace that is always busy. Neither proves an absence by itself: see {@link Evidence} and
 * {@link AbsenceVerifier}. Immutable; forgetting it is safe.
 *
 * @param generation of the source that the listings belong to; 0 before the first
 * @param overstated listings in a row whose only fault was a total that is too high
 * @param excess how much their totals were above what was shown, all by the same: a listing with
 *     another excess begins the count anew, and one that lacks more than is usual settles nothing
 * @param moved listings in a row whose only fault was that sessions came and went
 */
public record ListingHistory(
    long generation, SpacedCount overstated, long excess, SpacedCount moved) {

  public static final ListingHistory NONE = begin(0);

  private static ListingHistory begin(long generation) {
    return new ListingHistory(generation, SpacedCount.NONE, 0, SpacedCount.NONE);
  }

  /**
   * The history with one listing more.
   *
   * @param sourceGeneration a listing of another generation begins a new one
   */
  public ListingHistory next(
      long sourceGeneration, Listing listing, ListingWindow when, Duration transitionInterval) {
    ListingHistory before = sourceGeneration == generation ? this : begin(sourceGeneration);
    return switch (listing) {
      case Listing.Failed _ -> before;
      case Listing.Complete _ -> begin(sourceGeneration);
      case Torn torn ->
          switch (torn.cause()) {
            case OVERSTATED -> before.overstated(torn.excess(), when, transitionInterval);
            case TOTAL_MOVED, CAME_TWICE ->
                new ListingHistory(
                    sourceGeneration,
                    before.overstated,
                    before.excess,
                    before.moved.plus(when, transitionInterval));
            case SHOWS_TOO_FEW -> before;
            case SAYS_NOTHING, WITHOUT_ID, ERROR_CODE -> begin(sourceGeneration);
          };
    };
  }

  private ListingHistory overstated(long by, ListingWindow when, Duration transitionInterval) {
    boolean isOther = overstates() ? by > excess : by != excess;
    SpacedCount before = isOther ? SpacedCount.NONE : overstated;
    return new ListingHistory(
        generation, before.plus(when, transitionInterval), isOther ? by : excess, moved);
  }

  /** Whether the backend counts more sessions than it lists. */
  public boolean overstates() {
    return overstated.isMany();
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
    return evidence == Evidence.COMPLETE || (evidence == Evidence.MOVED && moved.isMany());
  }
}
