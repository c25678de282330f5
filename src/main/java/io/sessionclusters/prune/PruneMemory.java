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

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What pruning remembers of a source between its polls. Forgetting it delays a deletion, nothing
 * else. Belongs to the one poll of the source that is under way.
 */
public final class PruneMemory {

  private PruneState state = PruneState.NONE;
  private ListingHistory history = ListingHistory.NONE;

  /** The number of the last query for each missing session, by the uid of its mirror. */
  private final Map<String, Long> lastQuery = new HashMap<>();

  private long queries;

  /** The mirrors that are suspected or held. */
  public PruneState state() {
    return state;
  }

  public void remember(PruneState next) {
    state = next;
  }

  /** What the listings in a row have shown of how their backend counts. */
  public ListingHistory history() {
    return history;
  }

  public void remember(ListingHistory next) {
    history = next;
  }

  /**
   * The removals in the order in which the API is to be asked for their sessions, so that each of
   * them is asked for: those that were not asked for yet come first, in the order that they have.
   *
   * @param missing uids of all missing mirrors; what is known of others is forgotten
   */
  public <T> List<T> inOrder(List<T> removals, Function<T, String> uid, Set<String> missing) {
    lastQuery.keySet().retainAll(missing);
    return removals.stream()
        .sorted(Comparator.comparing((T r) -> lastQuery.getOrDefault(uid.apply(r), 0L)))
        .toList();
  }

  /** The API was asked for the session of that mirror. */
  public void asked(String uid) {
    lastQuery.put(uid, ++queries);
  }
}
