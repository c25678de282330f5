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

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * The promise about absence, over random histories of a cloud: sessions appear, change, vanish and
 * move between pages while they are listed, counts lie, pages fail, the operator is restarted, the
 * query is edited. No mirror is removed whose session was there all the time; and once all is quiet
 * the mirrors equal the cloud.
 */
class CloudHistoryTest {

  private static final int HISTORIES = Integer.getInteger("histories", 2_000);
  private static final long FIRST_SEED = Long.getLong("histories.seed", 1);

  /** Histories of one test: few enough that a report stays readable. */
  private static final int BATCH = 250;

  /** Ten lines a history would be all that a build shows. */
  @BeforeAll
  static void quiet() {
    log(Level.OFF);
  }

  @AfterAll
  static void loud() {
    log(null);
  }

  private static void log(@Nullable Level level) {
    ((Logger) LoggerFactory.getLogger(SourcePoll.class)).setLevel(level);
  }

  static LongStream batches() {
    return LongStream.iterate(FIRST_SEED, seed -> seed + BATCH)
        .limit(Math.ceilDiv(HISTORIES, BATCH));
  }

  @ParameterizedTest(name = "histories from seed {0}")
  @MethodSource("batches")
  void noHistoryRemovesWhatIsThereOrKeepsWhatIsGone(long first) throws InterruptedException {
    int removals = 0;
    for (long seed = first; seed < first + BATCH; seed++) {
      removals += new CloudHistory(seed).play();
    }
    // A run in which nothing was ever removed would prove nothing.
    assertThat(removals).as("removals in the histories from seed %d", first).isPositive();
  }
}
