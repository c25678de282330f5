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

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.Listing.Cause;
import io.sessionclusters.cloud.emr.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Listings of one source that end one after the other. */
class ListingHistoryTest {

  private static final Duration TRANSITION_INTERVAL = Duration.ofSeconds(10);
  private static final Listing COMPLETE = new Listing.Complete(List.of(), 1);

  private ListingHistory run = ListingHistory.NONE;
  private Instant now = Instant.parse("2026-11-22T00:00:00Z");
  private long generation = 1;

  @Test
  void aTotalThatIsTooHighInThreeListingsIsHowTheBackendCounts() {
    for (int i = 1; i <= 3; i++) {
      listed(torn(Cause.OVERSTATED));
      assertThat(run.overstates()).isEqualTo(i == 3);
      assertThat(run.settles(torn(Cause.OVERSTATED))).isEqualTo(i == 3);
      assertThat(run.evidence(torn(Cause.OVERSTATED)))
          .isEqualTo(i == 3 ? Evidence.COMPLETE : Evidence.NONE);
    }
  }

  @Test
  void aListingThatLacksMoreThanUsualSettlesNothing() {
    for (int i = 0; i < 3; i++) {
      listed(torn(Cause.OVERSTATED, 2));
    }
    assertThat(run.settles(torn(Cause.OVERSTATED, 2))).isTrue();

    listed(torn(Cause.OVERSTATED, 9));

    assertThat(run.settles(torn(Cause.OVERSTATED, 9))).isFalse();
    listed(torn(Cause.OVERSTATED, 9));
    listed(torn(Cause.OVERSTATED, 9));
    assertThat(run.settles(torn(Cause.OVERSTATED, 9))).as("it became usual").isTrue();
    listed(torn(Cause.OVERSTATED, 5));
    assertThat(run.settles(torn(Cause.OVERSTATED, 5))).as("it lacks less").isTrue();
  }

  @Test
  void totalsThatAreTooHighByAnotherNumberEachTimeNeverBecomeUsual() {
    for (long excess : new long[] {8, 3, 5, 3}) {
      listed(torn(Cause.OVERSTATED, excess));
      assertThat(run.settles(torn(Cause.OVERSTATED, excess))).isFalse();
    }
  }

  @Test
  void listingsInAHurryCountOnce() {
    for (int i = 0; i < 5; i++) {
      now = now.minusSeconds(8);
      listed(torn(Cause.OVERSTATED));
    }

    assertThat(run.overstates()).isFalse();
  }

  @Test
  void aCompleteListingEndsTheRun() {
    listed(torn(Cause.OVERSTATED));
    listed(torn(Cause.OVERSTATED));
    listed(COMPLETE);
    listed(torn(Cause.OVERSTATED));

    assertThat(run.overstates()).isFalse();
    assertThat(run.settles(COMPLETE)).isTrue();
  }

  @Test
  void aBackendThatShowsAllOfThemIsNoLongerTakenForOneThatCountsTooMany() {
    for (int i = 0; i < 3; i++) {
      listed(torn(Cause.OVERSTATED));
    }
    listed(COMPLETE);

    assertThat(run.overstates()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Cause.class,
      names = {"SAYS_NOTHING", "WITHOUT_ID", "ERROR_CODE"})
  void nothingIsLearnedOfAnAnswerThatSaysNothing(Cause cause) {
    for (int i = 0; i < 10; i++) {
      listed(torn(cause));
      assertThat(run.overstates()).isFalse();
      assertThat(run.settles(torn(cause))).isFalse();
      assertThat(run.evidence(torn(cause))).isEqualTo(Evidence.NONE);
    }
    listed(torn(Cause.OVERSTATED));
    listed(torn(Cause.OVERSTATED));
    listed(torn(cause));
    listed(torn(Cause.OVERSTATED));
    assertThat(run.overstates()).as("it ends the run").isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Cause.class,
      names = {"TOTAL_MOVED", "CAME_TWICE"})
  void aWorkspaceThatIsAlwaysBusySettlesWithTheThirdListing(Cause cause) {
    for (int i = 1; i <= 3; i++) {
      listed(torn(cause));
      assertThat(run.settles(torn(cause))).isEqualTo(i == 3);
      assertThat(run.evidence(torn(cause))).isEqualTo(Evidence.MOVED);
    }
  }

  @Test
  void nothingIsLearnedOfListingsThatLackMoreThanMoved() {
    for (int i = 0; i < 5; i++) {
      listed(torn(Cause.SHOWS_TOO_FEW));
      assertThat(run.settles(torn(Cause.SHOWS_TOO_FEW))).isFalse();
      assertThat(run.evidence(torn(Cause.SHOWS_TOO_FEW))).isEqualTo(Evidence.NONE);
    }
  }

  @Test
  void aFailureNeitherCountsNorEndsTheRun() {
    listed(torn(Cause.OVERSTATED));
    listed(torn(Cause.OVERSTATED));
    listed(
        new Listing.Failed(new CloudError(CloudError.Kind.SERVICE_FAILED, "", 500, "", "", null)));
    listed(torn(Cause.OVERSTATED));

    assertThat(run.overstates()).isTrue();
  }

  @Test
  void anotherGenerationBeginsAnotherRun() {
    for (int i = 0; i < 3; i++) {
      listed(torn(Cause.OVERSTATED));
    }
    generation++;
    listed(torn(Cause.OVERSTATED));

    assertThat(run.overstates()).isFalse();
  }

  private void listed(Listing listing) {
    run = run.next(generation, listing, new ListingWindow(now, now), TRANSITION_INTERVAL);
    now = now.plus(TRANSITION_INTERVAL);
  }

  private static Listing torn(Cause cause) {
    return torn(cause, 1);
  }

  private static Listing torn(Cause cause, long excess) {
    return new Listing.Torn(List.of(Sessions.running("sc-1")), 1, cause, "torn", excess);
  }
}
