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

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The API server of the simulation without its time: it answers each request at once, on the thread
 * that asks. For unit tests of what reads and writes objects.
 */
public final class InstantApiServer implements AutoCloseable {

  private static final String SOMEBODY = "person/somebody";

  private final SimApiServer server = new SimApiServer(new Kernel(1));
  private final PooledClient pooled = PooledClient.take();
  private final List<String> requests = new ArrayList<>();
  private @Nullable String refused;
  private Fault fault = Fault.NONE;

  /** An empty one. */
  public InstantApiServer() {
    pooled.connect(new Exchange());
  }

  /** The operator's. */
  public KubernetesClient client() {
    return pooled.client();
  }

  /**
   * What the client asked for since this was last called, as {@code create secrets sc-1} and {@code
   * update sessionclusters sc-1/status}.
   */
  public synchronized List<String> requests() {
    List<String> since = List.copyOf(requests);
    requests.clear();
    return since;
  }

  /**
   * Refuses requests from now on.
   *
   * @param request what those that are refused begin with, as {@code create secrets}
   */
  public synchronized void refuse(String request, int code, String reason, String message) {
    refused = request;
    fault = new Fault.Refused(code, reason, message, null);
  }

  /** Drops fields of the statuses of mirrors, as an older CRD does. */
  public synchronized void prunes(Consumer<ObjectNode> drop) {
    server.prunes(
        Kind.MIRROR,
        object -> {
          if (object.get("status") instanceof ObjectNode status) {
            drop.accept(status);
          }
          return object;
        });
  }

  /** Takes all requests again. */
  public synchronized void refuseNothing() {
    refused = null;
  }

  /** Somebody creates an object; its status, if it is a resource of ours, is left out. */
  public synchronized <T extends HasMetadata> T create(T object) {
    server.create(SOMEBODY, json(object));
    return Objects.requireNonNull(find(object));
  }

  /** Somebody changes an object as it is now, its status too. */
  public synchronized <T extends HasMetadata> T edit(T object, Consumer<T> change) {
    T now = Objects.requireNonNull(find(object));
    change.accept(now);
    ObjectNode changed = json(now);
    ObjectStore.Key key = ObjectStore.key(changed);
    server.edit(
        SOMEBODY, key.kind(), key.namespace(), key.name(), stored -> replace(stored, changed));
    if (key.kind().isCustom()) {
      server.editStatus(
          SOMEBODY, key.kind(), key.namespace(), key.name(), stored -> replace(stored, changed));
    }
    return Objects.requireNonNull(find(object));
  }

  /** The object of that name as it is now; null if there is none. */
  public synchronized <T extends HasMetadata> @Nullable T find(T object) {
    ObjectStore.Key key = ObjectStore.key(json(object));
    ObjectNode found = server.find(key.kind(), key.namespace(), key.name());
    @SuppressWarnings("unchecked") // The class of an object of that type.
    Class<T> type = (Class<T>) object.getClass();
    return found == null ? null : client().getKubernetesSerialization().convertValue(found, type);
  }

  /** Somebody deletes an object. */
  public synchronized void delete(HasMetadata object) {
    ObjectStore.Key key = ObjectStore.key(json(object));
    server.delete(
        SOMEBODY, key.kind(), key.namespace(), key.name(), SimApiServer.Propagation.BACKGROUND);
  }

  /** Puts the client back for the next test. */
  @Override
  public void close() {
    pooled.release();
  }

  private ObjectNode json(HasMetadata object) {
    return client().getKubernetesSerialization().convertValue(object, ObjectNode.class);
  }

  private static void replace(ObjectNode stored, ObjectNode changed) {
    String version = ObjectStore.version(stored);
    stored.setAll(changed.deepCopy());
    stored.withObjectProperty("metadata").put("resourceVersion", version);
  }

  private final class Exchange implements SimHttp.Exchange {

    @Override
    public CompletableFuture<SimApiServer.Answer> send(
        String method, URI uri, String contentType, String body) {
      synchronized (InstantApiServer.this) {
        ApiRequest request = ApiRequest.of(method, uri, contentType, body).by("operator/a", 0);
        String words =
            "%s %s %s%s"
                .formatted(
                    request.verb(),
                    request.kind().plural(),
                    Objects.requireNonNullElse(request.name(), ""),
                    request.subresource().isEmpty() ? "" : "/" + request.subresource())
                .strip();
        requests.add(words);
        return CompletableFuture.completedFuture(
            server.answer(
                request, refused != null && words.startsWith(refused) ? fault : Fault.NONE));
      }
    }

    @Override
    public boolean repeats(int attempt) {
      return false;
    }
  }
}
