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

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;

/**
 * Writes the status of sources, and only when it differs. Server-side apply: a field that is left
 * out is removed, and what others may add to the object stays theirs.
 */
final class SourceStatusWriter {

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(SessionCluster.MANAGED_BY)
          .withForce(true)
          .build();

  private final KubernetesClient client;

  SourceStatusWriter(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Writes a status unless it is there already.
   *
   * @param source as it is in the cache
   * @return whether it was written
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server refuses
   */
  boolean write(SessionClusterSource source, SourceState state, SessionClusterSourceStatus status) {
    if (status.equals(state.status(source))) {
      return false;
    }
    SessionClusterSource applied = new SessionClusterSource();
    applied.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(source.getMetadata().getNamespace())
            .withName(source.getMetadata().getName())
            // Another object of the same name must not get this one's status.
            .withUid(source.getMetadata().getUid())
            .build());
    applied.setStatus(status);
    SessionClusterSource answer =
        client
            .resources(SessionClusterSource.class)
            .inNamespace(source.getMetadata().getNamespace())
            .resource(applied)
            .subresource("status")
            .patch(APPLY);
    state.wroteStatus(status, answer.getMetadata().getResourceVersion());
    return true;
  }
}
