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
package io.sessionclusters.mirror;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Which mirrors belong to which source. Thread-safe, and never larger than what is in it. */
final class MirrorIndex {

  /** By the uid of the controller: the names of the mirrors that it owns, all in its namespace. */
  private final ConcurrentMap<String, Set<String>> controlled = new ConcurrentHashMap<>();

  /** By the source that the label names: the names of the mirrors without a controller. */
  private final ConcurrentMap<ResourceID, Set<String>> orphans = new ConcurrentHashMap<>();

  /** Names of the mirrors that the source with that uid controls. */
  Set<String> controlledBy(String sourceUid) {
    return controlled.getOrDefault(sourceUid, Set.of());
  }

  /** Names of the mirrors without a controller whose label names that source. */
  Set<String> orphansOf(ResourceID source) {
    return orphans.getOrDefault(source, Set.of());
  }

  /** Puts a mirror where it belongs now. */
  void move(@Nullable Mirror before, @Nullable Mirror after) {
    if (before != null) {
      remove(controlled, controllerOf(before), before.name());
      remove(orphans, orphanOf(before), before.name());
    }
    if (after != null) {
      add(controlled, controllerOf(after), after.name());
      add(orphans, orphanOf(after), after.name());
    }
  }

  private static @Nullable String controllerOf(Mirror mirror) {
    return mirror.controller() == null ? null : mirror.controller().uid();
  }

  private static @Nullable ResourceID orphanOf(Mirror mirror) {
    return mirror.controller() == null && mirror.sourceLabel() != null
        ? new ResourceID(mirror.sourceLabel(), mirror.namespace())
        : null;
  }

  private static <K> void add(ConcurrentMap<K, Set<String>> index, @Nullable K key, String name) {
    if (key != null) {
      index.compute(
          key,
          (k, names) -> {
            Set<String> set = names == null ? ConcurrentHashMap.newKeySet() : names;
            set.add(name);
            return set;
          });
    }
  }

  private static <K> void remove(
      ConcurrentMap<K, Set<String>> index, @Nullable K key, String name) {
    if (key != null) {
      index.computeIfPresent(
          key,
          (k, names) -> {
            names.remove(name);
            return names.isEmpty() ? null : names;
          });
    }
  }
}
