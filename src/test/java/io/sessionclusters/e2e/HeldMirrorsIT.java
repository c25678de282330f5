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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the guard holds stays held, whatever makes the loss look small afterwards: new sessions, an
 * edit, another process.
 */
class HeldMirrorsIT {

  private static final String CONFIRM = "sessionclusters.io/confirm-prune=";

  @AutoClose private final Scene scene = Scene.withoutOperator();

  @SuppressWarnings("NullAway.Init") // by start()
  private OperatorProcess operator;

  @SuppressWarnings("NullAway.Init") // by start()
  private Map<String, String> held;

  @BeforeEach
  void start() {
    operator = OperatorProcess.start(scene);
    putSessions("sc-", 12);
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");
    held = scene.mirrorUids();
    held.keySet().removeAll(List.of("sc-10", "sc-11"));
    IntStream.range(0, 10).forEach(i -> scene.workspace.remove("sc-" + i));
    scene.poll("hangzhou");
    assertThat(pending().count()).isEqualTo(10);

    putSessions("new-", 14);
    pollsThatCouldConfirm();
    assertThatAllAreHeld();
  }

  @AfterEach
  void stop() {
    operator.close();
  }

  @Test
  void onlyTheRightTokenLetsThemGo() {
    scene.editSource("hangzhou", "{\"interval\":\"2h\"}");
    pollsThatCouldConfirm();
    assertThatAllAreHeld();

    restart();
    pollsThatCouldConfirm();
    assertThatAllAreHeld();

    scene.kubectl("annotate", "sscs", "hangzhou", CONFIRM + "0123456789abcdef");
    pollsThatCouldConfirm();
    assertThatAllAreHeld();
    assertThat(scene.condition("hangzhou", "Ready"))
        .endsWith(" Its present value names another set of mirrors.");

    scene.kubectl("annotate", "--overwrite", "sscs", "hangzhou", CONFIRM + pending().token());
    Scene.eventually().until(() -> scene.mirrors().size() == 16);
    assertThat(scene.mirrors()).doesNotContainKeys(held.keySet().toArray(String[]::new));
    scene.awaitReady("hangzhou");
    assertThat(scene.status("hangzhou").pendingPrune()).isNull();
  }

  @Test
  void orAHigherLimitAlsoAfterARestart() {
    restart();
    pollsThatCouldConfirm();
    assertThatAllAreHeld();

    scene.editSource("hangzhou", "{\"prune\":{\"maxPercent\":49}}");
    pollsThatCouldConfirm();
    assertThatAllAreHeld();

    scene.editSource("hangzhou", "{\"prune\":{\"maxPercent\":90}}");
    Scene.eventually().until(() -> scene.mirrors().size() == 16);
    scene.awaitReady("hangzhou");
    assertThat(scene.status("hangzhou").pendingPrune()).isNull();
  }

  private void restart() {
    operator.kill();
    operator.close();
    operator = OperatorProcess.start(scene);
  }

  /** Three, of which the first and the last are further apart than a removal needs. */
  private void pollsThatCouldConfirm() {
    scene.poll("hangzhou");
    scene.letPollsPass(2);
    scene.poll("hangzhou");
    scene.poll("hangzhou");
  }

  private void assertThatAllAreHeld() {
    assertThat(scene.mirrorUids()).containsAllEntriesOf(held);
    assertThat(scene.mirrors()).hasSize(26);
    assertThat(pending().count()).isEqualTo(10);
    assertThat(scene.condition("hangzhou", "Ready"))
        .startsWith(
            "False PruneGuardTripped: Prune guard: deleting 10 mirrors would exceed"
                + " spec.prune.maxPercent; all were kept. To confirm, set annotation "
                + CONFIRM
                + pending().token()
                + ".");
  }

  private PendingPrune pending() {
    return Objects.requireNonNull(scene.status("hangzhou").pendingPrune());
  }

  private void putSessions(String prefix, int count) {
    IntStream.range(0, count).forEach(i -> scene.workspace.put(FakeSession.sql(prefix + i)));
  }
}
