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
package io.sessionclusters.cloud.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider.CredentialsResult;
import io.sessionclusters.cloud.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class RefreshingCredentialsCacheTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final TestTime time = new TestTime();
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile Callable<CredentialsResult> source = () -> key(HOUR);
  private final RefreshingCredentialsCache<String> keys =
      new RefreshingCredentialsCache<>(
          recipe -> {
            fetches.incrementAndGet();
            try {
              return source.call();
            } catch (InterruptedException | RuntimeException e) {
              throw e;
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          },
          time,
          time::nanos);

  @Test
  void manyWhoAskAtOnceShareOneFetch() throws Exception {
    var answered = new CountDownLatch(1);
    source =
        () -> {
          assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
          return key(HOUR);
        };
    List<Future<CredentialsResult>> asked = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        asked.add(threads.submit(() -> keys.get("role")));
      }
      answered.countDown();
      for (Future<CredentialsResult> each : asked) {
        assertThat(id(each.get())).isEqualTo("key-1");
      }
    }
    assertThat(fetches).hasValue(1);
  }

  @Test
  void whoeverAsksForSomethingElseGetsSomethingElse() throws Exception {
    assertThat(id(keys.get("one role"))).isEqualTo("key-1");
    assertThat(id(keys.get("another role"))).isEqualTo("key-2");
    assertThat(id(keys.get("one role"))).isEqualTo("key-1");
  }

  @ParameterizedTest
  @CsvSource({"PT1H, PT50M", "PT15M, PT10M", "PT3S, PT2S", ", PT10M", "PT-1S, PT10M"})
  void aKeyIsRenewedSomeTimeBeforeItsEnd(@Nullable Duration life, Duration kept) throws Exception {
    source = () -> key(life);
    keys.get("role");

    time.pass(kept.minusMillis(1));
    assertThat(id(keys.get("role"))).isEqualTo("key-1");
    assertThat(fetches).hasValue(1);
    time.pass(Duration.ofMillis(1));
    await().until(() -> id(keys.get("role")).equals("key-2"));
  }

  @Test
  void nobodyWaitsForARenewal() throws Exception {
    keys.get("role");
    time.pass(Duration.ofMinutes(55));
    var hanging = new CountDownLatch(1);
    source =
        () -> {
          hanging.await();
          return key(HOUR);
        };

    assertThat(id(keys.get("role"))).isEqualTo("key-1");
    assertThat(id(keys.get("role"))).isEqualTo("key-1");

    await().until(() -> fetches.get() == 2);
    hanging.countDown();
    await().until(() -> id(keys.get("role")).equals("key-2"));
  }

  @Test
  void anOldKeyServesToItsEndWhileItsRenewalFails() throws Exception {
    keys.get("role");
    source = () -> failed(null);
    for (int minute = 51; minute < 60; minute++) {
      time.pass(Duration.ofMinutes(minute == 51 ? 51 : 1));
      int before = fetches.get();
      assertThat(id(keys.get("role"))).isEqualTo("key-1");
      await().until(() -> fetches.get() == before + 1);
    }

    time.pass(Duration.ofMinutes(1));
    assertThat(keys.get("role")).isEqualTo(failed(null));
    source = () -> key(HOUR);
    time.pass(Duration.ofMinutes(1));
    assertThat(id(keys.get("role"))).startsWith("key-");
  }

  @Test
  void aFailureIsNotTriedAgainAtOnceAndThenMoreAndMoreSeldom() throws Exception {
    source = () -> failed(null);
    assertThat(keys.get("role")).isEqualTo(failed(null));
    for (int seconds : List.of(1, 2, 4, 8, 10, 10)) {
      int before = fetches.get();
      time.pass(Duration.ofSeconds(seconds).minusMillis(1));
      assertThat(keys.get("role")).isEqualTo(failed(null));
      assertThat(fetches).hasValue(before);
      time.pass(Duration.ofMillis(1));
      keys.get("role");
      assertThat(fetches).hasValue(before + 1);
    }
  }

  @Test
  void whoeverAsksToWaitIsWaitedFor() throws Exception {
    source = () -> failed(Duration.ofSeconds(90));
    keys.get("role");

    time.pass(Duration.ofSeconds(89));
    keys.get("role");
    assertThat(fetches).hasValue(1);
    time.pass(Duration.ofSeconds(1));
    keys.get("role");
    assertThat(fetches).hasValue(2);
  }

  @Test
  void anAbsentKeyIsRetriedOnceAMinute() throws Exception {
    source = () -> new CredentialsResult.None("there is none");
    for (int i = 0; i < 12; i++) {
      keys.get("role");
      time.pass(Duration.ofMinutes(1));
    }
    int before = fetches.get();
    assertThat(before).isEqualTo(12);
    time.pass(Duration.ofSeconds(-1));
    assertThat(keys.get("role")).isEqualTo(new CredentialsResult.None("there is none"));
    assertThat(fetches).hasValue(before);
  }

  @Test
  void aRejectedKeyIsFetchedAnewAndOthersStay() throws Exception {
    CredentialsResult one = keys.get("one role");
    keys.get("another role");

    keys.reject(((CredentialsResult.Found) one).credentials());

    assertThat(id(keys.get("one role"))).isEqualTo("key-3");
    assertThat(id(keys.get("another role"))).isEqualTo("key-2");
  }

  @Test
  void aKeyThatIsNotAskedForIsForgotten() throws Exception {
    source = () -> key(Duration.ofHours(12));
    keys.get("role");
    time.pass(HOUR.plusNanos(1));
    keys.get("another role");

    assertThat(keys.size()).isEqualTo(1);
    assertThat(id(keys.get("role"))).isEqualTo("key-3");
  }

  @Test
  void theLongestUnusedGoesWhenThereAreTooMany() throws Exception {
    for (int i = 0; i < 2000; i++) {
      keys.get("role-" + i);
    }
    keys.get("role-0");
    keys.get("one more");

    assertThat(keys.size()).isEqualTo(2000);
    assertThat(id(keys.get("role-0"))).isEqualTo("key-1");
    assertThat(id(keys.get("role-1"))).isEqualTo("key-2002");
  }

  @Test
  void afterAnUnforeseenFailureAllIsAsBefore() throws Exception {
    source =
        () -> {
          throw new IllegalStateException("unforeseen");
        };
    assertThatIllegalStateException().isThrownBy(() -> keys.get("role"));
    source = () -> key(HOUR);

    assertThat(id(keys.get("role"))).isEqualTo("key-2");
  }

  private CredentialsResult key(@Nullable Duration life) {
    int number = fetches.get();
    return new CredentialsResult.Found(
        new Credentials("key-" + number, new SecretValue("s"), new SecretValue("t")),
        life == null ? null : time.instant().plus(life));
  }

  private static CredentialsResult failed(@Nullable Duration retryAfter) {
    return new CredentialsResult.Failed(
        new CloudError(Kind.SERVICE_FAILED, "", 503, "It fails.", "", retryAfter));
  }

  private static String id(CredentialsResult result) {
    assertThat(result).isInstanceOf(CredentialsResult.Found.class);
    return ((CredentialsResult.Found) result).credentials().accessKeyId();
  }
}
