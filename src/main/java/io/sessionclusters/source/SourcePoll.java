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
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.connection.ConnectionReport;
import io.sessionclusters.connection.ConnectionSecrets;
import io.sessionclusters.mapping.MirrorName;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorPlan;
import io.sessionclusters.mirror.MirrorStore;
import io.sessionclusters.mirror.MirrorWrites;
import io.sessionclusters.mirror.OwnershipConflicts;
import io.sessionclusters.mirror.PlanInput;
import io.sessionclusters.mirror.SecretStep;
import io.sessionclusters.mirror.Staleness;
import io.sessionclusters.mirror.WriteResult;
import io.sessionclusters.prune.AbsenceVerifier;
import io.sessionclusters.prune.ListingHistory;
import io.sessionclusters.prune.ListingWindow;
import io.sessionclusters.prune.PruneDecision;
import io.sessionclusters.prune.PruneState;
import io.sessionclusters.source.CredentialsReader.CredentialsException;
import io.sessionclusters.status.ErrorReasons;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
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

  /** So many polls in a row may settle nothing before the condition says so. */
  private static final int MOST_INCONCLUSIVE = 2;

  private final CredentialsReader credentials;
  private final RateLimiter pacer;
  private final SessionClusterLister lister;
  private final ListingConcurrencyLimiter slots;
  private final MirrorStore store;
  private final Pruner removals;
  private final MirrorWrites writer;
  private final ConnectionSecrets connections;
  private final OwnershipConflicts foreignMirrors;
  private final PollMetrics metrics;
  private final Clock wall;
  private final Clock steady;

  SourcePoll(
      CredentialsReader credentials,
      RateLimiter pacer,
      SessionClusterLister lister,
      ListingConcurrencyLimiter slots,
      MirrorStore store,
      MirrorWrites writer,
      ConnectionSecrets connections,
      OwnershipConflicts foreignMirrors,
      PollMetrics metrics,
      Clock wall,
      Clock steady) {
    this.credentials = credentials;
    this.pacer = pacer;
    this.lister = lister;
    this.removals = new Pruner(new AbsenceVerifier(lister), slots, pacer, writer, steady);
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
     * @param held mirrors that the guard keeps from now on, for events
     */
    record Polled(PollOutcome report, List<MirrorChange> done, List<Mirror> held)
        implements Result {}

    /**
     * The listing settled nothing, though all that it shows is mirrored. That is no failure: the
     * next listing comes as usual.
     *
     * @param report what the condition says of it; empty if it stays as it is
     * @param isUnsettled whether a short interval pays
     */
    record Inconclusive(Optional<PollOutcome> report, boolean isUnsettled, List<MirrorChange> done)
        implements Result {}

    /**
     * The rest of the plan was dropped: the source is no longer what was polled, or the listing
     * grew too old.
     */
    record Dropped() implements Result {}

    /** The account pauses, as the cloud asked: the source waits without being listed. */
    record Postponed(Duration pause) implements Result {}

    static Result of(PollOutcome report) {
      return new Polled(report, List.of(), List.of());
    }
  }

  /** What a poll asks while it is under way. */
  interface Caller {

    /** Whether the source in the cache is still the one that is polled. */
    boolean isCurrent();

    /**
     * Whether the source is there and stays, as the API server itself says: a cache that is behind
     * may show one that was deleted, and its mirrors were left to live on.
     */
    boolean exists();

    /**
     * Says that the guard has tripped, in the source's status, before anything is written.
     *
     * @param report for its conditions
     */
    void hold(PendingPrune pending, PollOutcome report);
  }

  /** For whom, with what and how one poll is. */
  private record Poll(
      SessionClusterSource source,
      PollSpec query,
      Credentials key,
      SourceState state,
      Caller caller) {

    ResourceID id() {
      return ResourceID.fromResource(source);
    }

    String namespace() {
      return source.getMetadata().getNamespace();
    }

    long generation() {
      return Objects.requireNonNullElse(source.getMetadata().getGeneration(), 0L);
    }
  }

  /** A listing and when it was under way. */
  private record TimedListing(Listing listing, ListingWindow when) {}

  /**
   * Polls.
   *
   * @param turn the source's place among those that wait for the same account
   * @throws InterruptedException if the calling thread is interrupted
   */
  Result poll(
      SessionClusterSource source,
      PollSpec query,
      SourceState state,
      ListingConcurrencyLimiter.Turn turn,
      Caller caller)
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
      Duration pause = pacer.pause(query.listing().account(key));
      if (pause.compareTo(LONGEST_WAIT_IN_SLOT) > 0) {
        return new Result.Postponed(pause);
      }
      if (!caller.isCurrent()) {
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
    if (listed.listing() instanceof Listing.Failed(CloudError error)) {
      log.atWarn()
          .addKeyValue("kind", error.kind())
          .addKeyValue("code", error.code())
          .addKeyValue("status", error.httpStatus())
          .addKeyValue("requestId", error.requestId())
          .log("the listing failed");
      return Result.of(ErrorReasons.outcome(error));
    }
    try {
      return mirror(new Poll(source, query, key, state, caller), listed);
    } finally {
      lister.release(listed.listing());
    }
  }

  private static Result withoutKey(CredentialsException e) {
    log.atWarn()
        .addKeyValue("reason", e.report().reason())
        .log("no access key: {}", e.report().message());
    return Result.of(e.report());
  }

  /** Lists; a torn listing is repeated once, because most tears are a moment's. */
  private TimedListing list(PollSpec query, Credentials key) throws InterruptedException {
    TimedListing first = listOnce(query, key);
    if (!(first.listing() instanceof Listing.Torn)) {
      return first;
    }
    lister.release(first.listing());
    return listOnce(query, key);
  }

  private TimedListing listOnce(PollSpec query, Credentials key) throws InterruptedException {
    var began = now();
    Listing listing = lister.list(query.listing(), key, query.timeout());
    var when = new ListingWindow(began, now());
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

  private ListingConcurrencyLimiter.Slot slot(
      Credentials key, PollSpec query, ListingConcurrencyLimiter.Turn turn)
      throws InterruptedException {
    metrics.waiting(1);
    try {
      return slots.acquire(query.listing().account(key), turn);
    } finally {
      metrics.waiting(-1);
    }
  }

  private Result mirror(Poll poll, TimedListing listed) throws InterruptedException {
    SourceState state = poll.state();
    PollSpec query = poll.query();
    ListingWindow when = listed.when();
    state.listed(when.ended());
    ListingHistory run = observe(poll, listed);
    boolean settles = run.settles(listed.listing());
    List<CloudSession> sessions =
        query.select(listed.listing().sessions(), session -> isMirrored(session, poll));
    PendingPrune stored = state.status(poll.source()).pendingPrune();
    Instant until = when.ended().plus(query.timeout());
    BooleanSupplier stillWanted = () -> poll.caller().isCurrent() && until.isAfter(now());
    ConnectionSecrets.OfListing connectionSecrets =
        connections.begin(poll.id(), query.connectionSecrets(), state.connections(), stillWanted);
    PlanInput planQuery = planQuery(poll, stored, connectionSecrets);
    PruneState before = state.absences();
    MirrorPlan plan =
        MirrorPlan.of(
            planQuery,
            new MirrorPlan.Listed(sessions, run.evidence(listed.listing()), when),
            store,
            before,
            wall.instant());
    if (!stillWanted.getAsBoolean()) {
      return new Result.Dropped();
    }
    if (plan.adopts() && !poll.caller().exists()) {
      // A mirror that it adopted would be collected with it, though somebody asked to keep it.
      return new Result.Dropped();
    }
    PruneDecision judgement = plan.decision();
    PendingPrune pending = judgement.pending(stored);
    state.remember(judgement.next());
    if (pending != null && stored == null) {
      // First of all: were the process to end now, what it creates would make the loss look small.
      boolean wrongToken = isWrongToken(planQuery.limits());
      poll.caller().hold(pending, PollOutcomes.tripped(pending, wrongToken));
    }
    state
        .staleness()
        .listed(
            new Staleness.Shown(when.ended(), wall.instant()),
            plan.shown(),
            store.controlledBy(poll.namespace(), planQuery.uid()));
    plan.confirmed().forEach((name, written) -> store.confirm(poll.namespace(), name, written));
    WriteResult written = writer.write(poll.id(), planQuery.uid(), plan.writes(), stillWanted);
    if (written.dropped()) {
      return new Result.Dropped();
    }
    ConnectionReport secrets = connectionSecrets.report();
    Pruner.Outcome removed = removals.remove(work(poll, listed, plan, run, until), stillWanted);
    written = written.and(removed.written());
    state.remember(state.absences().seen(removed.shown()));
    log(sessions.size(), written);
    if (!poll.caller().isCurrent()) {
      return new Result.Dropped();
    }
    OwnershipConflicts.Finding foreign = foreignMirrors.find(poll.source(), plan.foreign());
    boolean awaited =
        state.isFirstLookAtForeign(foreign.awaitsCollection() || secrets.awaited() > 0);
    var done =
        new PollOutcomes.Done(
            sessions,
            settles ? null : tear(listed.listing()),
            state.inconclusive() < MOST_INCONCLUSIVE,
            plan,
            written,
            foreign,
            secrets,
            judgement.awaiting() - removed.written().done().size() - removed.shown().size(),
            pending,
            isWrongToken(planQuery.limits()));
    Optional<PollOutcome> report = PollOutcomes.of(done);
    boolean isInconclusive =
        report.isEmpty() || report.get().reason() == Reason.LISTING_INCONSISTENT;
    state.inconclusive(isInconclusive);
    if (isInconclusive) {
      return new Result.Inconclusive(report, done.isUnsettled() || awaited, written.done());
    }
    return new Result.Polled(
        (awaited ? report.get().asUnsettled() : report.get()).noting(query.note()),
        written.done(),
        heldNow(before, plan, stored));
  }

  private ListingHistory observe(Poll poll, TimedListing listed) {
    ListingHistory before = poll.state().listings();
    ListingHistory run =
        before.next(
            poll.generation(),
            listed.listing(),
            listed.when(),
            poll.query().intervals().transitionInterval());
    if (run.overstates() && !before.overstates()) {
      log.info(
          "totalCount exceeded the number of sessions in three listings; it is taken for how this"
              + " backend counts");
    }
    poll.state().remember(run);
    return run;
  }

  private static @Nullable String tear(Listing listing) {
    return listing instanceof Listing.Torn torn ? torn.detail() : null;
  }

  private boolean isMirrored(CloudSession session, Poll poll) {
    Mirror mirror = store.get(poll.namespace(), MirrorName.of(session.sessionClusterId())).mirror();
    return mirror != null
        && mirror.isControlledBy(poll.source().getMetadata().getUid())
        && mirror.sessionClusterId().equals(session.sessionClusterId());
  }

  private Pruner.Work work(
      Poll poll, TimedListing listed, MirrorPlan plan, ListingHistory run, Instant until) {
    List<CloudSession> shown = listed.listing().sessions();
    return new Pruner.Work(
        poll.id(),
        poll.source().getMetadata().getUid(),
        poll.query(),
        poll.key(),
        plan.removals(),
        plan.decision().next().suspects(),
        run.overstates(),
        shown.isEmpty() ? null : shown.getFirst().sessionClusterId(),
        poll.state().lastAsked(),
        until);
  }

  private static boolean isWrongToken(PruneState.Limits limits) {
    return limits.confirmToken() != null && !limits.confirmToken().isEmpty();
  }

  /** Those that no status has said to be held before. */
  private static List<Mirror> heldNow(
      PruneState before, MirrorPlan plan, @Nullable PendingPrune stored) {
    if (stored != null && Objects.equals(stored.token(), plan.decision().token())) {
      return List.of();
    }
    return plan.held().stream().filter(m -> !before.held().contains(m.uid())).toList();
  }

  private PlanInput planQuery(
      Poll poll, @Nullable PendingPrune stored, SecretStep.Planner secrets) {
    PollSpec query = poll.query();
    return new PlanInput(
        poll.id(),
        poll.source().getMetadata().getUid(),
        poll.generation(),
        query.listing().regionId().value(),
        query.listing().workspaceId().value(),
        query.prunePolicy(),
        new PruneState.Limits(
            query.intervals().transitionInterval(),
            query.maxPercent(),
            SourceUpdateFilter.annotation(poll.source(), SessionClusterSource.CONFIRM_PRUNE),
            stored,
            poll.state().hasReported(stored)),
        secrets);
  }

  private static void log(int sessions, WriteResult written) {
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
