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
package io.sessionclusters.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.time.SteppedTimers;
import io.sessionclusters.time.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StuckPollsTest {

  private static final ResourceID A = new ResourceID("a", "ns");
  private static final ResourceID B = new ResourceID("b", "ns");
  private static final Duration DAY = Duration.ofDays(1);

  private final TestClock clock = new TestClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final PollTimer timer = new PollTimer(new SteppedTimers(), clock);
  private final Set<ResourceID> deleted = new HashSet<>();

  @Test
  void nothingToDoIsNotStuckAsOnAStandby() {
    clock.advance(DAY);

    assertThat(timer.stuck(id -> !deleted.contains(id))).isEmpty();
  }

  @Test
  void anAlarmThatIsNotDueIsNotStuck() {
    timer.wake(A, DAY);
    clock.advance(DAY);

    assertThat(timer.stuck(id -> !deleted.contains(id))).isEmpty();
  }

  @Test
  void aPollThatIsDueAndNotBegunIsStuck() {
    timer.wake(A, Duration.ofMinutes(1));
    timer.wake(B, DAY);
    clock.advance(Duration.ofMinutes(1).plus(PollTimer.LONGEST_START));
    assertThat(timer.stuck(id -> !deleted.contains(id))).isEmpty();
    clock.advance(Duration.ofSeconds(1));

    assertThat(timer.stuck(id -> !deleted.contains(id)))
        .contains("the poll of ns/a was due 301 s ago and has not begun");
  }

  @Test
  void theAlarmOfASourceThatWasOrIsBeingDeletedIsNobodys() {
    timer.wake(A, Duration.ZERO);
    timer.wake(B, Duration.ofMinutes(1));
    clock.advance(DAY);
    deleted.add(A);
    assertThat(timer.stuck(id -> !deleted.contains(id))).get().asString().contains("ns/b");

    deleted.add(B);

    assertThat(timer.stuck(id -> !deleted.contains(id))).isEmpty();
  }

  @Test
  void anAlarmThatWasAnsweredReplacedOrRemovedIsNotStuck() {
    timer.wake(A, Duration.ZERO);
    timer.begin(A);
    timer.end(A);
    timer.wake(B, Duration.ZERO);
    timer.wake(B, DAY);
    ResourceID c = new ResourceID("c", "ns");
    timer.wake(c, Duration.ZERO);
    timer.forget(c);
    clock.advance(DAY);

    assertThat(timer.stuck(id -> !deleted.contains(id))).isEmpty();
  }

  @Test
  void anAlarmDuringAPollWaitsForItsEnd() {
    timer.begin(A);
    timer.wake(A, Duration.ZERO);
    clock.advance(PollTimer.LONGEST_START.plusSeconds(1));
    timer.step();
    assertThat(timer.stuck(id -> !deleted.contains(id))).isEmpty();

    timer.end(A);

    assertThat(timer.stuck(id -> !deleted.contains(id))).isPresent();
  }

  @Test
  void pollsThatMakeNoStepAreStuck() {
    timer.begin(A);
    timer.begin(B);
    timer.listing(B, Duration.ofMinutes(3));
    clock.advance(PollTimer.LONGEST_STEP.plusMinutes(3));
    assertThat(timer.stuck(id -> !deleted.contains(id))).isEmpty();
    clock.advance(Duration.ofSeconds(1));

    assertThat(timer.stuck(id -> !deleted.contains(id)))
        .contains("2 polls are under way and none has made a step for 781 s");
  }

  @Test
  void oneThatMovesVouchesForThoseThatWaitForItHoweverLong() {
    timer.begin(A);
    timer.begin(B);
    for (int i = 0; i < 1000; i++) {
      clock.advance(PollTimer.LONGEST_STEP);
      assertThat(timer.stuck(id -> !deleted.contains(id))).isEmpty();
      timer.step();
    }
  }
}
