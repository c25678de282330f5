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
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket and a pause for each account. First come, first served.
 *
 * <p>A throttled response pauses the account for as long as the server asked, or else for an
 * exponential back-off with jitter from 1 second; both end after 5 minutes.
 */
public final class AccountRateLimiter implements RateLimiter {

  private static final BackOff BACK_OFF = new BackOff(Duration.ofSeconds(1), RetryAfter.LONGEST);

  /** Accounts that were not asked for that long are forgotten: temporary keys come and go. */
  private static final Duration IDLE = Duration.ofMinutes(15);

  /** What is known of one account. */
  private static final class State {
    private final Bucket bucket;
    private long pausedUntil;
    private long lastUsed;
    private int throttled;

    State(Bucket bucket, long now) {
      this.bucket = bucket;
      this.pausedUntil = now;
    }

    boolean isIdle(long now) {
      return now - lastUsed > IDLE.toNanos() && pausedUntil - now <= 0;
    }
  }

  private final int requestsPerSecond;
  private final int burst;
  private final Timers timers;
  private final DoubleSupplier chance;

  /** With their states guarded by this, but for the buckets. */
  private final Map<CloudAccount, State> accounts = new HashMap<>();

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
    Bucket bucket = state(account).bucket;
    for (Duration pause = pause(account); pause.isPositive(); pause = pause(account)) {
      timers.sleep(pause);
    }
    bucket.asBlocking().consume(1, nanos -> timers.sleep(Duration.ofNanos(nanos)));
  }

  @Override
  public synchronized void responded(CloudAccount account, @Nullable CloudError error) {
    State state = state(account);
    if (error == null) {
      state.throttled = 0;
    } else if (error.kind() == CloudError.Kind.THROTTLED) {
      state.throttled++;
      Duration wait =
          error.retryAfter() == null
              ? BACK_OFF.after(state.throttled, chance.getAsDouble())
              : error.retryAfter();
      long until = now() + Math.min(wait.toNanos(), RetryAfter.LONGEST.toNanos());
      state.pausedUntil = until - state.pausedUntil > 0 ? until : state.pausedUntil;
    }
  }

  @Override
  public synchronized Duration pause(CloudAccount account) {
    State state = accounts.get(account);
    return state == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, state.pausedUntil - now()));
  }

  private synchronized State state(CloudAccount account) {
    long now = now();
    accounts.values().removeIf(state -> state.isIdle(now));
    State state = accounts.computeIfAbsent(account, key -> new State(bucket(), now));
    state.lastUsed = now;
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
