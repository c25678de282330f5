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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.cloud.SessionId;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorWrites;
import io.sessionclusters.mirror.WriteResult;
import io.sessionclusters.prune.AbsenceVerifier;
import io.sessionclusters.prune.AbsenceVerifier.Verdict;
import io.sessionclusters.prune.LastVerified;
import io.sessionclusters.prune.Suspicion;
import io.sessionclusters.source.ListingConcurrencyLimiter.Slot;
import io.sessionclusters.source.ListingConcurrencyLimiter.Turn;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Removes the mirrors that a plan found absent, after all other writes, each as soon as it is
 * proven. The queries have a budget of their own in each poll, and each of them waits for a place
 * among the listings of the account, behind those that are due; what is not asked for in this poll
 * is asked for in the next one, and comes first then.
 *
 * <p>Where the cloud refuses such a query also for a session that the same listing showed, it
 * serves none; then three complete listings, each {@code transitionInterval} after the one before,
 * are proof.
 */
final class Pruner {

  /** Queries for one poll; more removals wait for the next one. */
  static final int MOST_QUERIES = 50;

  /** A longer pause of the account is not waited for. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final AbsenceVerifier proof;
  private final ListingConcurrencyLimiter slots;
  private final RateLimiter pacer;
  private final MirrorWrites writer;
  private final Clock steady;

  Pruner(
      AbsenceVerifier proof,
      ListingConcurrencyLimiter slots,
      RateLimiter pacer,
      MirrorWrites writer,
      Clock steady) {
    this.proof = proof;
    this.slots = slots;
    this.pacer = pacer;
    this.writer = writer;
    this.steady = steady;
  }

  /**
   * What is to be removed.
   *
   * @param removals of mirrors that the listings found absent and nothing holds
   * @param suspicions by the uids of the mirrors
   * @param overstates whether the backend counts more than it shows: then no listing is proof
   * @param shown id of a session that the listing showed; null if it showed none
   * @param lastAsked is kept from poll to poll
   * @param until when the listing is too old to remove anything by it
   */
  record Work(
      ResourceID source,
      String uid,
      PollSpec query,
      Credentials credentials,
      List<MirrorChange.Removal> removals,
      Map<String, Suspicion> suspicions,
      boolean overstates,
      @Nullable String shown,
      LastVerified lastAsked,
      Instant until) {}

  /**
   * What was done.
   *
   * @param written the removals
   * @param shown uids of the mirrors whose sessions the cloud has: they are not missing any more
   */
  record Outcome(WriteResult written, Set<String> shown) {}

  /** Removes what is proven; what is not proven, or not asked for yet, stays. */
  Outcome remove(Work work, BooleanSupplier stillWanted) throws InterruptedException {
    work.lastAsked().retain(work.suspicions().keySet());
    List<MirrorChange> unasked = new ArrayList<>();
    List<MirrorChange.Removal> toAskFor = new ArrayList<>();
    for (MirrorChange.Removal removal : work.removals()) {
      Mirror mirror = removal.mirror();
      boolean canBeAskedFor = !SessionId.isHashed(mirror.sessionClusterId());
      if (mirror.isOutside(work.query().listing())
          || (!canBeAskedFor && isProvenByListings(mirror, work))) {
        unasked.add(removal);
      } else if (canBeAskedFor) {
        toAskFor.add(removal);
      }
    }
    WriteResult written = write(unasked, work, stillWanted);
    Set<String> shown = new HashSet<>();
    Boolean servesQueries = null;
    int queries = 0;
    for (MirrorChange.Removal removal : work.lastAsked().inOrder(toAskFor, r -> r.mirror().uid())) {
      Mirror mirror = removal.mirror();
      if (queries++ >= MOST_QUERIES || !stillWanted.getAsBoolean()) {
        break;
      }
      Verdict verdict = ask(mirror.sessionClusterId(), work);
      work.lastAsked().asked(mirror.uid());
      if (verdict == Verdict.NO_ANSWER) {
        break;
      }
      if (verdict == Verdict.SHOWN) {
        shown.add(mirror.uid());
      }
      if (verdict == Verdict.REFUSED && servesQueries == null) {
        servesQueries = work.shown() == null || ask(work.shown(), work) != Verdict.REFUSED;
      }
      boolean isProven =
          verdict == Verdict.GONE
              || (verdict == Verdict.REFUSED
                  && Boolean.FALSE.equals(servesQueries)
                  && isProvenByListings(mirror, work));
      if (isProven && stillWanted.getAsBoolean()) {
        written = written.and(write(List.of(removal), work, stillWanted));
      }
    }
    return new Outcome(written, shown);
  }

  private static boolean isProvenByListings(Mirror mirror, Work work) {
    Suspicion suspicion = work.suspicions().get(mirror.uid());
    return !work.overstates() && suspicion != null && suspicion.needsNoQuery();
  }

  private Verdict ask(String sessionClusterId, Work work) throws InterruptedException {
    var account = work.query().listing().account(work.credentials());
    try (Slot _ = slots.acquire(account, new Turn(false, steady.instant()))) {
      Duration left = Duration.between(steady.instant(), work.until());
      if (!left.isPositive() || pacer.pause(account).compareTo(LONGEST_PAUSE) > 0) {
        return Verdict.NO_ANSWER;
      }
      PollSpec query = work.query();
      return proof.ask(sessionClusterId, query.listing(), query::mayWant, work.credentials(), left);
    }
  }

  private WriteResult write(List<MirrorChange> writes, Work work, BooleanSupplier stillWanted)
      throws InterruptedException {
    return writes.isEmpty()
        ? WriteResult.NONE
        : writer.write(work.source(), work.uid(), writes, stillWanted);
  }
}
