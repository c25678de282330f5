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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What people, and their tools, do on the API server. */
final class People {

  static final String FINALIZER = "example.com/hold";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WHO = "person";

  private final SimApiServer api;

  People(SimApiServer api) {
    this.api = api;
  }

  static ObjectNode object(Kind kind, String namespace, String name) {
    ObjectNode object = JSON.createObjectNode();
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kindName());
    object.putObject("metadata").put("namespace", namespace).put("name", name);
    return object;
  }

  /** Makes a source that lists a workspace once a minute, unless the spec says something else. */
  void createSource(String namespace, String name, SimPlace place, Consumer<ObjectNode> spec) {
    ObjectNode source = object(Kind.SOURCE, namespace, name);
    ObjectNode written = source.putObject("spec");
    written.put("regionId", place.region()).put("workspaceId", place.workspace());
    spec.accept(written);
    api.create(WHO, source);
  }

  /** Edits a spec; nothing happens where the source is not there. */
  void edit(String namespace, String name, Consumer<ObjectNode> spec) {
    if (source(namespace, name) != null) {
      api.edit(WHO, Kind.SOURCE, namespace, name, s -> spec.accept(s.withObjectProperty("spec")));
    }
  }

  void annotate(String namespace, String name, String annotation, String value) {
    if (source(namespace, name) != null) {
      api.edit(
          WHO,
          Kind.SOURCE,
          namespace,
          name,
          s ->
              s.withObjectProperty("metadata")
                  .withObjectProperty("annotations")
                  .put("sessionclusters.io/" + annotation, value));
    }
  }

  /** Confirms what the guard holds, as {@code kubectl get} shows it. */
  void confirm(String namespace, String name) {
    ObjectNode source = source(namespace, name);
    if (source != null) {
      String token = source.path("status").path("pendingPrune").path("token").asText("");
      if (!token.isEmpty()) {
        annotate(namespace, name, "confirm-prune", token);
      }
    }
  }

  void deleteSource(String namespace, String name, SimApiServer.Propagation propagation) {
    if (source(namespace, name) != null) {
      api.delete(WHO, Kind.SOURCE, namespace, name, propagation);
    }
  }

  @Nullable ObjectNode source(String namespace, String name) {
    return api.find(Kind.SOURCE, namespace, name);
  }

  /** Puts a finalizer on an object, or takes it off. */
  void hold(Kind kind, String namespace, String name, boolean on) {
    ObjectNode found = api.find(kind, namespace, name);
    if (found == null || (on && Facts.isDeleting(found))) {
      return;
    }
    api.edit(
        WHO,
        kind,
        namespace,
        name,
        o -> {
          ObjectNode metadata = o.withObjectProperty("metadata");
          List<String> finalizers = new ArrayList<>();
          metadata.path("finalizers").forEach(f -> finalizers.add(f.asText()));
          finalizers.remove(FINALIZER);
          if (on) {
            finalizers.add(FINALIZER);
          }
          metadata.remove("finalizers");
          if (!finalizers.isEmpty()) {
            finalizers.forEach(metadata.putArray("finalizers")::add);
          }
        });
  }

  /** Takes all finalizers of people off. */
  void letGo() {
    for (Kind kind : List.of(Kind.MIRROR, Kind.SOURCE)) {
      for (ObjectNode object : List.copyOf(api.all(kind))) {
        ObjectStore.Key key = ObjectStore.key(object);
        if (ObjectStore.finalizers(object).contains(FINALIZER)) {
          hold(kind, key.namespace(), key.name(), false);
        }
      }
    }
  }

  void writeKey(String namespace, String name, String keyId) {
    ObjectNode secret = object(Kind.SECRET, namespace, name);
    ObjectNode data = secret.putObject("stringData");
    data.put("accessKeyId", keyId);
    data.put("accessKeySecret", Marks.SECRET + "-aks");
    data.put("securityToken", Marks.SECRET + "-sts");
    if (api.find(Kind.SECRET, namespace, name) == null) {
      api.create(WHO, secret);
    } else {
      api.edit(WHO, Kind.SECRET, namespace, name, o -> o.set("stringData", data.deepCopy()));
    }
  }

  void deleteKey(String namespace, String name) {
    if (api.find(Kind.SECRET, namespace, name) != null) {
      api.delete(WHO, Kind.SECRET, namespace, name, SimApiServer.Propagation.BACKGROUND);
    }
  }

  /** A mirror that nobody's source controls, with the name that a session's would have. */
  void foreignMirror(String namespace, SimPlace place, String id, @Nullable String label) {
    if (api.find(Kind.MIRROR, namespace, id) != null) {
      return;
    }
    ObjectNode mirror = object(Kind.MIRROR, namespace, id);
    if (label != null) {
      mirror
          .withObjectProperty("metadata")
          .putObject("labels")
          .put("sessionclusters.io/source", label);
    }
    ObjectNode spec = mirror.putObject("spec");
    spec.put("regionId", place.region()).put("workspaceId", place.workspace());
    spec.put("sessionClusterId", id);
    api.create(WHO, mirror);
  }

  void deleteMirror(String namespace, String name) {
    if (api.find(Kind.MIRROR, namespace, name) != null) {
      api.delete(WHO, Kind.MIRROR, namespace, name, SimApiServer.Propagation.BACKGROUND);
    }
  }

  void editMirror(String namespace, String name, Consumer<ObjectNode> change) {
    if (api.find(Kind.MIRROR, namespace, name) != null) {
      api.edit(WHO, Kind.MIRROR, namespace, name, change);
    }
  }

  /** As an administrator who gets past the policy that keeps mirrors read-only. */
  void editMirrorStatus(String namespace, String name, String state) {
    if (api.find(Kind.MIRROR, namespace, name) != null) {
      api.editStatus(
          WHO,
          Kind.MIRROR,
          namespace,
          name,
          m -> m.withObjectProperty("status").put("state", state));
    }
  }

  /** Names of the mirrors of a namespace. */
  List<String> mirrors(String namespace) {
    List<String> names = new ArrayList<>();
    for (ObjectNode mirror : api.all(Kind.MIRROR)) {
      JsonNode metadata = mirror.path("metadata");
      if (metadata.path("namespace").asText().equals(namespace)) {
        names.add(metadata.path("name").asText());
      }
    }
    return names;
  }
}
