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

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.time.SteppedTimers;
import io.sessionclusters.time.TestClock;
import io.sessionclusters.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PollTimerTest {

  private final TestClock clock = new TestClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final List<SessionClusterSource> gone = new ArrayList<>();
  private final AlarmClock alarms = new AlarmClock();
  private final PollTimer timer = new PollTimer(alarms, clock);

  PollTimerTest() {
    timer.onDeleted(gone::add);
  }

  @Test
  void aSourceThatIsEditedKeepsItsAlarm() {
    SessionClusterSource source = source(null);
    timer.wake(ResourceID.fromResource(source), Duration.ofMinutes(1));

    timer.onResourceUpdated(source, source(null));

    assertThat(alarms.cancelled).isZero();
    assertThat(gone).isEmpty();
  }

  /** A finalizer of others may keep it for days; the framework starts no reconcile for it. */
  @Test
  void aSourceThatIsBeingDeletedHasNoAlarmAndIsForgotten() {
    SessionClusterSource source = source("2026-01-01T00:00:00Z");
    timer.wake(ResourceID.fromResource(source), Duration.ofMinutes(1));

    timer.onResourceUpdated(source, source(null));

    assertThat(alarms.cancelled).isOne();
    assertThat(gone).containsExactly(source);
    clock.advance(Duration.ofDays(1));
    assertThat(timer.stuck(_ -> true)).isEmpty();
  }

  @Test
  void aSourceIsWokenWhenItIsDueAndByItsLastAlarmOnly() {
    SteppedTimers time = new SteppedTimers();
    PollTimer stepped = new PollTimer(time, clock);
    List<String> woken = new ArrayList<>();
    stepped.setEventHandler(event -> woken.add(event.getRelatedCustomResourceID().getName()));
    stepped.start();
    ResourceID id = ResourceID.fromResource(source(null));

    stepped.wake(id, Duration.ofSeconds(10));
    stepped.wake(id, Duration.ofSeconds(20));
    time.advance(Duration.ofSeconds(10));
    assertThat(woken).isEmpty();
    time.advance(Duration.ofSeconds(10));
    assertThat(woken).containsExactly("a");

    stepped.wake(id, Duration.ofSeconds(1));
    stepped.forget(id);
    stepped.wake(id, Duration.ofSeconds(5));
    stepped.stop();
    time.advance(Duration.ofMinutes(1));
    assertThat(woken).as("after it was stopped").containsExactly("a");
    assertThat(time.alarms()).isZero();
  }

  /** Only counts the alarms that are cancelled. */
  private static final class AlarmClock implements Timers {

    private int cancelled;

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public void sleep(Duration time) {
      throw new AssertionError("nothing waits");
    }

    @Override
    public Alarm schedule(Duration after, Runnable action) {
      return () -> cancelled++;
    }
  }

  private static SessionClusterSource source(@Nullable String deletionTimestamp) {
    SessionClusterSource source = new SessionClusterSource();
    source.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("ns")
            .withName("a")
            .withDeletionTimestamp(deletionTimestamp)
            .build());
    return source;
  }
}
