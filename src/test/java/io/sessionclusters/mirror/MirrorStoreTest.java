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
package io.sessionclusters.mirror;

import static io.sessionclusters.mirror.Mirrors.NAMESPACE;
import static io.sessionclusters.mirror.Mirrors.SOURCE;
import static io.sessionclusters.mirror.Mirrors.SOURCE_UID;
import static io.sessionclusters.mirror.Mirrors.later;
import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.time.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MirrorStoreTest {

  private static final String NAME = "sc-1";

  private final TestClock clock = new TestClock(Instant.parse("2026-11-25T12:00:00Z"));
  private final List<ResourceID> drifts = new ArrayList<>();
  private final MirrorStore store = new MirrorStore(drifts::add, clock);
  private final CloudSession session = Sessions.running(NAME);

  /** As the operator writes it: made at version 1, its status put at version 2. */
  private final SessionCluster created =
      later(Mirrors.of(session, "1"), "1", o -> o.setStatus(null));

  private final SessionCluster right = Mirrors.of(session, "2");

  @Test
  void anOwnWriteWhoseEventsFollowTheAnswerIsNoDrift() {
    store.beginWrite(NAMESPACE, NAME);
    store.answered(right, true);
    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, right));

    store.see(created);
    assertThat(version()).isEqualTo("2");
    store.see(right);

    assertThat(drifts).isEmpty();
    assertThat(version()).isEqualTo("2");
  }

  @Test
  void anOwnWriteWhoseEventsPrecedeTheAnswerIsNoDrift() {
    store.beginWrite(NAMESPACE, NAME);
    store.see(created);
    store.see(right);
    store.answered(right, true);
    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, right));

    assertThat(drifts).isEmpty();
  }

  @Test
  void whatIsOlderThanTheOwnWriteIsNoDrift() {
    store.beginWrite(NAMESPACE, NAME);
    store.answered(right, true);

    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, right));
    store.see(created);

    assertThat(drifts).isEmpty();
  }

  @Test
  void aSecondOwnWriteIsNoDriftOfTheFirst() {
    write(right);
    SessionCluster next = Mirrors.of(Sessions.session(NAME, "Error"), "5");

    store.beginWrite(NAMESPACE, NAME);
    store.answered(next, false);
    store.endWrite(NAMESPACE, NAME, Mirrors.written(Sessions.session(NAME, "Error"), next));
    store.see(right);

    assertThat(drifts).isEmpty();
    assertThat(version()).isEqualTo("5");
  }

  static Stream<Consumer<SessionCluster>> handEdits() {
    return Stream.of(
        Mirrors::scribble,
        o -> o.setStatus(null),
        o -> o.setStatus(SessionClusterStatus.EMPTY),
        o -> o.getMetadata().setLabels(null),
        o -> o.getMetadata().getOwnerReferences().getFirst().setBlockOwnerDeletion(true));
  }

  @ParameterizedTest
  @MethodSource("handEdits")
  void aHandEditIsDrift(Consumer<SessionCluster> edit) {
    write(right);

    store.see(later(right, "3", edit));

    assertThat(drifts).containsExactly(SOURCE);
  }

  @ParameterizedTest
  @MethodSource("handEdits")
  void aHandEditDuringAnOwnWriteIsDriftOnceThatEnded(Consumer<SessionCluster> edit) {
    store.beginWrite(NAMESPACE, NAME);
    store.answered(right, true);
    store.see(later(right, "3", edit));
    assertThat(drifts).isEmpty();

    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, right));

    assertThat(drifts).containsExactly(SOURCE);
  }

  @Test
  void aHandEditDuringAnOwnWriteThatFailsIsDriftOfWhatWasWrittenBefore() {
    write(right);
    store.beginWrite(NAMESPACE, NAME);
    store.see(later(right, "3", Mirrors::scribble));

    store.endWrite(NAMESPACE, NAME, null);

    assertThat(drifts).containsExactly(SOURCE);
  }

  @Test
  void twoOverlappingWritesHideTheirEchoesUntilBothEnded() {
    write(right);
    store.beginWrite(NAMESPACE, NAME);
    store.beginWrite(NAMESPACE, NAME);
    store.see(later(right, "3", Mirrors::scribble));
    store.endWrite(NAMESPACE, NAME, null);
    assertThat(drifts).isEmpty();

    store.endWrite(NAMESPACE, NAME, null);

    assertThat(drifts).containsExactly(SOURCE);
  }

  @Test
  void anEditThatChangesNothingOfOursIsNoDrift() {
    write(right);

    store.see(
        later(
            right, "3", o -> o.getMetadata().setAnnotations(Map.of("argocd.argoproj.io/x", "y"))));

    assertThat(drifts).isEmpty();
    assertThat(version()).isEqualTo("3");
  }

  @Test
  void anEventThatWasOnItsWayWhenTheAnswerCameIsPassedOver() {
    write(right);

    store.see(later(right, "1", Mirrors::scribble));

    assertThat(drifts).isEmpty();
    assertThat(store.get(NAMESPACE, NAME).mirror()).isEqualTo(Mirrors.seen(right));
  }

  @Test
  void whatAnInformerHasShownIsTrueOfAnOlderVersionToo() {
    write(right);
    store.see(right);

    // A backup that was put back.
    store.see(later(right, "1", Mirrors::scribble));

    assertThat(version()).isEqualTo("1");
    assertThat(drifts).containsExactly(SOURCE);
  }

  @Test
  void aBackupInWhichTheMirrorIsRightIsNoDrift() {
    write(right);
    store.see(right);

    store.see(later(right, "1", o -> {}));

    assertThat(version()).isEqualTo("1");
    assertThat(drifts).isEmpty();
  }

  @Test
  void aBackupOfBeforeAnOwnWriteWhoseEventNeverCameIsTrueToo() {
    store.see(later(right, "5", o -> {}));
    own(later(right, "9", Mirrors::scribble));

    store.see(later(right, "4", o -> {}));

    assertThat(version()).isEqualTo("4");
  }

  @Test
  void anOwnWriteOfALostHistoryIsBelievedNoLongerThanEventsCanBeLate() {
    store.see(later(right, "5", o -> {}));
    own(later(right, "9", Mirrors::scribble));
    // The backup is of a moment in between, or the list was begun before the write.
    store.see(later(right, "7", o -> {}));
    clock.advance(MirrorEntry.LAG.minusSeconds(1));
    assertThat(version()).isEqualTo("9");

    clock.advance(Duration.ofSeconds(1));

    assertThat(version()).isEqualTo("7");
  }

  @Test
  void anAnswerIsBelievedAsLongAsTheInformerIsSilent() {
    store.see(later(right, "5", o -> {}));
    own(later(right, "9", o -> {}));

    clock.advance(MirrorEntry.LAG.multipliedBy(100));

    assertThat(version()).isEqualTo("9");
  }

  @Test
  void anAnswerThatAListOvertookIsNotBelieved() {
    write(right);
    store.see(right);
    SessionCluster next = Mirrors.of(Sessions.session(NAME, "Error"), "9");
    store.beginWrite(NAMESPACE, NAME);
    store.see(right);

    store.answered(next, false);
    store.endWrite(NAMESPACE, NAME, Mirrors.written(Sessions.session(NAME, "Error"), next));

    assertThat(version()).isEqualTo("2");
    assertThat(drifts).isEmpty();
    store.see(next);
    assertThat(version()).isEqualTo("9");
    assertThat(drifts).as("as if the list had been of the same history").hasSizeLessThan(2);
  }

  @Test
  void noAnswerBringsBackAUidThatEnded() {
    write(right);
    store.see(right);
    store.beginWrite(NAMESPACE, NAME);
    store.deleted(NAMESPACE, NAME);

    store.answered(later(right, "3", o -> {}), false);
    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, right));

    assertThat(store.get(NAMESPACE, NAME)).isEqualTo(MirrorEntry.EMPTY);
    assertThat(store.size()).isZero();
  }

  @Test
  void noAnswerBringsBackACreationThatEndedBeforeIt() {
    store.beginWrite(NAMESPACE, NAME);
    store.see(created);
    store.deleted(NAMESPACE, NAME);

    store.answered(right, true);
    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, right));

    assertThat(store.get(NAMESPACE, NAME)).isEqualTo(MirrorEntry.EMPTY);
  }

  @Test
  void anAnswerAboutAMirrorThatIsGoneAlreadyMakesNone() {
    store.beginWrite(NAMESPACE, NAME);

    store.answered(right, false);

    assertThat(store.size()).isZero();
    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, right));
    assertThat(store.get(NAMESPACE, NAME)).isEqualTo(MirrorEntry.EMPTY);
  }

  @Test
  void anAnswerAboutAnotherUidChangesNothing() {
    SessionCluster successor = later(right, "7", o -> o.getMetadata().setUid("uid-of-successor"));
    write(right);
    store.see(right);
    store.beginWrite(NAMESPACE, NAME);
    store.see(successor);

    store.answered(later(right, "8", o -> {}), false);
    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, later(right, "8", o -> {})));

    assertThat(store.get(NAMESPACE, NAME).mirror()).isEqualTo(Mirrors.seen(successor));
    assertThat(store.get(NAMESPACE, NAME).written()).isNull();
  }

  @Test
  void whatIsKnownOfAUidEndsWithIt() {
    write(right);
    store.see(right);
    store.beginDelete(NAMESPACE, NAME);

    store.see(later(right, "1", o -> o.getMetadata().setUid("uid-of-before")));

    MirrorEntry entry = store.get(NAMESPACE, NAME);
    assertThat(entry.written()).isNull();
    assertThat(entry.deleting()).isFalse();
    assertThat(drifts).as("an own deletion").isEmpty();
  }

  @Test
  void aMirrorThatIsBackUnderAnOlderUidWithOtherContentIsDrift() {
    write(right);
    store.see(right);

    store.see(
        later(
            right,
            "1",
            o -> {
              Mirrors.scribble(o);
              o.getMetadata().setUid("uid-of-before");
            }));

    assertThat(drifts).containsExactly(SOURCE);
  }

  @Test
  void aMirrorWhoseDeletionALostHistoryTookIsNoLongerBeingDeleted() {
    write(right);
    store.see(right);
    store.beginDelete(NAMESPACE, NAME);
    store.see(later(right, "3", o -> {}));
    assertThat(store.get(NAMESPACE, NAME).deleting()).isTrue();

    store.see(later(right, "3", o -> {}));

    assertThat(store.get(NAMESPACE, NAME).deleting()).isFalse();
  }

  @Test
  void theLateEndOfAPredecessorIsNoHandEdit() {
    write(right);

    store.deleted(NAMESPACE, NAME);
    store.see(created);

    assertThat(drifts).isEmpty();
    assertThat(version()).isEqualTo("1");
  }

  @Test
  void aMirrorThatChangedSinceItWasComparedIsNotConfirmed() {
    store.see(later(right, "3", Mirrors::scribble));

    store.confirm(NAMESPACE, NAME, Mirrors.written(session, right));

    assertThat(store.get(NAMESPACE, NAME).written()).isNull();
  }

  @Test
  void lookUpsLeaveNothingBehind() throws ReflectiveOperationException {
    store.get("team-x", NAME);
    assertThat(store.all("team-y")).isEmpty();
    write(right);
    store.deleted(NAMESPACE, NAME);

    var field = MirrorStore.class.getDeclaredField("namespaces");
    field.setAccessible(true);
    assertThat((Map<?, ?>) field.get(store)).isEmpty();
  }

  @Test
  void aMirrorThatNothingWasWrittenToDoesNotDrift() {
    store.see(right);
    store.see(later(right, "3", Mirrors::scribble));

    assertThat(drifts).isEmpty();
  }

  @Test
  void aMirrorThatWasFoundRightDriftsLikeAWrittenOne() {
    store.see(right);
    store.confirm(NAMESPACE, NAME, Mirrors.written(session, right));

    store.see(later(right, "3", Mirrors::scribble));

    assertThat(drifts).containsExactly(SOURCE);
  }

  @Test
  void aMirrorThatWasForgottenDoesNotDrift() {
    write(right);
    store.forget(NAMESPACE, NAME);

    store.see(later(right, "3", Mirrors::scribble));

    assertThat(drifts).isEmpty();
    assertThat(store.get(NAMESPACE, NAME).written()).isNull();
  }

  @Test
  void anOwnDeleteIsNoDrift() {
    write(right);
    store.beginDelete(NAMESPACE, NAME);
    store.see(later(right, "3", Mirrors::scribble));

    store.deleted(NAMESPACE, NAME);

    assertThat(drifts).isEmpty();
    assertThat(store.get(NAMESPACE, NAME)).isEqualTo(MirrorEntry.EMPTY);
  }

  @Test
  void aForeignDeleteIsDrift() {
    write(right);
    store.see(right);

    assertThat(store.deleted(NAMESPACE, NAME)).isEqualTo(Mirrors.seen(right));

    assertThat(drifts).containsExactly(SOURCE);
    assertThat(store.get(NAMESPACE, NAME)).isEqualTo(MirrorEntry.EMPTY);
  }

  @Test
  void aForeignDeleteAfterAnOwnThatWasRefusedIsDrift() {
    write(right);
    store.see(right);
    store.beginDelete(NAMESPACE, NAME);
    store.deleteFailed(NAMESPACE, NAME);

    store.deleted(NAMESPACE, NAME);

    assertThat(drifts).containsExactly(SOURCE);
  }

  @Test
  void theEndOfWhatWasNeverSeenIsNoNews() {
    store.deleted(NAMESPACE, NAME);
    store.beginDelete(NAMESPACE, NAME);
    store.confirm(NAMESPACE, NAME, Mirrors.written(session, right));

    assertThat(drifts).isEmpty();
    assertThat(store.get(NAMESPACE, NAME)).isEqualTo(MirrorEntry.EMPTY);
  }

  @Test
  void aMirrorThatEndsDuringAWriteIsNotRevivedByTheAnswer() {
    write(right);
    store.beginWrite(NAMESPACE, NAME);
    store.deleted(NAMESPACE, NAME);

    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, right));

    assertThat(store.get(NAMESPACE, NAME)).isEqualTo(MirrorEntry.EMPTY);
    assertThat(store.controlledBy(NAMESPACE, SOURCE_UID)).isEmpty();
  }

  @Test
  void theDriftOfAnOrphanIsReportedToTheSourceOfItsLabel() {
    SessionCluster orphan = later(right, "2", Mirrors::orphan);
    store.see(orphan);

    store.deleted(NAMESPACE, NAME);

    assertThat(drifts).containsExactly(SOURCE);
  }

  @Test
  void theEndOfAnObjectOfNobodyIsReportedToNobody() {
    store.see(
        later(
            right,
            "2",
            o -> {
              Mirrors.orphan(o);
              o.getMetadata().setLabels(null);
            }));

    store.deleted(NAMESPACE, NAME);

    assertThat(drifts).isEmpty();
  }

  @Test
  void findsMirrorsByTheirController() {
    store.see(right);
    store.see(Mirrors.running("sc-2", "3"));
    store.see(later(Mirrors.running("sc-3", "4"), "4", Mirrors::disown));

    assertThat(names(store.controlledBy(NAMESPACE, SOURCE_UID)))
        .containsExactlyInAnyOrder("sc-1", "sc-2");
    assertThat(names(store.controlledBy(NAMESPACE, "uid-of-other"))).containsExactly("sc-3");
    assertThat(store.controlledBy("team-b", SOURCE_UID)).isEmpty();
    assertThat(store.orphansOf(SOURCE)).isEmpty();
  }

  @Test
  void theIndicesFollowEveryChangeOfOwner() {
    store.see(right);
    store.see(later(right, "3", Mirrors::disown));
    assertThat(store.controlledBy(NAMESPACE, SOURCE_UID)).isEmpty();
    assertThat(names(store.controlledBy(NAMESPACE, "uid-of-other"))).containsExactly(NAME);

    store.see(later(right, "4", Mirrors::orphan));
    assertThat(store.controlledBy(NAMESPACE, "uid-of-other")).isEmpty();
    assertThat(names(store.orphansOf(SOURCE))).containsExactly(NAME);

    store.see(later(right, "5", o -> {}));
    assertThat(store.orphansOf(SOURCE)).isEmpty();
    assertThat(names(store.controlledBy(NAMESPACE, SOURCE_UID))).containsExactly(NAME);

    store.deleted(NAMESPACE, NAME);
    assertThat(store.controlledBy(NAMESPACE, SOURCE_UID)).isEmpty();
  }

  @Test
  void anOrphanBelongsToTheSourceOfItsOwnNamespace() {
    store.see(
        later(
            right,
            "2",
            o -> {
              Mirrors.orphan(o);
              o.getMetadata().setNamespace("team-b");
            }));

    assertThat(store.orphansOf(SOURCE)).isEmpty();
    assertThat(names(store.orphansOf(new ResourceID(SOURCE.getName(), "team-b"))))
        .containsExactly(NAME);
  }

  @Test
  void tellsWhatWasKnownBefore() {
    assertThat(store.see(created)).isNull();
    assertThat(store.see(right)).isEqualTo(Mirrors.seen(created));
    assertThat(store.see(created)).isEqualTo(Mirrors.seen(right));
    assertThat(store.deleted(NAMESPACE, NAME)).isEqualTo(Mirrors.seen(created));
    assertThat(store.deleted(NAMESPACE, NAME)).isNull();
  }

  @Test
  void countsAndListsMirrorsByNamespaceOrAll() {
    store.see(right);
    store.see(later(right, "3", o -> o.getMetadata().setNamespace("team-b")));
    store.see(Mirrors.running("sc-2", "4"));

    assertThat(store.size()).isEqualTo(3);
    assertThat(store.all(null)).hasSize(3);
    assertThat(store.all(NAMESPACE).map(Mirror::name)).containsExactlyInAnyOrder("sc-1", "sc-2");
    assertThat(store.all("team-c")).isEmpty();
  }

  @Test
  void aCreateUnderWayIsNoMirrorYet() {
    store.beginWrite(NAMESPACE, NAME);

    assertThat(store.size()).isZero();
    assertThat(store.all(null)).isEmpty();
  }

  /** The operator creates it, and has the answers; the events are on their way. */
  private void write(SessionCluster object) {
    store.beginWrite(NAMESPACE, NAME);
    store.answered(object, true);
    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, object));
  }

  /** The operator changes it, and has the answer. */
  private void own(SessionCluster object) {
    store.beginWrite(NAMESPACE, NAME);
    store.answered(object, false);
    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, object));
  }

  private @Nullable String version() {
    Mirror mirror = store.get(NAMESPACE, NAME).mirror();
    return mirror == null ? null : mirror.resourceVersion();
  }

  private static List<String> names(List<Mirror> mirrors) {
    return mirrors.stream().map(Mirror::name).toList();
  }
}
