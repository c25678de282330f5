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

import static io.sessionclusters.cloud.emr.Sessions.running;
import static io.sessionclusters.cloud.emr.Sessions.session;
import static io.sessionclusters.mirror.OneSource.writes;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.PrunePolicy;
import io.sessionclusters.api.v1alpha1.SessionClusterSpec;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.event.SessionEvent;
import io.sessionclusters.mapping.MirrorConditions;
import io.sessionclusters.mapping.SessionMapping;
import io.sessionclusters.support.RecordCopy;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MirrorPlanTest {

  private final OneSource source = new OneSource();
  private final TinyApiServer api = source.api;

  @Test
  void eachNewSessionGetsAMirrorUnderAValidName() {
    MirrorPlan plan = source.complete(running("sc-1"), startless("ABC"));

    assertThat(writes(plan)).containsExactly("sc-1 created", "sc-b5d4045c3f466fa9 created");
    SessionCluster mirror = api.get("sc-b5d4045c3f466fa9");
    assertThat(mirror.getSpec())
        .isEqualTo(new SessionClusterSpec(Mirrors.REGION, Mirrors.WORKSPACE, "ABC"));
    assertThat(mirror.getStatus())
        .isEqualTo(Mirrors.at(source.now, SessionMapping.status(startless("ABC"))));
  }

  @Test
  void anUnchangedListingWritesNothing() {
    source.complete(running("sc-1"), Sessions.bare("sc-2"));

    MirrorPlan again = source.complete(running("sc-1"), Sessions.bare("sc-2"));

    assertThat(writes(again)).isEmpty();
    assertThat(again.confirmed()).isEmpty();
    assertThat(api.drifts).isEmpty();
  }

  @Test
  void aRestartComparesAndThenWritesNothingEither() {
    source.complete(running("sc-1"));
    source.restart();
    source.pass();

    MirrorPlan first = source.complete(running("sc-1"));

    assertThat(writes(first)).isEmpty();
    assertThat(first.confirmed()).containsOnlyKeys("sc-1");
    assertThat(source.complete(running("sc-1")).confirmed()).isEmpty();
  }

  @Test
  void aChangedSessionIsWrittenOnce() {
    source.complete(running("sc-1"), running("sc-2"));

    MirrorPlan changed = source.complete(running("sc-1"), session("sc-2", "Stopping"));

    assertThat(writes(changed)).containsExactly("sc-2 updated");
    assertThat(api.get("sc-2").getStatus().state()).isEqualTo("Stopping");
    assertThat(writes(source.complete(running("sc-1"), session("sc-2", "Stopping")))).isEmpty();
  }

  @Test
  void theTransitionTimeMovesWithTheStatusOfTheConditionOnly() {
    Instant first = source.now;
    source.complete(startless("sc-1"));
    source.pass();
    source.complete(Sessions.with(startless("sc-1"), "name", "renamed"));
    assertThat(transitions("sc-1")).containsExactly(first.toString(), first.toString());

    source.pass();
    Instant stopping = source.now;
    source.complete(session("sc-1", "Stopping"));
    assertThat(transitions("sc-1")).containsExactly(first.toString(), stopping.toString());

    source.pass();
    source.complete(session("sc-1", "Stopped"));
    assertThat(transitions("sc-1")).containsExactly(first.toString(), stopping.toString());
  }

  @Test
  void theTransitionTimeSurvivesARestart() {
    Instant first = source.now;
    source.complete(startless("sc-1"));
    source.restart();
    source.pass();

    source.complete(Sessions.with(startless("sc-1"), "name", "renamed"));

    assertThat(transitions("sc-1")).containsExactly(first.toString(), first.toString());
  }

  @Test
  void aTransitionTimeThatCannotBeReadIsReplacedAfterARestart() {
    source.complete(startless("sc-1"));
    api.edit("sc-1", o -> conditionOf(o, 1).setLastTransitionTime("once upon a time"));
    source.restart();
    source.pass();

    assertThat(writes(source.complete(startless("sc-1")))).containsExactly("sc-1 updated");
    assertThat(transitions("sc-1").getLast()).isEqualTo(source.now.toString());
  }

  static Stream<Consumer<SessionCluster>> handEdits() {
    return Stream.of(
        Mirrors::scribble,
        o -> o.setStatus(null),
        o -> o.setStatus(RecordCopy.with(o.getStatus(), "conditions", List.of())),
        o -> o.setStatus(RecordCopy.with(o.getStatus(), "name", "by hand")),
        o -> o.setStatus(RecordCopy.with(o.getStatus(), "stateChangeReason", null)),
        o -> conditionOf(o, 0).setLastTransitionTime("2020-01-01T00:00:00Z"),
        o -> conditionOf(o, 1).setLastTransitionTime("2020-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @MethodSource("handEdits")
  void aHandEditIsUndoneDownToTheTransitionTimes(Consumer<SessionCluster> edit) {
    source.complete(running("sc-1"));
    var right = api.get("sc-1").getStatus();
    source.pass();

    api.edit("sc-1", edit);
    assertThat(api.drifts).containsExactly(Mirrors.SOURCE);
    MirrorPlan plan = source.complete(running("sc-1"));

    assertThat(writes(plan)).containsExactly("sc-1 updated");
    assertThat(api.get("sc-1").getStatus()).isEqualTo(right);
    assertThat(writes(source.complete(running("sc-1")))).isEmpty();
  }

  static Stream<Consumer<SessionCluster>> metadataEdits() {
    return Stream.of(
        o -> o.getMetadata().setLabels(null),
        o -> o.getMetadata().setLabels(Mirrors.labels("other")),
        o -> o.getMetadata().getOwnerReferences().getFirst().setBlockOwnerDeletion(true));
  }

  @ParameterizedTest
  @MethodSource("metadataEdits")
  void driftedMetadataIsPatchedAlone(Consumer<SessionCluster> edit) {
    source.complete(running("sc-1"));

    api.edit("sc-1", edit);
    MirrorPlan plan = source.complete(running("sc-1"));

    assertThat(writes(plan)).containsExactly("sc-1 owned");
    assertThat(Mirrors.seen(api.get("sc-1")).isWellFormed()).isTrue();
    assertThat(writes(source.complete(running("sc-1")))).isEmpty();
  }

  @Test
  void contentAndMetadataAreMendedTogether() {
    source.complete(running("sc-1"));
    api.edit("sc-1", o -> o.getMetadata().setLabels(null));

    assertThat(writes(source.complete(session("sc-1", "Stopped"))))
        .containsExactly("sc-1 updated owned");
  }

  @Test
  void aMirrorThatSomebodyDeletedIsMadeAgain() {
    source.complete(running("sc-1"));
    api.delete("sc-1");

    assertThat(api.drifts).containsExactly(Mirrors.SOURCE);
    assertThat(writes(source.complete(running("sc-1")))).containsExactly("sc-1 created");
  }

  @Test
  void aMissingSessionLosesItsMirrorAtTheSecondListing() {
    source.complete(running("sc-1"), running("sc-2"));

    assertThat(writes(source.complete(running("sc-1")))).isEmpty();
    source.pass();
    assertThat(writes(source.complete(running("sc-1")))).containsExactly("sc-2 deleted");
    assertThat(api.objects()).containsOnlyKeys("sc-1");
    assertThat(api.drifts).isEmpty();
  }

  @Test
  void aRestartSuspectsAnew() {
    source.complete(running("sc-1"), running("sc-2"));
    source.complete(running("sc-1"));
    source.pass();
    source.restart();

    assertThat(writes(source.complete(running("sc-1")))).isEmpty();
    source.pass();
    assertThat(writes(source.complete(running("sc-1")))).containsExactly("sc-2 deleted");
  }

  @Test
  void aTornListingCreatesAndUpdatesAndNeverDeletes() {
    source.complete(running("sc-1"), running("sc-2"));
    source.complete(running("sc-1"));
    source.pass();

    MirrorPlan torn = source.torn(session("sc-1", "Error"), running("sc-3"));

    assertThat(writes(torn)).containsExactly("sc-1 updated", "sc-3 created");
    assertThat(torn.decision().absent()).isEmpty();
    assertThat(torn.decision().next().suspects()).hasSize(1);
  }

  @Test
  void aTornListingEndsTheSuspicionOfWhatItShows() {
    source.complete(running("sc-1"), running("sc-2"));
    source.complete(running("sc-1"));
    source.pass();
    source.torn(running("sc-2"));
    source.pass();

    assertThat(writes(source.complete(running("sc-1")))).isEmpty();
  }

  @Test
  void theGuardLeavesTheHeldMirrorsUntouchedAndTheRestIsMirrored() {
    source.listed(true, sessions(0, 10));

    MirrorPlan tripped = source.complete(session("sc-0", "Error"), running("sc-new"));
    source.pass();
    MirrorPlan later = source.complete(session("sc-0", "Error"), running("sc-new"));

    assertThat(writes(tripped)).containsExactly("sc-0 updated", "sc-new created");
    assertThat(tripped.decision().next().held()).hasSize(9);
    assertThat(writes(later)).isEmpty();

    source.confirm(later.decision().token());
    assertThat(source.complete(session("sc-0", "Error"), running("sc-new")).removals()).hasSize(9);
    assertThat(api.objects()).containsOnlyKeys("sc-0", "sc-new");
  }

  @Test
  void underRetainAMirrorIsMarkedOnceAndThenLeftAlone() {
    source.edit("prunePolicy", PrunePolicy.Retain);
    source.complete(running("sc-1"), running("sc-2"));
    source.complete(running("sc-1"));
    source.pass();

    assertThat(writes(source.complete(running("sc-1")))).containsExactly("sc-2 marked");
    assertThat(reasons("sc-2")).containsExactly("False Vanished", "Unknown Vanished");
    assertThat(api.get("sc-2").getStatus().state()).isEqualTo("Vanished");

    source.pass();
    MirrorPlan later = source.complete(running("sc-1"));
    assertThat(writes(later)).isEmpty();
    assertThat(later.decision().next().suspects()).isEmpty();
    source.restart();
    assertThat(writes(source.complete(running("sc-1")))).isEmpty();
    assertThat(api.drifts).isEmpty();
  }

  @Test
  void whatAnEarlierVersionMarkedIsMarkedAnewOnceAndNotJudgedAgain() {
    source.edit("prunePolicy", PrunePolicy.Retain);
    source.listed(true, sessions(0, 20));
    source.listed(true, sessions(10, 20));
    source.pass();
    source.listed(true, sessions(10, 20));
    for (int i = 0; i < 10; i++) {
      api.edit("sc-" + i, o -> o.setStatus(RecordCopy.with(o.getStatus(), "state", "Running")));
    }
    source.restart();

    MirrorPlan plan = source.listed(true, sessions(10, 20));

    assertThat(writes(plan)).hasSize(10).allMatch(write -> write.endsWith(" marked"));
    assertThat(SessionEvent.of(plan.writes())).isEmpty();
    assertThat(plan.decision().next().suspects()).isEmpty();
    assertThat(api.get("sc-0").getStatus().state()).isEqualTo("Vanished");
    assertThat(writes(source.listed(true, sessions(10, 20)))).isEmpty();
  }

  @Test
  void aMirrorThatNoOperatorKnowsTheStateOfRunsSinceTheSessionWasStarted() {
    CloudSession old = startedAt("2026-11-01T08:00:00.9Z");

    source.complete(old, session("sc-2", "Stopped"));

    assertThat(transitions("sc-1")).containsExactly(source.now.toString(), "2026-11-01T08:00:00Z");
    assertThat(transitions("sc-2").getLast()).isEqualTo(source.now.toString());
    source.pass();
    // Whatever the cloud says later of the start of a session that runs.
    assertThat(writes(source.complete(startedAt("2026-11-02T00:00:00Z"))))
        .containsExactly("sc-1 updated");
    assertThat(transitions("sc-1").getLast()).isEqualTo("2026-11-01T08:00:00Z");
    assertThat(writes(source.complete(startedAt("2026-11-02T00:00:00Z")))).isEmpty();
    source.restart();
    assertThat(writes(source.complete(startedAt("2026-11-02T00:00:00Z")))).isEmpty();
  }

  @Test
  void aStartThatIsMissingOrLiesAheadIsNotBelieved() {
    source.complete(startedAt("2027-01-01T00:00:00Z"));
    assertThat(transitions("sc-1").getLast()).isEqualTo(source.now.toString());

    source.complete(startedAt("2027-01-01T00:00:00Z"), startless("sc-2"));
    assertThat(transitions("sc-2").getLast()).isEqualTo(source.now.toString());
  }

  @Test
  void aSessionThatIsSeenToStartRunsSinceItWasSeen() {
    source.complete(session("sc-1", "Starting"));
    source.pass();

    source.complete(startedAt("2026-11-01T08:00:00Z"));

    assertThat(transitions("sc-1").getLast()).isEqualTo(source.now.toString());
  }

  @Test
  void aStaleMirrorThatIsListedAgainRunsSinceTheSessionWasStarted() {
    CloudSession session = startedAt("2026-11-01T08:00:00Z");
    source.complete(session, session("sc-2", "Stopped"));
    for (String name : List.of("sc-1", "sc-2")) {
      api.edit(
          name, o -> o.setStatus(MirrorConditions.stale(o.getStatus(), source.now, source.now)));
    }
    source.restart();
    source.pass();

    assertThat(writes(source.complete(session, session("sc-2", "Stopped"))))
        .containsExactly("sc-1 updated", "sc-2 updated");
    assertThat(reasons("sc-1")).containsExactly("True Listed", "True Running");
    assertThat(transitions("sc-1")).containsExactly(source.now.toString(), "2026-11-01T08:00:00Z");
    assertThat(reasons("sc-2")).containsExactly("True Listed", "False Stopped");
    assertThat(writes(source.complete(session, session("sc-2", "Stopped")))).isEmpty();
  }

  private static CloudSession startedAt(String time) {
    return Sessions.with(running("sc-1"), "startTime", Instant.parse(time));
  }

  private static CloudSession startless(String id) {
    return Sessions.with(running(id), "startTime", null);
  }

  @Test
  void aMarkedMirrorIsLeftOutOfTheGuard() {
    source.edit("prunePolicy", PrunePolicy.Retain);
    source.listed(true, sessions(0, 20));
    source.listed(true, sessions(10, 20));
    source.pass();
    assertThat(source.listed(true, sessions(10, 20)).removals()).hasSize(10);

    // 6 of the 10 that are left, not 16 of 20 nor 6 of 20.
    assertThat(source.listed(true, sessions(16, 20)).decision().next().held()).hasSize(6);
  }

  @Test
  void aMarkedMirrorWhoseSessionReturnsIsAnOrdinaryOneAgain() {
    source.edit("prunePolicy", PrunePolicy.Retain);
    source.complete(startless("sc-1"));
    source.complete();
    source.pass();
    source.complete();
    source.pass();

    assertThat(writes(source.complete(startless("sc-1")))).containsExactly("sc-1 updated");
    assertThat(reasons("sc-1")).containsExactly("True Listed", "True Running");
    assertThat(transitions("sc-1")).containsExactly(source.now.toString(), source.now.toString());
  }

  @Test
  void afterRetainIsGivenUpTheMarkedMirrorsGo() {
    source.edit("prunePolicy", PrunePolicy.Retain);
    source.complete(running("sc-1"));
    source.complete();
    source.pass();
    source.complete();
    source.edit("prunePolicy", PrunePolicy.Delete);

    source.complete();
    source.pass();
    assertThat(writes(source.complete())).containsExactly("sc-1 deleted");
  }

  @Test
  void whatTheCrdPrunesIsWrittenOnceAndSaidEachTime() {
    api.prunes(status -> RecordCopy.with(status, "fusion", null));

    source.complete(running("sc-1"));
    MirrorPlan second = source.complete(running("sc-1"));
    MirrorPlan third = source.complete(running("sc-1"));

    assertThat(writes(second)).isEmpty();
    assertThat(second.outdated()).isEqualTo(1);
    assertThat(third.outdated()).isEqualTo(1);
    assertThat(api.drifts).isEmpty();
  }

  @Test
  void aNewContentIsWrittenThoughTheCrdPrunesIt() {
    api.prunes(status -> RecordCopy.with(status, "fusion", null));
    source.complete(running("sc-1"));

    assertThat(writes(source.complete(session("sc-1", "Error")))).containsExactly("sc-1 updated");
    assertThat(writes(source.complete(session("sc-1", "Error")))).isEmpty();
  }

  @Test
  void aMirrorThatIsBeingDeletedIsNotWrittenAndNotMissing() {
    source.complete(running("sc-1"));
    api.store().beginDelete(Mirrors.NAMESPACE, "sc-1");

    assertThat(writes(source.complete(session("sc-1", "Error")))).isEmpty();
    assertThat(source.complete().decision().next().suspects()).isEmpty();
  }

  @Test
  void anEmptyListingOfASourceWithoutMirrorsIsNothingToDo() {
    MirrorPlan plan = source.complete();

    assertThat(plan.writes()).isEmpty();
    assertThat(plan.decision().next().awaiting()).isZero();
    assertThat(plan.decision().token()).isNull();
  }

  private List<String> transitions(String name) {
    return conditions(name).map(Condition::getLastTransitionTime).toList();
  }

  private List<String> reasons(String name) {
    return conditions(name).map(c -> c.getStatus() + " " + c.getReason()).toList();
  }

  private Stream<Condition> conditions(String name) {
    return Objects.requireNonNull(api.get(name).getStatus().conditions()).stream();
  }

  private static Condition conditionOf(SessionCluster object, int i) {
    return Objects.requireNonNull(object.getStatus().conditions()).get(i);
  }

  private static List<CloudSession> sessions(int first, int end) {
    return IntStream.range(first, end).mapToObj(i -> running("sc-" + i)).toList();
  }
}
