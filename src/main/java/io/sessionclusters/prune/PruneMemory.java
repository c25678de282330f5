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

/**
 * What pruning remembers of a source between its polls. Forgetting it delays a deletion, nothing
 * else. Belongs to the one poll of the source that is under way.
 */
public final class PruneMemory {

  private PruneState state = PruneState.NONE;
  private ListingHistory history = ListingHistory.NONE;
  private final LastVerified lastVerified = new LastVerified();

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

  /** When the API was last asked for each missing session. */
  public LastVerified lastVerified() {
    return lastVerified;
  }
}
