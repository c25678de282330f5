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
package io.sessionclusters.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.RateLimiter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts what passes a rate limiter: the waits before the requests, and their results. */
final class MeteredRateLimiter implements RateLimiter {

  /** Value of the label {@code error} for a request that succeeded. */
  private static final String NO_ERROR = "none";

  /** A shorter one is no wait: the bucket had a token. */
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);

  private final RateLimiter limiter;
  private final LongSupplier nanoTime;
  private final MeterProvider<Counter> requests;
  private final Timer waits;

  MeteredRateLimiter(RateLimiter limiter, MeterRegistry registry, LongSupplier nanoTime) {
    this.limiter = limiter;
    this.nanoTime = nanoTime;
    this.requests =
        Counter.builder(OperatorMetrics.PREFIX + "cloud.requests")
            .description(
                "Requests for a page of sessions, by class of HTTP status and kind of error.")
            .withRegistry(registry);
    this.waits =
        Timer.builder(OperatorMetrics.PREFIX + "limiter.wait")
            .description("Waits of requests for the rate limiter of their account.")
            .register(registry);
    // There from the start, or the first would be no increase.
    requests("2xx", NO_ERROR);
    requests("4xx", name(CloudError.Kind.THROTTLED));
  }

  @Override
  public void await(CloudAccount account) throws InterruptedException {
    long start = nanoTime.getAsLong();
    limiter.await(account);
    Duration waited = Duration.ofNanos(nanoTime.getAsLong() - start);
    if (waited.compareTo(SHORTEST_WAIT) >= 0) {
      waits.record(waited);
    }
  }

  @Override
  public void responded(CloudAccount account, @Nullable CloudError error) {
    if (error == null) {
      requests("2xx", NO_ERROR).increment();
    } else {
      requests(error.statusClass(), name(error.kind())).increment();
    }
    limiter.responded(account, error);
  }

  @Override
  public Duration pause(CloudAccount account) {
    return limiter.pause(account);
  }

  private Counter requests(String code, String error) {
    return requests.withTags("code", code, "error", error);
  }

  private static String name(CloudError.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
