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
package io.sessionclusters.reconcile;

import io.sessionclusters.mapping.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the mirrors whose sessions were missing, between the listings of a source.
 * All sets hold uids of mirrors: one that was removed and made again is another mirror. Immutable.
 *
 * <p>Forgetting it is safe: the next complete listing suspects anew, which only delays a removal.
 *
 * @param generation of the source that the listings belong to
 * @param since end of the first of the complete listings that all lacked the session
 * @param held by the guard: not removed before a person confirms
 * @param released confirmed by a person and not removed yet
 */
record Absences(
    long generation, Map<String, Instant> since, Set<String> held, Set<String> released) {

  /** Below this number of missing mirrors the guard lets everything pass. */
  static final int GUARD_MINIMUM = 5;

  static final Absences NONE = new Absences(0, Map.of(), Set.of(), Set.of());

  /**
   * What the guard says.
   *
   * @param absent confirmed: may be removed now
   * @param next what to remember
   * @param token names the held set; null if nothing is held
   */
  record Judgement(List<Mirror> absent, Absences next, @Nullable String token) {

    /** Whether a removal still waits for a later listing. */
    boolean isWaiting() {
      return next.since().size() > absent.size() + next.held().size();
    }
  }

  /**
   * The limits of a source.
   *
   * @param transitionInterval least time between the listings that confirm an absence
   * @param maxPercent share of the mirrors that may go without a person
   * @param confirmToken value of the annotation {@code confirm-prune}; null if there is none
   */
  record Limits(Duration transitionInterval, int maxPercent, @Nullable String confirmToken) {}

  /** The same, without the mirrors that a listing showed, be it complete or torn. */
  Absences seen(Set<String> shown) {
    if (since.keySet().stream().noneMatch(shown::contains)) {
      return this;
    }
    Map<String, Instant> still = new HashMap<>(since);
    still.keySet().removeAll(shown);
    return new Absences(
        generation,
        still,
        held.stream().filter(still::containsKey).collect(Collectors.toSet()),
        released.stream().filter(still::containsKey).collect(Collectors.toSet()));
  }

  /**
   * Judges the mirrors that a complete listing lacks.
   *
   * @param sourceGeneration absences seen by listings of another generation do not count
   * @param missing all of them, suspects and held ones included
   * @param mirrors number of mirrors of the source, the missing ones included
   * @param listing when it began and ended
   */
  Judgement judge(
      long sourceGeneration, List<Mirror> missing, int mirrors, Listed listing, Limits limits) {
    Absences before =
        sourceGeneration == generation
            ? this
            : new Absences(sourceGeneration, Map.of(), Set.of(), Set.of());
    Map<String, Instant> firstMissing = new HashMap<>();
    for (Mirror mirror : missing) {
      firstMissing.put(
          mirror.uid(),
          Objects.requireNonNullElse(before.since.get(mirror.uid()), listing.ended()));
    }
    Set<String> nowHeld = intersection(before.held, firstMissing.keySet());
    Set<String> nowReleased = intersection(before.released, firstMissing.keySet());
    release(nowHeld, nowReleased, limits);

    Set<String> unjudged = new HashSet<>(firstMissing.keySet());
    unjudged.removeAll(nowHeld);
    unjudged.removeAll(nowReleased);
    int judgedMirrors = mirrors - nowHeld.size() - nowReleased.size();
    if (unjudged.size() > GUARD_MINIMUM
        && unjudged.size() * 100L > (long) limits.maxPercent() * judgedMirrors) {
      nowHeld.addAll(unjudged);
      // After a restart the same set is held anew under the same token.
      release(nowHeld, nowReleased, limits);
    }

    Instant confirmedBy = listing.began().minus(limits.transitionInterval());
    List<Mirror> absent =
        missing.stream()
            .filter(m -> !nowHeld.contains(m.uid()))
            .filter(m -> !firstMissing.getOrDefault(m.uid(), Instant.MAX).isAfter(confirmedBy))
            .toList();
    return new Judgement(
        absent, new Absences(sourceGeneration, firstMissing, nowHeld, nowReleased), token(nowHeld));
  }

  /** The token of the held set; null if nothing is held. */
  @Nullable String token() {
    return token(held);
  }

  private static void release(Set<String> held, Set<String> released, Limits limits) {
    if (Objects.equals(token(held), limits.confirmToken())) {
      released.addAll(held);
      held.clear();
    }
  }

  private static @Nullable String token(Set<String> held) {
    if (held.isEmpty()) {
      return null;
    }
    Digest.Builder digest = new Digest.Builder();
    held.stream().sorted().forEach(digest::text);
    return HexFormat.of().toHexDigits(digest.finish().high());
  }

  private static Set<String> intersection(Set<String> a, Set<String> b) {
    Set<String> both = new HashSet<>(a);
    both.retainAll(b);
    return both;
  }
}
