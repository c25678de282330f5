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
 * When the API was last asked for each missing session of a source, by the uid of its mirror, so
 * that all of them get their turn: those that were not asked for yet come first. Forgetting it is
 * safe. Belongs to the one poll that is under way.
 */
public final class LastVerified {

  private final Map<String, Long> byUid = new HashMap<>();
  private long queries;

  /**
   * The removals in the order in which their sessions are to be asked for; those that were never
   * asked for stay in the order that they have.
   */
  public <T> List<T> inOrder(List<T> removals, Function<T, String> uid) {
    return removals.stream()
        .sorted(Comparator.comparing((T r) -> byUid.getOrDefault(uid.apply(r), 0L)))
        .toList();
  }

  public void asked(String uid) {
    byUid.put(uid, ++queries);
  }

  /** Forgets those that are no longer missing. */
  public void retain(Set<String> missing) {
    byUid.keySet().retainAll(missing);
  }

  public int size() {
    return byUid.size();
  }
}
