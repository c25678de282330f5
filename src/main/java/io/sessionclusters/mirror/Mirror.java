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

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mapping.MirrorConditions;
import io.sessionclusters.mapping.MirrorName;
import io.sessionclusters.mapping.Ownership;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operator remembers of a mirror in the API server: its identity, its owner, and a digest
 * in the place of its content. About 1.4 KB with what was last written to it, where the object
 * itself takes 10 KiB.
 *
 * @param resourceVersion of the object that was seen
 * @param controller the owner reference with {@code controller: true}; null if it has none
 * @param sourceLabel value of {@link SessionCluster#SOURCE_LABEL}; null if it has none
 * @param managed whether {@link SessionCluster#MANAGED_BY_LABEL} says that the operator made it
 * @param summary of its status
 * @param state the session's state as mirrored
 * @param vanished whether Synced says that the session no longer exists
 * @param refersToSecret whether the status names the mirror's connection Secret
 * @param terminating whether it was deleted and stays only until its finalizers are done
 */
public record Mirror(
    String namespace,
    String name,
    String uid,
    String resourceVersion,
    @Nullable Controller controller,
    @Nullable String sourceLabel,
    boolean managed,
    String regionId,
    String workspaceId,
    String sessionClusterId,
    StatusSummary summary,
    @Nullable String state,
    boolean vanished,
    boolean refersToSecret,
    boolean terminating) {

  /** The owner that controls a mirror. */
  public record Controller(
      String apiVersion, String kind, String name, String uid, boolean blocksDeletion) {

    /** Whether it is a source, and no other object. */
    boolean isSource() {
      return Ownership.isOurs(SessionClusterSource.KIND, apiVersion, kind);
    }
  }

  /** Sees an object. Never throws for what it holds. */
  static Mirror of(SessionCluster object, Digest.Builder digests) {
    ObjectMeta meta = object.getMetadata();
    var spec = object.getSpec();
    SessionClusterStatus status = object.getStatus();
    Map<String, String> labels = meta.getLabels() == null ? Map.of() : meta.getLabels();
    String label = labels.get(SessionCluster.SOURCE_LABEL);
    String id = spec == null ? null : spec.sessionClusterId();
    return new Mirror(
        shared(meta.getNamespace()),
        meta.getName(),
        meta.getUid(),
        meta.getResourceVersion(),
        controllerOf(meta.getOwnerReferences()),
        label == null ? null : shared(label),
        SessionCluster.MANAGED_BY.equals(labels.get(SessionCluster.MANAGED_BY_LABEL)),
        spec == null || spec.regionId() == null ? "" : shared(spec.regionId()),
        spec == null || spec.workspaceId() == null ? "" : shared(spec.workspaceId()),
        id == null ? "" : id.equals(meta.getName()) ? meta.getName() : id,
        StatusSummary.of(status, digests),
        status == null || status.state() == null ? null : shared(status.state()),
        isVanished(status),
        refersToSecret(status, meta.getName()),
        meta.getDeletionTimestamp() != null);
  }

  /** An object of its metadata and spec, without status. */
  SessionCluster toObject() {
    SessionCluster object = new SessionCluster();
    object.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(name)
            .withUid(uid)
            .withResourceVersion(resourceVersion)
            .build());
    object.setSpec(new SessionClusterSpec(regionId, workspaceId, sessionClusterId));
    return object;
  }

  /**
   * Whether a query can never list its session: that is of another workspace, or of another session
   * than the only one that the query asks for.
   */
  public boolean isOutside(ListQuery query) {
    return (query.sessionClusterId() != null && !query.sessionClusterId().equals(sessionClusterId))
        || !mirrors(query.regionId().value(), query.workspaceId().value(), sessionClusterId);
  }

  /** Whether it is the mirror of that session. */
  public boolean mirrors(String region, String workspace, String session) {
    return regionId.equals(region)
        && workspaceId.equals(workspace)
        && sessionClusterId.equals(session);
  }

  /** Whether it says that nothing has confirmed it for long. */
  boolean isStale() {
    return summary.synced().status().equals("Unknown");
  }

  /** Whether its labels and its controller are such as the operator writes them. */
  boolean isWellFormed() {
    return managed
        && controller != null
        && controller.isSource()
        && controller.name().equals(sourceLabel)
        && !controller.blocksDeletion();
  }

  public boolean isControlledBy(String sourceUid) {
    return controller != null && controller.uid().equals(sourceUid);
  }

  /** Of a text that is the same in all mirrors of a source, a single copy is held. */
  private static String shared(String text) {
    return text == null ? text : text.intern();
  }

  private static @Nullable Controller controllerOf(@Nullable List<OwnerReference> owners) {
    if (owners == null) {
      return null;
    }
    for (OwnerReference owner : owners) {
      if (Boolean.TRUE.equals(owner.getController())) {
        return new Controller(
            shared(owner.getApiVersion()),
            shared(owner.getKind()),
            shared(owner.getName()),
            shared(owner.getUid()),
            Boolean.TRUE.equals(owner.getBlockOwnerDeletion()));
      }
    }
    return null;
  }

  private static boolean refersToSecret(@Nullable SessionClusterStatus status, String name) {
    return status != null
        && status.connectionSecretRef() != null
        && MirrorName.ofSecret(name).equals(status.connectionSecretRef().name());
  }

  private static boolean isVanished(@Nullable SessionClusterStatus status) {
    Condition synced = MirrorConditions.of(status, MirrorConditions.SYNCED);
    return synced != null && MirrorConditions.VANISHED.equals(synced.getReason());
  }
}
