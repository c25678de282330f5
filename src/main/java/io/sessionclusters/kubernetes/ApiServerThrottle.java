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
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the API server and keeps the pauses that it asks for, all senders together: it
 * counts the operator as one user, whichever source a request is for.
 *
 * <p>A pause is at most 5 minutes, whatever is asked: one answer of one server among many, or of
 * what stands before them, must not silence the operator for a day. When it has passed, one request
 * goes ahead; the others wait for what comes of it. If it is put off again, so are all.
 */
public final class ApiServerThrottle {

  /** The longest pause that is kept, whatever is asked. */
  public static final Duration LONGEST = Duration.ofMinutes(5);

  /** A longer one is not waited for; the request fails, and the polls come back later. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** A request that is put off is sent so many times more, each after the pause. */
  private static final int REPEATS = 3;

  private static final int TOO_MANY_REQUESTS = 429;

  /**
   * A request that is sent to see whether a pause is over.
   *
   * @param ended done when it has ended, whatever came of it
   */
  private record Probe(long number, CompletableFuture<Void> ended) {}

  private final Clock steady;
  private final Timers timers;

  /** Null if no pause is asked for. In the past: one request probes whether it is over. */
  private @Nullable Instant end;

  /** The request that probes; null if none does. */
  private @Nullable Probe probe;

  private long probes;

  /**
   * Creates a throttle without a pause.
   *
   * @param steady a clock that does not jump
   * @param timers wait
   */
  public ApiServerThrottle(Clock steady, Timers timers) {
    this.steady = steady;
    this.timers = timers;
  }

  /**
   * Sends a request as soon as no pause is asked for, and a few times more after those that it
   * meets.
   *
   * @param request sends it; fails with {@link KubernetesClientException}
   * @param stillWanted asked after each pause
   * @throws KubernetesClientException if the request fails, is no longer wanted, is put off again
   *     and again, or the API server asks for a pause of more than 5 s; {@link #askedBy} says how
   *     long
   * @throws InterruptedException if the calling thread is interrupted while it waits
   */
  public <T> T send(Supplier<T> request, BooleanSupplier stillWanted) throws InterruptedException {
    KubernetesClientException refusal = null;
    for (int repeat = 0; true; repeat++) {
      Probe ours = admit();
      try {
        if (refusal != null && !stillWanted.getAsBoolean()) {
          throw refusal;
        }
        T answer = request.get();
        passed(ours);
        return answer;
      } catch (KubernetesClientException e) {
        if (e.equals(refusal)) {
          throw e;
        }
        Duration asked = askedBy(e);
        if (asked == null) {
          if (e.getCode() > 0) {
            passed(ours);
          }
          throw e;
        }
        putOff(asked);
        if (repeat == REPEATS) {
          throw e;
        }
        refusal = e;
      } finally {
        settle(ours);
      }
    }
  }

  /**
   * Waits until a request may be sent.
   *
   * @return to be given to {@link #passed} and {@link #settle} if the request probes; null if not
   * @throws KubernetesClientException if that takes too long
   */
  private @Nullable Probe admit() throws InterruptedException {
    Instant deadline = steady.instant().plus(LONGEST_WAIT);
    while (true) {
      Probe other;
      Duration rest;
      synchronized (this) {
        if (end == null) {
          return null;
        }
        rest = Duration.between(steady.instant(), end);
        other = probe;
        if (!rest.isPositive() && other == null) {
          Probe ours = new Probe(++probes, new CompletableFuture<>());
          probe = ours;
          return ours;
        }
      }
      Duration left = Duration.between(steady.instant(), deadline);
      if (rest.isPositive()) {
        if (rest.compareTo(left) > 0) {
          throw asked(TOO_MANY_REQUESTS, Math.toIntExact(rest.plusMillis(999).toSeconds()));
        }
        timers.sleep(rest);
      } else if (other != null) {
        if (!left.isPositive()) {
          throw asked(TOO_MANY_REQUESTS, 1);
        }
        await(other.ended(), left);
      }
    }
  }

  private void await(CompletableFuture<Void> other, Duration limit) throws InterruptedException {
    CompletableFuture<Void> either = other.copy();
    Timers.Alarm alarm = timers.schedule(limit, () -> either.complete(null));
    try {
      either.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a probe ends without a value", e);
    } finally {
      alarm.cancel();
    }
  }

  /**
   * The API server took a request that was sent after the pause: it is over. Those that were under
   * way when the pause began say nothing about it.
   */
  private synchronized void passed(@Nullable Probe ours) {
    if (ours != null && ours.equals(probe)) {
      end = null;
    }
  }

  private synchronized void putOff(Duration asked) {
    Instant until = steady.instant().plus(asked);
    if (end == null || until.isAfter(end)) {
      end = until;
    }
  }

  /** A request that probes has ended; without an answer the next one probes. */
  private void settle(@Nullable Probe ours) {
    if (ours == null) {
      return;
    }
    synchronized (this) {
      if (ours.equals(probe)) {
        probe = null;
      }
    }
    ours.ended().complete(null);
  }

  /**
   * How long the API server asked to wait when it refused a request: at most {@link #LONGEST}.
   *
   * @return null if it did not
   */
  public static @Nullable Duration askedBy(KubernetesClientException refusal) {
    Status status = refusal.getStatus();
    StatusDetails details = status == null ? null : status.getDetails();
    Integer seconds = details == null ? null : details.getRetryAfterSeconds();
    if (!canPutOff(refusal.getCode()) || seconds == null || seconds <= 0) {
      return null;
    }
    Duration asked = Duration.ofSeconds(seconds);
    return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
  }

  /** A conflict of generated names asks to wait, too, and means that one request. */
  static boolean canPutOff(int httpStatus) {
    return httpStatus == TOO_MANY_REQUESTS || httpStatus >= HttpURLConnection.HTTP_INTERNAL_ERROR;
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
