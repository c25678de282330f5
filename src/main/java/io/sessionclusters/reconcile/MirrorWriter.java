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
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.kubernetes.ApiServerPause;
import io.sessionclusters.reconcile.PollMetrics.Operation;
import io.sessionclusters.reconcile.PollMetrics.WriteResult;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Writes a plan to the API server. */
final class MirrorWriter implements MirrorWrites {

  private final KubernetesClient client;
  private final ApiServerPause pause;
  private final WriteSlots slots;
  private final MirrorStore store;
  private final PollMetrics metrics;
  private final Clock clock;

  MirrorWriter(
      KubernetesClient client,
      ApiServerPause pause,
      WriteSlots slots,
      MirrorStore store,
      PollMetrics metrics,
      Clock clock) {
    this.client = client;
    this.pause = pause;
    this.slots = slots;
    this.store = store;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public WriteReport write(
      ResourceID source, String uid, List<MirrorWrite> writes, BooleanSupplier stillWanted)
      throws InterruptedException {
    AtomicInteger pruned = new AtomicInteger();
    var requests = new MirrorRequests(client, pause, store, clock, source, uid, stillWanted);
    WriteSlots.Outcome<MirrorWrite> outcome =
        slots.each(
            source,
            writes,
            MirrorWrite::name,
            write -> {
              boolean repair = isRepair(source, write);
              if (requests.write(write)) {
                pruned.incrementAndGet();
              }
              if (repair) {
                metrics.repaired();
              }
            },
            stillWanted);
    tell(writes, outcome);
    return new WriteReport(
        outcome.done(),
        outcome.refusals(),
        pruned.get(),
        outcome.stale().size(),
        !outcome.dropped().isEmpty());
  }

  /** Whether a mirror differs from what was written to it though its session has not changed. */
  private boolean isRepair(ResourceID source, MirrorWrite write) {
    if (!(write instanceof MirrorWrite.Update update)) {
      return false;
    }
    Written written = store.get(source.getNamespace().orElse(""), write.name()).written();
    return written != null
        && (update.content() == null
            || update.content().fingerprint().equals(written.fingerprint()));
  }

  private void tell(List<MirrorWrite> writes, WriteSlots.Outcome<MirrorWrite> outcome) {
    outcome.done().forEach(write -> metrics.wrote(operation(write), WriteResult.DONE));
    outcome.stale().forEach(write -> metrics.wrote(operation(write), WriteResult.STALE));
    if (outcome.refusals().isEmpty()) {
      return;
    }
    Map<String, MirrorWrite> byName =
        writes.stream().collect(Collectors.toMap(MirrorWrite::name, w -> w, (a, b) -> a));
    for (WriteReport.Refusal refusal : outcome.refusals()) {
      metrics.wrote(
          operation(Objects.requireNonNull(byName.get(refusal.name()))),
          refusal.reason() == Reason.WRITE_DENIED ? WriteResult.DENIED : WriteResult.FAILED);
    }
  }

  private static Operation operation(MirrorWrite write) {
    return switch (write) {
      case MirrorWrite.Create _ -> Operation.CREATE;
      case MirrorWrite.Update _ -> Operation.UPDATE;
      case MirrorWrite.MarkVanished _ -> Operation.MARK_VANISHED;
      case MirrorWrite.MarkStale _ -> Operation.MARK_STALE;
      case MirrorWrite.Unlink _ -> Operation.UNLINK;
      case MirrorWrite.Delete _ -> Operation.DELETE;
    };
  }
}
