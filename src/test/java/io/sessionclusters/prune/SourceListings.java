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
import io.sessionclusters.prune.PruneState.Missing;
import io.sessionclusters.prune.PruneState.PruneLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A source with mirrors numbered from 0, as a sequence of listings that take 1 s each. */
abstract class SourceListings {

  static final Duration TRANSITION_INTERVAL = Duration.ofSeconds(10);

  PruneState state = PruneState.NONE;
  Instant now = Instant.parse("2026-11-22T00:00:00Z");
  long generation = 1;
  int maxPercent = 50;
  @Nullable String confirmToken;
  @Nullable PendingPrune pending;
  boolean isOwn = true;

  PruneDecision completeListing(int mirrors, int firstMissing, int endMissing) {
    return listing(Evidence.COMPLETE, mirrors, firstMissing, endMissing);
  }

  PruneDecision movedListing(int mirrors, int firstMissing, int endMissing) {
    return listing(Evidence.MOVED, mirrors, firstMissing, endMissing);
  }

  PruneDecision listing(Evidence evidence, int mirrors, int firstMissing, int endMissing) {
    Set<String> missing = numbers(firstMissing, endMissing);
    Set<String> shown = numbers(0, mirrors);
    shown.removeAll(missing);
    Instant began = now;
    pass(1);
    PruneDecision decision =
        state
            .seen(shown)
            .judge(
                generation,
                new Missing(
                    missing.stream().collect(Collectors.toMap(u -> u, u -> "sc-" + u)),
                    mirrors,
                    evidence,
                    new ListingWindow(began, now)),
                new PruneLimits(TRANSITION_INTERVAL, maxPercent, confirmToken, pending, isOwn));
    state = decision.next();
    return decision;
  }

  void tornListing(int firstShown, int endShown) {
    pass(1);
    state = state.seen(numbers(firstShown, endShown));
  }

  /** Whether a removal still waits for a later listing. */
  static boolean isWaiting(PruneDecision decision) {
    return decision.next().awaiting() > decision.absent().size();
  }

  void pass(int seconds) {
    now = now.plusSeconds(seconds);
  }

  static Set<String> absent(PruneDecision decision) {
    return decision.absent();
  }

  static Set<String> numbers(int first, int end) {
    return IntStream.range(first, end)
        .mapToObj(Integer::toString)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
