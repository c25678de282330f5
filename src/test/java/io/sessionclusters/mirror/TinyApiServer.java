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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.mapping.MirrorConditions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * As much of an API server as plans need: objects with resource versions that grow, events that
 * feed a {@link MirrorStore} at once, and the operator's writes in the steps of {@link
 * MirrorWriter}. One namespace; finalizers and validation it has none.
 */
public final class TinyApiServer {

  final List<ResourceID> drifts = new ArrayList<>();
  private final Map<String, SessionCluster> objects = new TreeMap<>();
  private UnaryOperator<SessionClusterStatus> crd = status -> status;
  private MirrorStore store = new MirrorStore(drifts::add, Clock.systemUTC());
  private int version = 100;

  public MirrorStore store() {
    return store;
  }

  /** The operator's process ends and starts again: its store is filled from a list. */
  void restartOperator() {
    store = new MirrorStore(drifts::add, Clock.systemUTC());
    objects.values().forEach(o -> store.see(Mirrors.copy(o)));
  }

  /** An older CRD is installed: what it drops of a status is not stored. */
  void prunes(UnaryOperator<SessionClusterStatus> drop) {
    crd = drop;
  }

  Map<String, SessionCluster> objects() {
    return objects;
  }

  public SessionCluster get(String name) {
    return Objects.requireNonNull(objects.get(name), name);
  }

  /** Somebody creates an object. */
  void create(SessionCluster object) {
    event(Mirrors.later(object, nextVersion(), o -> {}));
  }

  /** Somebody edits an object. */
  public void edit(String name, Consumer<SessionCluster> change) {
    event(Mirrors.later(get(name), nextVersion(), change));
  }

  /** Somebody deletes an object. */
  public void delete(String name) {
    objects.remove(name);
    store.deleted(Mirrors.NAMESPACE, name);
  }

  /** Does a plan, as the operator does. */
  void apply(MirrorPlan plan, PlanInput input, Instant now) {
    plan.confirmed().forEach((name, written) -> store.confirm(Mirrors.NAMESPACE, name, written));
    List<MirrorChange> writes = new ArrayList<>(plan.writes());
    writes.addAll(plan.removals());
    for (MirrorChange write : writes) {
      switch (write) {
        case MirrorChange.Create create -> create(create, input);
        case MirrorChange.Update update -> update(update, input);
        case MirrorChange.MarkVanished mark ->
            rewrite(mark.name(), status -> MirrorConditions.vanished(status, now));
        case MirrorChange.MarkStale mark ->
            rewrite(mark.name(), status -> MirrorConditions.stale(status, mark.lastShown(), now));
        case MirrorChange.CheckSecret check ->
            throw new IllegalArgumentException("a Secret of " + check.name());
        case MirrorChange.Delete delete -> {
          store.beginDelete(Mirrors.NAMESPACE, delete.name());
          delete(delete.name());
        }
      }
    }
  }

  private void create(MirrorChange.Create write, PlanInput input) {
    SessionCluster object = Mirrors.running("any", "0");
    object.getMetadata().setName(write.name());
    object.getMetadata().setUid("uid-" + nextVersion());
    object.setSpec(write.spec());
    object.setStatus(null);
    own(object, input);
    store.beginWrite(Mirrors.NAMESPACE, write.name());
    create(object);
    LastApplied written = putStatus(write.name(), write.content());
    store.endWrite(Mirrors.NAMESPACE, write.name(), written);
  }

  private void update(MirrorChange.Update write, PlanInput input) {
    LastApplied written = null;
    store.beginWrite(Mirrors.NAMESPACE, write.name());
    if (write.metadata()) {
      edit(write.name(), o -> own(o, input));
    }
    if (write.content() != null) {
      written = putStatus(write.name(), write.content());
    }
    store.endWrite(Mirrors.NAMESPACE, write.name(), written);
  }

  private LastApplied putStatus(String name, MirrorChange.Content content) {
    edit(name, o -> o.setStatus(crd.apply(content.status())));
    return content.writtenAs(Mirrors.seen(get(name)));
  }

  private void rewrite(String name, UnaryOperator<SessionClusterStatus> change) {
    store.forget(Mirrors.NAMESPACE, name);
    store.beginWrite(Mirrors.NAMESPACE, name);
    edit(name, o -> o.setStatus(crd.apply(change.apply(o.getStatus()))));
    store.endWrite(Mirrors.NAMESPACE, name, null);
  }

  private static void own(SessionCluster object, PlanInput input) {
    object.getMetadata().setLabels(Mirrors.labels(input.source().getName()));
    object
        .getMetadata()
        .setOwnerReferences(List.of(Mirrors.owner(input.source().getName(), input.uid())));
  }

  private void event(SessionCluster object) {
    objects.put(object.getMetadata().getName(), object);
    store.see(Mirrors.copy(object));
  }

  private String nextVersion() {
    return Integer.toString(++version);
  }
}
