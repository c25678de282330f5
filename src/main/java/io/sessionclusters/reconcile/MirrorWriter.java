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

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mapping.Vanished;
import io.sessionclusters.reconcile.WriteReport.Refusal;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
 * truth. Server-side apply is not used: the operator is the only writer, and a PUT also removes
 * what others put there.
 */
final class MirrorWriter implements MirrorWrites {

  private static final Logger log = LoggerFactory.getLogger(MirrorWriter.class);

  private final KubernetesClient client;
  private final MirrorStore store;
  private final Semaphore slots;
  private final Clock clock;

  /**
   * Creates a writer.
   *
   * @param writesInFlight at the same time, over all sources
   */
  MirrorWriter(KubernetesClient client, MirrorStore store, int writesInFlight, Clock clock) {
    this.client = client;
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
                if (write(source, uid, write)) {
                  pruned.incrementAndGet();
                }
                done.add(write);
              } catch (KubernetesClientException e) {
                refused(source, write, e, refusals);
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
        dropped);
  }

  /** Returns whether the API server stored something else than was sent. */
  private boolean write(ResourceID source, String uid, MirrorWrite write) {
    String namespace = source.getNamespace().orElse("");
    return switch (write) {
      case MirrorWrite.Create create -> create(source, uid, create);
      case MirrorWrite.Update update -> update(source, uid, update);
      case MirrorWrite.MarkVanished mark -> {
        markVanished(namespace, mark.mirror());
        yield false;
      }
      case MirrorWrite.Delete delete -> {
        delete(namespace, delete.mirror());
        yield false;
      }
    };
  }

  private boolean create(ResourceID source, String uid, MirrorWrite.Create create) {
    String namespace = source.getNamespace().orElse("");
    Written written = null;
    store.beginWrite(namespace, create.name());
    try {
      SessionCluster object = new SessionCluster();
      object.setMetadata(
          new ObjectMetaBuilder()
              .withNamespace(namespace)
              .withName(create.name())
              .withLabels(labels(source))
              .withOwnerReferences(owner(source, uid))
              .build());
      object.setSpec(create.spec());
      SessionCluster created = resource(namespace, object).create();
      written = putStatus(namespace, created, create.content());
      return written.isPruned();
    } finally {
      store.endWrite(namespace, create.name(), written);
    }
  }

  private boolean update(ResourceID source, String uid, MirrorWrite.Update update) {
    String namespace = source.getNamespace().orElse("");
    Mirror mirror = update.mirror();
    Written written = null;
    store.beginWrite(namespace, mirror.name());
    try {
      SessionCluster object = mirror.toObject();
      if (update.metadata()) {
        object = patchMetadata(source, uid, mirror);
        store.see(object);
      }
      if (update.content() != null) {
        written = putStatus(namespace, object, update.content());
        return written.isPruned();
      }
      return false;
    } finally {
      store.endWrite(namespace, mirror.name(), written);
    }
  }

  private Written putStatus(String namespace, SessionCluster object, MirrorWrite.Content content) {
    object.setStatus(content.status());
    SessionCluster answer = resource(namespace, object).updateStatus();
    store.see(answer);
    Mirror stored = Mirror.of(answer, new Digest.Builder());
    return content.writtenAs(stored);
  }

  /** A merge patch, because a PUT on /status ignores metadata. */
  private SessionCluster patchMetadata(ResourceID source, String uid, Mirror mirror) {
    ObjectMeta metadata = new ObjectMeta();
    metadata.setResourceVersion(mirror.resourceVersion());
    metadata.setLabels(labels(source));
    metadata.setOwnerReferences(List.of(owner(source, uid)));
    return client
        .resources(SessionCluster.class)
        .inNamespace(mirror.namespace())
        .withName(mirror.name())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            client.getKubernetesSerialization().asJson(Map.of("metadata", metadata)));
  }

  /** The mirror's other fields are not in memory, so they are read, marked and written back. */
  private void markVanished(String namespace, Mirror mirror) {
    SessionCluster object =
        client.resources(SessionCluster.class).inNamespace(namespace).withName(mirror.name()).get();
    if (object == null || !mirror.uid().equals(object.getMetadata().getUid())) {
      return;
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    object.setStatus(Vanished.mark(object.getStatus(), now));
    store.forget(namespace, mirror.name());
    store.beginWrite(namespace, mirror.name());
    try {
      store.see(resource(namespace, object).updateStatus());
    } finally {
      store.endWrite(namespace, mirror.name(), null);
    }
  }

  private void delete(String namespace, Mirror mirror) {
    store.beginDelete(namespace, mirror.name());
    boolean deleted = false;
    try {
      resource(namespace, mirror.toObject()).lockResourceVersion(mirror.resourceVersion()).delete();
      deleted = true;
    } finally {
      if (!deleted) {
        store.deleteFailed(namespace, mirror.name());
      }
    }
  }

  private void refused(
      ResourceID source, MirrorWrite write, KubernetesClientException e, Queue<Refusal> refusals) {
    switch (e.getCode()) {
      case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT ->
          log.debug("source={} mirror={} stale cache: {}", source, write.name(), e.getMessage());
      case HttpURLConnection.HTTP_FORBIDDEN, 422 ->
          refusals.add(new Refusal(Reason.WRITE_DENIED, write.name(), message(e)));
      default -> refusals.add(new Refusal(Reason.WRITE_FAILED, write.name(), message(e)));
    }
  }

  private static String message(KubernetesClientException e) {
    String message = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
    return message == null ? "HTTP " + e.getCode() : message;
  }

  private Resource<SessionCluster> resource(String namespace, SessionCluster object) {
    return client.resources(SessionCluster.class).inNamespace(namespace).resource(object);
  }

  private static Map<String, String> labels(ResourceID source) {
    return Map.of(
        SessionCluster.MANAGED_BY_LABEL,
        SessionCluster.MANAGED_BY,
        SessionCluster.SOURCE_LABEL,
        source.getName());
  }

  private static OwnerReference owner(ResourceID source, String uid) {
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
