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
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.RequestPacer;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.reconcile.CredentialsReader.CredentialsException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One poll of a source: credentials, listing, plan, guard, writes, and what it all came to. */
final class SourcePoll {

  private static final Logger log = LoggerFactory.getLogger(SourcePoll.class);

  /** A longer pause is waited for outside, so that it holds no slot that others need. */
  private static final Duration LONGEST_WAIT_IN_SLOT = Duration.ofSeconds(2);

  private final CredentialsReader credentials;
  private final RequestPacer pacer;
  private final SessionClusterLister lister;
  private final ListingSlots slots;
  private final MirrorStore store;
  private final RemovalProof removals;
  private final MirrorWrites writer;
  private final ConnectionSecrets connections;
  private final ForeignMirrors foreignMirrors;
  private final PollMetrics metrics;
  private final Clock wall;
  private final Clock steady;

  SourcePoll(
      CredentialsReader credentials,
      RequestPacer pacer,
      SessionClusterLister lister,
      ListingSlots slots,
      MirrorStore store,
      MirrorWrites writer,
      ConnectionSecrets connections,
      ForeignMirrors foreignMirrors,
      PollMetrics metrics,
      Clock wall,
      Clock steady) {
    this.credentials = credentials;
    this.pacer = pacer;
    this.lister = lister;
    this.removals = new RemovalProof(lister);
    this.slots = slots;
    this.store = store;
    this.writer = writer;
    this.connections = connections;
    this.foreignMirrors = foreignMirrors;
    this.metrics = metrics;
    this.wall = wall;
    this.steady = steady;
  }

  /** What a poll came to. */
  sealed interface Result {

    /**
     * There is something to report.
     *
     * @param done the writes, for events
     */
    record Polled(Report report, List<MirrorWrite> done) implements Result {}

    /** The source is no longer what was polled: nothing of this poll counts. */
    record Dropped() implements Result {}

    /** The account pauses, as the cloud asked: the source waits without being listed. */
    record Postponed(Duration pause) implements Result {}

    static Result of(Report report) {
      return new Polled(report, List.of());
    }
  }

  /** A listing and when it was under way. */
  private record TimedListing(Listing listing, Listed when) {}

