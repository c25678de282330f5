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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Many histories, on as many threads as there are processors. */
final class HistoryRuns {

  private HistoryRuns() {}

  /**
   * Runs the histories of the seeds from the first on. The first one runs alone: while classes are
   * loaded, threads wait for each other.
   *
   * @param history throws if it does not hold
   * @throws AssertionError for the first that does not hold, with its seed
   */
  static void run(long first, long count, LongConsumer history) throws InterruptedException {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    runOne(first, history, failure);
    AtomicLong next = new AtomicLong(first + 1);
    List<Thread> threads = new ArrayList<>();
    for (int n = Runtime.getRuntime().availableProcessors(); n > 0; n--) {
      threads.add(
          Thread.ofPlatform()
              .name("histories-" + n)
              .start(
                  () -> {
                    while (failure.get() == null) {
                      long seed = next.getAndIncrement();
                      if (seed >= first + count) {
                        return;
                      }
                      runOne(seed, history, failure);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError(thrown.getMessage(), thrown);
    }
  }

  private static void runOne(
      long seed, LongConsumer history, AtomicReference<@Nullable Throwable> failure) {
    try {
      history.accept(seed);
    } catch (Throwable t) { // Errors of assertions too.
      failure.compareAndSet(null, new AssertionError("seed " + seed + ": " + t.getMessage(), t));
    }
  }
}
