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

import io.fabric8.kubernetes.client.KubernetesClient;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Judges the mirrors in the way that this source does not control. Those of a living owner are a
 * conflict; those of a deleted owner are left to the garbage collector. None is touched.
 */
public final class OwnershipConflicts {

  private static final int MOST_NAMED = 5;

  private final KubernetesClient client;

  public OwnershipConflicts(KubernetesClient client) {
    this.client = client;
  }

  /**
   * What stands in the way.
   *
   * @param message for the condition; null if nothing does
   * @param awaitsCollection whether any of it will be removed by the garbage collector
   */
  public record Finding(@Nullable String message, boolean awaitsCollection) {}

  /**
   * Judges.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if an owner cannot be looked up
   */
  public Finding find(SessionClusterSource source, List<Mirror> foreign) {
    if (foreign.isEmpty()) {
      return new Finding(null, false);
    }
    Map<String, Boolean> deletedOwners = new HashMap<>();
    Map<Boolean, List<Mirror>> byWaiting =
        foreign.stream()
            .collect(
                Collectors.partitioningBy(m -> isWaiting(source, m.controller(), deletedOwners)));
    List<Mirror> waiting = byWaiting.getOrDefault(true, List.of());
    List<Mirror> conflicting = byWaiting.getOrDefault(false, List.of());
    String message =
        conflicting.isEmpty()
            ? "Waiting for garbage collection of %d mirrors owned by a deleted source."
                .formatted(waiting.size())
            : "%d SessionClusters already exist and are not managed by this source: %s."
                .formatted(conflicting.size(), describe(conflicting));
    return new Finding(message, !waiting.isEmpty());
  }

  /**
   * Whether a source is there and stays, as the API server itself says: the informer's cache may be
   * behind.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if it cannot be looked up
   */
  public boolean exists(SessionClusterSource source) {
    SessionClusterSource now = client.resource(source).get();
    return now != null
        && now.getMetadata().getUid().equals(source.getMetadata().getUid())
        && !now.isMarkedForDeletion();
  }

  private boolean isWaiting(
      SessionClusterSource source,
      Mirror.@Nullable Controller controller,
      Map<String, Boolean> deletedOwners) {
    return controller != null
        && controller.isSource()
        && deletedOwners.computeIfAbsent(
            controller.uid(), uid -> isOwnerDeleted(source, controller));
  }

  private boolean isOwnerDeleted(SessionClusterSource source, Mirror.Controller controller) {
    if (controller.name().equals(source.getMetadata().getName())) {
      return true; // An earlier source of this very name.
    }
    SessionClusterSource owner =
        client
            .resources(SessionClusterSource.class)
            .inNamespace(source.getMetadata().getNamespace())
            .withName(controller.name())
            .get();
    return owner == null || !controller.uid().equals(owner.getMetadata().getUid());
  }

  private static String describe(List<Mirror> conflicting) {
    return firstOf(
        conflicting.stream()
            .map(m -> m.name() + " (" + owner(m.controller()) + ")")
            .sorted()
            .toList());
  }

  /** The first five of some names, and the number of the others. */
  public static String firstOf(List<String> names) {
    String first = names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return names.size() <= MOST_NAMED
        ? first
        : first + " and " + (names.size() - MOST_NAMED) + " more";
  }

  private static String owner(Mirror.@Nullable Controller controller) {
    return controller == null
        ? "no controller"
        : "controlled by " + controller.kind() + " " + controller.name();
  }
}
