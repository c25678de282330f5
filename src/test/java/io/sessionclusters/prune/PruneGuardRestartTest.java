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

import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is held stays held over restarts and edits, until somebody lets it go. */
class PruneGuardRestartTest extends SourceListings {

  @Test
  void aRestartHoldsTheSameSetUnderTheSameToken() {
    PruneDecision before = completeListing(100, 0, 60);
    state = PruneState.NONE;

    PruneDecision after = completeListing(100, 0, 60);

    assertThat(after.next().held()).isEqualTo(before.next().held());
    assertThat(after.token()).isEqualTo(before.token());
  }

  @Test
  void aTokenConfirmedBeforeARestartReleasesTheSetThatIsHeldAnew() {
    confirmToken = completeListing(100, 0, 60).token();
    state = PruneState.NONE;

    assertThat(completeListing(100, 0, 60).next().held()).isEmpty();
    pass(10);
    assertThat(absent(completeListing(100, 0, 60))).isEqualTo(numbers(0, 60));
  }

  @Test
  void aHigherMaxPercentReleasesToo() {
    completeListing(100, 0, 60);
    generation++;
    maxPercent = 60;

    assertThat(completeListing(100, 0, 60).token()).isNull();
    pass(10);
    assertThat(absent(completeListing(100, 0, 60))).isEqualTo(numbers(0, 60));
  }

  @Test
  void anyOtherEditHoldsTheSameSetAnew() {
    String token = completeListing(100, 0, 60).token();
    generation++;

    assertThat(completeListing(100, 0, 60).token()).isEqualTo(token);
  }

  @Test
  void whatIsHeldStaysHeldWhenItsShareBecomesSmall() {
    String token = completeListing(12, 0, 10).token();
    pass(10);

    PruneDecision grown = completeListing(26, 0, 10);

    assertThat(grown.token()).isNotNull().isEqualTo(token);
    pass(10);
    assertThat(completeListing(26, 0, 10).absent()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsHeldStaysHeldOverEditsAndRestartsThoughItsShareIsSmallNow(boolean restart) {
    pending = completeListing(12, 0, 10).pending(null);
    generation++;
    if (restart) {
      state = PruneState.NONE;
    }

    PruneDecision after = completeListing(26, 0, 10);

    assertThat(after.next().held()).isEqualTo(numbers(0, 10));
    pass(10);
    assertThat(completeListing(26, 0, 10).absent()).isEmpty();
  }

  @Test
  void evenOneMissingMirrorIsHeldAfterARestartWhileTheStatusSaysThatSomethingIs() {
    pending = completeListing(12, 0, 10).pending(null);
    state = PruneState.NONE;

    assertThat(completeListing(12, 0, 1).next().held()).isEqualTo(numbers(0, 1));
    pass(10);
    assertThat(absent(completeListing(12, 0, 2))).as("judged apart from then on").isEmpty();
    pass(10);
    assertThat(absent(completeListing(12, 0, 2))).isEqualTo(numbers(1, 2));
  }

  @Test
  void untilAListingNamesWhatIsHeldTheStoredStatusStands() {
    PendingPrune stored = completeListing(12, 0, 10).pending(null);
    pending = stored;
    state = PruneState.NONE;

    PruneDecision moved = movedListing(12, 0, 3);
    assertThat(moved.next().held()).isEmpty();
    assertThat(moved.pending(stored)).isEqualTo(stored);

    assertThat(completeListing(12, 0, 3).pending(stored))
        .isEqualTo(new PendingPrune(3, state.token(), List.of("sc-0", "sc-1", "sc-2"), 50));
    assertThat(completeListing(12, 0, 0).pending(stored)).isNull();
  }

  @Test
  void aHigherMaxPercentThatIsNotHighEnoughReleasesNothingLater() {
    pending = completeListing(12, 0, 10).pending(null);
    generation++;
    maxPercent = 60;
    pending = completeListing(12, 0, 10).pending(pending);
    assertThat(pending).isNotNull().extracting(PendingPrune::maxPercent).isEqualTo(60);

    // Others are added: 10 of 26 are less than 60 %, but nobody has said so.
    assertThat(completeListing(26, 0, 10).next().held()).hasSize(10);
    state = PruneState.NONE;
    assertThat(completeListing(26, 0, 10).next().held()).hasSize(10);
  }

  @Test
  void aMaxPercentThatWasLoweredAndPutBackReleasesNothing() {
    pending = completeListing(12, 0, 10).pending(null);
    generation++;
    maxPercent = 10;
    pending = completeListing(26, 0, 10).pending(pending);
    generation++;
    maxPercent = 50;

    assertThat(completeListing(26, 0, 10).next().held()).hasSize(10);
  }

  @Test
  void aHigherMaxPercentReleasesAfterARestartToo() {
    pending = completeListing(12, 0, 10).pending(null);
    state = PruneState.NONE;
    generation++;
    maxPercent = 90;

    assertThat(completeListing(12, 0, 10).token()).isNull();
  }

  @Test
  void aStatusOfAnEarlierVersionSaysNotUnderWhichPercentageSoNoneIsHigher() {
    pending = new PendingPrune(10, "token", null, null);
    maxPercent = 90;

    assertThat(completeListing(26, 0, 10).next().held()).hasSize(10);
    assertThat(state.heldAt()).isEqualTo(90);
  }

  @Test
  void whatAPersonReleasedStaysReleasedOverAnEdit() {
    confirmToken = completeListing(100, 0, 60).token();
    completeListing(100, 0, 60);
    generation++;
    confirmToken = null;

    assertThat(completeListing(100, 0, 60).token()).isNull();
    pass(10);
    assertThat(absent(completeListing(100, 0, 60))).hasSize(60);
  }
}
