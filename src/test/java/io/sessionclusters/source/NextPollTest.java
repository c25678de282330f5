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

import io.sessionclusters.source.Schedule.Intervals;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NextPollTest {

  private static final Intervals INTERVALS =
      new Intervals(Duration.ofSeconds(60), Duration.ofSeconds(10));

  /** The column "next poll" of the design's table: no failure before, no jitter, worst luck. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "on edit",
      value = {
        "PROGRESSING, 0, 0",
        "SUCCEEDED, 60, 60",
        "AUTHENTICATION_FAILED, 60, 60",
        "PERMISSION_DENIED, 60, 60",
        "CREDENTIALS_NOT_FOUND, 60, 60",
        "REQUEST_REJECTED, 60, 60",
        "THROTTLED, 1, 256",
        "CLOUD_UNAVAILABLE, 1, 256",
        "LISTING_INCONSISTENT, 1, 256",
        "WRITE_DENIED, 1, 60",
        "WRITE_FAILED, 1, 60",
        "CRD_OUTDATED, 1, 60",
        "CONFLICT, 60, 60",
        "INVALID_CONFIGURATION, on edit, on edit",
        "PRUNE_GUARD_TRIPPED, 60, 60",
      })
  void theNextPollFollowsTheTable(
      Reason reason, @Nullable Integer afterOne, @Nullable Integer afterNine) {
    PollOutcome outcome = PollOutcome.failed(reason, "");

    assertThat(Schedule.next(outcome, INTERVALS, 1, 0, 1)).isEqualTo(seconds(afterOne));
    assertThat(Schedule.next(outcome, INTERVALS, 9, 0, 1)).isEqualTo(seconds(afterNine));
  }

  @Test
  void whatIsUnsettledIsListedSooner() {
    PollOutcome unsettled = new PollOutcome(Reason.SUCCEEDED, "", null, null, true, null);

    assertThat(Schedule.next(unsettled, INTERVALS, 1, 0, 0)).isEqualTo(Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @CsvSource({"0, 60000", "0.5, 63000", "1, 66000"})
  void jitterAddsUpToATenth(double jitter, long millis) {
    PollOutcome outcome = PollOutcome.failed(Reason.SUCCEEDED, "");

    assertThat(Schedule.next(outcome, INTERVALS, 1, jitter, 0))
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1000", "100, 0, 1000", "4, 0.5, 4500", "100, 1, 300000"})
  void theBackOffIsOneOfOneSecondToFiveMinutes(int failures, double chance, int millis) {
    assertThat(Schedule.backOff(failures, chance, null)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"0, 30, 30", "1, 30, 256", "0, 300, 300", "0, 3600, 300", "1, 3600, 300"})
  void isNeverSoonerThanTheServerAskedWithinFiveMinutes(double chance, int asked, int waited) {
    PollOutcome outcome =
        PollOutcome.failed(Reason.THROTTLED, "").retryAfter(Duration.ofSeconds(asked));

    assertThat(Schedule.next(outcome, INTERVALS, 9, 0, chance))
        .isEqualTo(Duration.ofSeconds(waited));
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"WRITE_DENIED", "WRITE_FAILED", "CRD_OUTDATED"})
  void whatKubernetesRefusedIsTriedWithinTheInterval(Reason reason) {
    Intervals short5s = new Intervals(Duration.ofSeconds(5), Duration.ofSeconds(5));

    for (int failures = 1; failures < 40; failures++) {
      assertThat(Schedule.next(PollOutcome.failed(reason, ""), short5s, failures, 1, 1))
          .as("failures=%d", failures)
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "5f4dcc3b-5aa7-65d6-1d83-27deb882cf99"})
  void theJitterOfASourceIsAlwaysTheSame(String uid) {
    assertThat(Schedule.jitter(uid)).isEqualTo(Schedule.jitter(uid)).isBetween(0.0, 1.0);
  }

  @Test
  void theJitterIsSpreadEvenlyOverTheSources() {
    int[] tenths = new int[10];
    IntStream.range(0, 10_000)
        .mapToObj(i -> new UUID(0x5f4dcc3b_5aa765d6L * i, 0x9d8327deb882cf99L + i).toString())
        .mapToDouble(Schedule::jitter)
        .forEach(jitter -> tenths[(int) Math.min(9, jitter * 10)]++);

    assertThat(Arrays.stream(tenths).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(800, 1_200));
  }

  private static @Nullable Duration seconds(@Nullable Integer seconds) {
    return seconds == null ? null : Duration.ofSeconds(seconds);
  }
}
