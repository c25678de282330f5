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
package io.sessionclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.fakecloud.FakeSession;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ten of twelve sessions vanish at once: a person must say that this is no mistake. */
class PruneGuardIT {

  private static final String CONFIRM = "sessionclusters.io/confirm-prune=";

  @AutoClose private final Scene scene = Scene.start();

  @BeforeEach
  void tripTheGuard() {
    IntStream.range(0, 12).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");
    IntStream.range(0, 10).forEach(i -> scene.workspace.remove("sc-" + i));
    scene.poll("hangzhou");
  }

  @Test
  void noneIsRemovedAndTheSourceSaysSo() {
    Map<String, String> uids = scene.mirrorUids();
    int before = scene.listings();
    scene.workspace.put(FakeSession.sql("sc-new"));
    scene.workspace.update("sc-11", s -> s.state("Stopped"));
    scene.letPollsPass(2);
    scene.poll("hangzhou");

    assertThat(scene.mirrorUids()).containsAllEntriesOf(uids).containsKey("sc-new").hasSize(13);
    assertThat(scene.mirroredStates()).containsEntry("sc-11", "Stopped");
    assertThat(pending().count()).isEqualTo(10);
    assertThat(scene.condition("hangzhou", "Ready"))
        .isEqualTo(
            "False PruneGuardTripped: Prune guard: deleting 10 mirrors would exceed"
                + " spec.prune.maxPercent; all were kept. To confirm, set annotation "
                + CONFIRM
                + pending().token()
                + ".");
    assertThat(scene.condition("hangzhou", "Stalled")).startsWith("True PruneGuardTripped: ");
    assertThat(scene.condition("hangzhou", "Reconciling")).isEmpty();
    // What is held is not listed in a hurry: nothing but the request caused a listing.
    assertThat(scene.listings()).isEqualTo(before + 1);
  }

  @Test
  void onlyTheRightTokenReleasesThem() {
    String token = pending().token();
    scene.kubectl("annotate", "sscs", "hangzhou", CONFIRM + "0123456789abcdef");
    scene.letPollsPass(2);
    scene.poll("hangzhou");
    assertThat(scene.mirrors()).hasSize(12);
    assertThat(pending().token()).isEqualTo(token);
    assertThat(scene.condition("hangzhou", "Ready"))
        .endsWith(CONFIRM + token + ". Its present value names another set of mirrors.");

    scene.kubectl("annotate", "--overwrite", "sscs", "hangzhou", CONFIRM + token);
    Scene.eventually().until(() -> scene.mirrors().size() == 2);
    scene.awaitReady("hangzhou");

    assertThat(scene.mirrors()).containsOnlyKeys("sc-10", "sc-11");
    assertThat(scene.status("hangzhou").pendingPrune()).isNull();
    assertThat(scene.condition("hangzhou", "Stalled")).isEmpty();
  }

  @Test
  void aHigherLimitReleasesThem() {
    scene.editSource("hangzhou", "{\"prune\":{\"maxPercent\":90}}");
    Scene.eventually().until(() -> scene.mirrors().size() == 2);
    scene.awaitReady("hangzhou");

    assertThat(scene.mirrors()).containsOnlyKeys("sc-10", "sc-11");
    assertThat(scene.status("hangzhou").pendingPrune()).isNull();
  }

  @Test
  void aSessionThatReturnsIsNotHeldAndAnotherTokenCoversTheRest() {
    String token = pending().token();
    scene.workspace.put(FakeSession.sql("sc-0"));
    scene.poll("hangzhou");

    assertThat(pending().count()).isEqualTo(9);
    assertThat(pending().token()).isNotEqualTo(token);
    scene.kubectl("annotate", "sscs", "hangzhou", CONFIRM + pending().token());
    Scene.eventually().until(() -> scene.mirrors().size() == 3);
    assertThat(scene.mirrors()).containsOnlyKeys("sc-0", "sc-10", "sc-11");
  }

  @Test
  void aRestartHoldsTheSameSet() {
    PendingPrune before = pending();
    scene.restartOperator();
    scene.poll("hangzhou");
    scene.letPollsPass(2);
    scene.poll("hangzhou");

    assertThat(scene.mirrors()).hasSize(12);
    assertThat(pending()).isEqualTo(before);
  }

  @Test
  void whatIsHeldIsNamedInTheStatusAndByAnEventOfEachMirror() {
    assertThat(pending().sessions())
        .isEqualTo(IntStream.range(0, 10).mapToObj(i -> "sc-" + i).toList());
    assertThat(pending().maxPercent()).isEqualTo(50);
    Scene.eventually().until(() -> scene.events("MirrorHeld").size() == 10);
    Scene.eventually().until(() -> scene.events("SourceFailing").size() == 1);
    assertThat(scene.kubectl("events", "--for=sessioncluster/sc-3"))
        .containsPattern("Warning +MirrorHeld +SessionCluster/sc-3 ");
    assertThat(scene.kubectl("events", "--for=sessioncluster/sc-11")).doesNotContain("MirrorHeld");

    scene.restartOperator();
    scene.poll("hangzhou");
    scene.letPollsPass(2);
    scene.poll("hangzhou");
    assertThat(scene.events("MirrorHeld")).as("each is told once").hasSize(10);
  }

  @Test
  void ofManyThatAreHeldTwentyAreNamed() {
    IntStream.range(100, 130).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
    scene.poll("hangzhou");
    assertThat(scene.mirrors()).hasSize(42);
    IntStream.range(100, 130).forEach(i -> scene.workspace.remove("sc-" + i));
    scene.poll("hangzhou");

    assertThat(pending().count()).isEqualTo(40);
    assertThat(pending().sessions()).hasSize(20).isSorted();
    Scene.eventually().until(() -> scene.events("MirrorHeld").size() == 30);
    scene.poll("hangzhou");
    assertThat(scene.events("MirrorHeld")).hasSize(30);
  }

  private PendingPrune pending() {
    return Objects.requireNonNull(scene.status("hangzhou").pendingPrune());
  }
}
