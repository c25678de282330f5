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
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Writes a plan to the API server. */
final class MirrorWriter implements MirrorWrites {

  private final KubernetesClient client;
  private final ApiServerPause pause;
  private final WriteSlots slots;
  private final MirrorStore store;
  private final Clock clock;

  MirrorWriter(
      KubernetesClient client,
      ApiServerPause pause,
      WriteSlots slots,
      MirrorStore store,
      Clock clock) {
    this.client = client;
    this.pause = pause;
    this.slots = slots;
    this.store = store;
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
              if (requests.write(write)) {
                pruned.incrementAndGet();
              }
            },
            stillWanted);
    return new WriteReport(
        outcome.done(), outcome.refusals(), pruned.get(), outcome.stale(), outcome.dropped());
  }
}
