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

import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.fakecloud.Paging;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A slow cloud, and one whose sessions move under every listing. */
class BusyWorkspaceIT {

  @AutoClose private final Scene scene = Scene.start();

  @Test
  void manyRemovalsStarveNothingAndAreNotToldAsDone() {
    putSessions(120);
    scene.applySource("hangzhou", "interval: 1s", "timeout: 3s", "prune: {maxPercent: 100}");
    scene.awaitReady("hangzhou");
    scene.cloud.faults().always(Fault.delay(Duration.ofMillis(150)));
    Set<String> gone = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      scene.workspace.remove("sc-" + i);
      gone.add("sc-" + i);
    }
    scene.workspace.put(FakeSession.sql("sc-new"));

    Set<Integer> left = new HashSet<>();
    Set<String> messages = new HashSet<>();
    Scene.eventually()
        .atMost(Duration.ofSeconds(100))
        .until(
            () -> {
              // In this order: what it said a moment ago must hold of what is there now.
              String ready = scene.condition("hangzhou", "Ready");
              Set<String> mirrors = scene.mirrors().keySet();
              int dead = (int) mirrors.stream().filter(gone::contains).count();
              messages.add(ready);
              left.add(dead);
              if (ready.endsWith("61 sessions are mirrored.")) {
                assertThat(dead).as(ready).isZero();
              }
              if (dead < 60) {
                assertThat(mirrors).as("creations come first").contains("sc-new");
              }
              return dead == 0;
            });

    assertThat(left).as("removals progress").hasSizeGreaterThan(3);
    assertThat(messages)
        .anyMatch(
            ready ->
                ready.matches(
                    "True Succeeded: 61 sessions are mirrored\\. \\d+ mirrors of sessions"
                        + " that are no longer listed await deletion\\."));
    Scene.eventually()
        .untilAsserted(
            () ->
                assertThat(scene.condition("hangzhou", "Ready"))
                    .isEqualTo("True Succeeded: 61 sessions are mirrored."));
    assertThat(scene.mirrors()).hasSize(61);
  }

  @Test
  void aWorkspaceThatMovesUnderEveryListingIsReadyAndStillPruned() throws InterruptedException {
    scene.workspace.paging(Paging.OFFSET);
    putSessions(600);
    scene.cloud.faults().always(Fault.delay(Duration.ofMillis(100)));
    var comes = new AtomicInteger();
    try (var people = Executors.newSingleThreadScheduledExecutor()) {
      var coming =
          people.scheduleAtFixedRate(
              () -> scene.workspace.put(FakeSession.sql("busy-" + comes.incrementAndGet())),
              0,
              250,
              TimeUnit.MILLISECONDS);
      scene.applySource("hangzhou", "interval: 3s", "transitionInterval: 1s");
      Scene.eventually()
          .atMost(Duration.ofSeconds(60))
          .until(() -> scene.condition("hangzhou", "Ready").startsWith("True Succeeded: "));
      // A torn listing is repeated once, so three polls are six; a fourth may have begun meanwhile.
      assertThat(scene.listings()).isLessThanOrEqualTo(7);
      assertThat(scene.mirrors()).containsKeys("sc-0", "sc-599", "busy-1");

      scene.workspace.remove("sc-300");
      Scene.eventually()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !scene.mirrors().containsKey("sc-300"));
      assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: ");
      coming.cancel(false);
    }
    assertThat(comes.get()).isGreaterThan(20);
    Scene.eventually()
        .untilAsserted(
            () -> assertThat(scene.mirrors()).hasSize(scene.workspace.sessions().size()));
  }

  private void putSessions(int count) {
    IntStream.range(0, count).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
  }
}
