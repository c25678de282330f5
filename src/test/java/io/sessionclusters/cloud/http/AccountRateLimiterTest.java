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
package io.sessionclusters.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.time.HeldTimers;
import io.sessionclusters.time.SystemTimers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccountRateLimiterTest {

  private static final RegionId HANGZHOU = new RegionId("cn-hangzhou");
  private static final Credentials KEY = new Credentials("id", new SecretValue("secret"), null);
  private static final CloudAccount ACCOUNT = new CloudAccount(KEY, HANGZHOU);
  private static final CloudAccount ELSEWHERE = new CloudAccount(KEY, new RegionId("cn-beijing"));
  private static final CloudAccount SAME_ID =
      new CloudAccount(new Credentials("id", new SecretValue("other"), null), HANGZHOU);

  private final AtomicLong nanos = new AtomicLong();

  @Test
  void aThrottledResponsePausesTheAccountForAsLongAsTheServerAsked() {
    AccountRateLimiter limiter = limiter(0);

    limiter.responded(ACCOUNT, throttled(Duration.ofSeconds(7)));

    assertThat(limiter.pause(ACCOUNT)).isEqualTo(Duration.ofSeconds(7));
    assertThat(limiter.pause(ELSEWHERE)).isZero();
    assertThat(limiter.pause(SAME_ID)).isZero();
    nanos.addAndGet(Duration.ofSeconds(7).toNanos());
    assertThat(limiter.pause(ACCOUNT)).isZero();
  }

  @Test
  void aServersWishIsTakenForFiveMinutesAtMost() {
    AccountRateLimiter limiter = limiter(0);

    limiter.responded(ACCOUNT, throttled(Duration.ofDays(1)));

    assertThat(limiter.pause(ACCOUNT)).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void aShorterWishDoesNotEndALongerPause() {
    AccountRateLimiter limiter = limiter(0);

    limiter.responded(ACCOUNT, throttled(Duration.ofSeconds(60)));
    limiter.responded(ACCOUNT, throttled(Duration.ofSeconds(1)));

    assertThat(limiter.pause(ACCOUNT)).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void withoutAWishThePauseDoublesUpToFiveMinutesAndStartsAnewAfterAPage() {
    AccountRateLimiter limiter = limiter(1);

    for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
      limiter.responded(ACCOUNT, throttled(null));
      assertThat(limiter.pause(ACCOUNT)).isEqualTo(Duration.ofSeconds(seconds));
      nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
    limiter.responded(ACCOUNT, null);
    limiter.responded(ACCOUNT, throttled(null));

    assertThat(limiter.pause(ACCOUNT)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void otherFailuresPauseNothing() {
    AccountRateLimiter limiter = limiter(1);

    limiter.responded(
        ACCOUNT, new CloudError(CloudError.Kind.SERVICE_FAILED, "", 503, "", "", null));

    assertThat(limiter.pause(ACCOUNT)).isZero();
  }

  @Test
  void theBurstPassesAtOnceAndTheNextRequestWaitsForItsToken() throws Exception {
    AccountRateLimiter limiter = new AccountRateLimiter(1, 3, SystemTimers.INSTANCE, () -> 0);
    for (int i = 0; i < 3; i++) {
      limiter.await(ACCOUNT);
    }
    long before = System.nanoTime();
    CompletableFuture<Long> fourth =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                limiter.await(ACCOUNT);
                return System.nanoTime();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    limiter.await(SAME_ID);

    assertThat(fourth).as("another account is not held back").isNotDone();
    // The tokens of the burst were taken before: at most a part of the second had gone by.
    assertThat(fourth.get(10, TimeUnit.SECONDS) - before)
        .isGreaterThan(Duration.ofMillis(100).toNanos());
  }

  private AccountRateLimiter limiter(double chance) {
    return new AccountRateLimiter(10, 20, new HeldTimers(nanos::get), () -> chance);
  }

  private static CloudError throttled(@Nullable Duration retryAfter) {
    return new CloudError(CloudError.Kind.THROTTLED, "Throttling", 400, "", "", retryAfter);
  }
}
