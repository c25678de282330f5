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
import static org.awaitility.Awaitility.await;

import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.source.ListingConcurrencyLimiter.Permit;
import io.sessionclusters.source.ListingConcurrencyLimiter.Priority;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ListingConcurrencyLimiterTest {

  private static final RegionId HANGZHOU = new RegionId("cn-hangzhou");
  private static final Credentials KEY = key("id", "secret");

  private final ListingConcurrencyLimiter limiter = new ListingConcurrencyLimiter(2, account -> {});
  private final List<String> entered = new CopyOnWriteArrayList<>();

  @Test
  void noMoreThanTheBoundAreInFlightForOneKeyAndRegion() throws InterruptedException {
    Permit first = acquire();
    Permit second = acquire();
    Thread third = waiting("third", due(0));

    first.close();
    third.join();
    assertThat(entered).containsExactly("third");
    second.close();
  }

  @Test
  void whoIsExpeditedGoesFirstAndThenTheLongestOverdue() throws InterruptedException {
    Permit first = acquire();
    Permit second = acquire();
    List<Thread> threads =
        List.of(
            waiting("due at 2", due(2)),
            waiting("due at 1", due(1)),
            waiting("expedited, due at 9", new Priority(true, Instant.ofEpochSecond(9))),
            waiting("due at 3", due(3)),
            waiting("expedited, due at 8", new Priority(true, Instant.ofEpochSecond(8))));

    // One of the two permits stays taken, so that one enters after the other.
    first.close();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(entered)
        .containsExactly(
            "expedited, due at 8", "expedited, due at 9", "due at 1", "due at 2", "due at 3");
    second.close();
  }

  @Test
  void anotherKeyOrRegionHasPermitsOfItsOwn() throws InterruptedException {
    try (var _ = acquire();
        var _ = acquire();
        var elsewhere = limiter.acquire(account(KEY, new RegionId("cn-beijing")), due(0));
        var otherSecret = limiter.acquire(account(key("id", "another secret"), HANGZHOU), due(0));
        var otherKey = limiter.acquire(account(key("another id", "secret"), HANGZHOU), due(0))) {
      assertThat(List.of(elsewhere, otherSecret, otherKey)).hasSize(3);
    }
  }

  @Test
  void whoIsInterruptedHoldsNoPermit() throws InterruptedException {
    Permit first = acquire();
    Permit second = acquire();
    Thread interrupted = waiting("interrupted", due(0));
    interrupted.interrupt();
    interrupted.join();
    // Both permits are still taken, and a later one does wait for them.
    Thread third = waiting("third", due(0));
    first.close();
    third.join();

    assertThat(entered).containsExactly("third");
    second.close();
  }

  private static CloudAccount account(Credentials credentials, RegionId region) {
    return new CloudAccount(credentials, region);
  }

  private Permit acquire() throws InterruptedException {
    return limiter.acquire(account(KEY, HANGZHOU), due(0));
  }

  /** A thread that takes a slot, returned once it waits for it. */
  private Thread waiting(String name, Priority priority) {
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (var _ = limiter.acquire(account(KEY, HANGZHOU), priority)) {
                    entered.add(name);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    await().until(() -> thread.getState() == Thread.State.WAITING);
    return thread;
  }

  private static Priority due(int second) {
    return new Priority(false, Instant.ofEpochSecond(second));
  }

  private static Credentials key(String id, String secret) {
    return new Credentials(id, new SecretValue(secret), null);
  }
}
