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

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.kubernetes.BoundedWriteExecutor;
import io.sessionclusters.kubernetes.KubernetesWrites;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.prune.Evidence;
import io.sessionclusters.prune.PruneState;
import io.sessionclusters.simulation.InstantApiServer;
import io.sessionclusters.support.RecordCopy;
import io.sessionclusters.time.SystemTimers;
import io.sessionclusters.time.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One source whose plans the real {@link MirrorWriter} writes, to an API server that answers at
 * once. What others change there is known after {@link #watch}.
 */
public final class ServedSource implements AutoCloseable {

  public final InstantApiServer server = new InstantApiServer();
  public final TestClock clock = new TestClock(Instant.parse("2026-11-22T00:00:00Z"));
  public final KubernetesWrites writes =
      new KubernetesWrites(
          server.client(),
          new ApiServerThrottle(clock, SystemTimers.INSTANCE),
          new BoundedWriteExecutor(1, () -> {}));
  public PlanInput input = new OneSource().input;
  public boolean wanted = true;
  final List<String> metrics = new ArrayList<>();
  private final Set<String> names = new TreeSet<>();
  private MirrorStore store = new MirrorStore(source -> {}, clock);
  private PruneState pruneState = PruneState.NONE;

  /** A complete listing that takes no time is planned and written, removals too. */
  public WriteResult<MirrorChange> listed(SecretStep.Planner secrets, CloudSession... sessions)
      throws InterruptedException {
    return write(plan(Evidence.COMPLETE, secrets, sessions));
  }

  /** Plans, and writes nothing. */
  MirrorPlan plan(Evidence evidence, SecretStep.Planner secrets, CloudSession... sessions) {
    var now = clock.instant();
    PlanInput listed =
        OneSource.listed(
            RecordCopy.with(input, "secrets", secrets),
            pruneState,
            evidence,
            now,
            List.of(sessions));
    MirrorPlan plan = MirrorPlan.of(listed, store, now);
    pruneState = plan.decision().next();
    return plan;
  }

  WriteResult<MirrorChange> write(MirrorPlan plan) throws InterruptedException {
    List<MirrorChange> changes = new ArrayList<>(plan.writes());
    changes.addAll(plan.removals());
    plan.confirmed().forEach((name, written) -> store.confirm(Mirrors.NAMESPACE, name, written));
    return write(changes);
  }

  WriteResult<MirrorChange> write(List<? extends MirrorChange> changes)
      throws InterruptedException {
    changes.forEach(change -> names.add(change.name()));
    return writer().write(input.source(), input.uid(), List.copyOf(changes), () -> wanted);
  }

  MirrorWriter writer() {
    return new MirrorWriter(writes, store, new Counts(), clock);
  }

  MirrorStore store() {
    return store;
  }

  /** The informer shows what is there. */
  public void watch() {
    for (String name : names) {
      SessionCluster object = find(name);
      if (object == null) {
        store.deleted(Mirrors.NAMESPACE, name);
      } else {
        store.see(object);
      }
    }
  }

  /** The operator's process ends and starts again. */
  public void restart() {
    store = new MirrorStore(source -> {}, clock);
    pruneState = PruneState.NONE;
    watch();
  }

  public @Nullable SessionCluster find(String mirror) {
    return server.find(named(mirror));
  }

  public SessionCluster get(String mirror) {
    return Objects.requireNonNull(find(mirror));
  }

  /** An object of which only the name counts. */
  public static SessionCluster named(String mirror) {
    SessionCluster object = new SessionCluster();
    object.setMetadata(
        new ObjectMetaBuilder().withNamespace(Mirrors.NAMESPACE).withName(mirror).build());
    return object;
  }

  /** The Secret that the mirror's status names; null if it names none. */
  public @Nullable String reference(String mirror) {
    var status = get(mirror).getStatus();
    return status == null || status.connectionSecretRef() == null
        ? null
        : status.connectionSecretRef().name();
  }

  /** What was asked of the server since this was last called and concerns that resource. */
  public List<String> requests(String resource) {
    return server.requests().stream()
        .filter(request -> request.contains(" " + resource))
        .map(request -> request.replace(" " + resource, ""))
        .collect(Collectors.toList());
  }

  /** Time goes by. */
  public void pass(Duration time) {
    clock.advance(time);
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Counts implements MirrorMetrics {
    @Override
    public void wrote(Operation operation, WriteStatus result) {
      metrics.add(operation + " " + result);
    }

    @Override
    public void repaired() {
      metrics.add("repaired");
    }
  }
}
