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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.mapping.SessionState;
import io.sessionclusters.reconcile.CredentialsReader.CredentialsException;
import io.sessionclusters.reconcile.Report.Tally;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One poll of a source: credentials, listing, plan, guard, writes, and what it all came to. */
final class SourcePoll {

  private static final Logger log = LoggerFactory.getLogger(SourcePoll.class);

  private final CredentialsReader credentials;
  private final SessionClusterLister lister;
  private final ListingSlots slots;
  private final MirrorStore store;
  private final MirrorWriter writer;
  private final ForeignMirrors foreignMirrors;
  private final Clock wall;
  private final Clock steady;

  SourcePoll(
      CredentialsReader credentials,
      SessionClusterLister lister,
      ListingSlots slots,
      MirrorStore store,
      MirrorWriter writer,
      ForeignMirrors foreignMirrors,
      Clock wall,
      Clock steady) {
    this.credentials = credentials;
    this.lister = lister;
    this.slots = slots;
    this.store = store;
    this.writer = writer;
    this.foreignMirrors = foreignMirrors;
    this.wall = wall;
    this.steady = steady;
  }

  /**
   * What a poll came to.
   *
   * @param done the writes, for events
   * @param dropped whether the plan was dropped because the source is no longer what was polled
   */
  record Result(Report report, List<MirrorWrite> done, boolean dropped) {
    static Result of(Report report) {
      return new Result(report, List.of(), false);
    }
  }

  /** A listing and when it was under way. */
  private record TimedListing(Listing listing, Listed when) {}

  /**
   * Polls.
   *
   * @param current whether the source in the cache is still the one that is polled
   * @throws InterruptedException if the calling thread is interrupted
   */
  Result poll(
      SessionClusterSource source, SourceQuery query, SourceState state, BooleanSupplier current)
      throws InterruptedException {
    Credentials key;
    try {
      key = credentials.read(source.getMetadata().getNamespace(), query.secretName());
    } catch (CredentialsException e) {
      return Result.of(e.report());
    }
    TimedListing listed;
    try (var _ = slots.acquire(key, query.listing().regionId())) {
      listed = list(query, key);
    }
    return switch (listed.listing()) {
      case Listing.Failed failed -> {
        log.warn(
            "source={} the listing failed: kind={} code={} status={} request={}",
            name(source),
            failed.error().kind(),
            failed.error().code(),
            failed.error().httpStatus(),
            failed.error().requestId());
        yield Result.of(Faults.report(failed.error()));
      }
      case Listing.Complete complete -> {
        state.totalCountHabit().observe(false, query.intervals().transitionInterval(), now());
        yield mirror(source, query, key, state, complete.sessions(), null, listed.when(), current);
      }
      case Listing.Torn torn -> {
        boolean habit = isHabit(source, query, state, torn);
        yield mirror(
            source,
            query,
            key,
            state,
            torn.sessions(),
            habit ? null : torn.detail(),
            listed.when(),
            current);
      }
    };
  }

  /** Lists; a torn listing is repeated once, because most tears are a moment's. */
  private TimedListing list(SourceQuery query, Credentials key) throws InterruptedException {
    TimedListing first = listOnce(query, key);
    return first.listing() instanceof Listing.Torn ? listOnce(query, key) : first;
  }

  private TimedListing listOnce(SourceQuery query, Credentials key) throws InterruptedException {
    var began = now();
    Listing listing = lister.list(query.listing(), key, query.timeout());
    return new TimedListing(listing, new Listed(began, now()));
  }

  private boolean isHabit(
      SessionClusterSource source, SourceQuery query, SourceState state, Listing.Torn torn) {
    TotalCountHabit habit = state.totalCountHabit();
    if (habit.observe(torn.overstated(), query.intervals().transitionInterval(), now())) {
      log.info(
          "source={} the cloud counts more sessions than it lists, three times in a row: taken for"
              + " its habit; from now on each removal is confirmed by a query of its own",
          name(source));
    }
    return torn.overstated() && habit.isHabit();
  }

  private Result mirror(
      SessionClusterSource source,
      SourceQuery query,
      Credentials key,
      SourceState state,
      List<CloudSession> all,
      @Nullable String tear,
      Listed when,
      BooleanSupplier current)
      throws InterruptedException {
    state.listed(when.ended());
    List<CloudSession> sessions = query.select(all);
    MirrorPlan plan =
        MirrorPlan.of(
            planQuery(source, query),
            sessions,
            tear == null,
            when,
            store,
            state.absences(),
            wall.instant());
    BooleanSupplier stillWanted =
        () -> current.getAsBoolean() && when.ended().plus(query.timeout()).isAfter(now());
    if (!stillWanted.getAsBoolean()) {
      return new Result(
          Report.failed(Reason.PROGRESSING, "The source was changed."), List.of(), true);
    }
    state.remember(plan.judgement().next());
    ResourceID id = ResourceID.fromResource(source);
    String namespace = source.getMetadata().getNamespace();
    plan.confirmed().forEach((name, written) -> store.confirm(namespace, name, written));
    List<MirrorWrite> writes =
        state.totalCountHabit().isHabit() ? onlyProven(plan.writes(), query, key) : plan.writes();
    WriteReport written = writer.write(id, source.getMetadata().getUid(), writes, stillWanted);
    log(source, sessions.size(), written);
    ForeignMirrors.Finding foreign = foreignMirrors.find(source, plan.foreign());
    Report report = report(sessions, tear, plan, written, foreign, state);
    return new Result(report, written.done(), written.dropped());
  }

