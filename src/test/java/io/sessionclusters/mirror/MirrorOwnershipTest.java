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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSpec;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans where a mirror's name is taken, by whomever. */
class MirrorOwnershipTest {

  private final OneSource source = new OneSource();
  private final TinyApiServer api = source.api;

  @Test
  void aMirrorOfAnotherSourceIsNeverTouched() {
    api.create(Mirrors.later(Mirrors.running("sc-1", "1"), "1", Mirrors::disown));

    MirrorPlan plan = source.complete(session("sc-1", "Error"), running("sc-2"));
    source.pass();
    MirrorPlan without = source.complete(running("sc-2"));

    assertThat(writes(plan)).containsExactly("sc-2 created");
    assertThat(plan.foreign()).extracting(Mirror::name).containsExactly("sc-1");
    assertThat(writes(without)).isEmpty();
    assertThat(without.foreign()).isEmpty();
    assertThat(without.decision().next().suspects()).isEmpty();
  }

  static Stream<Consumer<SessionCluster>> notMadeByTheOperatorForThisSource() {
    return Stream.of(
        o -> o.getMetadata().setLabels(null),
        o -> o.getMetadata().setLabels(Mirrors.labels("other")),
        o -> o.getMetadata().setLabels(Map.of("sessionclusters.io/source", "adhoc")),
        o -> o.setSpec(new SessionClusterSpec("cn-beijing", Mirrors.WORKSPACE, "sc-1")),
        o -> o.setSpec(new SessionClusterSpec(Mirrors.REGION, "w-other", "sc-1")));
  }

  @ParameterizedTest
  @MethodSource("notMadeByTheOperatorForThisSource")
  void anObjectWithoutOwnerIsNotOursUnlessItSaysSo(Consumer<SessionCluster> change) {
    api.create(Mirrors.later(Mirrors.running("sc-1", "1"), "1", change.andThen(Mirrors::orphan)));

    MirrorPlan plan = source.complete(session("sc-1", "Error"));
    source.pass();

    assertThat(writes(plan)).isEmpty();
    assertThat(plan.foreign()).extracting(Mirror::name).containsExactly("sc-1");
    assertThat(writes(source.complete())).isEmpty();
  }

  @Test
  void anOrphanOfASourceOfThisNameIsAdopted() {
    source.complete(running("sc-1"), running("sc-2"));
    api.edit("sc-1", Mirrors::orphan);
    api.edit("sc-2", Mirrors::orphan);
    source.edit("uid", "uid-of-the-new-one");
    source.restart();

    MirrorPlan plan = source.complete(running("sc-1"), session("sc-2", "Error"));

    assertThat(writes(plan)).containsExactly("sc-1 owned", "sc-2 updated owned");
    assertThat(Mirrors.seen(api.get("sc-1")).isControlledBy("uid-of-the-new-one")).isTrue();
    assertThat(writes(source.complete(running("sc-1"), session("sc-2", "Error")))).isEmpty();
  }

  @Test
  void anOrphanThatTheListingLacksIsAdoptedAndThenJudgedLikeAnyMirror() {
    source.complete(running("sc-1"));
    api.edit("sc-1", Mirrors::orphan);
    source.restart();

    assertThat(writes(source.complete())).containsExactly("sc-1 owned");
    source.pass();
    assertThat(writes(source.complete())).containsExactly("sc-1 deleted");
  }

  @Test
  void aSourceMadeAnewUnderTheSameNameLeavesTheOldOnesMirrorsToTheCollector() {
    source.complete(running("sc-1"), running("sc-2"));
    source.edit("uid", "uid-of-the-new-one");
    source.restart();

    MirrorPlan plan = source.complete(running("sc-1"));
    source.pass();

    assertThat(writes(plan)).isEmpty();
    assertThat(plan.foreign()).extracting(Mirror::name).containsExactly("sc-1");
    assertThat(writes(source.complete(running("sc-1")))).isEmpty();

    api.delete("sc-1");
    assertThat(writes(source.complete(running("sc-1")))).containsExactly("sc-1 created");
  }

  @ParameterizedTest
  @ValueSource(strings = {"regionId", "workspaceId"})
  void theMirrorOfAnEarlierQueryMakesRoomForItsSuccessor(String component) {
    source.complete(running("sc-1"), running("sc-2"));
    source.edit(component, component.equals("regionId") ? "cn-beijing" : "w-other");

    assertThat(writes(source.complete(running("sc-1")))).isEmpty();
    source.pass();
    assertThat(writes(source.complete(running("sc-1"))))
        .containsExactly("sc-1 deleted", "sc-2 deleted");
    assertThat(writes(source.complete(running("sc-1")))).containsExactly("sc-1 created");
    assertThat(source.complete(running("sc-1")).foreign()).isEmpty();
  }

  @Test
  void twoSourcesThatOverlapEachKeepWhatTheyMadeFirst() {
    source.complete(running("sc-1"));
    OneSource other = source.besides("other", "uid-of-other");

    MirrorPlan plan = other.complete(running("sc-1"), running("sc-2"));

    assertThat(writes(plan)).containsExactly("sc-2 created");
    assertThat(plan.foreign()).extracting(Mirror::name).containsExactly("sc-1");
    assertThat(source.complete(running("sc-1"), running("sc-2")).foreign())
        .extracting(Mirror::name)
        .containsExactly("sc-2");
    assertThat(api.store().orphansOf(new ResourceID("other", Mirrors.NAMESPACE))).isEmpty();
  }

  /** A hostile cloud can name a session like the hash of another's id. */
  @Test
  void ofTwoSessionsWithOneNameTheOneThatHasTheMirrorKeepsIt() {
    String name = "sc-b5d4045c3f466fa9";
    assertThat(writes(source.complete(running("ABC"), running(name)))).hasSize(1);

    for (int i = 0; i < 3; i++) {
      MirrorPlan plan =
          i == 1
              ? source.complete(running(name), running("ABC"))
              : source.complete(running("ABC"), running(name));
      assertThat(writes(plan)).isEmpty();
      assertThat(plan.clashes()).containsExactly(name);
      source.pass();
    }
    assertThat(api.get(name).getSpec().sessionClusterId()).isEqualTo("ABC");
    assertThat(source.complete(running("ABC")).clashes()).isEmpty();
  }
}
