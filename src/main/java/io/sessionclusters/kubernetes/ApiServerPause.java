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
package io.sessionclusters.kubernetes;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.time.Timers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the API server and keeps the pauses that it asks for, all senders together: it
 * counts the operator as one user, whichever source a request is for.
 */
public final class ApiServerPause {

  /** A longer one is not waited for; the request fails, and the polls come back later. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private static final int TOO_MANY_REQUESTS = 429;

  private final Clock steady;
  private final Timers timers;
  private final AtomicReference<Instant> end = new AtomicReference<>(Instant.MIN);

  /**
   * Creates a pause that nobody has asked for.
   *
   * @param steady a clock that does not jump
   * @param timers wait
   */
  public ApiServerPause(Clock steady, Timers timers) {
    this.steady = steady;
    this.timers = timers;
  }

  /**
   * Sends a request as soon as no pause is asked for, and once more after each that it meets.
   *
   * @param request sends it; fails with {@link KubernetesClientException}
   * @param stillWanted asked after each pause
   * @throws KubernetesClientException if the request fails, is no longer wanted, or the API server
   *     asks for a pause of more than 5 s; {@link #askedBy} tells the rest of it
   * @throws InterruptedException if the calling thread is interrupted while it waits
   */
  public <T> T send(Supplier<T> request, BooleanSupplier stillWanted) throws InterruptedException {
    await();
    while (true) {
      try {
        return request.get();
      } catch (KubernetesClientException e) {
        Duration asked = askedBy(e);
        if (asked == null) {
          throw e;
        }
        end.accumulateAndGet(steady.instant().plus(asked), (a, b) -> a.isAfter(b) ? a : b);
        await();
        if (!stillWanted.getAsBoolean()) {
          throw e;
        }
      }
    }
  }

  private void await() throws InterruptedException {
    Instant now = steady.instant();
    for (Instant until = end.get(); until.isAfter(now); until = end.get()) {
      Duration rest = Duration.between(now, until);
      if (rest.compareTo(LONGEST) > 0) {
        throw asked(TOO_MANY_REQUESTS, Math.toIntExact(rest.plusMillis(999).toSeconds()));
      }
      timers.sleep(rest);
      now = steady.instant();
    }
  }

  /**
   * How long the API server asked to wait when it refused a request.
   *
   * @return null if it did not
   */
  public static @Nullable Duration askedBy(KubernetesClientException refusal) {
    Status status = refusal.getStatus();
    StatusDetails details = status == null ? null : status.getDetails();
    Integer seconds = details == null ? null : details.getRetryAfterSeconds();
    return seconds == null || seconds == 0 ? null : Duration.ofSeconds(seconds);
  }

  /** What a request that is put off fails with: the same text however long, and by which status. */
  static KubernetesClientException asked(int httpStatus, int seconds) {
    return new KubernetesClientException(
        new StatusBuilder()
            .withStatus("Failure")
            .withCode(httpStatus)
            .withMessage("the API server asks to wait before the next request")
            .withNewDetails()
            .withRetryAfterSeconds(seconds)
            .endDetails()
            .build());
  }
}