  /**
   * Polls.
   *
   * @param turn the source's place among those that wait for the same account
   * @param current whether the source in the cache is still the one that is polled
   * @throws InterruptedException if the calling thread is interrupted
   */
  Result poll(
      SessionClusterSource source,
      SourceQuery query,
      SourceState state,
      ListingSlots.Turn turn,
      BooleanSupplier current)
      throws InterruptedException {
    String namespace = source.getMetadata().getNamespace();
    Credentials key;
    try {
      key = credentials.read(namespace, query.keySource());
    } catch (CredentialsException e) {
      return withoutKey(e);
    }
    TimedListing listed;
    try (var _ = slot(key, query, turn)) {
      Duration pause = pacer.pause(key, query.listing().regionId());
      if (pause.compareTo(LONGEST_WAIT_IN_SLOT) > 0) {
        return new Result.Postponed(pause);
      }
      if (!current.getAsBoolean()) {
        return new Result.Dropped();
      }
      listed = list(query, key);
      if (listed.listing() instanceof Listing.Failed(CloudError error)) {
        // Renewed meanwhile, perhaps: tried again in this same poll.
        Optional<Credentials> other = credentials.renewed(namespace, query.keySource(), key, error);
        if (other.isPresent()) {
          key = other.get();
          listed = list(query, key);
        }
      }
    } catch (CredentialsException e) {
      return withoutKey(e);
    }
    return switch (listed.listing()) {
      case Listing.Failed failed -> {
        log.atWarn()
            .addKeyValue("kind", failed.error().kind())
            .addKeyValue("code", failed.error().code())
            .addKeyValue("status", failed.error().httpStatus())
            .addKeyValue("requestId", failed.error().requestId())
            .log("the listing failed");
        yield Result.of(FaultTable.report(failed.error()));
      }
      case Listing.Complete complete -> {
        state.totalCountHabit().observe(false, query.intervals().transitionInterval(), now());
        yield mirror(source, query, key, state, complete.sessions(), null, listed.when(), current);
      }
      case Listing.Torn torn -> {
        boolean habit = isHabit(query, state, torn);
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

  private static Result withoutKey(CredentialsException e) {
    log.atWarn()
        .addKeyValue("reason", e.report().reason())
        .log("no access key: {}", e.report().message());
    return Result.of(e.report());
  }

  /** Lists; a torn listing is repeated once, because most tears are a moment's. */
  private TimedListing list(SourceQuery query, Credentials key) throws InterruptedException {
    TimedListing first = listOnce(query, key);
    return first.listing() instanceof Listing.Torn ? listOnce(query, key) : first;
  }

  private TimedListing listOnce(SourceQuery query, Credentials key) throws InterruptedException {
    var began = now();
    Listing listing = lister.list(query.listing(), key, query.timeout());
    var when = new Listed(began, now());
    metrics.listed(Duration.between(began, when.ended()), pages(listing));
    return new TimedListing(listing, when);
  }

  private static int pages(Listing listing) {
    return switch (listing) {
      case Listing.Complete complete -> complete.pages();
      case Listing.Torn torn -> torn.pages();
      case Listing.Failed _ -> 0;
    };
  }

  private ListingSlots.Slot slot(Credentials key, SourceQuery query, ListingSlots.Turn turn)
      throws InterruptedException {
    metrics.waiting(1);
    try {
      return slots.acquire(key, query.listing().regionId(), turn);
    } finally {
      metrics.waiting(-1);
    }
  }

  private boolean isHabit(SourceQuery query, SourceState state, Listing.Torn torn) {
    TotalCountHabit habit = state.totalCountHabit();
    if (habit.observe(torn.overstated(), query.intervals().transitionInterval(), now())) {
      log.info(
          "the cloud counts more sessions than it lists, three times in a row: taken for its habit;"
              + " from now on each removal is confirmed by a query of its own");
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
    MirrorPlan.Query planQuery = planQuery(source, query, state.connections());
    MirrorPlan plan =
        MirrorPlan.of(
            planQuery, sessions, tear == null, when, store, state.absences(), wall.instant());
    BooleanSupplier stillWanted =
        () -> current.getAsBoolean() && when.ended().plus(query.timeout()).isAfter(now());
    if (!stillWanted.getAsBoolean()) {
      return new Result.Dropped();
    }
    state.remember(plan.judgement().next());
    ResourceID id = ResourceID.fromResource(source);
    String namespace = source.getMetadata().getNamespace();
    state
        .staleness()
        .listed(
            new Staleness.Shown(when.ended(), wall.instant()),
            plan.shown(),
            store.controlledBy(namespace, source.getMetadata().getUid()));
    plan.confirmed().forEach((name, written) -> store.confirm(namespace, name, written));
    RemovalProof.Proven proven =
        removals.prove(
            plan.writes(), plan.judgement().next(), query, key, state.totalCountHabit().isHabit());
    WriteReport written =
        writer.write(id, source.getMetadata().getUid(), proven.writes(), stillWanted);
    ConnectionReport secrets =
        connections.keep(planQuery, query.connectionSecrets(), sessions, when, state, stillWanted);
    written = written.and(secrets.links());
    log(sessions.size(), written);
    ForeignMirrors.Finding foreign = foreignMirrors.find(source, plan.foreign());
    boolean waiting =
        plan.judgement().isWaiting()
            || proven.open() > 0
            || state.isFirstLookAtForeign(foreign.awaitsCollection() || secrets.awaited() > 0);
    Report report =
        PollReport.of(sessions, tear, plan, written, foreign, secrets, waiting)
            .noting(query.note());
    return written.dropped() || secrets.dropped()
        ? new Result.Dropped()
        : new Result.Polled(report, written.done());
  }

  private MirrorPlan.Query planQuery(
      SessionClusterSource source, SourceQuery query, ConnectionChecks secrets) {
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
            SourceChanges.annotation(source, SessionClusterSource.CONFIRM_PRUNE)),
        mirror -> mirror.refersToSecret() || secrets.isKept(mirror));
  }

  private static void log(int sessions, WriteReport written) {
    if (written.done().isEmpty() && written.refusals().isEmpty()) {
      log.atDebug().addKeyValue("sessions", sessions).log("unchanged");
    } else {
      log.atInfo()
          .addKeyValue("sessions", sessions)
          .addKeyValue("written", written.done().size())
          .addKeyValue("refused", written.refusals().size())
          .log("mirrored");
    }
  }

  private Instant now() {
    return steady.instant();
  }
}
