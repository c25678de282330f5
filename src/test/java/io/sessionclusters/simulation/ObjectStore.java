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
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an API server stores and how it changes it: resource versions, generations, the status as a
 * subresource, preconditions, finalizers. An object in it is never changed, only replaced.
 */
final class ObjectStore {

  /** By kind, namespace and name. */
  record Key(Kind kind, String namespace, String name) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int order = kind.compareTo(other.kind);
      order = order != 0 ? order : namespace.compareTo(other.namespace);
      return order != 0 ? order : name.compareTo(other.name);
    }
  }

  /** Told of each change, in order. */
  @FunctionalInterface
  interface Listener {
    void changed(Change change);
  }

  private final Kernel kernel;
  private final Listener listener;
  private final List<Change> history = new ArrayList<>();
  private final Map<Kind, UnaryOperator<ObjectNode>> pruning = new TreeMap<>();
  private TreeMap<Key, ObjectNode> objects = new TreeMap<>();
  private @Nullable ObjectNode sourceStatus;
  private long version = 1000;
  private int uids;
  private int generatedNames;

  ObjectStore(Kernel kernel, Listener listener) {
    this.kernel = kernel;
    this.listener = listener;
  }

  /** An earlier state. */
  record State(TreeMap<Key, ObjectNode> objects, long version) {}

  State state() {
    return new State(new TreeMap<>(objects), version);
  }

  /** Goes back; resource versions too, so that numbers of the lost time are given again. */
  void restore(State state) {
    TreeMap<Key, ObjectNode> lost = objects;
    objects = new TreeMap<>(state.objects());
    version = state.version();
    TreeMap<Key, ObjectNode> all = new TreeMap<>(lost);
    all.putAll(objects);
    for (Key key : all.keySet()) {
      ObjectNode before = lost.get(key);
      ObjectNode after = objects.get(key);
      if (!Objects.equals(before, after)) {
        history.add(change("restore", "restore", key, before, after));
      }
    }
  }

  List<Change> history() {
    return history;
  }

  /** What the CRD's default gives a source that is created without a status; null for nothing. */
  void sourceStatus(@Nullable ObjectNode status) {
    sourceStatus = status;
  }

  /** What an older CRD drops before an object is stored. */
  void prunes(Kind kind, UnaryOperator<ObjectNode> drop) {
    pruning.put(kind, drop);
  }

  @Nullable ObjectNode find(Kind kind, String namespace, String name) {
    return objects.get(new Key(kind, namespace, name));
  }

  ObjectNode get(Kind kind, String namespace, String name) {
    ObjectNode found = find(kind, namespace, name);
    if (found == null) {
      throw ApiError.notFound(kind, name);
    }
    return found;
  }

  /** All of a kind, by namespace and name. */
  List<ObjectNode> all(Kind kind) {
    return objects.entrySet().stream()
        .filter(e -> e.getKey().kind() == kind)
        .map(Map.Entry::getValue)
        .toList();
  }

  /** All there is, by kind, namespace and name. */
  List<ObjectNode> all() {
    return List.copyOf(objects.values());
  }

  static Key key(ObjectNode object) {
    for (Kind kind : Kind.values()) {
      if (kind.kindName().equals(object.path("kind").asText())) {
        return new Key(
            kind,
            object.path("metadata").path("namespace").asText(),
            object.path("metadata").path("name").asText());
      }
    }
    throw new IllegalArgumentException("no kind: " + object);
  }

  static String uid(ObjectNode object) {
    return object.path("metadata").path("uid").asText();
  }

  static String version(ObjectNode object) {
    return object.path("metadata").path("resourceVersion").asText();
  }

  static boolean isDeleting(ObjectNode object) {
    return object.path("metadata").has("deletionTimestamp");
  }

  ObjectNode create(String by, Kind kind, String namespace, ObjectNode sent, boolean dryRun) {
    ObjectNode object = sent.deepCopy();
    ObjectNode metadata = object.withObjectProperty("metadata");
    String name = metadata.path("name").asText("");
    if (name.isEmpty()) {
      String prefix = metadata.path("generateName").asText("");
      if (prefix.isEmpty()) {
        throw ApiError.invalid(kind, "", "metadata.name: Required value: name is required");
      }
      name = prefix + "%05d".formatted(++generatedNames);
    }
    Key key = new Key(kind, namespace, name);
    if (objects.containsKey(key)) {
      throw ApiError.exists(kind, name);
    }
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kindName());
    metadata.put("name", name).put("namespace", namespace);
    metadata.remove(List.of("resourceVersion", "deletionTimestamp", "generation", "managedFields"));
    metadata.put("uid", "uid-%s-%d".formatted(kind.name().charAt(0), ++uids));
    metadata.put("creationTimestamp", now());
    if (kind.isCustom()) {
      metadata.put("generation", 1);
      object.remove("status");
      if (kind == Kind.SOURCE && sourceStatus != null) {
        object.set("status", sourceStatus.deepCopy());
      }
    }
    if (kind == Kind.SECRET) {
      encode(object);
    }
    object = pruned(kind, object);
    if (dryRun) {
      return object;
    }
    return store(by, "create", key, null, object);
  }

  /** A PUT on the object: its status stays. */
  ObjectNode update(String by, Key key, ObjectNode sent) {
    ObjectNode before = get(key.kind(), key.namespace(), key.name());
    if (key.kind().isCustom() && version(sent).isEmpty()) {
      throw ApiError.invalid(
          key.kind(),
          key.name(),
          "metadata.resourceVersion: Invalid value: 0x0: must be specified for an update");
    }
    require(key, before, version(sent), uid(sent));
    return replaceMain(by, key, before, sent);
  }

  private ObjectNode replaceMain(String by, Key key, ObjectNode before, ObjectNode sent) {
    ObjectNode object = sent.deepCopy();
    ObjectNode old = (ObjectNode) before.path("metadata");
    ObjectNode metadata = object.withObjectProperty("metadata");
    metadata.remove(
        List.of(
            "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"));
    for (String fixed :
        List.of(
            "name",
            "namespace",
            "uid",
            "resourceVersion",
            "creationTimestamp",
            "generation",
            "generateName",
            "deletionTimestamp",
            "deletionGracePeriodSeconds")) {
      if (old.has(fixed)) {
        metadata.set(fixed, old.get(fixed));
      }
    }
    object.put("apiVersion", key.kind().apiVersion()).put("kind", key.kind().kindName());
    if (key.kind() == Kind.SECRET) {
      encode(object);
      if (!object.path("type").asText("Opaque").equals(before.path("type").asText("Opaque"))) {
        throw ApiError.invalid(key.kind(), key.name(), "type: field is immutable");
      }
      if (before.path("immutable").asBoolean()
          && !object.path("data").equals(before.path("data"))) {
        throw ApiError.invalid(
            key.kind(), key.name(), "data: Forbidden: field is immutable when `immutable` is set");
      }
    }
    if (key.kind().isCustom()) {
      object.remove("status");
      if (before.has("status")) {
        object.set("status", before.get("status"));
      }
      object = pruned(key.kind(), object);
      if (!object.path("spec").equals(before.path("spec"))) {
        object
            .withObjectProperty("metadata")
            .put("generation", before.path("metadata").path("generation").asLong() + 1);
      }
    }
    return replace(by, "update", key, before, object);
  }

  /** A PUT on {@code /status}: all but the status stays. */
  ObjectNode updateStatus(String by, Key key, ObjectNode sent) {
    ObjectNode before = get(key.kind(), key.namespace(), key.name());
    if (version(sent).isEmpty()) {
      throw ApiError.invalid(
          key.kind(),
          key.name(),
          "metadata.resourceVersion: Invalid value: 0x0: must be specified for an update");
    }
    require(key, before, version(sent), uid(sent));
    return replaceStatus(by, key, before, sent);
  }

  private ObjectNode replaceStatus(String by, Key key, ObjectNode before, ObjectNode sent) {
    ObjectNode object = before.deepCopy();
    JsonNode status = sent.get("status");
    if (status == null || status.isNull()) {
      object.remove("status");
    } else {
      object.set("status", status.deepCopy());
    }
    return replace(by, "status", key, before, pruned(key.kind(), object));
  }

  /** A merge patch; a resource version in it is a precondition. */
  ObjectNode mergePatch(String by, Key key, boolean status, ObjectNode patch) {
    ObjectNode before = get(key.kind(), key.namespace(), key.name());
    require(key, before, version(patch), uid(patch));
    ObjectNode patched = JsonPatches.merge(before, patch);
    return status ? replaceStatus(by, key, before, patched) : replaceMain(by, key, before, patched);
  }

  ObjectNode jsonPatch(String by, Key key, boolean status, JsonNode operations) {
    ObjectNode before = get(key.kind(), key.namespace(), key.name());
    ObjectNode patched;
    try {
      patched = JsonPatches.apply(before, operations);
    } catch (IllegalArgumentException e) {
      throw new ApiError(
          422,
          "Invalid",
          "the server rejected our request due to an error in our request",
          null,
          null);
    }
    return status ? replaceStatus(by, key, before, patched) : replaceMain(by, key, before, patched);
  }

  /**
   * Deletes an object, or marks it where something holds it.
   *
   * @param version precondition; empty for none
   * @param uid precondition; empty for none
   * @param finalizer that the propagation policy adds; null for none
   * @return the marked object; null if it is gone
   */
  @Nullable ObjectNode delete(
      String by, Key key, String version, String uid, @Nullable String finalizer) {
    ObjectNode before = get(key.kind(), key.namespace(), key.name());
    require(key, before, version, uid);
    ObjectNode object = before.deepCopy();
    ObjectNode metadata = object.withObjectProperty("metadata");
    if (finalizer != null && !finalizers(before).contains(finalizer)) {
      metadata.withArray("/finalizers").add(finalizer);
    }
    if (finalizers(object).isEmpty()) {
      remove(by, key, before);
      return null;
    }
    if (!isDeleting(object)) {
      metadata.put("deletionTimestamp", now()).put("deletionGracePeriodSeconds", 0);
      if (key.kind().isCustom()) {
        metadata.put("generation", metadata.path("generation").asLong() + 1);
      }
    }
    return replace(by, "delete", key, before, object);
  }

  static List<String> finalizers(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.path("metadata").path("finalizers").forEach(f -> names.add(f.asText()));
    return names;
  }

  private void require(Key key, ObjectNode found, String version, String uid) {
    if (!uid.isEmpty() && !uid.equals(uid(found))) {
      throw ApiError.conflict(
          key.kind(),
          key.name(),
          "Precondition failed: UID in precondition: %s, UID in object meta: %s"
              .formatted(uid, uid(found)));
    }
    if (!version.isEmpty() && !version.equals(version(found))) {
      throw ApiError.conflict(
          key.kind(),
          key.name(),
          "the object has been modified; please apply your changes to the latest version and try"
              + " again");
    }
  }

  private ObjectNode replace(
      String by, String verb, Key key, ObjectNode before, ObjectNode object) {
    if (object.equals(before)) {
      return before;
    }
    if (isDeleting(object) && finalizers(object).isEmpty()) {
      remove(by, key, before);
      return object;
    }
    return store(by, verb, key, before, object);
  }

  private ObjectNode store(
      String by, String verb, Key key, @Nullable ObjectNode before, ObjectNode object) {
    object.withObjectProperty("metadata").put("resourceVersion", Long.toString(++version));
    objects.put(key, object);
    tell(change(by, verb, key, before, object));
    return object;
  }

  private void remove(String by, Key key, ObjectNode before) {
    version++;
    objects.remove(key);
    tell(change(by, "delete", key, before, null));
  }

  /** The version of the last change. */
  long version() {
    return version;
  }

  private void tell(Change change) {
    history.add(change);
    listener.changed(change);
  }

  private Change change(
      String by, String verb, Key key, @Nullable ObjectNode before, @Nullable ObjectNode after) {
    return new Change(
        kernel.elapsed(),
        kernel.wall().instant(),
        by,
        verb,
        key.kind(),
        key.namespace(),
        key.name(),
        uid(Objects.requireNonNull(after == null ? before : after)),
        before,
        after);
  }

  private ObjectNode pruned(Kind kind, ObjectNode object) {
    UnaryOperator<ObjectNode> drop = pruning.get(kind);
    return drop == null ? object : drop.apply(object);
  }

  /** What is given as text is stored as base64. */
  private static void encode(ObjectNode secret) {
    if (secret.remove("stringData") instanceof ObjectNode texts) {
      ObjectNode data = secret.withObjectProperty("data");
      texts
          .properties()
          .forEach(
              e ->
                  data.put(
                      e.getKey(),
                      java.util.Base64.getEncoder()
                          .encodeToString(
                              e.getValue()
                                  .asText()
                                  .getBytes(java.nio.charset.StandardCharsets.UTF_8))));
    }
    if (!secret.has("type")) {
      secret.put("type", "Opaque");
    }
  }

  private String now() {
    return kernel.wall().instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
