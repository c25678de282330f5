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
package io.sessionclusters.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MonotonicClockTest {

  private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");

  private final Clock wall = Clock.fixed(START, ZoneOffset.UTC);
  private final AtomicLong nanos = new AtomicLong(-5);
  private final MonotonicClock clock = MonotonicClock.startingAt(wall, nanos::get);

  @Test
  void startsAtTheWallClocksTime() {
    assertThat(clock.instant()).isEqualTo(START);
  }

  @Test
  void goesOnByWhatReallyWentBy() {
    nanos.addAndGet(Duration.ofHours(1).toNanos() + 1);

    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofHours(1)).plusNanos(1));
  }

  @Test
  void goesOnWhereTheCounterOverflows() {
    AtomicLong nearTheEnd = new AtomicLong(Long.MAX_VALUE - 1);
    MonotonicClock other = MonotonicClock.startingAt(wall, nearTheEnd::get);

    nearTheEnd.addAndGet(10);

    assertThat(other.instant()).isEqualTo(START.plusNanos(10));
  }

  @Test
  void isTheSameTimeInEveryZone() {
    Clock elsewhere = clock.withZone(ZoneId.of("Asia/Shanghai"));
    nanos.addAndGet(7);

    assertThat(elsewhere.instant()).isEqualTo(clock.instant());
    assertThat(elsewhere.getZone()).isEqualTo(ZoneId.of("Asia/Shanghai"));
    assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
  }
}
