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
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.PrunePolicy;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.kubernetes.WriteResult.Refusal;
import io.sessionclusters.mapping.MirrorConditions;
import io.sessionclusters.prune.Evidence;
import io.sessionclusters.support.RecordCopy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Plans as they are written to an API server. */
class MirrorWriterTest {

  private static final SecretStep.Planner NO_SECRETS = (session, mirror) -> SecretStep.NONE;

  @AutoClose private final ServedSource source = new ServedSource();

  @Test
  void aNewMirrorIsOwnedAndLabelledAndHasItsStatusInTwoRequests() throws Exception {
    WriteResult<MirrorChange> result = source.listed(NO_SECRETS, running("sc-1"));

    assertThat(source.server.requests())
        .containsExactly("create sessionclusters", "update sessionclusters sc-1/status");
    SessionCluster mirror = source.get("sc-1");
    assertThat(mirror.getMetadata().getLabels()).isEqualTo(Mirrors.labels("adhoc"));
    assertThat(mirror.getMetadata().getOwnerReferences())
        .containsExactly(Mirrors.owner("adhoc", Mirrors.SOURCE_UID));
    assertThat(mirror.getSpec().sessionClusterId()).isEqualTo("sc-1");
    assertThat(mirror.getStatus().state()).isEqualTo("Running");
    assertThat(result.done()).extracting(MirrorChange::name).containsExactly("sc-1");
    assertThat(source.metrics).containsExactly("CREATE DONE");
  }

  @Test
  void theAnswersAreKnownBeforeTheWatchShowsThem() throws Exception {
    source.listed(NO_SECRETS, running("sc-1"));
    source.server.requests();

    assertThat(source.listed(NO_SECRETS, running("sc-1")).done()).isEmpty();
    assertThat(source.listed(NO_SECRETS, session("sc-1", "Stopped")).done()).hasSize(1);
    source.watch();
    assertThat(source.listed(NO_SECRETS, session("sc-1", "Stopped")).done()).isEmpty();
    assertThat(source.server.requests()).containsExactly("update sessionclusters sc-1/status");
  }

  @Test
  void driftIsRepairedLabelsAndOwnerByAPatch() throws Exception {
    source.listed(NO_SECRETS, running("sc-1"), running("sc-2"));
    source.server.edit(source.get("sc-1"), Mirrors::scribble);
    source.server.edit(
        source.get("sc-2"), o -> o.getMetadata().getLabels().put("sessionclusters.io/source", "x"));
    source.watch();
    source.server.requests();

    source.listed(NO_SECRETS, running("sc-1"), running("sc-2"));

    assertThat(source.server.requests())
        .containsExactlyInAnyOrder(
            "update sessionclusters sc-1/status", "patch sessionclusters sc-2");
    assertThat(source.get("sc-1").getStatus().state()).isEqualTo("Running");
    assertThat(source.get("sc-2").getMetadata().getLabels()).isEqualTo(Mirrors.labels("adhoc"));
    assertThat(source.metrics)
        .containsExactlyInAnyOrder(
            "CREATE DONE", "CREATE DONE", "UPDATE DONE", "UPDATE DONE", "repaired", "repaired");
  }

  @Test
  void aChangeOfTheSessionIsNoRepair() throws Exception {
    source.listed(NO_SECRETS, running("sc-1"));

    source.listed(NO_SECRETS, session("sc-1", "Stopped"));

    assertThat(source.metrics).doesNotContain("repaired");
  }

  @Test
  void aDeleteIsOfTheVersionThatWasJudged() throws Exception {
    source.listed(NO_SECRETS, running("sc-1"), running("sc-2"));
    Mirror first = known("sc-1");
    Mirror second = known("sc-2");
    source.server.edit(source.get("sc-2"), Mirrors::scribble);

    WriteResult<MirrorChange> result =
        source.write(List.of(new MirrorChange.Delete(first), new MirrorChange.Delete(second)));

    assertThat(source.find("sc-1")).isNull();
    assertThat(source.find("sc-2")).isNotNull();
    assertThat(result.superseded()).hasSize(1);
    assertThat(result.refusals()).isEmpty();
    assertThat(source.store().get(Mirrors.NAMESPACE, "sc-1").deleting()).isTrue();
    assertThat(source.store().get(Mirrors.NAMESPACE, "sc-2").deleting()).isFalse();
    assertThat(source.metrics).contains("DELETE DONE", "DELETE STALE");
  }

