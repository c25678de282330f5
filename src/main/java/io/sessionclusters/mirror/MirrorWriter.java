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
package io.sessionclusters.mirror;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.kubernetes.BoundedWriteExecutor;
import io.sessionclusters.source.PollMetrics;
import io.sessionclusters.source.PollMetrics.Operation;
import io.sessionclusters.source.PollMetrics.WriteStatus;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Writes a plan to the API server. */
public final class MirrorWriter implements MirrorWrites {

  private final KubernetesClient client;
  private final ApiServerThrottle pause;
  private final BoundedWriteExecutor slots;
  private final MirrorStore store;
  private final PollMetrics metrics;
  private final Clock clock;

  public MirrorWriter(
      KubernetesClient client,
      ApiServerThrottle pause,
      BoundedWriteExecutor slots,
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
  public WriteResult write(
      ResourceID source, String uid, List<MirrorChange> writes, BooleanSupplier stillWanted)
      throws InterruptedException {
    AtomicInteger pruned = new AtomicInteger();
    var requests = new MirrorRequests(client, pause, store, clock, source, uid, stillWanted);
    BoundedWriteExecutor.Outcome<MirrorChange> outcome =
        slots.each(
            source,
            writes,
            MirrorChange::name,
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
    return new WriteResult(
        outcome.done(),
        outcome.refusals(),
        pruned.get(),
        outcome.stale().size(),
        !outcome.dropped().isEmpty());
  }

  /** Whether a mirror differs from what was written to it though its session has not changed. */
  private boolean isRepair(ResourceID source, MirrorChange write) {
    if (!(write instanceof MirrorChange.Update update)) {
      return false;
    }
    LastApplied written = store.get(source.getNamespace().orElse(""), write.name()).written();
    return written != null
        && (update.content() == null
            || update.content().fingerprint().equals(written.fingerprint()));
  }

  private void tell(List<MirrorChange> writes, BoundedWriteExecutor.Outcome<MirrorChange> outcome) {
    outcome.done().forEach(write -> metrics.wrote(operation(write), WriteStatus.DONE));
    outcome.stale().forEach(write -> metrics.wrote(operation(write), WriteStatus.STALE));
    if (outcome.refusals().isEmpty()) {
      return;
    }
    Map<String, MirrorChange> byName =
        writes.stream().collect(Collectors.toMap(MirrorChange::name, w -> w, (a, b) -> a));
    for (BoundedWriteExecutor.Refusal refusal : outcome.refusals()) {
      metrics.wrote(
          operation(Objects.requireNonNull(byName.get(refusal.name()))),
          refusal.denied() ? WriteStatus.DENIED : WriteStatus.FAILED);
    }
  }

  private static Operation operation(MirrorChange write) {
    return switch (write) {
      case MirrorChange.Create _ -> Operation.CREATE;
      case MirrorChange.Update _ -> Operation.UPDATE;
      case MirrorChange.MarkVanished _ -> Operation.MARK_VANISHED;
      case MirrorChange.MarkStale _ -> Operation.MARK_STALE;
      case MirrorChange.Unlink _ -> Operation.UNLINK;
      case MirrorChange.Delete _ -> Operation.DELETE;
    };
  }
}
