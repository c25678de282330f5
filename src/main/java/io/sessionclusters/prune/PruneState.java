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
import io.sessionclusters.mapping.Digest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the mirrors whose sessions are missing, between the listings of a source.
 * All sets hold uids of mirrors: one that was removed and made again is another mirror. Immutable.
 *
 * <p>Forgetting it only delays a removal: the next listings suspect anew, and what the guard held
 * is held again, because the stored status says that something is held.
 *
 * @param generation of the source that the suspicions belong to; 0 before the first listing
 * @param suspects mirrors that the last listings lacked, the held and the released ones included
 * @param held by the guard: not removed before a person lets them go
 * @param heldAt the highest {@code maxPercent} that did not let the held ones go; 0 if none is held
 * @param released by a person and not removed yet
 * @param standing whether something is held, as the stored status says, that no listing of this
 *     process and generation has named yet: then all that is missing is held
 */
public record PruneState(
    long generation,
    Map<String, Suspicion> suspects,
    Set<String> held,
    int heldAt,
    Set<String> released,
    boolean standing) {

  /** Below this number of missing mirrors the guard lets everything pass. */
  static final int GUARD_MINIMUM = 5;

  public static final PruneState NONE = new PruneState(0, Map.of(), Set.of(), 0, Set.of(), false);

  /**
   * The limits of a source.
   *
   * @param transitionInterval least time between the listings that confirm an absence
   * @param maxPercent share of the mirrors that may go without a person
   * @param confirmToken value of the annotation {@code confirm-prune}; null if there is none
   * @param pending what the guard holds, as the source's stored status says; null if nothing
   * @param isOwn whether this process has written that, so that it knows what is held
   */
  public record Limits(
      Duration transitionInterval,
      int maxPercent,
      @Nullable String confirmToken,
      @Nullable PendingPrune pending,
      boolean isOwn) {}

  /**
   * What is missing from a listing.
   *
   * @param ids of the missing sessions, by the uids of their mirrors: suspects and held ones too
   * @param mirrors number of mirrors of the source, the missing ones included
   * @param evidence complete or moved
   */
  public record Missing(
      Map<String, String> ids, int mirrors, Evidence evidence, ListingWindow listing) {}

  /** The same, without the mirrors that a listing showed, be it complete or torn. */
  public PruneState seen(Set<String> shown) {
    if (suspects.keySet().stream().noneMatch(shown::contains)) {
      return this;
    }
    Map<String, Suspicion> still = new HashMap<>(suspects);
    still.keySet().removeAll(shown);
    Set<String> stillHeld = intersection(held, still.keySet());
    return new PruneState(
        generation,
        still,
        stillHeld,
        stillHeld.isEmpty() ? 0 : heldAt,
        intersection(released, still.keySet()),
        standing);
  }

  /**
   * Judges the mirrors that a listing lacks.
   *
   * @param sourceGeneration what listings of another generation lacked does not count
   */
  public PruneDecision judge(long sourceGeneration, Missing found, Limits limits) {
    boolean first = sourceGeneration != generation;
    boolean holdsAll = standing || (limits.pending() != null && (first || !limits.isOwn()));
    Map<String, Suspicion> now = new HashMap<>();
    Set<String> judged = new HashSet<>();
    Set<String> confirmed = new HashSet<>();
    for (String uid : found.ids().keySet()) {
      Suspicion suspicion =
          Suspicion.next(
              first ? null : suspects.get(uid),
              found.evidence(),
              found.listing(),
              limits.transitionInterval());
      now.put(uid, suspicion);
      boolean isConfirmed =
          suspicion.isConfirmedBy(found.evidence(), found.listing(), limits.transitionInterval());
      if (isConfirmed) {
        confirmed.add(uid);
      }
      // What a moved listing lacks says nothing yet of how much is missing.
      if (isConfirmed || found.evidence() == Evidence.COMPLETE) {
        judged.add(uid);
      }
    }
    Guard guard = new Guard(found.mirrors(), limits);
    guard.hold(intersection(held, now.keySet()), heldAt);
    guard.release(intersection(released, now.keySet()));
    if (holdsAll) {
      guard.holdAlso(judged, heldAt(limits));
    }
    guard.judge(judged);
    guard.confirm();
    PruneState next =
        new PruneState(
            sourceGeneration,
            now,
            guard.held,
            guard.held.isEmpty() ? 0 : guard.heldAt,
            guard.released,
            holdsAll && judged.size() < now.size());
    confirmed.removeAll(guard.held);
    Map<String, String> heldIds = new HashMap<>(found.ids());
    heldIds.keySet().retainAll(guard.held);
    return new PruneDecision(confirmed, heldIds, next);
  }

  /** The percentage that did not let go what an earlier process held. */
  private int heldAt(Limits limits) {
    Integer stored = limits.pending() == null ? null : limits.pending().maxPercent();
    return Math.max(heldAt, stored == null ? limits.maxPercent() : stored);
  }

  /** The token of the held set; null if nothing is held. */
  public @Nullable String token() {
    return token(held);
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

  /** What is held and what is released, while one listing is judged. */
  private static final class Guard {

    private final int mirrors;
    private final Limits limits;
    private final Set<String> held = new HashSet<>();
    private final Set<String> released = new HashSet<>();
    private int heldAt;

    Guard(int mirrors, Limits limits) {
      this.mirrors = mirrors;
      this.limits = limits;
    }

    void hold(Set<String> uids, int percent) {
      held.addAll(uids);
      heldAt = percent;
    }

    void release(Set<String> uids) {
      released.addAll(uids);
    }

    void holdAlso(Set<String> uids, int percent) {
      held.addAll(uids);
      held.removeAll(released);
      heldAt = Math.max(heldAt, percent);
    }

    /**
     * Later losses are judged apart from what is held already. That its share has become smaller,
     * because other mirrors were added, lets nothing go; a higher {@code maxPercent} than any that
     * held it has all judged anew.
     */
    void judge(Set<String> missing) {
      Set<String> more = new HashSet<>(missing);
      if (limits.maxPercent() > heldAt) {
        more.addAll(held);
        held.clear();
      }
      more.removeAll(held);
      more.removeAll(released);
      if (exceeds(more.size(), mirrors - held.size() - released.size())) {
        held.addAll(more);
        heldAt = Math.max(heldAt, limits.maxPercent());
      }
    }

    void confirm() {
      if (Objects.equals(token(held), limits.confirmToken())) {
        released.addAll(held);
        held.clear();
      }
    }

    private boolean exceeds(int missing, int of) {
      return missing > GUARD_MINIMUM && missing * 100L > (long) limits.maxPercent() * of;
    }
  }
}
