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
package io.sessionclusters.fakecloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.Client;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teaopenapi.models.OpenApiRequest;
import com.aliyun.teaopenapi.models.Params;
import com.aliyun.teautil.models.RuntimeOptions;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fake against a client that knows nothing of this project: the vendor's own. */
class FakeCloudVendorClientTest {

  private final FakeCloud cloud = FakeCloud.start();
  private final FakeWorkspace workspace = cloud.workspace("cn-hangzhou", "w-1234abcd");

  @BeforeEach
  void prepare() {
    cloud.addKey("id", "secret");
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void listsAllPages() throws Exception {
    for (int i = 0; i < 250; i++) {
      workspace.put(FakeSession.sql("sc-" + i));
    }

    assertThat(walk(client("id", "secret"), Map.of("maxResults", "100")))
        .containsExactlyElementsOf(workspace.sessions().stream().map(FakeSession::id).toList());
    assertThat(cloud.requests(workspace))
        .extracting(RecordedRequest::page)
        .containsExactly(1, 2, 3);
    assertThat(cloud.listings(workspace)).isEqualTo(1);
  }

  @Test
  void filtersByWhatMustBeEncoded() throws Exception {
    String queue = "a b*c~d/é+=&€";
    workspace.put(FakeSession.sql("sc-1").queueName(queue));
    workspace.put(FakeSession.sql("sc-2"));

    assertThat(walk(client("id", "secret"), Map.of("queueName", queue))).containsExactly("sc-1");
  }

  @Test
  void readsAllFields() throws Exception {
    workspace.put(FakeSession.thrift("sc-1"));

    JsonNode session = call(client("id", "secret"), Map.of()).path("sessionClusters").path(0);

    // Compared as text: the vendor's reader makes every number a long.
    assertThat(session.toString()).isEqualTo(workspace.session("sc-1").json().toString());
    assertThat(session).hasSize(24);
    assertThat(session.path("connectionToken").asText()).isEqualTo("token-of-sc-1");
  }

  @Test
  void refusesAWrongSecret() throws Exception {
    Client client = client("id", "wrong");

    assertThatExceptionOfType(TeaException.class)
        .isThrownBy(() -> call(client, Map.of()))
        .returns("SignatureDoesNotMatch", TeaException::getCode)
        .withMessageContaining("server string to sign is:[ACS3-HMAC-SHA256");
  }

  @Test
  void refusesAnUnknownKey() throws Exception {
    Client client = client("other", "secret");

    assertThatExceptionOfType(TeaException.class)
        .isThrownBy(() -> call(client, Map.of()))
        .returns("InvalidAccessKeyId.NotFound", TeaException::getCode);
  }

  @Test
  void takesATemporaryKeyUntilItExpires() throws Exception {
    workspace.put(FakeSession.sql("sc-1"));
    cloud.addTemporaryKey("STS.id", "secret", "token");
    Client client = new Client(config("STS.id", "secret").setSecurityToken("token"));

    assertThat(walk(client, Map.of())).containsExactly("sc-1");

    cloud.expireToken("STS.id");
    assertThatExceptionOfType(TeaException.class)
        .isThrownBy(() -> call(client, Map.of()))
        .returns("InvalidSecurityToken.Expired", TeaException::getCode);
  }

  @Test
  void understandsAnErrorOnDemand() throws Exception {
    cloud.faults().once(Fault.error("Throttling.User"));
    Client client = client("id", "secret");

    assertThatExceptionOfType(TeaException.class)
        .isThrownBy(() -> call(client, Map.of()))
        .returns("Throttling.User", TeaException::getCode)
        .returns(400, TeaException::getStatusCode);
  }

  private List<String> walk(Client client, Map<String, String> query) throws Exception {
    var ids = new ArrayList<String>();
    var next = new HashMap<>(query);
    do {
      JsonNode page = call(client, next);
      page.path("sessionClusters").forEach(s -> ids.add(s.path("sessionClusterId").asText()));
      next.put("nextToken", page.path("nextToken").asText(""));
    } while (!next.getOrDefault("nextToken", "").isEmpty());
    return ids;
  }

  private JsonNode call(Client client, Map<String, String> query) throws Exception {
    var all = new HashMap<>(query);
    all.put("regionId", "cn-hangzhou");
    var params =
        new Params()
            .setAction("ListSessionClusters")
            .setVersion("2023-08-08")
            .setProtocol("HTTP")
            .setPathname("/api/v1/workspaces/w-1234abcd/sessionClusters")
            .setMethod("GET")
            .setAuthType("AK")
            .setStyle("ROA")
            .setReqBodyType("json")
            .setBodyType("json");
    Map<String, ?> answer =
        client.callApi(params, new OpenApiRequest().setQuery(all), new RuntimeOptions());
    return new ObjectMapper().valueToTree(answer.get("body"));
  }

  private Client client(String id, String secret) throws Exception {
    return new Client(config(id, secret));
  }

  private Config config(String id, String secret) {
    return new Config()
        .setAccessKeyId(id)
        .setAccessKeySecret(secret)
        .setProtocol("HTTP")
        .setRegionId("cn-hangzhou")
        .setEndpoint("127.0.0.1:" + cloud.port());
  }
}
