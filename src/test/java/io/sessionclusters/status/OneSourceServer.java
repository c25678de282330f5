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

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * As much of an API server as one source needs, over HTTP: its status is patched and read, a Secret
 * holds its access key, events and mirrors are taken. Whatever a test wants refused is refused.
 */
public final class OneSourceServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Requests in their order, as {@code PATCH /apis/...}. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** Bodies of the patches of the status. */
  public final List<JsonNode> patches = new CopyOnWriteArrayList<>();

  private final HttpServer server;
  private final KubernetesClient client;
  private volatile Predicate<String> refused = request -> false;
  private volatile ObjectNode source;
  private int version = 1;

  /** Starts with a source. */
  public OneSourceServer(SessionClusterSource source) throws IOException {
    this.source = JSON.convertValue(source, ObjectNode.class);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
  }

  public KubernetesClient client() {
    return client;
  }

  /** The source as it is stored. */
  public SessionClusterSource source() {
    return JSON.convertValue(source, SessionClusterSource.class);
  }

  /** Somebody else writes to the source. */
  public void edit(Consumer<ObjectNode> change) {
    change.accept(source);
    version();
  }

  /** From now on these requests are answered 403. */
  public void refuse(Predicate<String> requestsToRefuse) {
    refused = requestsToRefuse;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    requests.add(request);
    if (refused.test(request)) {
      respond(exchange, 403, failure(403, "forbidden here"));
    } else if (request.startsWith("PATCH")) {
      JsonNode patch = JSON.readTree(body);
      patches.add(patch);
      try {
        source = patched(source.deepCopy(), patch);
        version();
        respond(exchange, 200, source);
      } catch (RuntimeException e) {
        respond(exchange, 422, failure(422, String.valueOf(e.getMessage())));
      }
    } else if (request.contains("/secrets/")) {
      respond(
          exchange,
          200,
          JSON.readTree(
              "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"data\":{\"accessKeyId\":\"aWQ=\",\"accessKeySecret\":\"c2VjcmV0\"}}"));
    } else if (request.startsWith("POST")) {
      respond(exchange, 201, JSON.readTree(body));
    } else {
      respond(exchange, 200, source);
    }
  }

  /** As much of RFC 6902 as the operator uses: test, add and remove of fields. */
  private static ObjectNode patched(ObjectNode object, JsonNode patch) {
    for (JsonNode operation : patch) {
      JsonPointer path = JsonPointer.compile(operation.path("path").asText());
      String field = path.last().getMatchingProperty();
      ObjectNode parent = (ObjectNode) object.at(path.head());
      switch (operation.path("op").asText()) {
        case "add" -> parent.set(field, operation.get("value"));
        case "remove" -> parent.remove(field);
        case "test" -> {
          if (!operation.get("value").equals(parent.get(field))) {
            throw new IllegalStateException("test failed: " + path);
          }
        }
        default -> throw new IllegalStateException("unknown: " + operation);
      }
    }
    return object;
  }

  private void version() {
    ((ObjectNode) source.get("metadata")).put("resourceVersion", Integer.toString(++version));
  }

  private static JsonNode failure(int code, String message) {
    return JSON.createObjectNode()
        .put("kind", "Status")
        .put("apiVersion", "v1")
        .put("status", "Failure")
        .put("code", code)
        .put("message", message);
  }

  private static void respond(HttpExchange exchange, int code, JsonNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    client.close();
    server.stop(0);
  }
}
