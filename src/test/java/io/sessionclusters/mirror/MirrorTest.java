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

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.WorkspaceId;
import io.sessionclusters.mapping.MirrorConditions;
import io.sessionclusters.mirror.StatusSummary.ConditionStamp;
import io.sessionclusters.support.RecordCopy;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MirrorTest {

  @Test
  void aQueryThatCanNeverListItsSessionSaysSoByItself() {
    Mirror mirror = Mirrors.withUid("1");
    ListQuery query =
        new ListQuery(
            URI.create("https://a.example"),
            new RegionId(Mirrors.REGION),
            new WorkspaceId(Mirrors.WORKSPACE),
            null,
            null,
            null);
    assertThat(mirror.isOutside(query)).isFalse();
    assertThat(mirror.isOutside(query.onlySession(mirror.sessionClusterId()))).isFalse();

    assertThat(mirror.isOutside(query.onlySession("sc-other"))).isTrue();
    assertThat(mirror.isOutside(RecordCopy.with(query, "workspaceId", new WorkspaceId("w-other"))))
        .isTrue();
    assertThat(mirror.isOutside(RecordCopy.with(query, "regionId", new RegionId("cn-beijing"))))
        .isTrue();
  }

  @Test
  void remembersIdentityOwnerAndConditions() {
    Mirror mirror = Mirrors.seen(Mirrors.running("sc-1", "7"));

    assertThat(mirror.namespace()).isEqualTo(Mirrors.NAMESPACE);
    assertThat(mirror.name()).isEqualTo("sc-1");
    assertThat(mirror.uid()).isEqualTo("uid-of-sc-1");
    assertThat(mirror.resourceVersion()).isEqualTo("7");
    assertThat(mirror.mirrors(Mirrors.REGION, Mirrors.WORKSPACE, "sc-1")).isTrue();
    assertThat(mirror.isControlledBy(Mirrors.SOURCE_UID)).isTrue();
    assertThat(mirror.isWellFormed()).isTrue();
    assertThat(mirror.state()).isEqualTo("Running");
    assertThat(mirror.vanished()).isFalse();
    assertThat(mirror.summary().running())
        .isEqualTo(new ConditionStamp("True", Mirrors.LONG_AGO.getEpochSecond()));
    assertThat(mirror.summary().synced())
        .isEqualTo(new ConditionStamp("True", Mirrors.LONG_AGO.getEpochSecond()));
  }

  @Test
  void remembersThatItsSessionVanished() {
    Mirror mirror =
        Mirrors.seen(
            Mirrors.later(
                Mirrors.running("sc-1", "7"),
                "8",
                o -> o.setStatus(MirrorConditions.vanished(o.getStatus(), Instant.EPOCH))));

    assertThat(mirror.vanished()).isTrue();
    assertThat(mirror.summary().synced()).isEqualTo(new ConditionStamp("False", 0));
    assertThat(mirror.summary().running()).isEqualTo(new ConditionStamp("Unknown", 0));
  }

  static Stream<Consumer<SessionCluster>> whatTheOperatorDoesNotWrite() {
    return Stream.of(
        o -> o.getMetadata().setLabels(Map.of("sessionclusters.io/source", "adhoc")),
        o -> o.getMetadata().setLabels(Mirrors.labels("other")),
        o -> o.getMetadata().setLabels(null),
        o -> o.getMetadata().setOwnerReferences(List.of()),
        o -> o.getMetadata().getOwnerReferences().getFirst().setController(false),
        o -> o.getMetadata().getOwnerReferences().getFirst().setController(null),
        o -> o.getMetadata().getOwnerReferences().getFirst().setKind("Deployment"),
        o -> o.getMetadata().getOwnerReferences().getFirst().setApiVersion("apps/v1"),
        o -> o.getMetadata().getOwnerReferences().getFirst().setBlockOwnerDeletion(true));
  }

  @ParameterizedTest
  @MethodSource("whatTheOperatorDoesNotWrite")
  void otherMetadataIsNotWellFormed(Consumer<SessionCluster> change) {
    assertThat(
            Mirrors.seen(Mirrors.later(Mirrors.running("sc-1", "7"), "8", change)).isWellFormed())
        .isFalse();
  }

  @Test
  void anOwnerBesideTheControllerDoesNotMatter() {
    SessionCluster object = Mirrors.running("sc-1", "7");
    object
        .getMetadata()
        .setOwnerReferences(
            List.of(
                new OwnerReferenceBuilder().withName("somebody").withUid("u").build(),
                object.getMetadata().getOwnerReferences().getFirst()));

    assertThat(Mirrors.seen(object).isControlledBy(Mirrors.SOURCE_UID)).isTrue();
  }

  static Stream<Consumer<SessionCluster>> whateverAnObjectMayHold() {
    return Stream.of(
        o -> o.setSpec(null),
        o -> o.setSpec(new SessionClusterSpec(null, null, null)),
        o -> o.setStatus(null),
        o -> o.setStatus(SessionClusterStatus.EMPTY),
        o -> o.setStatus(RecordCopy.with(o.getStatus(), "conditions", List.of())),
        o ->
            o.setStatus(
                RecordCopy.with(o.getStatus(), "conditions", Arrays.asList((Condition) null))),
        o -> o.setStatus(RecordCopy.with(o.getStatus(), "conditions", List.of(new Condition()))),
        o ->
            o.setStatus(
                RecordCopy.with(
                    o.getStatus(),
                    "conditions",
                    List.of(
                        new ConditionBuilder()
                            .withType("Running")
                            .withStatus("True")
                            .withLastTransitionTime("yesterday")
                            .build()))),
        o ->
            o.setStatus(
                RecordCopy.with(
                    o.getStatus(), "applicationConfigs", Collections.singletonList(null))));
  }

  @ParameterizedTest
  @MethodSource("whateverAnObjectMayHold")
  void anObjectThatHoldsNonsenseIsSeenAllTheSame(Consumer<SessionCluster> change) {
    SessionCluster odd = Mirrors.later(Mirrors.running("sc-1", "7"), "8", change);

    assertThat(Mirrors.seen(odd).resourceVersion()).isEqualTo("8");
    assertThat(Mirrors.seen(odd)).isNotEqualTo(Mirrors.seen(Mirrors.running("sc-1", "8")));
  }
}
