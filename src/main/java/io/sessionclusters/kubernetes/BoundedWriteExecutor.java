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
import io.sessionclusters.kubernetes.WriteResult.Refusal;
import java.net.HttpURLConnection;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes writes concurrently, bounded over all sources, each on its own: one that fails does not
 * stop the others. Each has one outcome: done, superseded, refused or failed (a {@link Refusal}),
 * or dropped.
 *
 * <p>A 404 or 409 says that what was known is superseded, and is no error: the next listing comes
 * soon and sees what is there.
 */
public final class BoundedWriteExecutor {

  private static final Logger log = LoggerFactory.getLogger(BoundedWriteExecutor.class);

  private static final int UNPROCESSABLE = 422;

  private final Semaphore permits;
  private final Runnable afterEach;

  /**
   * @param inFlight writes at the same time, over all sources
   * @param afterEach called when a write has ended, whatever came of it
   */
  public BoundedWriteExecutor(int inFlight, Runnable afterEach) {
    this.permits = new Semaphore(inFlight, true);
    this.afterEach = afterEach;
  }

  /** What a write has changed. */
  public enum Effect {
    /** Nothing: all was as it shall be. */
    NONE,
    WRITTEN,
    /** The API server did not store the object as it was sent. */
    FIELDS_DROPPED
  }

  /** Does one write. */
  @FunctionalInterface
  public interface Task<W> {
    Effect run(W write) throws InterruptedException;
  }

  /**
   * Does the writes, and returns when all have ended.
   *
   * @param source that they are for
   * @param name of the object that a write is to
   * @param stillWanted asked before each write; the rest is dropped as soon as it says no
   * @throws InterruptedException if the calling thread is interrupted; writes under way still end
   */
  public <W> WriteResult<W> each(
      ResourceID source,
      List<W> writes,
      Function<W, String> name,
      Task<W> task,
      BooleanSupplier stillWanted)
      throws InterruptedException {
    Outcomes<W> outcomes = new Outcomes<>(source, name);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < writes.size(); i++) {
        W write = writes.get(i);
        boolean begun = false;
        permits.acquire();
        try {
          if (!stillWanted.getAsBoolean()) {
            outcomes.dropped.addAll(writes.subList(i, writes.size()));
            break;
          }
          executor.execute(
              () -> {
                try {
                  outcomes.run(write, task);
                } finally {
                  permits.release();
                  afterEach.run();
                }
              });
          begun = true;
        } finally {
          if (!begun) {
            permits.release();
          }
        }
      }
    }
    return outcomes.soFar();
  }

  /** Does writes, on any threads, and keeps what came of each. */
  public static final class Outcomes<W> {

    private final ResourceID source;
    private final Function<W, String> name;
    private final Queue<W> done = new ConcurrentLinkedQueue<>();
    private final Queue<Refusal<W>> refusals = new ConcurrentLinkedQueue<>();
    private final Queue<W> superseded = new ConcurrentLinkedQueue<>();
    private final Queue<W> dropped = new ConcurrentLinkedQueue<>();
    private final AtomicInteger lackingFields = new AtomicInteger();

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
     * @return whether nothing stood in its way
     */
    public boolean run(W write, Task<W> task) {
      // Until what is logged of a failure is logged, too.
      try (var _ = LogContext.of(source)) {
        return runAlone(write, task);
      }
    }

    private boolean runAlone(W write, Task<W> task) {
      String object = name.apply(write);
      try {
        Effect effect = task.run(write);
        if (effect != Effect.NONE) {
          done.add(write);
        }
        if (effect == Effect.FIELDS_DROPPED) {
          lackingFields.incrementAndGet();
        }
        return true;
      } catch (KubernetesClientException e) {
        if (isInterrupted(e)) {
          dropped.add(write);
        } else if (isSuperseded(object, e)) {
          superseded.add(write);
          log.atDebug()
              .addKeyValue("object", object)
              .log("write superseded: {}", ApiServerErrors.message(e));
        } else {
          refusals.add(refusal(write, e));
        }
      } catch (InterruptedException e) {
        dropped.add(write);
        Thread.currentThread().interrupt();
      } catch (RuntimeException | Error e) {
        // Whatever one object does to this code (a stack that overflows is an Error), the others
        // are written.
        refusals.add(new Refusal<>(write, false, unforeseen(e), null));
        log.atError()
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
    public WriteResult<W> soFar() {
      return new WriteResult<>(
          List.copyOf(done),
          refusals.stream().sorted(Comparator.comparing(r -> name.apply(r.write()))).toList(),
          List.copyOf(superseded),
          List.copyOf(dropped),
          lackingFields.get());
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

  /** Whether the object is another one than was known, or exists no more. */
  private static boolean isSuperseded(String object, KubernetesClientException e) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT -> true;
      // Without the object's name it is the resource that is not served: its CRD was deleted.
      case HttpURLConnection.HTTP_NOT_FOUND ->
          e.getStatus() != null
              && e.getStatus().getDetails() != null
              && object.equals(e.getStatus().getDetails().getName());
      default -> false;
    };
  }

  private static <W> Refusal<W> refusal(W write, KubernetesClientException e) {
    boolean denied =
        e.getCode() == HttpURLConnection.HTTP_FORBIDDEN || e.getCode() == UNPROCESSABLE;
    return new Refusal<>(write, denied, ApiServerErrors.message(e), ApiServerThrottle.askedBy(e));
  }
}
