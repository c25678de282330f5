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

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.kubernetes.ApiServerPause;
import io.sessionclusters.reconcile.WriteReport.Refusal;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a plan to the API server: many at a time, bounded over all sources, each write on its own.
 *
 * <p>A 404 or 409 is the news that the cache was stale, not an error: the next listing sees the
 * truth, and comes soon.
 */
final class MirrorWriter implements MirrorWrites {

  private static final Logger log = LoggerFactory.getLogger(MirrorWriter.class);

  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final ApiServerPause pause;
  private final MirrorStore store;
  private final Semaphore slots;
  private final Clock clock;

  /**
   * Creates a writer.
   *
   * @param writesInFlight at the same time, over all sources
   */
  MirrorWriter(
      KubernetesClient client,
      ApiServerPause pause,
      MirrorStore store,
      int writesInFlight,
      Clock clock) {
    this.client = client;
    this.pause = pause;
    this.store = store;
    this.slots = new Semaphore(writesInFlight, true);
    this.clock = clock;
  }

  @Override
  public WriteReport write(
      ResourceID source, String uid, List<MirrorWrite> writes, BooleanSupplier stillWanted)
      throws InterruptedException {
    Queue<MirrorWrite> done = new ConcurrentLinkedQueue<>();
    Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();
    AtomicInteger pruned = new AtomicInteger();
    AtomicInteger stale = new AtomicInteger();
    var requests = new MirrorRequests(client, pause, store, clock, source, uid, stillWanted);
    boolean dropped = false;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (MirrorWrite write : writes) {
        slots.acquire();
        if (!stillWanted.getAsBoolean()) {
          slots.release();
          dropped = true;
          break;
        }
        executor.execute(
            () -> {
              try {
                if (requests.write(write)) {
                  pruned.incrementAndGet();
                }
                done.add(write);
              } catch (KubernetesClientException e) {
                if (isStale(write, e)) {
                  stale.incrementAndGet();
                  log.debug(
                      "source={} mirror={} stale cache: {}", source, write.name(), message(e));
                } else {
                  refusals.add(refusal(write, e));
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                slots.release();
              }
            });
      }
    }
    return new WriteReport(
        List.copyOf(done),
        refusals.stream().sorted(Comparator.comparing(Refusal::name)).toList(),
        pruned.get(),
        stale.get(),
        dropped);
  }

  /** Whether the object is another one than the cache knew, or is gone. */
  private static boolean isStale(MirrorWrite write, KubernetesClientException e) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT -> true;
      // Without the object's name it is the resource that is not served: the CRD is gone.
      case HttpURLConnection.HTTP_NOT_FOUND ->
          e.getStatus() != null
              && e.getStatus().getDetails() != null
              && write.name().equals(e.getStatus().getDetails().getName());
      default -> false;
    };
  }

  private static Refusal refusal(MirrorWrite write, KubernetesClientException e) {
    Reason reason =
        switch (e.getCode()) {
          case HttpURLConnection.HTTP_FORBIDDEN, UNPROCESSABLE -> Reason.WRITE_DENIED;
          default -> Reason.WRITE_FAILED;
        };
    return new Refusal(reason, write.name(), message(e), ApiServerPause.askedBy(e));
  }

  private static String message(KubernetesClientException e) {
    String message = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
    return message == null || message.isBlank() ? "HTTP " + e.getCode() : message;
  }
}
