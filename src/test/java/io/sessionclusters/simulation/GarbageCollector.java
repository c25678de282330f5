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
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's garbage collector: some time after an owner is gone, so are the objects that
 * nobody else owns; {@code orphan} and {@code foreground} deletions come to their end.
 */
final class GarbageCollector {

  static final String ACTOR = "gc";
  static final String ORPHAN = "orphan";
  static final String FOREGROUND = "foregroundDeletion";

  private final Kernel kernel;
  private final ObjectStore store;
  private Duration longest = Duration.ofSeconds(2);
  private boolean held;
  private boolean asked;
  private Kernel.@Nullable Event next;

  GarbageCollector(Kernel kernel, ObjectStore store) {
    this.kernel = kernel;
    this.store = store;
  }

  /** Sets how long it may take to notice something. */
  void lag(Duration most) {
    longest = most;
  }

  /** It does nothing until {@link #release}. */
  void hold() {
    held = true;
  }

  void release() {
    held = false;
    sweepSoon();
  }

  void changed(Change change) {
    ObjectNode after = change.after();
    if (after == null) {
      asked |= change.kind() == Kind.SOURCE || change.kind() == Kind.MIRROR;
    } else if (!after.path("metadata").path("ownerReferences").isEmpty()) {
      asked |= change.before() == null || !owners(after).equals(owners(change.before()));
    }
    asked |= after != null && ObjectStore.isDeleting(after);
    if (asked) {
      asked = false;
      sweepSoon();
    }
  }

  void sweepSoon() {
    if (next == null && !held) {
      next =
          kernel.at(
              kernel.between(Duration.ofMillis(5), longest),
              () -> {
                next = null;
                sweep();
              });
    }
  }

  private static JsonNode owners(ObjectNode object) {
    return object.path("metadata").path("ownerReferences");
  }

  private void sweep() {
    if (held) {
      return;
    }
    Set<String> living = new HashSet<>();
    Set<String> ending = new HashSet<>();
    for (ObjectNode object : store.all()) {
      living.add(ObjectStore.uid(object));
      List<String> finalizers = ObjectStore.finalizers(object);
      if (ObjectStore.isDeleting(object) && finalizers.contains(ORPHAN)) {
        orphan(ObjectStore.uid(object));
        finish(object, ORPHAN);
      } else if (ObjectStore.isDeleting(object) && finalizers.contains(FOREGROUND)) {
        ending.add(ObjectStore.uid(object));
      }
    }
    for (ObjectNode object : store.all()) {
      collect(object, living, ending);
    }
    for (ObjectNode object : store.all()) {
      if (ending.contains(ObjectStore.uid(object))) {
        finish(object, FOREGROUND);
      }
    }
  }

  /** Nothing is left of an owner but in objects that others own too. */
  private void collect(ObjectNode object, Set<String> living, Set<String> ending) {
    JsonNode owners = owners(object);
    if (owners.isEmpty() || ObjectStore.isDeleting(object)) {
      return;
    }
    boolean owned = false;
    for (JsonNode owner : owners) {
      String uid = owner.path("uid").asText();
      owned |= living.contains(uid) && !ending.contains(uid);
    }
    ObjectStore.Key key = ObjectStore.key(object);
    // An earlier step of the same sweep may have changed or removed it.
    ObjectNode now = store.find(key.kind(), key.namespace(), key.name());
    if (!owned && now != null && ObjectStore.uid(now).equals(ObjectStore.uid(object))) {
      store.delete(ACTOR, key, "", ObjectStore.uid(object), null);
    }
  }

  private void orphan(String owner) {
    for (ObjectNode object : store.all()) {
      ArrayNode left = object.arrayNode();
      owners(object)
          .forEach(
              o -> {
                if (!o.path("uid").asText().equals(owner)) {
                  left.add(o);
                }
              });
      if (left.size() < owners(object).size()) {
        ObjectNode freed = object.deepCopy();
        if (left.isEmpty()) {
          freed.withObjectProperty("metadata").remove("ownerReferences");
        } else {
          freed.withObjectProperty("metadata").set("ownerReferences", left);
        }
        store.update(ACTOR, ObjectStore.key(object), freed);
      }
    }
  }

  private void finish(ObjectNode object, String finalizer) {
    ObjectStore.Key key = ObjectStore.key(object);
    ObjectNode now = store.find(key.kind(), key.namespace(), key.name());
    if (now == null) {
      return;
    }
    ObjectNode done = now.deepCopy();
    ArrayNode left = done.arrayNode();
    ObjectStore.finalizers(now).stream().filter(f -> !f.equals(finalizer)).forEach(left::add);
    if (left.isEmpty()) {
      done.withObjectProperty("metadata").remove("finalizers");
    } else {
      done.withObjectProperty("metadata").set("finalizers", left);
    }
    store.update(ACTOR, key, done);
  }
}
