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
package io.sessionclusters.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServerSerializationTest {

  private final ApiServerSerialization serialization = new ApiServerSerialization();

  private WatchEvent event(String json) {
    return serialization.unmarshal(json.replace('\'', '"'), WatchEvent.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // As an API server sends it, and in an order that it never uses.
        "{'type':'MODIFIED','object':{'apiVersion':'sessionclusters.io/v1alpha1',"
            + "'kind':'SessionCluster','metadata':{'name':'a','resourceVersion':'7'},"
            + "'status':{'state':'Running'}}}",
        "{'object': {'status':{'state':'Running'}, 'metadata':{'name':'a','resourceVersion':'7'},"
            + "'kind':'SessionCluster', 'apiVersion':'sessionclusters.io/v1alpha1'},"
            + " 'type':'MODIFIED'}",
      })
  void readsAnEventInAnyOrder(String json) {
    WatchEvent event = event(json);

    assertThat(event.getType()).isEqualTo("MODIFIED");
    assertThat(event.getObject())
        .isInstanceOfSatisfying(
            SessionCluster.class,
            mirror -> {
              assertThat(mirror.getMetadata().getName()).isEqualTo("a");
              assertThat(mirror.getMetadata().getResourceVersion()).isEqualTo("7");
              assertThat(mirror.getStatus().state()).isEqualTo("Running");
            });
  }

  @Test
  void readsTheStatusOfAnErrorEvent() {
    WatchEvent event =
        event(
            "{'type':'ERROR','object':{'apiVersion':'v1','kind':'Status','metadata':{},"
                + "'status':'Failure','code':410,'reason':'Expired'}}");

    assertThat(event.getType()).isEqualTo("ERROR");
    assertThat(event.getObject())
        .isInstanceOfSatisfying(
            Status.class, status -> assertThat(status.getCode()).isEqualTo(410));
  }

  @Test
  void readsABookmark() {
    WatchEvent event =
        event(
            "{'type':'BOOKMARK','object':{'kind':'SessionClusterSource',"
                + "'apiVersion':'sessionclusters.io/v1alpha1',"
                + "'metadata':{'resourceVersion':'12'}}}");

    assertThat(event.getObject())
        .isInstanceOfSatisfying(
            SessionClusterSource.class,
            source -> assertThat(source.getMetadata().getResourceVersion()).isEqualTo("12"));
  }

  @Test
  void readsAnEventOfAnUnknownKind() {
    WatchEvent event =
        event(
            "{'type':'ADDED','object':{'apiVersion':'example.com/v1','kind':'Nobodys',"
                + "'metadata':{'name':'n'}}}");

    assertThat(event.getObject()).isInstanceOf(GenericKubernetesResource.class);
  }

  @Test
  void leavesManagedFieldsOut() {
    WatchEvent event =
        event(
            "{'type':'ADDED','object':{'apiVersion':'sessionclusters.io/v1alpha1',"
                + "'kind':'SessionCluster','metadata':{'name':'a',"
                + "'managedFields':[{'manager':'m','fieldsV1':{'f:data':{}}}],"
                + "'uid':'u'}}}");

    assertThat(event.getObject())
        .isInstanceOfSatisfying(
            SessionCluster.class,
            mirror -> {
              assertThat(mirror.getMetadata().getManagedFields()).isEmpty();
              assertThat(mirror.getMetadata().getUid()).isEqualTo("u");
              assertThat(mirror.getMetadata().getAdditionalProperties()).isEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'ADDED','object':{'apiVersion':'sessionclusters.io/v1alpha1',"
            + "'kind':'SessionCluster','metadata':'s3cret'}}",
        "{'type':'ADDED','object':{'apiVersion':'sessionclusters.io/v1alpha1',"
            + "'kind':'SessionCluster','status':{'state':'s3cr",
      })
  void anEventThatCannotBeReadIsAFailureThatQuotesNothing(String json) {
    assertThatThrownBy(() -> event(json))
        .isExactlyInstanceOf(KubernetesClientException.class)
        .hasNoCause()
        .message()
        .doesNotContain("s3cr");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>s3cret</html>", "", "{\"metadata\": \"s3cret\"}", "kind: s3cret"})
  void anAnswerThatIsNoJsonIsAFailureThatQuotesNothing(String answer) {
    assertThatThrownBy(
            () ->
                serialization.unmarshal(
                    new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
                    new TypeReference<ConfigMap>() {}))
        .isExactlyInstanceOf(KubernetesClientException.class)
        .hasNoCause()
        .message()
        .doesNotContain("s3cret");
  }
}
