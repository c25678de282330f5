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
package io.sessionclusters.prune;

import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the rule about absence and the guard say of one listing.
 *
 * @param absent uids of the mirrors that the listings found absent and nothing holds: removed once
 *     the API proves it
 * @param held ids of the sessions whose mirrors are kept until their deletion is confirmed, by the
 *     uids of the mirrors
 * @param next what to remember
 */
public record PruneDecision(Set<String> absent, Map<String, String> held, PruneState next) {

  /** A listing that judges nothing. */
  public static PruneDecision none(PruneState next) {
    return new PruneDecision(Set.of(), Map.of(), next);
  }

  /**
   * What a source's status says of the held ones; null if nothing is held.
   *
   * @param stored what it said before: as long as no listing has named what is held, it stays
   */
  public @Nullable PendingPrune pending(@Nullable PendingPrune stored) {
    if (held.isEmpty()) {
      return next.standing() ? stored : null;
    }
    List<String> ids = held.values().stream().sorted().limit(PendingPrune.MOST_SESSIONS).toList();
    return new PendingPrune(held.size(), next.token(), ids, next.heldAt());
  }

  /** Names the held set; null if nothing is held. */
  public @Nullable String token() {
    return next.token();
  }
}
