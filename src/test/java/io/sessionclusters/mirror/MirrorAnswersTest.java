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

import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.cloud.emr.Sessions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Whether the answer to an own write or the informer counts, in this history or in that of a
 * backup.
 */
class MirrorAnswersTest extends StoredMirror {

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
    assertThat(store.all(null)).isEmpty();
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

    assertThat(store.all(null)).isEmpty();
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
  void aMirrorThatEndsDuringAWriteIsNotRevivedByTheAnswer() {
    write(right);
    store.beginWrite(NAMESPACE, NAME);
    store.deleted(NAMESPACE, NAME);

    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, right));

    assertThat(store.get(NAMESPACE, NAME)).isEqualTo(MirrorEntry.EMPTY);
    assertThat(store.controlledBy(NAMESPACE, SOURCE_UID)).isEmpty();
  }
}
