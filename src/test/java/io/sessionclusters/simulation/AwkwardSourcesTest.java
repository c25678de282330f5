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
package io.sessionclusters.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sources whose status others write too, or that a process sees late. */
class AwkwardSourcesTest extends SixSessions {

  /** Another process of the operator, of which only what it writes matters. */
  private static final String OTHER = SimProcess.ACTOR + "other";

  /** A process must not hold on to what it wrote itself, nor where its writes were lost. */
  @Test
  void aStatusThatSomebodyElseWroteIsSetRight() {
    stage
        .api()
        .editStatus(
            "person",
            Kind.SOURCE,
            NAMESPACE,
            SOURCE,
            s -> {
              ObjectNode status = s.withObjectProperty("status");
              status.put("sessionClusters", 99).putArray("conditions");
            });
    SimApiServer.Snapshot backup = stage.api().snapshot();
    stage.runFor(Duration.ofSeconds(30));
    assertThat(ready()).isEqualTo("True Succeeded");
    assertThat(counted()).isEqualTo(6);

    stage.trouble(Duration.ofMinutes(2), "restored");
    stage.world().restore(backup);
    assertThat(counted()).isEqualTo(99);
    stage.runFor(Duration.ofSeconds(30));
    assertThat(ready()).isEqualTo("True Succeeded");
    assertThat(counted()).isEqualTo(6);
  }

  /** A backup holds what another process wrote; it is lower than what this one wrote last. */
  @Test
  void whatABackupHoldsIsHeldAgain() {
    moreSessions();
    hold(6);
    SimApiServer.Snapshot backup = stage.api().snapshot();
    stage.runFor(Duration.ofSeconds(30));
    assertThat(source().path("status").has("pendingPrune")).isFalse();
    stage.cloud().create(PLACE, "sc-21", "name-21", "SQL", "q0", "Running");
    stage.runFor(Duration.ofSeconds(30));

    stage.trouble(Duration.ofMinutes(2), "restored");
    stage.world().restore(backup);
    vanish(1, 6);
    stage.runFor(Duration.ofMinutes(2));

    assertThat(uids()).hasSize(21);
    assertThat(ready()).isEqualTo("False PruneGuardTripped");
  }

  /** Two leaders overlap: one has held, and the other, which does not see that yet, writes. */
  @Test
  void whatAnotherProcessHoldsOutlivesAWriteThatDidNotSeeIt() {
    moreSessions();
    stage.operator().stallWatches(Kind.SOURCE);
    stage.trouble(Duration.ofMinutes(1), "stalled watches");
    hold(6);
    vanish(1, 6);
    stage.runFor(Duration.ofMinutes(1));
    assertThat(uids()).hasSize(20);

    stage.operator().resumeWatches();
    stage.runFor(Duration.ofMinutes(1));
    assertThat(uids()).hasSize(20);
    assertThat(ready()).isEqualTo("False PruneGuardTripped");
  }

  /** The same where both have held, but the other one more. */
  @Test
  void whatAnotherProcessHoldsBesideItsOwnOutlivesAWriteThatDidNotSeeIt() {
    moreSessions();
    vanish(1, 12);
    stage.runFor(Duration.ofMinutes(1));
    assertThat(ready()).isEqualTo("False PruneGuardTripped");

    stage.operator().stallWatches(Kind.SOURCE);
    stage.trouble(Duration.ofMinutes(1), "stalled watches");
    hold(15);
    vanish(13, 15);
    stage.runFor(Duration.ofMinutes(1));
    assertThat(uids()).hasSize(20);

    stage.operator().resumeWatches();
    stage.runFor(Duration.ofMinutes(1));
    assertThat(uids()).hasSize(20);
  }

  /** Who adopts for a source that is gone has the mirrors collected that were to live on. */
  @Test
  void aSourceThatIsGoneAdoptsNothing() {
    Map<String, String> before = uids();
    stage.operator().stallWatches(Kind.SOURCE);
    stage.trouble(Duration.ofMinutes(2), "stalled watches");
    stage.people().deleteSource(NAMESPACE, SOURCE, SimApiServer.Propagation.ORPHAN);
    stage.runFor(Duration.ofMinutes(1));
    assertThat(stage.people().source(NAMESPACE, SOURCE)).isNull();
    assertThat(uids()).isEqualTo(before);

    createSource(SOURCE);
    stage.runFor(Duration.ofMinutes(1));
    assertThat(uids()).isEqualTo(before);

    stage.operator().resumeWatches();
    stage.runFor(Duration.ofMinutes(1));
    assertThat(uids()).isEqualTo(before);
    assertThat(stage.api().all(Kind.MIRROR))
        .allSatisfy(m -> assertThat(Facts.controller(m)).isEqualTo(Facts.uid(source())));
  }

  private void moreSessions() {
    for (int i = 7; i <= 20; i++) {
      stage.cloud().create(PLACE, "sc-" + i, "name-" + i, "SQL", "q0", "Running");
    }
    stage.runFor(Duration.ofSeconds(30));
    assertThat(uids()).hasSize(20);
  }

  private int counted() {
    return source().path("status").path("sessionClusters").asInt();
  }

  private void vanish(int first, int last) {
    for (int i = first; i <= last; i++) {
      stage.cloud().vanish(PLACE, "sc-" + i);
    }
  }

  /** The other process found the first of the sessions missing, by its own listings. */
  private void hold(int count) {
    stage
        .api()
        .editStatus(
            OTHER,
            Kind.SOURCE,
            NAMESPACE,
            SOURCE,
            s -> {
              ObjectNode held = s.withObjectProperty("status").putObject("pendingPrune");
              held.put("count", count).put("token", "0123456789abcdef");
              ArrayNode sessions = held.putArray("sessions");
              for (int i = 1; i <= count; i++) {
                sessions.add("sc-" + i);
              }
            });
  }
}
