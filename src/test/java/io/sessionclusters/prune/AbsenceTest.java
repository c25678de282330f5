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

import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which listings in a row prove that a session is absent. */
class AbsenceTest extends SourceListings {

  @ParameterizedTest
  @CsvSource({"0, false", "9, false", "10, true", "3600, true"})
  void aLaterListingConfirmsIfItBeginsTransitionIntervalAfterTheFirstEnded(
      int seconds, boolean confirmed) {
    PruneDecision first = completeListing(10, 0, 1);
    assertThat(first.absent()).isEmpty();
    assertThat(isWaiting(first)).isTrue();

    pass(seconds);
    PruneDecision second = completeListing(10, 0, 1);

    assertThat(absent(second)).isEqualTo(confirmed ? numbers(0, 1) : Set.of());
    assertThat(isWaiting(second)).isEqualTo(!confirmed);
  }

  @Test
  void theFirstOfManyListingsCounts() {
    completeListing(10, 0, 1);
    for (int i = 0; i < 3; i++) {
      pass(2);
      assertThat(completeListing(10, 0, 1).absent()).isEmpty();
    }
    pass(2);

    assertThat(absent(completeListing(10, 0, 1))).isEqualTo(numbers(0, 1));
  }

  @Test
  void eachMirrorWaitsForItsOwnConfirmation() {
    completeListing(10, 0, 1);
    pass(10);

    PruneDecision second = completeListing(10, 0, 2);

    assertThat(absent(second)).isEqualTo(numbers(0, 1));
    assertThat(isWaiting(second)).isTrue();
  }

  @Test
  void aCompleteListingThatShowsTheSessionEndsTheSuspicion() {
    completeListing(10, 0, 1);
    pass(10);
    completeListing(10, 0, 0);
    pass(10);

    assertThat(completeListing(10, 0, 1).absent()).isEmpty();
    pass(10);
    assertThat(absent(completeListing(10, 0, 1))).isEqualTo(numbers(0, 1));
  }

  @Test
  void aTornListingThatShowsTheSessionEndsTheSuspicionToo() {
    completeListing(10, 0, 2);
    pass(10);
    tornListing(1, 10);
    pass(10);

    assertThat(absent(completeListing(10, 0, 2))).isEqualTo(numbers(0, 1));
  }

  @Test
  void aTornListingThatLacksTheSessionProvesNothing() {
    completeListing(10, 0, 1);
    pass(10);
    tornListing(5, 10);

    assertThat(state.suspects()).containsOnlyKeys("0");
  }

  @Test
  void whatAnotherGenerationDidNotShowDoesNotCount() {
    completeListing(10, 0, 1);
    pass(10);
    generation++;

    assertThat(completeListing(10, 0, 1).absent()).isEmpty();
    pass(10);
    assertThat(absent(completeListing(10, 0, 1))).isEqualTo(numbers(0, 1));
  }

  @Test
  void threeListingsThatMovedConfirmAnAbsence() {
    movedListing(10, 0, 1);
    pass(10);
    assertThat(movedListing(10, 0, 1).absent()).isEmpty();
    pass(5);
    assertThat(movedListing(10, 0, 1).absent()).as("too early").isEmpty();
    pass(10);
    assertThat(absent(movedListing(10, 0, 1))).isEqualTo(numbers(0, 1));
  }

  @Test
  void aMovedListingDoesNotConfirmWhatOneCompleteListingLacked() {
    completeListing(10, 0, 1);
    pass(10);

    assertThat(movedListing(10, 0, 1).absent()).isEmpty();
  }

  @Test
  void onlyCompleteListingsAreProofWithoutAQuery() {
    movedListing(10, 0, 1);
    for (int i = 1; i <= 3; i++) {
      pass(10);
      completeListing(10, 0, 1);
      pass(1);
      completeListing(10, 0, 1);
      assertThat(Objects.requireNonNull(state.suspects().get("0")).needsNoQuery())
          .isEqualTo(i == 3);
    }
  }
}
