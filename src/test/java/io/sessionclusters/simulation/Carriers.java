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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Plays histories side by side, each on one thread. */
final class Carriers {

  private static final int THREADS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);

  /** They stay: what a thread has made for its histories, such as clients, it uses again. */
  private static final ExecutorService POOL =
      Executors.newFixedThreadPool(
          THREADS, Thread.ofPlatform().daemon().name("carrier-", 0).factory());

  private Carriers() {}

  /**
   * Plays all.
   *
   * @param histories each says what was wrong; null for nothing
   * @return what was wrong, in their order
   */
  static List<String> all(List<? extends Callable<@Nullable String>> histories) throws Exception {
    List<String> wrong = new ArrayList<>();
    List<Future<@Nullable String>> all = new ArrayList<>();
    for (Callable<@Nullable String> history : histories) {
      all.add(POOL.submit(history));
    }
    for (Future<@Nullable String> one : all) {
      String fault = one.get();
      if (fault != null) {
        wrong.add(fault);
      }
    }
    return wrong;
  }
}
