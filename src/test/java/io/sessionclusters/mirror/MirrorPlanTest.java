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

import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSpec;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.mapping.SessionMapping;
import io.sessionclusters.support.RecordCopy;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a listing has created and updated. */
class MirrorPlanTest extends PlannedSource {

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
  void whatTheCrdPrunesIsWrittenOnceAndSaidEachTime() {
    api.prunes(status -> RecordCopy.with(status, "fusion", null));

    source.complete(running("sc-1"));
    MirrorPlan second = source.complete(running("sc-1"));
    MirrorPlan third = source.complete(running("sc-1"));

    assertThat(writes(second)).isEmpty();
    assertThat(second.lackingFields()).isEqualTo(1);
    assertThat(third.lackingFields()).isEqualTo(1);
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
}
