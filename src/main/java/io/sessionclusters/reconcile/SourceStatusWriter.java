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
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import java.util.List;
import java.util.Map;

/**
 * Writes the status of sources, and only when it differs. A JSON patch of the whole status: it is
 * the operator's alone, and server-side apply fails on a stored spec that has a wrong type, so that
 * such a source could never be told.
 */
final class SourceStatusWriter {

  private static final PatchContext PATCH =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON)
          .withFieldManager(SessionCluster.MANAGED_BY)
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
    // Another object of the same name must not get this one's status.
    List<Map<String, Object>> patch =
        List.of(
            Map.of("op", "test", "path", "/metadata/uid", "value", source.getMetadata().getUid()),
            Map.of("op", "add", "path", "/status", "value", status));
    SessionClusterSource answer =
        client
            .resources(SessionClusterSource.class)
            .inNamespace(source.getMetadata().getNamespace())
            // By its name alone the client would get it first.
            .resource(source)
            .subresource("status")
            .patch(PATCH, client.getKubernetesSerialization().asJson(patch));
    state.wroteStatus(status, answer.getMetadata().getResourceVersion());
    return true;
  }
}
