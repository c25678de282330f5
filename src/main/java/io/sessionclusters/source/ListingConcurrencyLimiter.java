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

import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.RateLimiter;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;

/**
 * Bounds the listings in flight for each access key and region, so that neither a restart nor a
 * slow account starts all listings at once, and one account's slowness stops no other's.
 */
final class ListingConcurrencyLimiter {

  /**
   * A source's place in the queue: those that were edited or asked for first, then the longest
   * overdue.
   *
   * @param expedited whether it answers an edit or a request
   * @param due when the source was due, by the steady clock
   */
  record Priority(boolean expedited, Instant due) {
    private static final Comparator<Priority> ORDER =
        Comparator.comparing((Priority one) -> !one.expedited()).thenComparing(Priority::due);
  }

  /** One who waits; the latch opens when a permit is handed over. */
  private record Waiter(Priority priority, CountDownLatch granted) {}

  /** One account's permits; forgotten when no one uses or awaits them. */
  private static final class Permits {
    private int inFlight;
    private final Queue<Waiter> waiting =
        new PriorityQueue<>(Comparator.comparing(Waiter::priority, Priority.ORDER));
  }

  /** A longer pause is waited for without a permit that others need. */
  private static final Duration LONGEST_WAIT_WITH_PERMIT = Duration.ofSeconds(2);

  private final int perAccount;
  private final RateLimiter rates;
  private final Map<CloudAccount, Permits> accounts = new HashMap<>();

  /**
   * Creates a limiter.
   *
   * @param rates the same that the lister asks before each request
   */
  ListingConcurrencyLimiter(int perAccount, RateLimiter rates) {
    this.perAccount = perAccount;
    this.rates = rates;
  }

  /** How long the account pauses; zero if that is so short that it is waited for with a permit. */
  Duration pause(CloudAccount account) {
    Duration pause = rates.pause(account);
    return pause.compareTo(LONGEST_WAIT_WITH_PERMIT) > 0 ? pause : Duration.ZERO;
  }

  /** Held until it is closed. */
  interface Permit extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for a permit.
   *
   * @throws InterruptedException if the calling thread is interrupted; no permit is held then
   */
  Permit acquire(CloudAccount account, Priority priority) throws InterruptedException {
    Waiter waiter = new Waiter(priority, new CountDownLatch(1));
    enqueue(account, waiter);
    try {
      waiter.granted().await();
    } catch (InterruptedException e) {
      withdraw(account, waiter);
      throw e;
    }
    return () -> release(account);
  }

  private synchronized void enqueue(CloudAccount account, Waiter waiter) {
    Permits permits = accounts.computeIfAbsent(account, a -> new Permits());
    permits.waiting.add(waiter);
    grant(account, permits);
  }

  private synchronized void withdraw(CloudAccount account, Waiter waiter) {
    Permits permits = accounts.get(account);
    if (permits == null) {
      return;
    }
    if (!permits.waiting.remove(waiter)) {
      permits.inFlight--; // It was granted just as the wait ended.
    }
    grant(account, permits);
  }

  private synchronized void release(CloudAccount account) {
    Permits permits = accounts.get(account);
    if (permits != null) {
      permits.inFlight--;
      grant(account, permits);
    }
  }

  private void grant(CloudAccount account, Permits permits) {
    while (permits.inFlight < perAccount && !permits.waiting.isEmpty()) {
      permits.inFlight++;
      permits.waiting.remove().granted().countDown();
    }
    if (permits.inFlight == 0 && permits.waiting.isEmpty()) {
      accounts.remove(account);
    }
  }
}
