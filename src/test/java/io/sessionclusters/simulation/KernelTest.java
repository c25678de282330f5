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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Virtual time and the threads that run by it. */
class KernelTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Kernel kernel = new Kernel(1);
  private final SimThreads threads = new SimThreads(kernel, "a");
  private final List<String> done = new ArrayList<>();

  private void sleepThen(String what) {
    try {
      threads.sleep(SECOND);
    } catch (InterruptedException e) {
      done.add("interrupted");
      return;
    }
    done.add(what);
  }

  @Test
  void threadsOfThreadsAreSimulatedToo() {
    threads.start(
        "outer",
        () -> {
          try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            executor.execute(() -> sleepThen("inner"));
          }
          done.add("outer at " + kernel.elapsed().toSeconds());
        });
    kernel.runFor(Duration.ofMinutes(1));
    assertThat(done).containsExactly("inner", "outer at 1");
  }

  @Test
  void whatIsKilledNeverGoesOn() {
    threads.start("t", () -> sleepThen("woke"));
    threads.schedule(SECOND, () -> done.add("alarm"));
    kernel.runFor(Duration.ofMillis(500));
    threads.kill();
    threads.start("late", () -> done.add("late"));
    kernel.runFor(Duration.ofMinutes(1));
    assertThat(done).isEmpty();
  }

  @Test
  void whatIsPausedGoesOnLater() {
    threads.start("t", () -> sleepThen("woke"));
    threads.pause();
    kernel.runFor(Duration.ofMinutes(1));
    assertThat(done).isEmpty();
    threads.resume();
    kernel.runFor(SECOND);
    assertThat(done).containsExactly("woke");
  }

  @Test
  void whatAThreadThrowsFailsTheHistory() {
    threads.start(
        "t",
        () -> {
          throw new IllegalStateException("broken");
        });
    assertThatThrownBy(() -> kernel.runFor(SECOND)).hasRootCauseMessage("broken");
  }

  @Test
  void anAlarmThatIsCancelledDoesNotGoOff() {
    threads.schedule(SECOND, () -> done.add("one")).cancel();
    threads.schedule(SECOND, () -> done.add("two"));
    kernel.runFor(Duration.ofMinutes(1));
    assertThat(done).containsExactly("two");
  }
}
