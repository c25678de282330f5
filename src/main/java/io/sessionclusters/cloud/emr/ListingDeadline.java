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
package io.sessionclusters.cloud.emr;

import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.RateLimiter;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The end of one listing's time. Waits that do not count move it. */
final class ListingDeadline {

  private static final Duration FAR = Duration.ofDays(365);

  private final LongSupplier nanoTime;
  private long end;

  /**
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  ListingDeadline(Duration timeout, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.end = nanoTime.getAsLong() + (timeout.compareTo(FAR) < 0 ? timeout : FAR).toNanos();
  }

  /** What is left, in nanoseconds; not positive once the time is over. */
  long remainingNanos() {
    return end - nanoTime.getAsLong();
  }

  /** Waits for the rate limiter; the time that takes does not count. */
  void await(RateLimiter limiter, CloudAccount account) throws InterruptedException {
    long start = nanoTime.getAsLong();
    limiter.await(account);
    end += nanoTime.getAsLong() - start;
  }
}
