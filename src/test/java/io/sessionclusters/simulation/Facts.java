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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What really happened in a history, put in order for the oracles. All times: virtual nanoseconds.
 */
final class Facts {

  /** A version of an object and from when on it was the stored one. */
  record Version(long from, @Nullable ObjectNode object, String by) {}

  /** A time in which the operator could not know, or not do, what it should. */
  record Trouble(long from, long to, String what) {}

  private final List<Trouble> troubles;
  private final List<Change> changes;
  private final SimCloud cloud;
  private final Served served;
  private final Map<String, List<Version>> byUid = new LinkedHashMap<>();
  private final Map<String, String> sourceNames = new HashMap<>();

  Facts(List<Change> changes, SimCloud cloud, Served served, List<Trouble> troubles) {
    this.troubles = troubles;
    this.changes = changes;
    this.cloud = cloud;
    this.served = served;
    for (Change change : changes) {
      byUid
          .computeIfAbsent(change.uid(), u -> new ArrayList<>())
          .add(new Version(change.at().toNanos(), change.after(), change.by()));
      // A backup may have another object under the same name.
      if (change.before() != null && !uid(change.before()).equals(change.uid())) {
        byUid
            .computeIfAbsent(uid(change.before()), u -> new ArrayList<>())
            .add(new Version(change.at().toNanos(), null, change.by()));
      }
      if (change.kind() == Kind.SOURCE) {
        sourceNames.put(change.uid(), change.namespace() + "/" + change.name());
      }
    }
  }

  /** Whether something outside the cloud kept the operator from its work in a time. */
  boolean troubled(long from, long to) {
    return troubles.stream().anyMatch(t -> t.from() <= to && t.to() >= from);
  }

  /** The same, but for troubles of one kind. */
  boolean troubledBut(String what, long from, long to) {
    return troubles.stream()
        .anyMatch(t -> !t.what().equals(what) && t.from() <= to && t.to() >= from);
  }

  /**
   * Since when troubles last that are there at a time, one of them after the other; that time
   * itself without such a trouble.
   */
  long troubledSince(Set<String> what, long at) {
    long since = at;
    for (long before = Long.MAX_VALUE; since < before; ) {
      before = since;
      long moment = since;
      since =
          troubles.stream()
              .filter(t -> what.contains(t.what()) && t.from() <= moment && t.to() >= moment)
              .mapToLong(Trouble::from)
              .min()
              .orElse(since);
    }
    return since;
  }

  List<Change> changes() {
    return changes;
  }

  SimCloud cloud() {
    return cloud;
  }

  Served served() {
    return served;
  }

  /** Uids of all sources that ever were. */
  Iterable<String> sources() {
    return sourceNames.keySet().stream().sorted().toList();
  }

  boolean isSource(String uid) {
    return sourceNames.containsKey(uid);
  }

  String nameOf(String uid) {
    return sourceNames.getOrDefault(uid, uid);
  }

  List<Version> versions(String uid) {
    return byUid.getOrDefault(uid, List.of());
  }

  /** When an object with that uid first was. */
  long born(String uid) {
    return versions(uid).getFirst().from();
  }

  /**
   * The object as stored at a moment, changes of that very moment included; null if there is none.
   */
  @Nullable ObjectNode at(String uid, long at) {
    ObjectNode found = null;
    for (Version version : versions(uid)) {
      if (version.from() > at) {
        break;
      }
      found = version.object();
    }
    return found;
  }

  /** All versions that were stored at some moment of a time, its ends included. */
  List<Version> during(String uid, long from, long to) {
    var all = new ArrayList<Version>();
    Version before = null;
    for (Version version : versions(uid)) {
      if (version.from() < from) {
        before = version;
      } else if (version.from() <= to) {
        all.add(version);
      }
    }
    if (before != null) {
      all.addFirst(before);
    }
    return all;
  }

  /** Whether at every moment of a time the source was there and its spec as it should be. */
  boolean always(String source, long from, long to, java.util.function.Predicate<Spec> asItShould) {
    List<Version> all = during(source, from, to);
    return !all.isEmpty()
        && all.getFirst().from() <= from
        && all.stream().allMatch(v -> v.object() != null && asItShould.test(Spec.of(v.object())));
  }

  /** Uid of the controlling owner; null if there is none. */
  static @Nullable String controller(JsonNode object) {
    for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
      if (owner.path("controller").asBoolean()) {
        return owner.path("uid").asText();
      }
    }
    return null;
  }

  static boolean isDeleting(@Nullable JsonNode object) {
    return object != null && object.path("metadata").hasNonNull("deletionTimestamp");
  }

  static String sessionId(JsonNode mirror) {
    return mirror.path("spec").path("sessionClusterId").asText();
  }

  static SimPlace place(JsonNode mirror) {
    return new SimPlace(
        mirror.path("spec").path("regionId").asText(),
        mirror.path("spec").path("workspaceId").asText());
  }

  static String state(JsonNode mirror) {
    return mirror.path("status").path("state").asText("");
  }

  /** The condition of a type; a missing node if there is none. */
  static JsonNode condition(JsonNode object, String type) {
    for (JsonNode condition : object.path("status").path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition;
      }
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  static boolean saysTrue(JsonNode object, String type) {
    return condition(object, type).path("status").asText().equals("True");
  }

  static boolean isVanished(JsonNode mirror) {
    return state(mirror).equals("Vanished")
        || condition(mirror, "Synced").path("reason").asText().equals("Vanished");
  }

  /** Whether a change takes a mirror away, or marks it as that of a session that is gone. */
  static boolean removes(Change change) {
    if (change.kind() != Kind.MIRROR || change.before() == null) {
      return false;
    }
    ObjectNode after = change.after();
    return after == null
        || (isDeleting(after) && !isDeleting(change.before()))
        || (isVanished(after) && !isVanished(change.before()));
  }

  /** The mirrors of a source that were stored at a moment, by session id. */
  Map<String, ObjectNode> mirrors(String source, long at) {
    var all = new HashMap<String, ObjectNode>();
    for (Map.Entry<String, List<Version>> entry : byUid.entrySet()) {
      ObjectNode object = at(entry.getKey(), at);
      if (object != null
          && object.path("kind").asText().equals("SessionCluster")
          && source.equals(controller(object))) {
        all.put(sessionId(object), object);
      }
    }
    return all;
  }

  /** Whether anybody but the operator changed an object in a time. */
  boolean touched(String uid, long from, long to) {
    return versions(uid).stream()
        .anyMatch(v -> v.from() >= from && v.from() <= to && !v.by().startsWith(SimProcess.ACTOR));
  }

  static String annotation(JsonNode object, String name) {
    return object.path("metadata").path("annotations").path(name).asText("");
  }

  static String uid(JsonNode object) {
    return object.path("metadata").path("uid").asText();
  }

  static String when(long nanos) {
    return "%.3f".formatted(nanos / 1e9);
  }

  static String when(Duration at) {
    return when(at.toNanos());
  }

  static boolean same(@Nullable JsonNode a, @Nullable JsonNode b) {
    return Objects.equals(a, b);
  }
}
