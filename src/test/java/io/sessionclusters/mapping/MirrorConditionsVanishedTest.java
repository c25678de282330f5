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
package io.sessionclusters.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.support.RecordCopy;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MirrorConditionsVanishedTest {

  private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

  @Test
  void keepsAllThatTheCloudLastSaidButTheState() {
    SessionClusterStatus last = Statuses.full();

    SessionClusterStatus marked = MirrorConditions.vanished(last, NOW);

    assertThat(marked.state()).isEqualTo("Vanished");
    assertThat(RecordCopy.with(marked, "conditions", List.of()))
        .isEqualTo(
            RecordCopy.with(RecordCopy.with(last, "state", "Vanished"), "conditions", List.of()));
  }

  @Test
  void saysThatItIsNoLongerSo() {
    SessionClusterStatus marked =
        MirrorConditions.vanished(RecordCopy.with(Statuses.full(), "state", "Running"), NOW);

    assertThat(conditions(marked))
        .containsExactly(
            "Synced False Vanished 2026-11-22T00:00:00Z",
            "Running Unknown Vanished 2026-11-22T00:00:00Z");
    assertThat(Objects.requireNonNull(marked.conditions()).getLast().getMessage())
        .isEqualTo("The session no longer exists. The last known state was Running.");
  }

  @Test
  void marksAMirrorWithoutStatusToo() {
    SessionClusterStatus marked = MirrorConditions.vanished(SessionClusterStatus.EMPTY, NOW);

    assertThat(marked.state()).isEqualTo("Vanished");
    assertThat(conditions(marked)).hasSize(2);
    assertThat(Objects.requireNonNull(marked.conditions()).getLast().getMessage())
        .isEqualTo("The session no longer exists. Its last state is not known.");
  }

  @Test
  void whatIsMarkedStaysSo() {
    SessionClusterStatus marked = MirrorConditions.vanished(Statuses.full(), NOW);

    assertThat(MirrorConditions.vanished(marked, NOW.plusSeconds(60))).isEqualTo(marked);
  }

  @Test
  void aMarkOfAnEarlierVersionIsMendedAndKeepsItsTime() {
    SessionClusterStatus ofToday =
        MirrorConditions.vanished(RecordCopy.with(Statuses.full(), "state", "Running"), NOW);
    SessionClusterStatus old = RecordCopy.with(ofToday, "state", "Running");

    assertThat(MirrorConditions.vanished(old, NOW.plusSeconds(60))).isEqualTo(ofToday);
  }

  @Test
  void aMirrorThatGrewStaleBeforeIsMarkedFromNowOn() {
    SessionClusterStatus stale = MirrorConditions.stale(Statuses.full(), NOW, NOW);

    assertThat(conditions(MirrorConditions.vanished(stale, NOW.plusSeconds(60))))
        .containsExactly(
            "Synced False Vanished 2026-11-22T00:01:00Z",
            "Running Unknown Vanished 2026-11-22T00:01:00Z");
  }

  private static List<String> conditions(SessionClusterStatus status) {
    return Objects.requireNonNull(status.conditions()).stream()
        .map(
            (Condition c) ->
                String.join(
                    " ", c.getType(), c.getStatus(), c.getReason(), c.getLastTransitionTime()))
        .toList();
  }
}