  private MirrorPlan.Query planQuery(SessionClusterSource source, SourceQuery query) {
    Map<String, String> annotations = source.getMetadata().getAnnotations();
    return new MirrorPlan.Query(
        ResourceID.fromResource(source),
        source.getMetadata().getUid(),
        source.getMetadata().getGeneration(),
        query.listing().regionId().value(),
        query.listing().workspaceId().value(),
        query.prunePolicy(),
        new Absences.Limits(
            query.intervals().transitionInterval(),
            query.maxPercent(),
            annotations == null ? null : annotations.get(SessionClusterSource.CONFIRM_PRUNE)));
  }

  /** Leaves out the removals whose session still answers to a query by its id. */
  private List<MirrorWrite> onlyProven(List<MirrorWrite> writes, SourceQuery query, Credentials key)
      throws InterruptedException {
    List<MirrorWrite> proven = new ArrayList<>();
    for (MirrorWrite write : writes) {
      Mirror removed =
          switch (write) {
            case MirrorWrite.Delete delete -> delete.mirror();
            case MirrorWrite.MarkVanished mark -> mark.mirror();
            case MirrorWrite.Create _, MirrorWrite.Update _ -> null;
          };
      if (removed == null || isGone(removed.sessionClusterId(), query, key)) {
        proven.add(write);
      }
    }
    return proven;
  }

  private boolean isGone(String sessionClusterId, SourceQuery query, Credentials key)
      throws InterruptedException {
    return switch (lister.list(
        query.listing().onlySession(sessionClusterId), key, query.timeout())) {
      case Listing.Complete complete -> lacks(complete.sessions(), sessionClusterId);
      case Listing.Torn torn -> torn.overstated() && lacks(torn.sessions(), sessionClusterId);
      case Listing.Failed _ -> false;
    };
  }

  private static boolean lacks(List<CloudSession> sessions, String id) {
    return sessions.stream().noneMatch(s -> s.sessionClusterId().equals(id));
  }

  /** The first thing that is wrong, in the order of how much it hides. */
  private static Report report(
      List<CloudSession> sessions,
      @Nullable String tear,
      MirrorPlan plan,
      WriteReport written,
      ForeignMirrors.Finding foreign,
      SourceState state) {
    Map<String, Integer> states = new TreeMap<>();
    boolean transitional = false;
    for (CloudSession session : sessions) {
      String canonical = SessionState.canonical(session.state());
      states.merge(Objects.requireNonNullElse(canonical, "Unknown"), 1, Integer::sum);
      transitional |= SessionState.isTransitional(canonical);
    }
    Tally tally = new Tally(sessions.size(), states);
    String token = plan.judgement().token();
    int held = plan.judgement().next().held().size();
    PendingPrune pending = token == null ? null : new PendingPrune(held, token);
    boolean unsettled =
        transitional
            || plan.judgement().isWaiting()
            || state.isFirstLookAtForeign(foreign.awaitsCollection());
    if (tear != null) {
      return Report.failed(
          Reason.LISTING_INCONSISTENT, tear + " Nothing is removed until the pages fit together.");
    }
    if (!written.refusals().isEmpty()) {
      WriteReport.Refusal first = written.refusals().getFirst();
      return new Report(
          first.reason(),
          "%d of %d mirrors could not be written. The first: %s"
              .formatted(written.refusals().size(), sessions.size(), first.message()),
          tally,
          pending,
          unsettled,
          null);
    }
    int outdated = plan.outdated() + written.pruned();
    if (outdated > 0) {
      return new Report(
          Reason.CRD_OUTDATED,
          ("The installed CRD dropped fields of %d mirrors; apply the CRDs of this operator's"
                  + " version.")
              .formatted(outdated),
          tally,
          pending,
          unsettled,
          null);
    }
    if (token != null) {
      return new Report(
          Reason.PRUNE_GUARD_TRIPPED,
          ("%d mirrors would be removed at once, more than spec.prune.maxPercent allows; they are"
                  + " kept. If they shall go, set the annotation"
                  + " sessionclusters.io/confirm-prune=%s on this source.")
              .formatted(held, token),
          tally,
          pending,
          unsettled,
          null);
    }
    if (foreign.message() != null) {
      return new Report(Reason.CONFLICT, foreign.message(), tally, null, unsettled, null);
    }
    return new Report(
        Reason.SUCCEEDED,
        sessions.size() == 1
            ? "1 session cluster is mirrored."
            : sessions.size() + " session clusters are mirrored.",
        tally,
        null,
        unsettled,
        null);
  }

  private void log(SessionClusterSource source, int sessions, WriteReport written) {
    if (written.done().isEmpty() && written.refusals().isEmpty()) {
      log.debug("source={} sessions={} unchanged", name(source), sessions);
    } else {
      log.info(
          "source={} sessions={} written={} refused={}",
          name(source),
          sessions,
          written.done().size(),
          written.refusals().size());
    }
  }

  private Instant now() {
    return steady.instant();
  }

  private static String name(SessionClusterSource source) {
    return source.getMetadata().getNamespace() + "/" + source.getMetadata().getName();
  }
}
