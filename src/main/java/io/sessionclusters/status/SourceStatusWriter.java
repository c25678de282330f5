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
package io.sessionclusters.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Writes the status of sources, and only when it differs. A JSON patch: the status is the
 * operator's alone, and server-side apply fails on a stored spec that has a wrong type, so that
 * nothing could be reported of such a source.
 */
public final class SourceStatusWriter {

  private static final PatchContext PATCH =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON)
          .withFieldManager(SessionCluster.MANAGED_BY)
          .build();

  private static final String HELD = "pendingPrune";

  private final KubernetesClient client;
  private final BooleanSupplier leading;

  /**
   * Creates a writer.
   *
   * @param leading whether this process may write
   */
  public SourceStatusWriter(KubernetesClient client, BooleanSupplier leading) {
    this.client = client;
    this.leading = leading;
  }

  /**
   * Writes a status unless it is there already, or this process does not lead any more: then it is
   * left to the one that does.
   *
   * @param source as it is in the cache
   * @return whether it was written
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server refuses
   */
  public boolean write(
      SessionClusterSource source, StatusCache cache, SessionClusterSourceStatus status) {
    SessionClusterSourceStatus before = cache.status(source);
    if (!leading.getAsBoolean() || status.equals(before)) {
      return false;
    }
    List<Map<String, Object>> patch = new ArrayList<>();
    // Another object of the same name must not get this one's status.
    patch.add(test("/metadata/uid", source.getMetadata().getUid()));
    patch.addAll(changes(before, status));
    SessionClusterSource stored =
        client
            .resources(SessionClusterSource.class)
            .inNamespace(source.getMetadata().getNamespace())
            // By its name alone the client would get it first.
            .resource(source)
            .subresource("status")
            .patch(PATCH, client.getKubernetesSerialization().asJson(patch));
    cache.wrote(status, stored.getStatus(), stored.getMetadata().getResourceVersion());
    return true;
  }

  /**
   * All fields, so that no two statuses are mixed; but of what is held only what changed: a guard
   * that another process set, or a write whose answer was lost, stays.
   */
  private List<Map<String, Object>> changes(
      SessionClusterSourceStatus before, SessionClusterSourceStatus after) {
    ObjectNode was = fields(before);
    ObjectNode is = fields(after);
    if (was.isEmpty()) {
      return List.of(add("/status", is));
    }
    List<Map<String, Object>> changes = new ArrayList<>();
    PendingPrune held = before.pendingPrune();
    if (held != null && held.token() != null && !held.equals(after.pendingPrune())) {
      changes.add(test("/status/" + HELD + "/token", held.token()));
    }
    for (Map.Entry<String, JsonNode> field : is.properties()) {
      boolean isHeld = field.getKey().equals(HELD);
      if (!isHeld || !field.getValue().equals(was.get(HELD))) {
        changes.add(add("/status/" + field.getKey(), field.getValue()));
      }
    }
    for (Map.Entry<String, JsonNode> field : was.properties()) {
      if (!is.has(field.getKey())) {
        changes.add(Map.of("op", "remove", "path", "/status/" + field.getKey()));
      }
    }
    return changes;
  }

  private ObjectNode fields(SessionClusterSourceStatus status) {
    return client.getKubernetesSerialization().convertValue(status, ObjectNode.class);
  }

  private static Map<String, Object> test(String path, String value) {
    return Map.of("op", "test", "path", path, "value", value);
  }

  private static Map<String, Object> add(String path, Object value) {
    return Map.of("op", "add", "path", path, "value", value);
  }
}
