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

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.kubernetes.BoundedWriteExecutor;
import io.sessionclusters.kubernetes.BoundedWriteExecutor.Effect;
import io.sessionclusters.kubernetes.KubernetesWrites;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.mapping.MirrorConditions;
import io.sessionclusters.mapping.MirrorName;
import io.sessionclusters.mapping.Ownership;
import io.sessionclusters.mapping.SessionMapping;
import io.sessionclusters.mirror.MirrorMetrics.Operation;
import io.sessionclusters.mirror.MirrorMetrics.WriteStatus;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes plans to the API server, and reports each write to the store.
 *
 * <p>Server-side apply is not used: the operator is the only writer, and a PUT also removes what
 * others put there.
 */
public final class MirrorWriter implements MirrorWrites {

  private final KubernetesClient client;
  private final ApiServerThrottle throttle;
  private final BoundedWriteExecutor executor;
  private final MirrorStore store;
  private final MirrorMetrics metrics;
  private final Clock wall;

  public MirrorWriter(
      KubernetesWrites writes, MirrorStore store, MirrorMetrics metrics, Clock wall) {
    this.client = writes.client();
    this.throttle = writes.throttle();
    this.executor = writes.executor();
    this.store = store;
    this.metrics = metrics;
    this.wall = wall;
  }

  @Override
  public WriteResult<MirrorChange> write(
      ResourceID source, String uid, List<MirrorChange> writes, BooleanSupplier stillWanted)
      throws InterruptedException {
    var batch = new Batch(source, uid, stillWanted);
    WriteResult<MirrorChange> result =
        executor.each(source, writes, MirrorChange::name, batch::write, stillWanted);
    result.done().forEach(write -> metrics.wrote(operation(write), WriteStatus.DONE));
    result.superseded().forEach(write -> metrics.wrote(operation(write), WriteStatus.STALE));
    for (WriteResult.Refusal<MirrorChange> refusal : result.refusals()) {
      metrics.wrote(
          operation(refusal.write()), refusal.denied() ? WriteStatus.DENIED : WriteStatus.FAILED);
    }
    return result;
  }

  private static Operation operation(MirrorChange write) {
    return switch (write) {
      case MirrorChange.Create _ -> Operation.CREATE;
      case MirrorChange.Update _ -> Operation.UPDATE;
      case MirrorChange.CheckSecret(_, SecretStep secret) ->
          secret.named() ? Operation.UNLINK : Operation.UPDATE;
      case MirrorChange.MarkVanished _ -> Operation.MARK_VANISHED;
      case MirrorChange.MarkStale _ -> Operation.MARK_STALE;
      case MirrorChange.Delete _ -> Operation.DELETE;
    };
  }

  /** Writes a mirror; returns what was written, null if that is not known. */
  private interface Write {
    @Nullable LastApplied run() throws InterruptedException;
  }

  /** The requests that the writes of one plan take. */
  private final class Batch {

    private final String namespace;
    private final BooleanSupplier stillWanted;
    private final Map<String, String> labels;
    private final OwnerReference owner;

    Batch(ResourceID source, String uid, BooleanSupplier stillWanted) {
      this.namespace = source.getNamespace().orElse("");
      this.stillWanted = stillWanted;
      this.labels = Ownership.labels(source.getName());
      this.owner = Ownership.controller(SessionClusterSource.KIND, source.getName(), uid);
    }

    Effect write(MirrorChange write) throws InterruptedException {
      return switch (write) {
        case MirrorChange.Create create -> create(create);
        case MirrorChange.Update update -> update(update);
        case MirrorChange.CheckSecret(Mirror mirror, SecretStep secret) -> {
          boolean named = secret.run(mirror.name(), mirror.uid());
          // A Secret that is right needs no write of its mirror. Whatever others wrote into a
          // vanished one meanwhile is not written again as if it were ours.
          yield named == secret.named()
              ? Effect.NONE
              : rewrite(
                  mirror.toObject(),
                  status ->
                      naming(mirror.vanished() ? vanished(status) : status, mirror.name(), named));
        }
        case MirrorChange.MarkVanished(Mirror mirror) -> rewrite(mirror.toObject(), this::vanished);
        case MirrorChange.MarkStale(Mirror mirror, var lastShown) -> {
          var now = wall.instant();
          yield rewrite(
              mirror.toObject(), status -> MirrorConditions.stale(status, lastShown, now));
        }
        case MirrorChange.Delete(Mirror mirror) -> delete(mirror);
      };
    }

    private Effect create(MirrorChange.Create create) throws InterruptedException {
      SessionCluster object = new SessionCluster();
      object.setMetadata(
          new ObjectMetaBuilder()
              .withNamespace(namespace)
              .withName(create.name())
              .withLabels(labels)
              .withOwnerReferences(owner)
              .build());
      object.setSpec(create.spec());
      return recorded(
          create.name(),
          () -> putStatus(send(object, Resource::create), create.content(), create.secret(), true));
    }

