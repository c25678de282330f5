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

import io.sessionclusters.fakecloud.BadPages;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.fakecloud.Paging;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A mirror goes when its session is proven to be gone, and not before. */
class RemovalIT {

  /** A removal is confirmed two seconds after the suspicion; otherwise nothing comes by itself. */
  private static final String[] CONFIRMED_SOON = {"interval: 1h", "transitionInterval: 2s"};

  /** A removal would be confirmed in an hour: what is gone meanwhile went without that. */
  private static final String[] CONFIRMED_LATE = {"interval: 1h", "transitionInterval: 1h"};

  @AutoClose private final Scene scene = Scene.start();

  @Test
  void aVanishedSessionIsRemovedByTheSecondListingWithoutIt() {
    putSessions(3);
    scene.applySource("hangzhou", CONFIRMED_SOON);
    scene.awaitReady("hangzhou");
    int before = scene.listings();

    scene.workspace.remove("sc-1");
    scene.poll("hangzhou");
    assertThat(scene.listings()).isEqualTo(before + 1);
    assertThat(scene.mirrors()).containsOnlyKeys("sc-0", "sc-1", "sc-2");

    Scene.eventually().until(() -> !scene.mirrors().containsKey("sc-1"));
    assertThat(scene.listings()).isEqualTo(before + 2);
    assertThat(scene.mirrors()).containsOnlyKeys("sc-0", "sc-2");
    assertThat(scene.status("hangzhou").sessionClusters()).isEqualTo(2);
  }

  @Test
  void listingsInQuickSuccessionConfirmNothing() {
    putSessions(2);
    scene.applySource("hangzhou", CONFIRMED_LATE);
    scene.awaitReady("hangzhou");

    scene.workspace.remove("sc-1");
    for (int i = 0; i < 3; i++) {
      scene.poll("hangzhou");
    }

    assertThat(scene.listings()).isEqualTo(4);
    assertThat(scene.mirrors()).containsOnlyKeys("sc-0", "sc-1");
  }

  @Test
  void aSessionThatReturnsInTimeKeepsItsMirror() {
    putSessions(2);
    scene.applySource("hangzhou", CONFIRMED_SOON);
    scene.awaitReady("hangzhou");
    var uids = scene.mirrorUids();

    FakeSession session = scene.workspace.remove("sc-1");
    scene.poll("hangzhou");
    scene.workspace.put(session);
    scene.awaitListings(1);
    scene.poll("hangzhou");
    scene.workspace.remove("sc-1");
    scene.poll("hangzhou");

    // Missing in two listings, more than two seconds apart, but there in between.
    assertThat(scene.mirrorUids()).isEqualTo(uids);
  }

  @Test
  void sessionsThatMoveBetweenThePagesAreNotRemoved() {
    scene.workspace.maxPageSize(2).paging(Paging.OFFSET);
    putSessions(6);
    scene.applySource("hangzhou", CONFIRMED_SOON);
    scene.awaitReady("hangzhou");
    var uids = scene.mirrorUids();
    int before = scene.listings();

    // Each removal pushes a session onto the page that was read already; a torn listing is repeated
    // once, so it takes two.
    scene.workspace.afterPage(
        1,
        () -> {
          scene.workspace.remove("sc-0");
          scene.workspace.afterPage(1, () -> scene.workspace.remove("sc-1"));
        });
    scene.poll("hangzhou");
    assertThat(scene.condition("hangzhou", "Ready"))
        .as("of a single torn poll it says nothing")
        .isEqualTo("True Succeeded: 6 sessions are mirrored.");
    assertThat(scene.listings()).isEqualTo(before + 2);
    assertThat(scene.mirrors()).hasSize(6);

    Scene.eventually().until(() -> scene.mirrors().size() == 4);
    scene.awaitReady("hangzhou");
    uids.keySet().removeAll(List.of("sc-0", "sc-1"));
    assertThat(scene.mirrorUids()).isEqualTo(uids);
  }

  @Test
  void aCountThatChangesFromPageToPageRemovesNothing() {
    scene.workspace.maxPageSize(2);
    putSessions(6);
    // Three such listings that are far enough apart would be a workspace that is always busy.
    scene.applySource("hangzhou", CONFIRMED_LATE);
    scene.awaitReady("hangzhou");

    scene.workspace.remove("sc-5");
    var fault = scene.cloud.faults().always(BadPages.totalCountGrowing());
    for (int i = 0; i < 2; i++) {
      scene.poll("hangzhou");
      assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: ");
    }
    scene.poll("hangzhou");
    assertThat(scene.condition("hangzhou", "Ready"))
        .isEqualTo(
            "False ListingInconsistent: totalCount changed from page to page. No"
                + " mirrors are deleted until a listing is consistent.");
    assertThat(scene.mirrors()).hasSize(6);

    fault.clear();
    scene.editSource("hangzhou", "{\"transitionInterval\":\"1s\"}");
    Scene.eventually().until(() -> scene.mirrors().size() == 5);
    scene.awaitReady("hangzhou");
  }

