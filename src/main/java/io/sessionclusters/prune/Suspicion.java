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

import java.time.Duration;

/**
 * What the listings in a row that lacked a session say of its absence. Immutable.
 *
 * @param complete the complete ones
 * @param all those that were torn by movement alone included
 */
public record Suspicion(SpacedCount complete, SpacedCount all) {

  static final Suspicion NONE = new Suspicion(SpacedCount.NONE, SpacedCount.NONE);

  /**
   * With one listing more that lacks the session.
   *
   * @param evidence of this listing, complete or moved
   */
  Suspicion plus(Evidence evidence, ListingWindow listing, Duration transitionInterval) {
    return new Suspicion(
        evidence == Evidence.COMPLETE ? complete.plus(listing, transitionInterval) : complete,
        all.plus(listing, transitionInterval));
  }

  /** Whether the last listing, of that evidence, confirms what earlier ones made suspicious. */
  boolean isConfirmedBy(Evidence evidence) {
    return all.isMany() || (evidence == Evidence.COMPLETE && complete.count() > 1);
  }

  /** Whether the listings alone prove the absence, where the API serves no query by ID. */
  public boolean needsNoQuery() {
    return complete.isMany();
  }
}
