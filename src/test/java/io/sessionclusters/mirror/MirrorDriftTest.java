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
import static io.sessionclusters.mirror.Mirrors.later;
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.cloud.emr.Sessions;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What others change is drift; what the operator writes is not. */
class MirrorDriftTest extends StoredMirror {

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
}
