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
import io.sessionclusters.cloud.Sha256;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
 * @param held by the guard: not removed before that is confirmed
 * @param heldAt the highest {@code maxPercent} that did not let the held ones go; 0 if none is held
 * @param released by a confirmation and not removed yet
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

  /** Up to this number of missing mirrors the guard lets everything pass. */
  static final int GUARD_MINIMUM = 5;

  public static final PruneState NONE = new PruneState(0, Map.of(), Set.of(), 0, Set.of(), false);

  /** A percentage belongs to what is held. */
  public PruneState {
    heldAt = held.isEmpty() ? 0 : heldAt;
  }

  /**
   * The limits of a source.
   *
   * @param transitionInterval least time between the listings that confirm an absence
   * @param maxPercent share of the mirrors that may be removed without a confirmation
   * @param confirmToken value of the annotation {@code confirm-prune}; null if there is none
   * @param pending what the guard holds, as the source's stored status says; null if nothing
   * @param isOwn whether this process has written that, so that it knows what is held
   */
  public record PruneLimits(
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
    return of(generation, still, standing);
  }

  private PruneState of(long sourceGeneration, Map<String, Suspicion> missing, boolean stands) {
    return new PruneState(
        sourceGeneration,
        missing,
        intersection(held, missing.keySet()),
        heldAt,
        intersection(released, missing.keySet()),
        stands);
  }

  /**
   * Judges the mirrors that a listing lacks.
   *
   * @param sourceGeneration what listings of another generation lacked does not count
   */
  public PruneDecision judge(long sourceGeneration, Missing found, PruneLimits limits) {
    boolean first = sourceGeneration != generation;
    boolean holdsAll = standing || (limits.pending() != null && (first || !limits.isOwn()));
    Map<String, Suspicion> missing = new HashMap<>();
    Set<String> confirmed = new HashSet<>();
    for (String uid : found.ids().keySet()) {
      Suspicion before = first ? Suspicion.NONE : suspects.getOrDefault(uid, Suspicion.NONE);
      Suspicion suspicion =
          before.plus(found.evidence(), found.listing(), limits.transitionInterval());
      missing.put(uid, suspicion);
      if (suspicion.isConfirmedBy(found.evidence())) {
        confirmed.add(uid);
      }
    }
    // What a moved listing lacks says nothing yet of how much is missing.
    Set<String> judged = found.evidence() == Evidence.COMPLETE ? missing.keySet() : confirmed;
    boolean stillStanding = holdsAll && judged.size() < missing.size();
    PruneState known = of(sourceGeneration, missing, stillStanding);
    PruneState next =
        (holdsAll ? known.holding(judged, limits) : known).guard(judged, found.mirrors(), limits);
    Set<String> absent = new HashSet<>(confirmed);
    absent.removeAll(next.held);
    Map<String, String> heldIds = new HashMap<>(found.ids());
    heldIds.keySet().retainAll(next.held);
    return new PruneDecision(absent, heldIds, next);
  }

  /** The same with all of these held, as an earlier process held them, but for the released. */
  private PruneState holding(Set<String> missing, PruneLimits limits) {
    Set<String> all = union(held, missing);
    all.removeAll(released);
    Integer stored = limits.pending() == null ? null : limits.pending().maxPercent();
    int percent = Math.max(heldAt, stored == null ? limits.maxPercent() : stored);
    return with(all, percent, released);
  }

  private PruneState with(Set<String> nowHeld, int percent, Set<String> nowReleased) {
    return new PruneState(generation, suspects, nowHeld, percent, nowReleased, standing);
  }

  /**
   * The same after the guard: later losses are judged apart from what is held already. That its
   * share has become smaller, because other mirrors were added, lets nothing go; a higher {@code
   * maxPercent} than any that held it has all judged anew.
   */
  private PruneState guard(Set<String> missing, int mirrors, PruneLimits limits) {
    boolean anew = limits.maxPercent() > heldAt;
    Set<String> kept = anew ? Set.of() : held;
    Set<String> more = union(held, missing);
    more.removeAll(kept);
    more.removeAll(released);
    int others = mirrors - kept.size() - released.size();
    boolean trips =
        more.size() > GUARD_MINIMUM && more.size() * 100L > (long) limits.maxPercent() * others;
    Set<String> nowHeld = trips ? union(kept, more) : kept;
    boolean isConfirmed = !nowHeld.isEmpty() && token(nowHeld).equals(limits.confirmToken());
    return isConfirmed
        ? with(Set.of(), 0, union(released, nowHeld))
        : with(nowHeld, trips ? Math.max(heldAt, limits.maxPercent()) : heldAt, released);
  }

  /** Number of missing mirrors that nothing holds. */
  public int awaiting() {
    return suspects.size() - held.size();
  }

  /** The token of the held set; null if nothing is held. */
  public @Nullable String token() {
    return held.isEmpty() ? null : token(held);
  }

  private static String token(Set<String> uids) {
    return Sha256.hex(String.join("\n", new TreeSet<>(uids))).substring(0, 16);
  }

  private static Set<String> intersection(Set<String> a, Set<String> b) {
    Set<String> both = new HashSet<>(a);
    both.retainAll(b);
    return both;
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> either = new HashSet<>(a);
    either.addAll(b);
    return either;
  }
}