  @Test
  void aMirrorThatIsKeptIsMarkedAndKeepsAllElse() throws Exception {
    source.input = RecordCopy.with(source.input, "prunePolicy", PrunePolicy.Retain);
    source.listed(NO_SECRETS, running("sc-1"));
    source.listed(NO_SECRETS);
    source.pass(Duration.ofSeconds(10));

    source.listed(NO_SECRETS);

    SessionCluster mirror = source.get("sc-1");
    assertThat(mirror.getStatus().state()).isEqualTo("Vanished");
    assertThat(mirror.getStatus().name()).isEqualTo(running("sc-1").name());
    assertThat(reason(mirror)).isEqualTo("Vanished");
    assertThat(source.metrics).endsWith("MARK_VANISHED DONE");
    source.server.requests();
    source.listed(NO_SECRETS);
    assertThat(source.server.requests()).isEmpty();
  }

  /** The status is read, changed and written back: what was written there by hand is, too. */
  @Test
  void aSecretThatIsRemovedWritesNoForgedStateOfAVanishedSession() throws Exception {
    source.input = RecordCopy.with(source.input, "prunePolicy", PrunePolicy.Retain);
    source.listed(NO_SECRETS, running("sc-1"));
    source.listed(NO_SECRETS);
    source.pass(Duration.ofSeconds(10));
    source.listed(NO_SECRETS);
    var removal =
        new MirrorChange.CheckSecret(known("sc-1"), new SecretStep(true, (m, u) -> false));
    source.server.edit(source.get("sc-1"), Mirrors::scribble);

    source.write(List.of(removal));

    assertThat(source.get("sc-1").getStatus().state()).isEqualTo("Vanished");
    assertThat(reason(source.get("sc-1"))).isEqualTo("Vanished");
  }

  @Test
  void aStaleMirrorSaysSoOnce() throws Exception {
    source.listed(NO_SECRETS, running("sc-1"));
    var mark = new MirrorChange.MarkStale(known("sc-1"), Mirrors.LONG_AGO);

    source.write(List.of(mark));
    String version = source.get("sc-1").getMetadata().getResourceVersion();
    source.server.requests();
    source.write(List.of(mark));
    assertThat(source.server.requests()).noneMatch(request -> request.startsWith("update"));

    assertThat(reason(source.get("sc-1"))).isEqualTo("Stale");
    assertThat(source.get("sc-1").getMetadata().getResourceVersion()).isEqualTo(version);
    assertThat(known("sc-1").isStale()).isTrue();
  }

  @Test
  void aMarkOfAnObjectThatWasMadeAnewIsLeftOut() throws Exception {
    source.listed(NO_SECRETS, running("sc-1"));
    var mark = new MirrorChange.MarkStale(known("sc-1"), Mirrors.LONG_AGO);
    source.server.delete(source.get("sc-1"));
    source.watch();
    source.listed(NO_SECRETS, running("sc-1"));

    source.write(List.of(mark));

    assertThat(reason(source.get("sc-1"))).isEqualTo("Listed");
  }

