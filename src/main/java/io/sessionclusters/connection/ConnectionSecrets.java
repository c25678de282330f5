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
package io.sessionclusters.connection;

import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.connection.ConnectionStep.Result;
import io.sessionclusters.kubernetes.BoundedWriteExecutor;
import io.sessionclusters.kubernetes.KubernetesWrites;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorStore;
import io.sessionclusters.mirror.MirrorWrites;
import io.sessionclusters.mirror.PlanInput;
import io.sessionclusters.mirror.WriteResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the connection Secrets of the Thrift sessions of a source, after each listing. No informer
 * watches Secrets: they are read by name, when the plan asks for it.
 *
 * <p>A Secret is written before the mirror's status names it, and the status names it no more once
 * it is gone. One whose name is taken, or that waits for the garbage collector, is looked at with
 * each listing, not only once a period: whoever makes room for it should not wait an hour.
 */
public final class ConnectionSecrets {

  private final KubernetesWrites writes;
  private final MirrorStore store;
  private final MirrorWrites mirrors;
  private final OperatorSettings.@Nullable ConnectionSecrets settings;
  private final Clock steady;

  /**
   * Creates a keeper.
   *
   * @param mirrors writes the statuses that name the Secrets
   * @param settings null if no source may have Secrets; then those that are there are removed
   */
  public ConnectionSecrets(
      KubernetesWrites writes,
      MirrorStore store,
      MirrorWrites mirrors,
      OperatorSettings.@Nullable ConnectionSecrets settings,
      Clock steady) {
    this.writes = writes;
    this.store = store;
    this.mirrors = mirrors;
    this.settings = settings;
    this.steady = steady;
  }

  /** A step that was done, and what it came to. */
  private record Done(ConnectionStep step, Result result) {}

  /**
   * Keeps them.
   *
   * @param asked whether the source asks for Secrets
   * @param checks is kept from poll to poll
   * @param sessions that the listing shows and the source wants; their mirrors are written
   * @param stillWanted asked before each request; the rest is dropped as soon as it says no
   * @throws InterruptedException if the calling thread is interrupted
   */
  public ConnectionReport keep(
      PlanInput query,
      boolean asked,
      List<CloudSession> sessions,
      ConnectionChecks checks,
      BooleanSupplier stillWanted)
      throws InterruptedException {
    Duration checkPeriod = asked && settings != null ? settings.checkPeriod() : null;
    Instant now = steady.instant();
    List<ConnectionStep> steps =
        ConnectionPlan.of(query, sessions, store, checks, checkPeriod, now);
    Queue<Done> done = new ConcurrentLinkedQueue<>();
    var requests =
        new ConnectionRequests(writes.client(), writes.throttle(), query.source(), stillWanted);
    BoundedWriteExecutor.Outcome<ConnectionStep> outcome =
        writes
            .executor()
            .each(
                query.source(),
                steps,
                ConnectionStep::name,
                step -> done.add(new Done(step, requests.run(step))),
                stillWanted);
    done.forEach(d -> remember(d, checks, now));
    String namespace = query.source().getNamespace().orElse("");
    checks.retain(name -> store.get(namespace, name).mirror() != null);
    return new ConnectionReport(
        asked && settings == null,
        outcome.refusals(),
        done.stream()
            .filter(d -> d.result() == Result.TAKEN)
            .map(d -> d.step().name())
            .sorted()
            .toList(),
        (int) done.stream().filter(d -> d.result() == Result.AWAITS_COLLECTION).count(),
        outcome.stale().size(),
        link(query, done, checks, stillWanted),
        !outcome.dropped().isEmpty());
  }

  private static void remember(Done done, ConnectionChecks checks, Instant now) {
    if (done.step() instanceof ConnectionStep.Keep keep && done.result() == Result.KEPT) {
      checks.kept(keep.mirror(), keep.digest(), now);
    } else {
      checks.forget(done.step().mirror());
    }
  }

  /** Has the statuses name what is there, and nothing else. */
  private WriteResult link(
      PlanInput query, Queue<Done> done, ConnectionChecks checks, BooleanSupplier stillWanted)
      throws InterruptedException {
    List<MirrorChange> links =
        done.stream()
            .map(one -> one.step().mirror())
            .filter(mirror -> mirror.refersToSecret() != checks.isKept(mirror))
            .<MirrorChange>map(mirror -> new MirrorChange.Refer(mirror, checks.isKept(mirror)))
            .toList();
    return links.isEmpty()
        ? WriteResult.NONE
        : mirrors.write(query.source(), query.uid(), links, stillWanted);
  }
}
