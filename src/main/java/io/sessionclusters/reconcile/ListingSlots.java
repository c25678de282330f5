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
package io.sessionclusters.reconcile;

import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.RegionId;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;

/**
 * Bounds the listings in flight for each access key and region, so that neither a restart nor a
 * slow account starts all listings at once, and one account's slowness stops no other's. First
 * come, first served.
 */
final class ListingSlots {

  /** Key id and secret together: who knows only the id cannot fill another's slots. */
  private record Account(Credentials credentials, RegionId region) {}

  /** One account's slots, forgotten when nobody uses or awaits them. */
  private record Slots(Semaphore free, int users) {}

  private final int perAccount;
  private final ConcurrentMap<Account, Slots> accounts = new ConcurrentHashMap<>();

  ListingSlots(int perAccount) {
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
  Slot acquire(Credentials credentials, RegionId region) throws InterruptedException {
    Account account = new Account(credentials, region);
    Slots slots =
        Objects.requireNonNull(
            accounts.compute(
                account,
                (a, s) ->
                    s == null
                        ? new Slots(new Semaphore(perAccount, true), 1)
                        : new Slots(s.free(), s.users() + 1)));
    try {
      slots.free().acquire();
    } catch (InterruptedException e) {
      leave(account);
      throw e;
    }
    return () -> {
      slots.free().release();
      leave(account);
    };
  }

  private void leave(Account account) {
    accounts.computeIfPresent(
        account, (a, s) -> s.users() == 1 ? null : new Slots(s.free(), s.users() - 1));
  }
}
