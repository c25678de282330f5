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
package io.sessionclusters.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.time.SystemTimers;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventRateLimiterTest {

  private final EventRateLimiter budget = new EventRateLimiter(SystemTimers.INSTANCE);

  @Test
  void anObjectMayHave25EventsAtOnce() {
    assertThat(IntStream.range(0, 100).filter(i -> budget.allows("uid")).count()).isEqualTo(25);
  }

  @Test
  void oneObjectDoesNotSilenceAnother() {
    IntStream.range(0, 100).forEach(i -> budget.allows("uid"));

    assertThat(budget.allows("another")).isTrue();
  }

  @Test
  void manyObjectsDoNotRefillTheBudgetOfOne() {
    IntStream.range(0, 25).forEach(i -> budget.allows("uid"));
    IntStream.range(0, 3_000).forEach(i -> budget.allows("other-" + i));

    assertThat(budget.allows("uid")).isFalse();
  }
}
