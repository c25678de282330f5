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

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes writes concurrently, bounded over all sources, each on its own: one that fails does not
 * stop the others. Each has one outcome: done, stale, refused or failed (a {@link Refusal}), or
 * dropped.
 *
 * <p>A 404 or 409 says that what was known was stale, and is no error: the next listing comes soon
 * and sees what is there.
 */
public final class BoundedWriteExecutor {

  private static final Logger log = LoggerFactory.getLogger(BoundedWriteExecutor.class);

  private static final int UNPROCESSABLE = 422;

  private final Semaphore permits;
  private final Runnable afterEach;

  /**
   * Creates the permits.
   *
   * @param inFlight writes at the same time, over all sources
   * @param afterEach called when a write has ended, whatever came of it
   */
  public BoundedWriteExecutor(int inFlight, Runnable afterEach) {
    this.permits = new Semaphore(inFlight, true);
    this.afterEach = afterEach;
  }

  /** Does one write. */
  @FunctionalInterface
  public interface Task<W> {
    void run(W write) throws InterruptedException;
  }

  /**
   * A write that the API server did not take.
   *
   * @param denied by RBAC, admission or quota; else it failed
   * @param name of the object
   * @param message of the API server
   * @param retryAfter how long the API server asked to wait; null if it did not
   */
  public record Refusal(
      boolean denied, String name, String message, @Nullable Duration retryAfter) {}

  /**
   * What came of the writes.
   *
   * @param done in no order
   * @param refusals by name
   * @param stale those that met another object than was known
   * @param dropped those that were not begun because they were no longer wanted, or were broken off
   *     by the end of the process; nothing is known of what came of the latter
   */
  public record Outcome<W>(List<W> done, List<Refusal> refusals, List<W> stale, List<W> dropped) {}

  /**
   * Does the writes, and returns when all have ended.
   *
   * @param source that they are for
   * @param name of the object that a write is to
   * @param stillWanted asked before each write; the rest is dropped as soon as it says no
   * @throws InterruptedException if the calling thread is interrupted; writes under way still end
   */
  public <W> Outcome<W> each(
      ResourceID source,
      List<W> writes,
      Function<W, String> name,
      Task<W> task,
      BooleanSupplier stillWanted)
      throws InterruptedException {
    Outcomes<W> outcomes = new Outcomes<>(source, name);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < writes.size(); i++) {
        permits.acquire();
        boolean wanted = false;
        try {
          wanted = stillWanted.getAsBoolean();
        } finally {
          if (!wanted) {
            permits.release();
          }
        }
        if (!wanted) {
          outcomes.dropped.addAll(writes.subList(i, writes.size()));
          break;
        }
        W write = writes.get(i);
        executor.execute(
            () -> {
              try {
                outcomes.run(write, task);
              } finally {
                permits.release();
                afterEach.run();
              }
            });
      }
    }
    return outcomes.soFar();
  }

  /** Does writes, on any threads, and keeps what came of each. */
  public static final class Outcomes<W> {

    private final ResourceID source;
    private final Function<W, String> name;
    private final Queue<W> done = new ConcurrentLinkedQueue<>();
    private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();
    private final Queue<W> stale = new ConcurrentLinkedQueue<>();
    private final Queue<W> dropped = new ConcurrentLinkedQueue<>();

    /**
     * Of no writes yet.
     *
     * @param source that they are for
     * @param name of the object that a write is to
     */
    public Outcomes(ResourceID source, Function<W, String> name) {
      this.source = source;
      this.name = name;
    }

    /**
     * Does a write on this thread.
     *
     * @return whether it was done
     */
    public boolean run(W write, Task<W> task) {
      String object = name.apply(write);
      try (var _ = LogContext.of(source)) {
        task.run(write);
        return done.add(write);
      } catch (KubernetesClientException e) {
        if (isInterrupted(e)) {
          dropped.add(write);
        } else if (isStale(object, e)) {
          stale.add(write);
          log.atDebug()
              .addKeyValue("source", source)
              .addKeyValue("object", object)
              .log("stale: {}", message(e));
        } else {
          refusals.add(refusal(object, e));
        }
      } catch (InterruptedException e) {
        dropped.add(write);
        Thread.currentThread().interrupt();
      } catch (RuntimeException | Error e) {
        refusals.add(new Refusal(false, object, unforeseen(e), null));
        log.atError()
            .addKeyValue("source", source)
            .addKeyValue("object", object)
            .setCause(withoutMessage(e))
            .log("write failed unexpectedly");
        if (e instanceof OutOfMemoryError) {
          throw e;
        }
      }
      return false;
    }

    /** What came of those that have ended. */
    public Outcome<W> soFar() {
      return new Outcome<>(
          List.copyOf(done),
          refusals.stream().sorted(Comparator.comparing(Refusal::name)).toList(),
          List.copyOf(stale),
          List.copyOf(dropped));
    }
  }

  /** The client wraps the interruption of a request. */
  private static boolean isInterrupted(KubernetesClientException e) {
    boolean interrupted = e.getCause() instanceof InterruptedException;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return interrupted;
  }

  /** Where it happened. What the exception says may quote what was to be written. */
  private static Throwable withoutMessage(Throwable e) {
    Throwable named = new IllegalStateException(e.getClass().getName());
    named.setStackTrace(e.getStackTrace());
    return named;
  }

  private static String unforeseen(Throwable e) {
    return "unexpected error in the operator (%s); see its log"
        .formatted(e.getClass().getSimpleName());
  }

  /** Whether the object is another one than was known, or is gone. */
  private static boolean isStale(String object, KubernetesClientException e) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT -> true;
      // Without the object's name it is the resource that is not served: the CRD is gone.
      case HttpURLConnection.HTTP_NOT_FOUND ->
          e.getStatus() != null
              && e.getStatus().getDetails() != null
              && object.equals(e.getStatus().getDetails().getName());
      default -> false;
    };
  }

  private static Refusal refusal(String object, KubernetesClientException e) {
    boolean denied =
        e.getCode() == HttpURLConnection.HTTP_FORBIDDEN || e.getCode() == UNPROCESSABLE;
    return new Refusal(denied, object, message(e), ApiServerThrottle.askedBy(e));
  }

  private static String message(KubernetesClientException e) {
    String message = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
    return message == null || message.isBlank() ? "HTTP " + e.getCode() : message;
  }
}
