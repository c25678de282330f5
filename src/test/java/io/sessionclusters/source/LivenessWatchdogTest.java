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
import io.sessionclusters.time.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LivenessWatchdogTest {

  private static final ResourceID A = new ResourceID("a", "ns");
  private static final ResourceID B = new ResourceID("b", "ns");
  private static final Duration DAY = Duration.ofDays(1);

  private final TestClock clock = new TestClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final LivenessWatchdog watch = new LivenessWatchdog(clock);
  private final Set<ResourceID> gone = new HashSet<>();

  @Test
  void nothingToDoIsNotStuckAsOnAStandby() {
    clock.advance(DAY);

    assertThat(watch.stuck(id -> !gone.contains(id))).isEmpty();
  }

  @Test
  void anAlarmThatIsNotDueIsNotStuck() {
    watch.alarm(A, DAY);
    clock.advance(DAY);

    assertThat(watch.stuck(id -> !gone.contains(id))).isEmpty();
  }

  @Test
  void aPollThatIsDueAndNotBegunIsStuck() {
    watch.alarm(A, Duration.ofMinutes(1));
    watch.alarm(B, DAY);
    clock.advance(Duration.ofMinutes(1).plus(LivenessWatchdog.LONGEST_START));
    assertThat(watch.stuck(id -> !gone.contains(id))).isEmpty();
    clock.advance(Duration.ofSeconds(1));

    assertThat(watch.stuck(id -> !gone.contains(id)))
        .contains("the poll of ns/a was due 301 s ago and has not begun");
  }

  @Test
  void theAlarmOfASourceThatIsGoneOrBeingDeletedIsNobodys() {
    watch.alarm(A, Duration.ZERO);
    watch.alarm(B, Duration.ofMinutes(1));
    clock.advance(DAY);
    gone.add(A);
    assertThat(watch.stuck(id -> !gone.contains(id))).get().asString().contains("ns/b");

    gone.add(B);

    assertThat(watch.stuck(id -> !gone.contains(id))).isEmpty();
  }

  @Test
  void anAlarmThatWasAnsweredReplacedOrRemovedIsNotStuck() {
    watch.alarm(A, Duration.ZERO);
    watch.begin(A);
    watch.end(A);
    watch.alarm(B, Duration.ZERO);
    watch.alarm(B, DAY);
    ResourceID c = new ResourceID("c", "ns");
    watch.alarm(c, Duration.ZERO);
    watch.forget(c);
    clock.advance(DAY);

    assertThat(watch.stuck(id -> !gone.contains(id))).isEmpty();
  }

  @Test
  void anAlarmDuringAPollWaitsForItsEnd() {
    watch.begin(A);
    watch.alarm(A, Duration.ZERO);
    clock.advance(LivenessWatchdog.LONGEST_START.plusSeconds(1));
    watch.step();
    assertThat(watch.stuck(id -> !gone.contains(id))).isEmpty();

    watch.end(A);

    assertThat(watch.stuck(id -> !gone.contains(id))).isPresent();
  }

  @Test
  void pollsThatMakeNoStepAreStuck() {
    watch.begin(A);
    watch.begin(B);
    watch.listing(B, Duration.ofMinutes(3));
    clock.advance(LivenessWatchdog.LONGEST_STEP.plusMinutes(3));
    assertThat(watch.stuck(id -> !gone.contains(id))).isEmpty();
    clock.advance(Duration.ofSeconds(1));

    assertThat(watch.stuck(id -> !gone.contains(id)))
        .contains("2 polls are under way and none has made a step for 781 s");
  }

  @Test
  void oneThatMovesVouchesForThoseThatWaitForItHoweverLong() {
    watch.begin(A);
    watch.begin(B);
    for (int i = 0; i < 1000; i++) {
      clock.advance(LivenessWatchdog.LONGEST_STEP);
      assertThat(watch.stuck(id -> !gone.contains(id))).isEmpty();
      watch.step();
    }
  }
}
