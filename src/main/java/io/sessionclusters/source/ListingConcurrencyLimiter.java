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
   * @param expedited a person waits for it
   * @param due when the source was due, by the steady clock
   */
  record Turn(boolean expedited, Instant due) {
    private static final Comparator<Turn> ORDER =
        Comparator.comparing((Turn turn) -> !turn.expedited()).thenComparing(Turn::due);
  }

  /** One who waits; the latch opens when a slot is handed over. */
  private record Waiter(Turn turn, CountDownLatch granted) {}

  /** One account's slots; forgotten when nobody uses or awaits them. */
  private static final class Slots {
    private int inFlight;
    private final Queue<Waiter> waiting =
        new PriorityQueue<>(Comparator.comparing(Waiter::turn, Turn.ORDER));
  }

  private final int perAccount;
  private final Map<CloudAccount, Slots> accounts = new HashMap<>();

  ListingConcurrencyLimiter(int perAccount) {
    this.perAccount = perAccount;
  }

  /** A slot that is held until it is closed. */
  interface Slot extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for a slot.
   *
   * @throws InterruptedException if the calling thread is interrupted; no slot is held then
   */
  Slot acquire(CloudAccount account, Turn turn) throws InterruptedException {
    Waiter waiter = new Waiter(turn, new CountDownLatch(1));
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
    Slots slots = accounts.computeIfAbsent(account, a -> new Slots());
    slots.waiting.add(waiter);
    grant(account, slots);
  }

  private synchronized void withdraw(CloudAccount account, Waiter waiter) {
    Slots slots = accounts.get(account);
    if (slots == null) {
      return;
    }
    if (!slots.waiting.remove(waiter)) {
      slots.inFlight--; // It was granted just as the wait ended.
    }
    grant(account, slots);
  }

  private synchronized void release(CloudAccount account) {
    Slots slots = accounts.get(account);
    if (slots != null) {
      slots.inFlight--;
      grant(account, slots);
    }
  }

  private void grant(CloudAccount account, Slots slots) {
    while (slots.inFlight < perAccount && !slots.waiting.isEmpty()) {
      slots.inFlight++;
      slots.waiting.remove().granted().countDown();
    }
    if (slots.inFlight == 0 && slots.waiting.isEmpty()) {
      accounts.remove(account);
    }
  }
}
