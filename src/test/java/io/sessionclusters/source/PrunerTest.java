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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorWrites;
import io.sessionclusters.mirror.Mirrors;
import io.sessionclusters.prune.AbsenceVerifier;
import io.sessionclusters.prune.ListingHistory;
import io.sessionclusters.prune.PruneState;
import io.sessionclusters.prune.SpacedCount;
import io.sessionclusters.prune.Suspicion;
import io.sessionclusters.source.ListingConcurrencyLimiter.Permit;
import io.sessionclusters.source.ListingConcurrencyLimiter.Priority;
import io.sessionclusters.support.RecordCopy;
import io.sessionclusters.time.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrunerTest {

  private static final Listing ABSENT = new Listing.Complete(List.of(), 1);
  private static final Listing REFUSED = failed(Kind.REQUEST_REJECTED, "InvalidParameter", 400);
  private static final Duration ANSWER_TIME = Duration.ofMillis(150);

  private final TestClock clock = new TestClock(Instant.parse("2026-11-22T08:00:00Z"));
  private final Instant until = clock.instant().plusSeconds(60);
  private final List<String> asked = new ArrayList<>();
  private final List<String> removed = new ArrayList<>();
  private final SourcePoll poll = Polls.of(Polls.source(), () -> this.stillWanted.getAsBoolean());
  private final ListingConcurrencyLimiter listings = new ListingConcurrencyLimiter(1, rates());
  private Duration pause = Duration.ZERO;
  private Function<String, Listing> cloud = id -> ABSENT;
  private BooleanSupplier stillWanted = () -> true;
  private int complete = 2;
  private boolean overstates;
  private @Nullable String shown = "sc-shown";

  @Test
  void eachIsRemovedAsSoonAsItIsProven() throws Exception {
    cloud =
        id -> {
          assertThat(removed).as("before %s is asked for", id).hasSize(asked.size() - 1);
          return ABSENT;
        };

    WriteResult<MirrorChange> report = remove(removals(3));

    assertThat(removed).containsExactly("0", "1", "2");
    assertThat(report.done()).hasSize(3);
  }

  @Test
  void whatHasNoProofStays() throws Exception {
    cloud =
        id ->
            id.equals("sc-1") ? new Listing.Complete(List.of(Sessions.running("sc-1")), 1) : ABSENT;

    remove(removals(3));
    assertThat(poll.state().prune().state().suspects()).containsOnlyKeys("0", "2");

    assertThat(removed).containsExactly("0", "2");
  }

  @Test
  void eachPollHasABudgetAndThoseNotYetAskedForComeFirst() throws Exception {
    cloud = id -> new Listing.Torn(List.of(), 1, Listing.Cause.SAYS_NOTHING, "torn", 0);
    List<MirrorChange.Removal> all = removals(120);

    remove(all);
    assertThat(asked).hasSize(50).doesNotHaveDuplicates();
    remove(all);
    assertThat(asked).hasSize(100).doesNotHaveDuplicates();
    remove(all);
    assertThat(asked.subList(100, 120)).doesNotContainAnyElementsOf(asked.subList(0, 100));
    assertThat(asked.subList(120, 150)).isEqualTo(asked.subList(0, 30));
    assertThat(removed).isEmpty();
  }

  @Test
  void whatTimeIsLeftIsUsedAndTheRestWaits() throws Exception {
    stillWanted = () -> clock.instant().isBefore(until.minusSeconds(57));
    List<MirrorChange.Removal> all = new ArrayList<>(removals(60));

    // 20 answers of 150 ms fit into the 3 s, and the last comes too late.
    for (int expected : new int[] {19, 19, 19, 3}) {
      clock.set(until.minusSeconds(60));
      WriteResult<MirrorChange> report = remove(all);
      assertThat(report.done()).hasSize(expected);
      all.removeAll(report.done());
    }
    assertThat(all).isEmpty();
  }

  @Test
  void noneIsAskedForWhenTheListingIsTooOldOrTheAccountPauses() throws Exception {
    pause = Duration.ofSeconds(30);
    remove(removals(2));
    pause = Duration.ZERO;
    clock.set(until);
    remove(removals(2));

    assertThat(asked).isEmpty();
    assertThat(removed).isEmpty();
  }

  @Test
  void anApiThatFailsIsNotQueriedForTheRest() throws Exception {
    cloud = id -> failed(Kind.THROTTLED, "Throttling", 400);

    remove(removals(20));

    assertThat(asked).hasSize(1);
    assertThat(removed).isEmpty();
  }

  @Test
  void aQueryWaitsBehindAListingThatIsDue() throws Exception {
    var hangzhou = new CloudAccount(Polls.KEY, new RegionId("cn-hangzhou"));
    Permit busy = listings.acquire(hangzhou, new Priority(false, clock.instant()));
    Thread removal = Thread.ofVirtual().start(() -> quietly(() -> remove(removals(1))));
    await().until(() -> removal.getState() == Thread.State.WAITING);
    List<Integer> askedBefore = new CopyOnWriteArrayList<>();
    Priority overdue = new Priority(false, clock.instant().minusSeconds(1));
    Thread listing =
        Thread.ofVirtual()
            .start(
                () ->
                    quietly(
                        () -> {
                          try (Permit _ = listings.acquire(hangzhou, overdue)) {
                            askedBefore.add(asked.size());
                          }
                        }));
    await().until(() -> listing.getState() == Thread.State.WAITING);
    busy.close();

    assertThat(listing.join(Duration.ofSeconds(10))).isTrue();
    assertThat(removal.join(Duration.ofSeconds(10))).isTrue();
    assertThat(askedBefore).containsExactly(0);
    assertThat(removed).containsExactly("0");
  }

  /** What may fail and must not fail silently. */
  private interface Step {
    void run() throws Exception;
  }

  private static void quietly(Step step) {
    try {
      step.run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aServiceThatRefusesAQueryOnlyForWhatItHidesProvesNothing() throws Exception {
    complete = 3;
    cloud = id -> id.equals("sc-shown") ? ABSENT : REFUSED;

    remove(removals(2));

    assertThat(removed).isEmpty();
    assertThat(asked).containsExactly("sc-0", "sc-shown", "sc-1");
  }

  @Test
  void whereNoQueryByIdIsServedThreeCompleteListingsAreProof() throws Exception {
    cloud = id -> REFUSED;
    remove(removals(2));
    assertThat(removed).isEmpty();

    complete = 3;
    overstates = true;
    remove(removals(2));
    assertThat(removed).as("a backend that counts wrong").isEmpty();

    overstates = false;
    shown = null;
    remove(removals(2));
    assertThat(removed).as("no session to compare with").isEmpty();

    shown = "sc-shown";
    remove(removals(2));
    assertThat(removed).containsExactlyInAnyOrder("0", "1");
  }

  @Test
  void aSessionThatCannotBeQueriedIsAbsentAfterThreeCompleteListings() throws Exception {
    Mirror hashed =
        RecordCopy.with(Mirrors.withUid("1"), "sessionClusterId", "sha256:" + "0".repeat(64));
    List<MirrorChange.Removal> removal = List.of(new MirrorChange.Delete(hashed));

    remove(removal);
    assertThat(removed).isEmpty();
    complete = 3;
    overstates = true;
    remove(removal);
    assertThat(removed).isEmpty();
    overstates = false;
    remove(removal);
    assertThat(removed).containsExactly("1");
    assertThat(asked).isEmpty();
  }

  @Test
  void whatIsOfAnotherQueryNeedsNobodyToBeAsked() throws Exception {
    Mirror other = RecordCopy.with(Mirrors.withUid("1"), "workspaceId", "w-other");
    pause = Duration.ofMinutes(5);

    remove(List.of(new MirrorChange.MarkVanished(other)));

    assertThat(removed).containsExactly("1");
    assertThat(asked).isEmpty();
  }

  @Test
  void whoIsNoLongerMissingIsForgotten() throws Exception {
    cloud = id -> new Listing.Torn(List.of(), 1, Listing.Cause.SAYS_NOTHING, "torn", 0);
    List<MirrorChange.Removal> all = removals(10);
    remove(all);
    remove(all.subList(8, 10));
    List<String> before = List.copyOf(asked);

    remove(all.reversed());

    List<String> order = asked.subList(before.size(), asked.size());
    List<String> forgotten = before.subList(0, 8).reversed();
    assertThat(order.subList(0, 8)).containsExactlyElementsOf(forgotten);
    assertThat(order.subList(8, 10)).containsExactlyElementsOf(before.subList(10, 12));
  }

  private WriteResult<MirrorChange> remove(List<MirrorChange.Removal> removals) throws Exception {
    Map<String, Suspicion> suspicions = new HashMap<>();
    removals.forEach(
        r ->
            suspicions.put(
                r.mirror().uid(),
                new Suspicion(new SpacedCount(complete, null), new SpacedCount(complete, null))));
    AbsenceVerifier proof =
        new AbsenceVerifier(
            (query, credentials, timeout) -> {
              String id = Objects.requireNonNull(query.sessionClusterId());
              asked.add(id);
              clock.advance(ANSWER_TIME);
              return cloud.apply(id);
            });
    MirrorWrites writer =
        (source, uid, writes, wanted) -> {
          writes.forEach(w -> removed.add(((MirrorChange.Removal) w).mirror().uid()));
          return WriteResult.ofDone(writes);
        };
    poll.state()
        .prune()
        .remember(
            overstates
                ? new ListingHistory(1, new SpacedCount(3, until), 1, new SpacedCount(0, null))
                : ListingHistory.NONE);
    poll.state().prune().remember(new PruneState(1, suspicions, Set.of(), 0, Set.of(), false));
    Listing listing =
        new Listing.Complete(shown == null ? List.of() : List.of(Sessions.running(shown)), 1);
    return new Pruner(proof, listings, writer, clock)
        .remove(Polls.listed(poll, listing, until.minusSeconds(60)), removals);
  }

  private RateLimiter rates() {
    return new RateLimiter() {
      @Override
      public void await(CloudAccount account) {}

      @Override
      public Duration pause(CloudAccount account) {
        return pause;
      }
    };
  }

  private static List<MirrorChange.Removal> removals(int count) {
    return IntStream.range(0, count)
        .<MirrorChange.Removal>mapToObj(
            i -> new MirrorChange.Delete(Mirrors.withUid(Integer.toString(i))))
        .toList();
  }

  private static Listing failed(Kind kind, String code, int status) {
    return new Listing.Failed(new CloudError(kind, code, status, "", "", null));
  }
}
