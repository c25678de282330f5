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

import io.github.bucket4j.Bucket;
import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.time.BackOff;
import io.sessionclusters.time.BucketMeter;
import io.sessionclusters.time.Timers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket and a pause for each account. First come, first served.
 *
 * <p>A throttled answer pauses the account for as long as the server asked, or else for an
 * exponential back-off with jitter from 1 second; both end after 5 minutes.
 */
public final class AccountRateLimiter implements RateLimiter {

  private static final BackOff BACK_OFF = new BackOff(Duration.ofSeconds(1), RetryAfter.LONGEST);

  /** Accounts that were not asked for that long are forgotten: temporary keys come and go. */
  private static final Duration IDLE = Duration.ofMinutes(15);

  /** What is known of one account; guarded by itself but for the bucket. */
  private static final class State {
    private final Bucket bucket;
    private long pausedUntil;
    private long lastUsed;
    private int throttled;

    State(Bucket bucket, long now) {
      this.bucket = bucket;
      this.pausedUntil = now;
      this.lastUsed = now;
    }

    synchronized void use(long now) {
      lastUsed = now;
    }

    synchronized boolean isIdle(long now) {
      return now - lastUsed > IDLE.toNanos() && pausedUntil - now <= 0;
    }

    synchronized long pauseNanos(long now) {
      return Math.max(0, pausedUntil - now);
    }

    synchronized void pause(@Nullable Duration asked, double chance, long now) {
      throttled++;
      Duration wait = asked == null ? BACK_OFF.after(throttled, chance) : asked;
      long until = now + Math.min(wait.toNanos(), RetryAfter.LONGEST.toNanos());
      pausedUntil = until - pausedUntil > 0 ? until : pausedUntil;
    }

    synchronized void passed() {
      throttled = 0;
    }
  }

  private final int requestsPerSecond;
  private final int burst;
  private final Timers timers;
  private final DoubleSupplier chance;
  private final ConcurrentMap<CloudAccount, State> accounts = new ConcurrentHashMap<>();

  /**
   * Creates a limiter.
   *
   * @param requestsPerSecond that one account may send on average
   * @param burst that it may send at once after a rest
   * @param timers measure and wait
   * @param chance numbers from 0 to 1, for the jitter of the back-off
   */
  public AccountRateLimiter(
      int requestsPerSecond, int burst, Timers timers, DoubleSupplier chance) {
    this.requestsPerSecond = requestsPerSecond;
    this.burst = burst;
    this.timers = timers;
    this.chance = chance;
  }

  @Override
  public void await(CloudAccount account) throws InterruptedException {
    State state = state(account);
    for (long pause = state.pauseNanos(now()); pause > 0; pause = state.pauseNanos(now())) {
      timers.sleep(Duration.ofNanos(pause));
    }
    state.bucket.asBlocking().consume(1, nanos -> timers.sleep(Duration.ofNanos(nanos)));
  }

  @Override
  public void responded(CloudAccount account, @Nullable CloudError error) {
    State state = state(account);
    if (error == null) {
      state.passed();
    } else if (error.kind() == CloudError.Kind.THROTTLED) {
      state.pause(error.retryAfter(), chance.getAsDouble(), now());
    }
  }

  @Override
  public Duration pause(CloudAccount account) {
    State state = accounts.get(account);
    return state == null ? Duration.ZERO : Duration.ofNanos(state.pauseNanos(now()));
  }

  private State state(CloudAccount account) {
    accounts.values().removeIf(state -> state.isIdle(now()));
    State state =
        Objects.requireNonNull(
            accounts.computeIfAbsent(account, key -> new State(bucket(), now())));
    state.use(now());
    return state;
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(
            limit -> limit.capacity(burst).refillGreedy(requestsPerSecond, Duration.ofSeconds(1)))
        .withCustomTimePrecision(new BucketMeter(timers))
        .build();
  }

  private long now() {
    return timers.nanoTime();
  }
}
