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

class MirrorConditionsStaleTest {

  private static final Instant SHOWN = Instant.parse("2026-11-22T00:00:00.5Z");
  private static final Instant NOW = Instant.parse("2026-11-22T00:15:00.7Z");

  @Test
  void changesNothingButTheConditions() {
    SessionClusterStatus last = Statuses.full();

    SessionClusterStatus marked = MirrorConditions.stale(last, SHOWN, NOW);

    assertThat(RecordCopy.with(marked, "conditions", List.of()))
        .isEqualTo(RecordCopy.with(last, "conditions", List.of()));
  }

  @Test
  void saysSinceWhenNothingIsKnown() {
    assertThat(conditions(MirrorConditions.stale(Statuses.full(), SHOWN, NOW)))
        .containsExactly(
            "Synced Unknown Stale 2026-11-22T00:15:00Z: No listing has shown the session since"
                + " 2026-11-22T00:00:00Z. This is its last known status.",
            "Running Unknown Stale 2026-11-22T00:15:00Z: No listing has shown the session since"
                + " 2026-11-22T00:00:00Z.");
  }

  @Test
  void aMirrorWithoutStatusIsMarkedToo() {
    assertThat(conditions(MirrorConditions.stale(SessionClusterStatus.EMPTY, SHOWN, NOW)))
        .hasSize(2);
  }

  @Test
  void whatIsStaleOrVanishedStaysAsItIs() {
    SessionClusterStatus stale = MirrorConditions.stale(Statuses.full(), SHOWN, NOW);
    SessionClusterStatus vanished = MirrorConditions.vanished(Statuses.full(), NOW);

    assertThat(MirrorConditions.stale(stale, NOW, NOW.plusSeconds(60))).isEqualTo(stale);
    assertThat(MirrorConditions.stale(vanished, NOW, NOW.plusSeconds(60))).isEqualTo(vanished);
  }

  private static List<String> conditions(SessionClusterStatus status) {
    return Objects.requireNonNull(status.conditions()).stream()
        .map(
            (Condition c) ->
                String.join(
                        " ", c.getType(), c.getStatus(), c.getReason(), c.getLastTransitionTime())
                    + ": "
                    + c.getMessage())
        .toList();
  }
}
