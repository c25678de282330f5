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
package io.sessionclusters.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sessionclusters.cloud.http.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/** The least cloud that the simulation itself can be tested with: one page, and no faults. */
final class StaticCloud implements World.Cloud {

  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, String> states = new TreeMap<>();
  private int requests;

  StaticCloud with(String id, String state) {
    states.put(id, state);
    return this;
  }

  void remove(String id) {
    states.remove(id);
  }

  int requests() {
    return requests;
  }

  @Override
  public Transport connect(SimProcess process) {
    return new Connection(process);
  }

  private final class Connection implements Transport {
    private final SimProcess process;

    Connection(SimProcess process) {
      this.process = process;
    }

    @Override
    public ClassicHttpResponse send(URI endpoint, HttpUriRequestBase request) throws IOException {
      requests++;
      try {
        process.timers().sleep(Duration.ofMillis(20));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      var answer = new BasicClassicHttpResponse(200);
      answer.setEntity(
          new StringEntity(
              page(request.getRequestUri()),
              ContentType.APPLICATION_JSON.withCharset(StandardCharsets.UTF_8)));
      return answer;
    }

    @Override
    public String destination(URI endpoint) {
      return endpoint.getHost();
    }

    @Override
    public void close() {}
  }

  private String page(String uri) throws JsonProcessingException {
    ObjectNode page = json.createObjectNode();
    page.put("requestId", "r");
    ArrayNode list = page.putArray("sessionClusters");
    states.forEach(
        (id, state) -> {
          if (!uri.contains("sessionClusterId=") || uri.contains("sessionClusterId=" + id)) {
            list.addObject()
                .put("sessionClusterId", id)
                .put("name", "n-" + id)
                .put("workspaceId", "w-1")
                .put("state", state)
                .put("kind", "SQL");
          }
        });
    page.put("totalCount", list.size());
    return json.writeValueAsString(page);
  }
}
