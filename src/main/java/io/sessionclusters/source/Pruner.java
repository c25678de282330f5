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
package io.sessionclusters.source;

import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.SessionId;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorWrites;
import io.sessionclusters.prune.AbsenceVerifier;
import io.sessionclusters.prune.AbsenceVerifier.Verdict;
import io.sessionclusters.prune.PruneMemory;
import io.sessionclusters.prune.Suspicion;
import io.sessionclusters.source.ListingConcurrencyLimiter.Permit;
import io.sessionclusters.source.ListingConcurrencyLimiter.Priority;
import io.sessionclusters.source.SourcePoll.Listed;
import io.sessionclusters.source.SourcePoll.Planned;
import io.sessionclusters.source.SourcePoll.Pruned;
import io.sessionclusters.source.SourcePoll.Written;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Deletes, or marks, the mirrors that a plan found absent, after all other writes, each as soon as
 * it is proven. The queries have a budget of their own in each poll, and each of them waits for a
 * permit among the listings of the account, behind those that are due; what is not asked for in
 * this poll is asked for in the next one, and comes first then.
 *
 * <p>Where the API refuses such a query also for a session that the same listing showed, it serves
 * none; then three complete listings, each {@code transitionInterval} after the one before, are
 * proof.
 */
final class Pruner {

  /** Queries for one poll; more removals wait for the next one. */
  static final int MOST_QUERIES = 50;

  private final AbsenceVerifier verifier;
  private final ListingConcurrencyLimiter listings;
  private final MirrorWrites writer;
  private final Clock steady;

  Pruner(
      AbsenceVerifier verifier,
      ListingConcurrencyLimiter listings,
      MirrorWrites writer,
      Clock steady) {
    this.verifier = verifier;
    this.listings = listings;
    this.writer = writer;
    this.steady = steady;
  }

  /**
   * Removes what a plan found absent and is proven to be. What is not proven, or not asked for yet,
   * stays.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  Pruned prune(Written written) throws InterruptedException {
    Planned planned = written.planned();
    WriteResult<MirrorChange> removed = remove(planned.listed(), planned.plan().removals());
    int awaiting = planned.poll().state().prune().state().awaiting() - removed.done().size();
    return new Pruned(written, written.mirrors().and(removed), awaiting);
  }

  /**
   * Removes what is proven.
   *
   * @param removals of mirrors that the listings found absent and nothing holds
   */
  WriteResult<MirrorChange> remove(Listed listed, List<MirrorChange.Removal> removals)
      throws InterruptedException {
    PruneMemory memory = listed.poll().state().prune();
    Map<String, Suspicion> suspicions = memory.state().suspects();
    Predicate<Mirror> provenByListings =
        mirror -> isProvenByListings(listed.poll(), suspicions.get(mirror.uid()));
    List<MirrorChange> needNoQuery = new ArrayList<>();
    List<MirrorChange.Removal> needQuery = new ArrayList<>();
    for (MirrorChange.Removal removal : removals) {
      Mirror mirror = removal.mirror();
      boolean canBeAskedFor = !SessionId.isHashed(mirror.sessionClusterId());
      if (mirror.isOutside(listed.poll().spec().listing())
          || (!canBeAskedFor && provenByListings.test(mirror))) {
        needNoQuery.add(removal);
      } else if (canBeAskedFor) {
        needQuery.add(removal);
      }
    }
    WriteResult<MirrorChange> removed = write(needNoQuery, listed);
    Boolean servesQueries = null;
    int queries = 0;
    for (MirrorChange.Removal removal :
        memory.inOrder(needQuery, r -> r.mirror().uid(), suspicions.keySet())) {
      Mirror mirror = removal.mirror();
      if (queries++ >= MOST_QUERIES || !listed.isWanted(steady.instant())) {
        break;
      }
      Verdict verdict = ask(mirror.sessionClusterId(), listed);
      memory.asked(mirror.uid());
      if (verdict == Verdict.NO_ANSWER) {
        break;
      }
      if (verdict == Verdict.SHOWN) {
        // At once: what is asked for next may end the poll.
        memory.remember(memory.state().seen(Set.of(mirror.uid())));
      }
      if (verdict == Verdict.REFUSED && servesQueries == null) {
        servesQueries = servesQueries(listed);
      }
      boolean isProven =
          verdict == Verdict.ABSENT
              || (verdict == Verdict.REFUSED
                  && Boolean.FALSE.equals(servesQueries)
                  && provenByListings.test(mirror));
      if (isProven && listed.isWanted(steady.instant())) {
        removed = removed.and(write(List.of(removal), listed));
      }
    }
    return removed;
  }

  /** A backend that counts more than it lists proves nothing by its listings. */
  private static boolean isProvenByListings(SourcePoll poll, @Nullable Suspicion suspicion) {
    return !poll.state().prune().history().overstates()
        && suspicion != null
        && suspicion.needsNoQuery();
  }

  private boolean servesQueries(Listed listed) throws InterruptedException {
    List<CloudSession> sessions = listed.listing().sessions();
    return sessions.isEmpty()
        || ask(sessions.getFirst().sessionClusterId(), listed) != Verdict.REFUSED;
  }

  private Verdict ask(String sessionClusterId, Listed listed) throws InterruptedException {
    PollSpec spec = listed.poll().spec();
    CloudAccount account = spec.listing().account(listed.credentials());
    try (Permit _ = listings.acquire(account, new Priority(false, steady.instant()))) {
      Duration left = Duration.between(steady.instant(), listed.until());
      return left.isPositive() && listings.pause(account).isZero()
          ? verifier.ask(
              sessionClusterId, spec.listing(), spec::mayWant, listed.credentials(), left)
          : Verdict.NO_ANSWER;
    }
  }

  private WriteResult<MirrorChange> write(List<MirrorChange> writes, Listed listed)
      throws InterruptedException {
    SourcePoll poll = listed.poll();
    return writes.isEmpty()
        ? WriteResult.none()
        : writer.write(poll.id(), poll.uid(), writes, () -> listed.isWanted(steady.instant()));
  }
}
