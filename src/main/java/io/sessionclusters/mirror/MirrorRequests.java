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
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mapping.Stale;
import io.sessionclusters.mapping.Vanished;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The requests that the mirrors of one source take, and what the store is told about each.
 *
 * <p>Server-side apply is not used: the operator is the only writer, and a PUT also removes what
 * others put there.
 */
final class MirrorRequests {

  private final KubernetesClient client;
  private final ApiServerThrottle pause;
  private final MirrorStore store;
  private final Clock clock;
  private final ResourceID source;
  private final String uid;
  private final String namespace;
  private final BooleanSupplier stillWanted;

  /**
   * Creates them for one plan.
   *
   * @param source and its uid become the owner of the mirrors
   * @param stillWanted asked after each pause that the API server asked for
   */
  MirrorRequests(
      KubernetesClient client,
      ApiServerThrottle pause,
      MirrorStore store,
      Clock clock,
      ResourceID source,
      String uid,
      BooleanSupplier stillWanted) {
    this.client = client;
    this.pause = pause;
    this.store = store;
    this.clock = clock;
    this.source = source;
    this.uid = uid;
    this.namespace = source.getNamespace().orElse("");
    this.stillWanted = stillWanted;
  }

  /**
   * Does one write.
   *
   * @return whether the API server stored something else than was sent
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if a request is refused or fails
   * @throws InterruptedException if the calling thread is interrupted in a pause
   */
  boolean write(MirrorChange write) throws InterruptedException {
    return switch (write) {
      case MirrorChange.Create create -> create(create);
      case MirrorChange.Update update -> update(update);
      case MirrorChange.MarkVanished mark -> {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        rewrite(mark.mirror(), status -> Vanished.mark(status, now));
        yield false;
      }
      case MirrorChange.MarkStale mark -> {
        Instant now = clock.instant();
        rewrite(mark.mirror(), status -> Stale.mark(status, mark.lastShown(), now));
        yield false;
      }
      case MirrorChange.Unlink unlink -> {
        rewrite(unlink.mirror(), status -> status.withConnectionSecret(null));
        yield false;
      }
      case MirrorChange.Delete delete -> {
        delete(delete.mirror());
        yield false;
      }
    };
  }

  private boolean create(MirrorChange.Create create) throws InterruptedException {
    LastApplied written = null;
    store.beginWrite(namespace, create.name());
    try {
      SessionCluster object = new SessionCluster();
      object.setMetadata(
          new ObjectMetaBuilder()
              .withNamespace(namespace)
              .withName(create.name())
              .withLabels(labels())
              .withOwnerReferences(owner())
              .build());
      object.setSpec(create.spec());
      SessionCluster created = send(() -> resource(object).create());
      written = putStatus(created, create.content(), true);
      return written.isPruned();
    } finally {
      store.endWrite(namespace, create.name(), written);
    }
  }

  private boolean update(MirrorChange.Update update) throws InterruptedException {
    Mirror mirror = update.mirror();
    LastApplied written = null;
    store.beginWrite(namespace, mirror.name());
    try {
      SessionCluster object = mirror.toObject();
      if (update.metadata()) {
        object = patchMetadata(mirror);
        store.answered(object, false);
      }
      if (update.content() != null) {
        written = putStatus(object, update.content(), false);
        return written.isPruned();
      }
      return false;
    } finally {
      store.endWrite(namespace, mirror.name(), written);
    }
  }

  private LastApplied putStatus(
      SessionCluster object, MirrorChange.Content content, boolean created)
      throws InterruptedException {
    object.setStatus(content.status());
    SessionCluster answer = send(() -> resource(object).updateStatus());
    store.answered(answer, created);
    Mirror stored = Mirror.of(answer, new Digest.Builder());
    return content.writtenAs(stored);
  }

  /** A merge patch, because a PUT on /status ignores metadata. */
  private SessionCluster patchMetadata(Mirror mirror) throws InterruptedException {
    ObjectMeta metadata = new ObjectMeta();
    metadata.setResourceVersion(mirror.resourceVersion());
    metadata.setLabels(labels());
    metadata.setOwnerReferences(List.of(owner()));
    String patch = client.getKubernetesSerialization().asJson(Map.of("metadata", metadata));
    return send(
        () -> resource(mirror.toObject()).patch(PatchContext.of(PatchType.JSON_MERGE), patch));
  }

  /** The mirror's other fields are not in memory, so they are read, changed and written back. */
  private void rewrite(Mirror mirror, UnaryOperator<SessionClusterStatus> change)
      throws InterruptedException {
    SessionCluster object = send(() -> resource(mirror.toObject()).get());
    if (object == null || !mirror.uid().equals(object.getMetadata().getUid())) {
      return;
    }
    SessionClusterStatus status =
        Objects.requireNonNullElse(object.getStatus(), SessionClusterStatus.EMPTY);
    SessionClusterStatus changed = change.apply(status);
    if (changed.equals(status)) {
      // Another process was first.
      store.see(object);
      return;
    }
    object.setStatus(changed);
    store.forget(namespace, mirror.name());
    store.beginWrite(namespace, mirror.name());
    try {
      store.answered(send(() -> resource(object).updateStatus()), false);
    } finally {
      store.endWrite(namespace, mirror.name(), null);
    }
  }

  private void delete(Mirror mirror) throws InterruptedException {
    store.beginDelete(namespace, mirror.name());
    boolean deleted = false;
    try {
      send(
          () -> resource(mirror.toObject()).lockResourceVersion(mirror.resourceVersion()).delete());
      deleted = true;
    } finally {
      if (!deleted) {
        store.deleteFailed(namespace, mirror.name());
      }
    }
  }

  private <T> T send(Supplier<T> request) throws InterruptedException {
    return pause.send(request, stillWanted);
  }

  private Resource<SessionCluster> resource(SessionCluster object) {
    return client.resources(SessionCluster.class).inNamespace(namespace).resource(object);
  }

  private Map<String, String> labels() {
    return Map.of(
        SessionCluster.MANAGED_BY_LABEL,
        SessionCluster.MANAGED_BY,
        SessionCluster.SOURCE_LABEL,
        source.getName());
  }

  private OwnerReference owner() {
    return new OwnerReferenceBuilder()
        .withApiVersion(SessionCluster.GROUP + "/" + SessionCluster.VERSION)
        .withKind(SessionClusterSource.KIND)
        .withName(source.getName())
        .withUid(uid)
        .withController(true)
        .withBlockOwnerDeletion(false)
        .build();
  }
}
