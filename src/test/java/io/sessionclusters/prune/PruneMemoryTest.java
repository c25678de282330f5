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
package io.sessionclusters.prune;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PruneMemoryTest {

  private final PruneMemory memory = new PruneMemory();

  /** As after a restart: nothing is suspected, held, or known of how the backend counts. */
  @Test
  void beginsWithNothing() {
    assertThat(memory.state()).isEqualTo(PruneState.NONE);
    assertThat(memory.history()).isEqualTo(ListingHistory.NONE);
    assertThat(inOrder("a", "b")).containsExactly("a", "b");
  }

  @Test
  void keepsTheLastOfEachApart() {
    PruneState held = new PruneState(1, Map.of(), Set.of("uid"), 50, Set.of(), false);
    ListingHistory overstated =
        new ListingHistory(1, new SpacedCount(3, Instant.EPOCH), 1, SpacedCount.NONE);
    memory.remember(held);
    memory.remember(overstated);
    memory.asked("uid");
    assertThat(memory.state()).isEqualTo(held);

    memory.remember(held.seen(Set.of()));

    assertThat(memory.state()).isEqualTo(held);
    assertThat(memory.history()).isEqualTo(overstated);
    assertThat(inOrder("uid", "other")).containsExactly("other", "uid");
    memory.remember(PruneState.NONE);
    assertThat(memory.state().held()).isEmpty();
    assertThat(memory.history().overstates()).isTrue();
  }

  @Test
  void whatWasAskedForLongestAgoComesFirstAndWhatIsNoLongerMissingIsForgotten() {
    memory.asked("a");
    memory.asked("b");
    memory.asked("a");
    assertThat(inOrder("a", "b", "c")).containsExactly("c", "b", "a");

    assertThat(inOrder("a")).containsExactly("a");
    assertThat(inOrder("a", "b", "c")).containsExactly("b", "c", "a");
    memory.asked("c");
    assertThat(inOrder("c", "b")).as("b was forgotten").containsExactly("b", "c");
  }

  private List<String> inOrder(String... uids) {
    return memory.inOrder(List.of(uids), Function.identity(), Set.of(uids));
  }
}
