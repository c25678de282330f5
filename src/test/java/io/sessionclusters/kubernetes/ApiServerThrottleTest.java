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
package io.sessionclusters.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.time.SteppedTimers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServerThrottleTest {

  private static final int A_DAY = 86_400;

  private final SteppedTimers timers = new SteppedTimers();
  private final ApiServerThrottle throttle = new ApiServerThrottle(timers.clock(), timers);
  private final AtomicInteger sent = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void oneAnswerSilencesForFiveMinutesAtMost(int status) throws InterruptedException {
    assertRefused(() -> putOff(status, A_DAY), Duration.ofMinutes(5));
    assertRefused(this::answer, Duration.ofMinutes(5));
    timers.advance(Duration.ofMinutes(5).minusSeconds(6));
    assertRefused(this::answer, Duration.ofSeconds(6));
    assertThat(sent).as("sent in the pause").hasValue(0);

    timers.advance(Duration.ofSeconds(6));

    assertThat(throttle.send(this::answer, () -> true)).isEqualTo("done");
    assertThat(throttle.send(this::answer, () -> true)).isEqualTo("done");
  }

  @Test
  void oneRequestProbesWhileTheOthersWait() throws InterruptedException {
    assertRefused(() -> putOff(503, A_DAY), Duration.ofMinutes(5));
    timers.advance(Duration.ofMinutes(5));
    Thread other = Thread.ofVirtual().unstarted(() -> sendQuietly(this::answer));

    throttle.send(
        () -> {
          other.start();
          await().until(() -> timers.alarms() == 1);
          assertThat(sent).hasValue(0);
          return answer();
        },
        () -> true);

    assertThat(other.join(Duration.ofSeconds(10))).isTrue();
    assertThat(sent).hasValue(2);
  }

  @Test
  void whoWaitsForTheProbeGivesUpAfterFiveSeconds() throws InterruptedException {
    assertRefused(() -> putOff(503, A_DAY), Duration.ofMinutes(5));
    timers.advance(Duration.ofMinutes(5));
    Thread other =
        Thread.ofVirtual().unstarted(() -> assertRefused(this::answer, Duration.ofSeconds(1)));

    throttle.send(
        () -> {
          other.start();
          await().until(() -> timers.alarms() == 1);
          timers.advance(Duration.ofSeconds(5));
          await().until(() -> !other.isAlive());
          assertThat(sent).hasValue(0);
          return answer();
        },
        () -> true);
  }

  @Test
  void aProbeThatIsPutOffRenewsThePauseForAll() throws InterruptedException {
    assertRefused(() -> putOff(503, A_DAY), Duration.ofMinutes(5));
    timers.advance(Duration.ofMinutes(5));

    assertRefused(() -> putOff(429, A_DAY), Duration.ofMinutes(5));

    assertRefused(this::answer, Duration.ofMinutes(5));
    timers.advance(Duration.ofMinutes(5));
    assertThat(throttle.send(this::answer, () -> true)).isEqualTo("done");
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 409, 422, 500})
  void aProbeThatIsRefusedForAnotherReasonEndsThePause(int status) throws InterruptedException {
    assertRefused(() -> putOff(503, A_DAY), Duration.ofMinutes(5));
    timers.advance(Duration.ofMinutes(5));
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> throttle.send(() -> fail(status), () -> true));

    throttle.send(
        () -> {
          sendQuietly(this::answer);
          return "nested, so that it would wait for this one if it probed";
        },
        () -> true);

    assertThat(sent).hasValue(1);
  }

  @Test
  void afterAProbeThatGotNoAnswerTheNextOneProbes() throws InterruptedException {
    assertRefused(() -> putOff(503, A_DAY), Duration.ofMinutes(5));
    timers.advance(Duration.ofMinutes(5));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                throttle.send(
                    () -> {
                      throw new IllegalStateException("broken off");
                    },
                    () -> true));
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> throttle.send(() -> fail(0), () -> true));

    assertThat(throttle.send(this::answer, () -> true)).isEqualTo("done");
  }

  @Test
  void aShortPauseIsWaitedForAndTheRequestRepeated() throws InterruptedException {
    AtomicInteger attempts = new AtomicInteger();

    String answer =
        throttle.send(() -> attempts.incrementAndGet() == 1 ? putOff(429, 1) : "done", () -> true);

    assertThat(answer).isEqualTo("done");
    assertThat(timers.waits).containsExactly(Duration.ofSeconds(1));
  }

  @Test
  void aRequestThatIsAlwaysPutOffFailsInTheEnd() {
    AtomicInteger attempts = new AtomicInteger();

    assertRefused(
        () -> {
          attempts.incrementAndGet();
          return putOff(429, 1);
        },
        Duration.ofSeconds(1));

    assertThat(attempts).hasValue(4);
  }

  @Test
  void whatIsNoLongerWantedAfterAPauseIsNotRepeated() {
    AtomicInteger attempts = new AtomicInteger();

    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(
            () ->
                throttle.send(
                    () -> {
                      attempts.incrementAndGet();
                      return putOff(429, 1);
                    },
                    () -> false));

    assertThat(attempts).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 409, 422})
  void aRefusalOfOneRequestPausesNobody(int status) throws InterruptedException {
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> throttle.send(() -> putOff(status, A_DAY), () -> true));

    assertThat(throttle.send(this::answer, () -> true)).isEqualTo("done");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "1; -; 1",
        " 7 ; -; 7",
        "300; -; 300",
        "301; -; 300",
        "86400; -; 300",
        "9999999; -; 300",
        "99999999999999999999999999; -; 300",
        "0; -; -",
        "-1; -; -",
        "1.5; -; -",
        "soon; -; -",
        "''; -; -",
        "-; -; -",
        "Wed, 25 Nov 2026 12:00:30 GMT; Wed, 25 Nov 2026 12:00:00 GMT; 30",
        "Wed, 25 Nov 2099 12:00:30 GMT; Wed, 25 Nov 2026 12:00:00 GMT; 300",
        "Wed, 25 Nov 2026 11:00:00 GMT; Wed, 25 Nov 2026 12:00:00 GMT; -",
        "Wed, 25 Nov 2026 12:00:30 GMT; -; -",
        "Wed, 25 Nov 2026 12:00:30 GMT; yesterday; -",
      },
      delimiter = ';')
  void readsWhatIsAsked(
      @Nullable String retryAfter, @Nullable String date, @Nullable Integer seconds) {
    assertThat(RetryAfterInterceptor.seconds(retryAfter, date)).isEqualTo(seconds);
  }

  private String answer() {
    sent.incrementAndGet();
    return "done";
  }

  private static String putOff(int status, int seconds) {
    throw ApiServerThrottle.asked(status, seconds);
  }

  private static String fail(int status) {
    throw new KubernetesClientException("refused", status, null);
  }

  private void sendQuietly(Supplier<String> request) {
    try {
      throttle.send(request, () -> true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void assertRefused(Supplier<String> request, Duration asked) {
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> throttle.send(request, () -> true))
        .satisfies(e -> assertThat(ApiServerThrottle.askedBy(e)).isEqualTo(asked));
  }
}
