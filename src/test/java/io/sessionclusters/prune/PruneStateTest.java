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
import io.sessionclusters.prune.PruneState.Limits;
import io.sessionclusters.prune.PruneState.Missing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A source with mirrors numbered from 0, told as a sequence of listings that take 1 s each. */
class PruneStateTest {

  private static final Duration TRANSITION_INTERVAL = Duration.ofSeconds(10);

  private PruneState absences = PruneState.NONE;
  private Instant now = Instant.parse("2026-11-22T00:00:00Z");
  private long generation = 1;
  private int maxPercent = 50;
  private @Nullable String confirmToken;
  private @Nullable PendingPrune pending;
  private boolean isOwn = true;

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

    assertThat(absences.suspects()).containsOnlyKeys("0");
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

    assertThat(absences.held()).isEqualTo(numbers(1, 60));
    assertThat(absences.token()).isNotNull().isNotEqualTo(token);
  }

  @Test
  void theTokenOfAnotherSetDoesNothing() {
    confirmToken = completeListing(100, 0, 60).token();
    absences = PruneState.NONE;

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
  void aRestartHoldsTheSameSetUnderTheSameToken() {
    PruneDecision before = completeListing(100, 0, 60);
    absences = PruneState.NONE;

    PruneDecision after = completeListing(100, 0, 60);

    assertThat(after.next().held()).isEqualTo(before.next().held());
    assertThat(after.token()).isEqualTo(before.token());
  }

  @Test
  void aTokenConfirmedBeforeARestartReleasesTheSetThatIsHeldAnew() {
    confirmToken = completeListing(100, 0, 60).token();
    absences = PruneState.NONE;

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
      absences = PruneState.NONE;
    }

    PruneDecision after = completeListing(26, 0, 10);

    assertThat(after.next().held()).isEqualTo(numbers(0, 10));
    pass(10);
    assertThat(completeListing(26, 0, 10).absent()).isEmpty();
  }

  @Test
  void evenOneMissingMirrorIsHeldAfterARestartWhileTheStatusSaysThatSomethingIs() {
    pending = completeListing(12, 0, 10).pending(null);
    absences = PruneState.NONE;

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
    absences = PruneState.NONE;

    PruneDecision moved = movedListing(12, 0, 3);
    assertThat(moved.next().held()).isEmpty();
    assertThat(moved.pending(stored)).isEqualTo(stored);

    assertThat(completeListing(12, 0, 3).pending(stored))
        .isEqualTo(new PendingPrune(3, absences.token(), List.of("sc-0", "sc-1", "sc-2"), 50));
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
    absences = PruneState.NONE;
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
    absences = PruneState.NONE;
    generation++;
    maxPercent = 90;

    assertThat(completeListing(12, 0, 10).token()).isNull();
  }

  @Test
  void aStatusOfAnEarlierVersionSaysNotUnderWhichPercentageSoNoneIsHigher() {
    pending = new PendingPrune(10, "token", null, null);
    maxPercent = 90;

    assertThat(completeListing(26, 0, 10).next().held()).hasSize(10);
    assertThat(absences.heldAt()).isEqualTo(90);
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
  void theGuardJudgesWhatListingsThatMovedConfirm() {
    for (int i = 0; i < 2; i++) {
      assertThat(movedListing(10, 0, 8).token()).as("a torn listing lacks many").isNull();
      pass(10);
    }

    PruneDecision third = movedListing(10, 0, 8);

    assertThat(third.absent()).isEmpty();
    assertThat(third.next().held()).isEqualTo(numbers(0, 8));
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
      assertThat(Objects.requireNonNull(absences.suspects().get("0")).needsNoQuery())
          .isEqualTo(i == 3);
    }
  }

  private PruneDecision completeListing(int mirrors, int firstMissing, int endMissing) {
    return listing(Evidence.COMPLETE, mirrors, firstMissing, endMissing);
  }

  private PruneDecision movedListing(int mirrors, int firstMissing, int endMissing) {
    return listing(Evidence.MOVED, mirrors, firstMissing, endMissing);
  }

  private PruneDecision listing(Evidence evidence, int mirrors, int firstMissing, int endMissing) {
    Set<String> missing = numbers(firstMissing, endMissing);
    Set<String> shown = numbers(0, mirrors);
    shown.removeAll(missing);
    Instant began = now;
    pass(1);
    PruneDecision judgement =
        absences
            .seen(shown)
            .judge(
                generation,
                new Missing(
                    missing.stream().collect(Collectors.toMap(u -> u, u -> "sc-" + u)),
                    mirrors,
                    evidence,
                    new ListingWindow(began, now)),
                new Limits(TRANSITION_INTERVAL, maxPercent, confirmToken, pending, isOwn));
    absences = judgement.next();
    return judgement;
  }

  private void tornListing(int firstShown, int endShown) {
    pass(1);
    absences = absences.seen(numbers(firstShown, endShown));
  }

  /** Whether a removal still waits for a later listing. */
  private static boolean isWaiting(PruneDecision judgement) {
    return judgement.next().awaiting() > judgement.absent().size();
  }

  private void pass(int seconds) {
    now = now.plusSeconds(seconds);
  }

  private static Set<String> absent(PruneDecision judgement) {
    return judgement.absent();
  }

  private static Set<String> numbers(int first, int end) {
    return IntStream.range(first, end)
        .mapToObj(Integer::toString)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
