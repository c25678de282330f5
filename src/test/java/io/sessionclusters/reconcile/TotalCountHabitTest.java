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
package io.sessionclusters.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TotalCountHabitTest {

  private static final Duration TRANSITION_INTERVAL = Duration.ofSeconds(10);

  private final TotalCountHabit habit = new TotalCountHabit();
  private Instant now = Instant.parse("2026-11-22T00:00:00Z");

  @Test
  void threeOverstatedListingsTransitionIntervalApartAreAHabit() {
    assertThat(observe(true)).isFalse();
    pass(10);
    assertThat(observe(true)).isFalse();
    assertThat(habit.isHabit()).isFalse();
    pass(10);

    assertThat(observe(true)).as("said").isTrue();
    assertThat(habit.isHabit()).isTrue();
  }

  @Test
  void isSaidOnce() {
    for (int i = 0; i < 3; i++) {
      observe(true);
      pass(10);
    }

    assertThat(observe(true)).isFalse();
    assertThat(habit.isHabit()).isTrue();
  }

  @Test
  void listingsInQuickSuccessionCountOnce() {
    for (int i = 0; i < 20; i++) {
      observe(true);
      pass(1);
    }
    // 20 s: the listings at 0 s and at 10 s counted.
    assertThat(habit.isHabit()).isFalse();

    assertThat(observe(true)).isTrue();
  }

  @Test
  void aListingThatFitsEndsIt() {
    for (int i = 0; i < 3; i++) {
      observe(true);
      pass(10);
    }
    observe(false);
    assertThat(habit.isHabit()).isFalse();

    pass(10);
    observe(true);
    pass(10);
    observe(true);
    assertThat(habit.isHabit()).isFalse();
  }

  private boolean observe(boolean isOverstated) {
    return habit.observe(isOverstated, TRANSITION_INTERVAL, now);
  }

  private void pass(int seconds) {
    now = now.plusSeconds(seconds);
  }
}
