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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The promises, over random histories of all that can befall the operator: {@link Deed} and {@link
 * CloudFault} say what. A failure names its seed; {@code -Dhistories=1 -Dhistories.seed=...} plays
 * exactly that history again and shows it. By itself it plays few, for a person who waits; the
 * build goes on where they end.
 */
class RandomHistoriesTest {

  private static final int HISTORIES = Integer.getInteger("histories", 100);
  private static final long FIRST_SEED = Long.getLong("histories.seed", 1);

  /** Histories of one test: few enough that a report stays readable. */
  private static final int BATCH = 250;

  /** More than these would say the same again. */
  private static final int MOST_SHOWN = 3;

  @BeforeAll
  static void quiet() {
    LogMarks.begin();
  }

  @AfterAll
  static void loud() {
    LogMarks.end();
  }

  static LongStream batches() {
    return LongStream.iterate(FIRST_SEED, seed -> seed + BATCH)
        .limit(Math.ceilDiv(HISTORIES, BATCH));
  }

  @ParameterizedTest(name = "histories from seed {0}")
  @MethodSource("batches")
  void noHistoryBreaksAPromise(long first) throws Exception {
    List<Callable<@Nullable String>> histories = new ArrayList<>();
    long end = Math.min(first + BATCH, FIRST_SEED + HISTORIES);
    for (long seed = first; seed < end; seed++) {
      long its = seed;
      histories.add(() -> history(its));
    }
    List<String> failed = Carriers.all(histories);
    assertThat(failed.subList(0, Math.min(MOST_SHOWN, failed.size())))
        .as("%d of %d histories failed", failed.size(), histories.size())
        .isEmpty();
    assertThat(LogMarks.found()).isEmpty();
  }

  /**
   * Histories that a run of many has found to break a promise. What a seed stands for changes with
   * the simulation: then its history is one more random one.
   */
  @ParameterizedTest
  @ValueSource(
      longs = {
        5_003_824,
        5_003_931,
        5_003_942,
        5_005_842,
        5_006_282,
        5_006_344,
        5_006_650,
        5_017_485,
        8_012_356,
        8_018_013,
        11_004_471,
        11_008_111,
        11_015_457,
        11_018_410,
        12_002_129
      })
  void aHistoryThatOnceBrokeAPromiseHolds(long seed) {
    assertThat(history(seed)).isNull();
  }

  /** Whoever reads a failure must be able to play it again. */
  @Test
  void aSeedRepeatsItsHistory() {
    assertThat(trace(FIRST_SEED)).isNotEmpty().isEqualTo(trace(FIRST_SEED));
  }

  private static List<String> trace(long seed) {
    RandomHistory history = new RandomHistory(seed, true);
    play(history);
    return history.stage().kernel().trace();
  }

  private static @Nullable String history(long seed) {
    List<String> broken = play(new RandomHistory(seed, false));
    return broken.isEmpty()
        ? null
        : "seed %d:%n%s%n%s"
            .formatted(seed, String.join("\n", broken), String.join("\n", trace(seed)));
  }

  private static List<String> play(RandomHistory history) {
    try {
      return history.play();
    } catch (RuntimeException | AssertionError e) {
      return List.of(e + " " + e.getCause());
    } finally {
      history.stage().close();
    }
  }
}