  @Test
  void oneThatIsRefusedStopsNoOther() throws Exception {
    source.server.refuse("update sessionclusters sc-1/status", 403, "Forbidden", "no");

    WriteResult<MirrorChange> result = source.listed(NO_SECRETS, running("sc-1"), running("sc-2"));

    assertThat(result.refusals())
        .extracting(r -> r.write().name(), Refusal::denied, Refusal::message, Refusal::retryAfter)
        .containsExactly(tuple("sc-1", true, "no", null));
    assertThat(result.done()).extracting(MirrorChange::name).containsExactly("sc-2");
    assertThat(source.metrics).containsExactlyInAnyOrder("CREATE DENIED", "CREATE DONE");

    source.watch();
    source.server.refuse("update", 500, "InternalError", "broken");
    assertThat(source.listed(NO_SECRETS, running("sc-1")).refusals())
        .extracting(Refusal::denied)
        .containsExactly(false);
    source.server.refuseNothing();
    source.listed(NO_SECRETS, running("sc-1"));
    assertThat(source.get("sc-1").getStatus().state()).isEqualTo("Running");
  }

  @Test
  void aNameThatIsTakenMeanwhileIsStaleAndNotAnError() throws Exception {
    source.server.create(Mirrors.running("sc-1", "1"));

    WriteResult<MirrorChange> result = source.listed(NO_SECRETS, running("sc-1"));

    assertThat(result.superseded()).hasSize(1);
    assertThat(result.refusals()).isEmpty();
    assertThat(source.metrics).containsExactly("CREATE STALE");
  }

  @Test
  void whatTheServerPrunesIsCountedAndNotSentAgain() throws Exception {
    source.server.prunes(status -> status.remove("queueName"));
    var session = Sessions.with(running("sc-1"), "queueName", "dev");

    assertThat(source.listed(NO_SECRETS, session).lackingFields()).isEqualTo(1);

    source.server.requests();
    MirrorPlan plan = source.plan(Evidence.COMPLETE, NO_SECRETS, session);
    assertThat(plan.lackingFields()).isEqualTo(1);
    assertThat(plan.writes()).isEmpty();
  }

  @Test
  void whatIsNoLongerWantedIsDropped() throws Exception {
    source.wanted = false;

    WriteResult<MirrorChange> result = source.listed(NO_SECRETS, running("sc-1"));

    assertThat(result.dropped()).isNotEmpty();
    assertThat(source.server.requests()).isEmpty();
  }

  /** A step that does not do what was planned: the status follows what it did. */
  @Test
  void theStatusNamesASecretOnlyIfItsStepHasMadeIt() throws Exception {
    List<String> owners = new ArrayList<>();
    boolean[] made = {false};
    SecretStep.Planner secrets =
        (session, mirror) ->
            new SecretStep(
                mirror == null || mirror.refersToSecret(),
                (name, uid) -> {
                  owners.add(name + " " + uid);
                  return made[0];
                });

    source.listed(secrets, running("sc-1"));
    assertThat(owners).containsExactly("sc-1 " + source.get("sc-1").getMetadata().getUid());
    assertThat(source.reference("sc-1")).isNull();
    assertThat(source.get("sc-1").getStatus().state()).isEqualTo("Running");

    made[0] = true;
    source.listed(secrets, running("sc-1"));
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
    source.server.requests();
    assertThat(source.listed(secrets, running("sc-1")).done()).isEmpty();
    assertThat(source.server.requests()).isEmpty();

    made[0] = false;
    source.listed(secrets, session("sc-1", "Stopped"));
    assertThat(source.reference("sc-1")).isNull();
    assertThat(source.get("sc-1").getStatus().state()).isEqualTo("Stopped");
    assertThat(source.server.requests()).containsExactly("update sessionclusters sc-1/status");
  }

  @Test
  void aReferenceThatIsRemovedIsCountedAsSuch() throws Exception {
    source.listed((session, mirror) -> new SecretStep(true, (name, uid) -> true), running("sc-1"));

    source.listed((session, mirror) -> new SecretStep(true, (name, uid) -> false), running("sc-1"));

    assertThat(source.metrics).containsExactly("CREATE DONE", "UNLINK DONE");
  }

  private Mirror known(String name) {
    return Objects.requireNonNull(source.store().get(Mirrors.NAMESPACE, name).mirror());
  }

  private static String reason(SessionCluster mirror) {
    return Objects.requireNonNull(MirrorConditions.of(mirror.getStatus(), MirrorConditions.SYNCED))
        .getReason();
  }
}