  @Test
  void aSessionThatOnlyThePagesLackIsKept() {
    putSessions(3);
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");

    scene
        .cloud
        .faults()
        .when(call -> call.query("sessionClusterId").isEmpty())
        .always(BadPages.lacking(1).and(BadPages.totalCountOffBy(-1)));
    Scene.eventually().until(() -> scene.isAskedFor("sc-0"));
    scene.awaitListings(2);

    assertThat(scene.mirrors()).hasSize(3);
    assertThat(scene.isAskedFor("sc-1")).isFalse();
  }

  @Test
  void aFailedListingRemovesNothing() {
    scene.workspace.maxPageSize(2);
    putSessions(6);
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");

    scene.workspace.remove("sc-5");
    scene.cloud.faults().onPage(2).always(Fault.error("InternalError"));
    scene.poll("hangzhou");
    assertThat(scene.condition("hangzhou", "Ready")).startsWith("False CloudUnavailable: ");
    scene.awaitListings(2);

    assertThat(scene.mirrors()).hasSize(6);
  }

  @Test
  void aCountThatIsAlwaysTooHighIsExpectedLaterAndProvesNothingByItself() {
    putSessions(3);
    var ofListings =
        scene
            .cloud
            .faults()
            .when(call -> call.query("sessionClusterId").isEmpty())
            .always(BadPages.totalCountOffBy(1));
    var ofQueries = scene.cloud.faults().always(BadPages.totalCountOffBy(1));
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");
    // A torn listing is repeated once: two polls are four, and only the third one settles it.
    assertThat(ofListings.applied()).isGreaterThan(4);
    assertThat(scene.mirrors()).hasSize(3);

    scene.workspace.remove("sc-2");
    Scene.eventually().until(() -> scene.isAskedFor("sc-2"));
    scene.awaitListings(2);
    assertThat(scene.mirrors()).as("one is counted, though none is shown").hasSize(3);

    ofQueries.clear();
    Scene.eventually().until(() -> scene.mirrors().size() == 2);
    assertThat(scene.isAskedFor("sc-1")).isFalse();
  }

  @Test
  void underSuchACountASessionThatAnswersByItsIdIsKept() {
    putSessions(3);
    var fault = scene.cloud.faults().always(BadPages.totalCountOffBy(1));
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");

    scene
        .cloud
        .faults()
        .when(call -> call.query("sessionClusterId").isEmpty())
        .always(BadPages.lacking(1));
    fault.clear();
    Scene.eventually().until(() -> scene.isAskedFor("sc-0"));
    scene.awaitListings(2);

    assertThat(scene.mirrors()).hasSize(3);
  }

  @Test
  void aRetainedMirrorIsMarkedAndReturns() {
    putSessions(2);
    scene.applySource(
        "hangzhou", "interval: 1h", "transitionInterval: 1s", "prune: {policy: Retain}");
    scene.awaitReady("hangzhou");
    var uids = scene.mirrorUids();

    FakeSession session = scene.workspace.remove("sc-1");
    scene.poll("hangzhou");
    Scene.eventually()
        .until(() -> scene.mirrorCondition("sc-1", "Synced").startsWith("False Vanished: "));
    assertThat(scene.mirrorCondition("sc-1", "Running"))
        .startsWith("Unknown Vanished: ")
        .endsWith("The last known state was Running.");
    assertThat(scene.mirroredStates()).containsEntry("sc-1", "Vanished");
    assertThat(
            scene.kubectl("get", "ssc", "--field-selector", "status.state=Running", "-o", "name"))
        .doesNotContain("sc-1")
        .contains("sc-0");
    assertThat(scene.mirrorUids()).isEqualTo(uids);
    assertThat(scene.status("hangzhou").sessionClusters()).isEqualTo(1);
    assertThat(scene.status("hangzhou").states()).isEqualTo(Map.of("Running", 1));

    scene.workspace.put(session);
    scene.poll("hangzhou");
    assertThat(scene.mirrorCondition("sc-1", "Synced")).startsWith("True Listed: ");
    assertThat(scene.mirrorCondition("sc-1", "Running")).startsWith("True Running: ");
    assertThat(scene.mirrorUids()).isEqualTo(uids);
  }

  private void putSessions(int count) {
    IntStream.range(0, count).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
  }
}
