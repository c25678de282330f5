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
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.mapping.Vanished;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The mirrors as an API server in memory has them: every write counts its version up. */
final class MirrorObjects {

  private final Map<String, SessionCluster> objects = new HashMap<>();
  private long version;

  SessionCluster create(ResourceID source, String uid, MirrorWrite.Create create) {
    SessionCluster object = new SessionCluster();
    object.setMetadata(owned(source, uid, create.name()));
    object.getMetadata().setUid("uid-of-" + create.name() + "-" + version);
    object.setSpec(create.spec());
    return put(object, create.content().status());
  }

  SessionCluster update(ResourceID source, String uid, MirrorWrite.Update update) {
    SessionCluster object = Objects.requireNonNull(objects.get(update.name()));
    if (update.metadata()) {
      String own = object.getMetadata().getUid();
      object.setMetadata(owned(source, uid, update.name()));
      object.getMetadata().setUid(own);
    }
    return put(object, update.content() == null ? object.getStatus() : update.content().status());
  }

  SessionCluster markVanished(String name, Instant now) {
    SessionCluster object = Objects.requireNonNull(objects.get(name));
    return put(object, Vanished.mark(object.getStatus(), now));
  }

  void delete(String name) {
    objects.remove(name);
  }

  Collection<SessionCluster> all() {
    return objects.values();
  }

  Set<String> names() {
    return objects.keySet();
  }

  /** The names of those that are kept though their session is gone. */
  Set<String> vanished() {
    return objects.entrySet().stream()
        .filter(
            e ->
                e.getValue().getStatus().conditions() != null
                    && e.getValue().getStatus().conditions().stream()
                        .anyMatch(c -> "Vanished".equals(c.getReason())))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  @Nullable String state(String name) {
    SessionCluster object = objects.get(name);
    return object == null ? null : object.getStatus().state();
  }

  private SessionCluster put(SessionCluster object, SessionClusterStatus status) {
    object.setStatus(status);
    object.getMetadata().setResourceVersion(Long.toString(++version));
    objects.put(object.getMetadata().getName(), object);
    return object;
  }

  private static ObjectMeta owned(ResourceID source, String uid, String name) {
    return new ObjectMetaBuilder()
        .withNamespace(source.getNamespace().orElse(""))
        .withName(name)
        .withLabels(
            Map.of(
                SessionCluster.MANAGED_BY_LABEL,
                SessionCluster.MANAGED_BY,
                SessionCluster.SOURCE_LABEL,
                source.getName()))
        .withOwnerReferences(
            List.of(
                new io.fabric8.kubernetes.api.model.OwnerReferenceBuilder()
                    .withApiVersion(SessionCluster.GROUP + "/" + SessionCluster.VERSION)
                    .withKind(SessionClusterSource.KIND)
                    .withName(source.getName())
                    .withUid(uid)
                    .withController(true)
                    .withBlockOwnerDeletion(false)
                    .build()))
        .build();
  }
}