    /** Reports the begin and the end of a write to the store, whatever comes of it. */
    private Effect recorded(String mirror, Write write) throws InterruptedException {
      LastApplied written = null;
      store.beginWrite(namespace, mirror);
      try {
        written = write.run();
        return written != null && written.lacksFields() ? Effect.FIELDS_DROPPED : Effect.WRITTEN;
      } finally {
        store.endWrite(namespace, mirror, written);
      }
    }

    private Effect update(MirrorChange.Update update) throws InterruptedException {
      Mirror mirror = update.mirror();
      boolean repairs = isRepair(update);
      Effect effect =
          recorded(
              mirror.name(),
              () -> {
                SessionCluster object = mirror.toObject();
                if (update.metadata()) {
                  object = patchMetadata(mirror);
                  store.answered(object, false);
                }
                return putStatus(object, update.content(), update.secret(), false);
              });
      if (repairs) {
        metrics.repaired();
      }
      return effect;
    }

    /** Whether a mirror differs from what was written to it though its session has not changed. */
    private boolean isRepair(MirrorChange.Update update) {
      LastApplied written = store.get(namespace, update.name()).written();
      return written != null
          && (update.content() == null
              || update.content().fingerprint().equals(written.fingerprint()));
    }

    /**
     * The Secret first, so that no status names one that is not there.
     *
     * @param content null if the status is right
     * @return what was written; null if nothing, or another status than was planned
     */
    private @Nullable LastApplied putStatus(
        SessionCluster object,
        MirrorChange.@Nullable Content content,
        SecretStep secret,
        boolean created)
        throws InterruptedException {
      String name = object.getMetadata().getName();
      boolean named = secret.run(name, object.getMetadata().getUid());
      boolean asPlanned = named == secret.named();
      if (content == null) {
        if (!asPlanned) {
          rewrite(object, status -> naming(status, name, named));
        }
        return null;
      }
      object.setStatus(content.status());
      if (!asPlanned) {
        object.setStatus(naming(content.status(), name, named));
        store.forget(namespace, name);
      }
      Mirror stored = store.answered(send(object, Resource::updateStatus), created);
      return asPlanned ? content.writtenAs(stored) : null;
    }

    private SessionClusterStatus vanished(SessionClusterStatus status) {
      return MirrorConditions.vanished(status, wall.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    private static SessionClusterStatus naming(
        SessionClusterStatus status, String mirror, boolean named) {
      return SessionMapping.withConnectionSecret(
          status, named ? MirrorName.ofSecret(mirror) : null);
    }

    /** A merge patch, because a PUT on /status ignores metadata. */
    private SessionCluster patchMetadata(Mirror mirror) throws InterruptedException {
      ObjectMeta metadata = new ObjectMeta();
      metadata.setResourceVersion(mirror.resourceVersion());
      metadata.setLabels(labels);
      metadata.setOwnerReferences(List.of(owner));
      String patch = client.getKubernetesSerialization().asJson(Map.of("metadata", metadata));
      return send(mirror.toObject(), r -> r.patch(PatchContext.of(PatchType.JSON_MERGE), patch));
    }

    /** What the status says is not in memory, so it is read, changed and written back. */
    private Effect rewrite(SessionCluster known, UnaryOperator<SessionClusterStatus> change)
        throws InterruptedException {
      String name = known.getMetadata().getName();
      SessionCluster object = send(known, Resource::get);
      if (object == null || !known.getMetadata().getUid().equals(object.getMetadata().getUid())) {
        return Effect.WRITTEN;
      }
      SessionClusterStatus status =
          Objects.requireNonNullElse(object.getStatus(), SessionClusterStatus.EMPTY);
      SessionClusterStatus changed = change.apply(status);
      if (changed.equals(status)) {
        // Another process was first.
        store.see(object);
        return Effect.WRITTEN;
      }
      object.setStatus(changed);
      store.forget(namespace, name);
      return recorded(
          name,
          () -> {
            store.answered(send(object, Resource::updateStatus), false);
            return null;
          });
    }

    private Effect delete(Mirror mirror) throws InterruptedException {
      store.beginDelete(namespace, mirror.name());
      boolean deleted = false;
      try {
        send(mirror.toObject(), r -> r.lockResourceVersion(mirror.resourceVersion()).delete());
        deleted = true;
        return Effect.WRITTEN;
      } finally {
        if (!deleted) {
          store.deleteFailed(namespace, mirror.name());
        }
      }
    }

    private <T> T send(SessionCluster object, Function<Resource<SessionCluster>, T> request)
        throws InterruptedException {
      return throttle.send(
          () ->
              request.apply(
                  client.resources(SessionCluster.class).inNamespace(namespace).resource(object)),
          stillWanted);
    }
  }
}
