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
package io.sessionclusters.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.StateChangeReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mirrors as an informer reads them: whatever stands there, one object must not stop it. */
class MirrorReadingTest {

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final String MIRROR =
      """
      {"apiVersion": "sessionclusters.io/v1alpha1", "kind": "SessionCluster",
       "metadata": {"name": "sc-1", "namespace": "team-a", "resourceVersion": "7"},
       "spec": {"regionId": "cn-hangzhou", "workspaceId": "w-1", "sessionClusterId": "sc-1"},
       "status": {"observedGeneration": 1, "name": "adhoc", "state": "Running", "fusion": true,
         "stateChangeReason": {"code": "200", "message": "ok"},
         "autoStopConfiguration": {"enable": true, "idleTimeoutMinutes": 45},
         "applicationConfigs": [{"configItemKey": "k", "configItemValue": "v"}],
         "connectionSecretRef": {"name": "s"},
         "conditions": [{"type": "Running", "status": "True", "observedGeneration": 1}]}}
      """;

  @Test
  void readsWhatIsThere() {
    SessionCluster mirror = SERIALIZATION.unmarshal(MIRROR, SessionCluster.class);

    assertThat(mirror.getSpec()).isEqualTo(new SessionClusterSpec("cn-hangzhou", "w-1", "sc-1"));
    assertThat(mirror.getStatus().state()).isEqualTo("Running");
    assertThat(mirror.getStatus().stateChangeReason())
        .isEqualTo(new StateChangeReason("200", "ok"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "'text'", "[]", "{'regionId': {}}", "{'sessionClusterId': [1]}"})
  void aSpecThatCannotBeReadIsNone(String spec) {
    SessionCluster mirror = mirror("spec", spec);

    assertThat(mirror.getSpec()).isNull();
    assertThat(mirror.getStatus().state()).isEqualTo("Running");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "'text'",
        "[]",
        "{'name': {}}",
        "{'fusion': 'perhaps'}",
        "{'stateChangeReason': 'ok'}",
        "{'autoStopConfiguration': {'idleTimeoutMinutes': 99999999999}}",
        "{'applicationConfigs': {}}",
        "{'applicationConfigs': [7]}",
        "{'conditions': 'none'}",
        "{'conditions': [[]]}",
        "{'conditions': [{'observedGeneration': 'x'}]}",
      })
  void aStatusThatCannotBeReadIsNone(String status) {
    SessionCluster mirror = mirror("status", status);

    assertThat(mirror.getStatus()).isNull();
    assertThat(mirror.getSpec().sessionClusterId()).isEqualTo("sc-1");
  }

  @Test
  void oneUnreadableMirrorDoesNotHideTheOthersOfAList() {
    String list =
        """
        {"apiVersion": "sessionclusters.io/v1alpha1", "kind": "SessionClusterList",
         "metadata": {}, "items": [%s, %s, %s]}
        """
            .formatted(MIRROR, MIRROR.replace("\"adhoc\"", "{}"), MIRROR);

    KubernetesResourceList<SessionCluster> read =
        SERIALIZATION.unmarshal(list, SessionClusterList.class);

    assertThat(read.getItems())
        .extracting(mirror -> mirror.getStatus() == null)
        .containsExactly(false, true, false);
  }

  /** As the client makes one for each resource. */
  static final class SessionClusterList extends DefaultKubernetesResourceList<SessionCluster> {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void neverThrowsWhateverStandsAnywhere(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      ObjectNode mirror = (ObjectNode) JSON.readTree(MIRROR);
      String part = random.nextBoolean() ? "spec" : "status";
      mirror.set(part, disturbed(mirror.get(part), random));

      SessionCluster read;
      try {
        read = SERIALIZATION.unmarshal(mirror.toString(), SessionCluster.class);
      } catch (IllegalArgumentException e) {
        throw new AssertionError("seed=" + seed + " round=" + i + " " + mirror, e);
      }

      assertThat(read.getMetadata().getName()).as("seed=%d round=%d", seed, i).isEqualTo("sc-1");
    }
  }

  /** The same tree with nonsense in some places. */
  private static JsonNode disturbed(JsonNode tree, Random random) {
    if (random.nextInt(5) == 0) {
      return nonsense(random);
    }
    return switch (tree) {
      case ObjectNode object -> {
        ObjectNode copy = NODES.objectNode();
        object
            .properties()
            .forEach(field -> copy.set(field.getKey(), disturbed(field.getValue(), random)));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = NODES.arrayNode();
        array.forEach(element -> copy.add(disturbed(element, random)));
        yield copy;
      }
      default -> tree;
    };
  }

  private static JsonNode nonsense(Random random) {
    List<JsonNode> all =
        List.of(
            NODES.nullNode(),
            NODES.textNode(""),
            NODES.textNode("x"),
            NODES.numberNode(-1),
            NODES.numberNode(Long.MAX_VALUE),
            NODES.numberNode(1e300),
            NODES.booleanNode(true),
            NODES.arrayNode(),
            NODES.arrayNode().add(NODES.nullNode()).add(NODES.objectNode()),
            NODES.objectNode(),
            NODES.objectNode().put("name", 5));
    return all.get(random.nextInt(all.size()));
  }

  private static SessionCluster mirror(String part, String json) {
    try {
      ObjectNode mirror = (ObjectNode) JSON.readTree(MIRROR);
      mirror.set(part, JSON.readTree(json.replace('\'', '"')));
      return SERIALIZATION.unmarshal(mirror.toString(), SessionCluster.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
