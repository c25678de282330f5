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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the prune guard holds, and what its token releases. */
class PruneGuardTest extends SourceListings {

  @ParameterizedTest
  @CsvSource({
    "5, 5, 50, false", // never with 5 or fewer
    "6, 6, 50, true",
    "6, 12, 50, false", // a half is not more than a half
    "6, 11, 50, true",
    "50, 100, 50, false",
    "51, 100, 50, true",
    "5, 100, 0, false",
    "6, 100, 0, true",
    "100, 100, 99, true",
    "100, 100, 100, false", // 100 switches the guard off
    "10000, 10000, 50, true",
  })
  void theGuardHoldsMoreThanMaxPercentAndMoreThanFive(
      int missing, int mirrors, int percent, boolean held) {
    maxPercent = percent;

    PruneDecision first = completeListing(mirrors, 0, missing);
    pass(10);
    PruneDecision second = completeListing(mirrors, 0, missing);

    assertThat(first.next().held()).hasSize(held ? missing : 0);
    assertThat(first.token() == null).isEqualTo(!held);
    assertThat(second.absent()).hasSize(held ? 0 : missing);
  }

  @Test
  void whatIsHeldStaysHeldUnderTheSameTokenAndIsNotListedInAHurry() {
    PruneDecision first = completeListing(100, 0, 60);
    pass(24 * 3600);
    PruneDecision later = completeListing(100, 0, 60);

    assertThat(later.absent()).isEmpty();
    assertThat(later.next().held()).isEqualTo(numbers(0, 60));
    assertThat(later.token()).isNotNull().isEqualTo(first.token());
    assertThat(isWaiting(later)).isFalse();
  }

  @Test
  void suspectsCountForTheGuard() {
    completeListing(10, 0, 4);
    pass(5);

    assertThat(completeListing(10, 0, 6).next().held()).isEqualTo(numbers(0, 6));
    pass(10);
    assertThat(completeListing(10, 0, 6).absent()).isEmpty();
  }

  @Test
  void laterLossesAreJudgedApart() {
    String token = completeListing(100, 0, 60).token();
    pass(10);
    PruneDecision fewMore = completeListing(100, 0, 63);
    assertThat(fewMore.next().held()).isEqualTo(numbers(0, 60));
    assertThat(isWaiting(fewMore)).isTrue();
    pass(10);

    PruneDecision confirmed = completeListing(100, 0, 63);

    assertThat(absent(confirmed)).isEqualTo(numbers(60, 63));
    assertThat(confirmed.token()).isEqualTo(token);
  }

  @Test
  void aSecondSuspiciousLossIsHeldTogetherWithTheFirstUnderAnotherToken() {
    String token = completeListing(100, 0, 60).token();

    PruneDecision second = completeListing(100, 0, 81);

    assertThat(second.next().held()).isEqualTo(numbers(0, 81));
    assertThat(second.token()).isNotEqualTo(token);
  }

  @Test
  void theTokenOfTheHeldSetReleasesIt() {
    confirmToken = completeListing(100, 0, 60).token();
    pass(10);

    PruneDecision released = completeListing(100, 0, 60);

    assertThat(absent(released)).isEqualTo(numbers(0, 60));
    assertThat(released.next().held()).isEmpty();
    assertThat(released.token()).isNull();
  }

  @Test
  void aReleasedSetStillNeedsItsSecondListing() {
    confirmToken = completeListing(100, 0, 60).token();
    pass(1);

    PruneDecision early = completeListing(100, 0, 60);
    assertThat(early.absent()).isEmpty();
    assertThat(isWaiting(early)).isTrue();
    pass(10);

    assertThat(absent(completeListing(100, 0, 60))).isEqualTo(numbers(0, 60));
  }

  @Test
  void whatWasReleasedIsNotHeldAgain() {
    confirmToken = completeListing(100, 0, 60).token();
    pass(10);
    completeListing(100, 0, 60);
    confirmToken = null;
    pass(10);

    // Its removal failed, and 3 more are missing.
    PruneDecision again = completeListing(100, 0, 63);

    assertThat(absent(again)).isEqualTo(numbers(0, 60));
    assertThat(again.token()).isNull();
  }

  @Test
  void aReleasedMirrorThatReturnsIsAnOrdinaryMirrorAgain() {
    confirmToken = completeListing(100, 0, 60).token();
    completeListing(100, 0, 60);
    pass(10);
    completeListing(100, 0, 0);
    confirmToken = null;

    assertThat(completeListing(100, 0, 59).next().held()).isEqualTo(numbers(0, 59));
  }

  @Test
  void aTornListingThatShowsAReleasedMirrorMakesItAnOrdinaryOneToo() {
    confirmToken = completeListing(100, 0, 60).token();
    completeListing(100, 0, 60);
    pass(10);
    tornListing(0, 60);
    confirmToken = null;

    assertThat(completeListing(100, 0, 60).next().held()).isEqualTo(numbers(0, 60));
  }

  @Test
  void aTornListingThatShowsAHeldMirrorChangesTheTokenAtOnce() {
    String token = completeListing(100, 0, 60).token();
    tornListing(0, 1);

    assertThat(state.held()).isEqualTo(numbers(1, 60));
    assertThat(state.token()).isNotNull().isNotEqualTo(token);
  }

  @Test
  void theTokenOfAnotherSetDoesNothing() {
    confirmToken = completeListing(100, 0, 60).token();
    state = PruneState.NONE;

    PruneDecision other = completeListing(100, 0, 61);
    pass(10);

    assertThat(other.token()).isNotNull().isNotEqualTo(confirmToken);
    assertThat(completeListing(100, 0, 61).absent()).isEmpty();
  }

  @Test
  void anEmptyTokenConfirmsNothing() {
    confirmToken = "";
    completeListing(100, 0, 60);
    pass(10);

    assertThat(completeListing(100, 0, 60).next().held()).hasSize(60);
  }

  @Test
  void aHeldMirrorThatReturnsIsNoLongerHeldAndTheTokenIsAnother() {
    confirmToken = completeListing(100, 0, 60).token();

    PruneDecision fewer = completeListing(100, 1, 60);

    assertThat(fewer.next().held()).isEqualTo(numbers(1, 60));
    assertThat(fewer.token()).isNotNull().isNotEqualTo(confirmToken);
  }

  @Test
  void theGuardJudgesWhatListingsThatMovedConfirm() {
    for (int i = 0; i < 2; i++) {
      assertThat(movedListing(10, 0, 8).token()).as("a torn listing lacks many").isNull();
      pass(10);
    }

    PruneDecision third = movedListing(10, 0, 8);

    assertThat(third.absent()).isEmpty();
    assertThat(third.next().held()).isEqualTo(numbers(0, 8));
  }
}
