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
package io.sessionclusters.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.ConnectionSecretRef;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.support.RecordCopy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Statuses of mirrors for tests, and their way to the API server and back. */
final class Statuses {

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
  private static final ObjectMapper JSON = new ObjectMapper();

  private Statuses() {}

  /** A status with a value in every field. */
  static SessionClusterStatus full() {
    return RecordCopy.with(
        SessionMapping.status(Sessions.documented()),
        "connectionSecretRef",
        new ConnectionSecretRef("sc-1-connection"));
  }

  /** Any status that the operator could write, with any transition times. */
  static SessionClusterStatus random(RandomGenerator random) {
    SessionClusterStatus status = SessionMapping.status(Sessions.random(random));
    if (random.nextInt(4) == 0) {
      status = RecordCopy.with(status, "connectionSecretRef", new ConnectionSecretRef("s"));
    }
    List<Condition> conditions = new ArrayList<>();
    for (Condition condition : Objects.requireNonNull(status.conditions())) {
      conditions.add(
          condition.edit().withLastTransitionTime(random.nextInt(9) + " o'clock").build());
    }
    return RecordCopy.with(status, "conditions", conditions);
  }

  /** What a client reads after the status was written. */
  static @Nullable SessionClusterStatus written(SessionClusterStatus status) {
    SessionCluster object = new SessionCluster();
    object.setStatus(status);
    return SERIALIZATION.unmarshal(SERIALIZATION.asJson(object), SessionCluster.class).getStatus();
  }

  /** The JSON that is written, without the transition times. */
  static JsonNode timeless(SessionClusterStatus status) {
    try {
      JsonNode json = JSON.readTree(SERIALIZATION.asJson(status));
      json.path("conditions")
          .forEach(condition -> ((ObjectNode) condition).remove("lastTransitionTime"));
      return json;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
