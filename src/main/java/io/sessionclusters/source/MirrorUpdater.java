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

import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.connection.ConnectionSecrets;
import io.sessionclusters.kubernetes.WriteResult;
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
import io.sessionclusters.prune.ListingHistory;
import io.sessionclusters.prune.PruneMemory;
import io.sessionclusters.prune.PruneState;
import io.sessionclusters.source.SourcePoll.Listed;
import io.sessionclusters.source.SourcePoll.Planned;
import io.sessionclusters.source.SourcePoll.PollEndedException;
import io.sessionclusters.source.SourcePoll.Pruned;
import io.sessionclusters.source.SourcePoll.Result;
import io.sessionclusters.source.SourcePoll.Written;
import io.sessionclusters.status.StatusCache;
import io.sessionclusters.time.TimeSource;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a poll between its listing and its deletions: what is to be written, and writing it.
 */
final class MirrorUpdater {

  private static final Logger log = LoggerFactory.getLogger(MirrorUpdater.class);

  private final MirrorStore store;
  private final MirrorWrites writer;
  private final ConnectionSecrets connections;
  private final OwnershipConflicts conflicts;
  private final TimeSource time;

  MirrorUpdater(
      MirrorStore store,
      MirrorWrites writer,
      ConnectionSecrets connections,
      OwnershipConflicts conflicts,
      TimeSource time) {
    this.store = store;
    this.writer = writer;
    this.connections = connections;
    this.conflicts = conflicts;
    this.time = time;
  }

  /**
   * Ends the suspicion of all that a listing shows, whatever becomes of it: one that failed, that
   * was repeated or whose plan is dropped has shown it all the same.
   */
  void clearSuspicions(SourcePoll poll, Listing listing) {
    PruneMemory memory = poll.state().prune();
    if (memory.state().suspects().isEmpty()) {
      return;
    }
    ListQuery query = poll.spec().listing();
    Set<String> present = new HashSet<>();
    for (CloudSession session : listing.sessions()) {
      Mirror mirror = mirror(session, poll);
      if (mirror != null && !mirror.isOutside(query) && poll.spec().mayWant(session)) {
        present.add(mirror.uid());
      }
    }
    memory.remember(memory.state().seen(present));
  }

  /**
   * What is to be written and deleted, judged by what the listings before have shown.
   *
   * @throws PollEndedException if the listing is of no use any more
   */
  Planned plan(Listed listed) throws PollEndedException {
    SourcePoll poll = listed.poll();
    PruneMemory memory = poll.state().prune();
    poll.state().schedule().listed(listed.when().ended());
    memory.remember(historyWith(listed));
    ConnectionSecrets.OfListing secrets =
        connections.begin(
            poll.id(),
            poll.spec().connectionSecrets(),
            poll.state().connections(),
            () -> listed.isWanted(time.now()));
    PlanInput input = input(listed, secrets);
    MirrorPlan plan = MirrorPlan.of(input, store, time.wallTime());
    // What is adopted would be collected with a source that was deleted, though its deletion asked
    // to keep it.
    if (!listed.isWanted(time.now()) || (plan.adopts() && !conflicts.exists(poll.source()))) {
      throw new PollEndedException(new Result.Dropped());
    }
    memory.remember(plan.decision().next());
    PendingPrune pending = plan.decision().pending(input.limits().pending());
    return new Planned(listed, input, plan, pending, secrets::report);
  }

  /**
   * Creates and updates mirrors and their connection Secrets.
   *
   * @throws PollEndedException if the rest of the plan is dropped
   * @throws InterruptedException if the calling thread is interrupted
   */
  Written write(Planned planned) throws PollEndedException, InterruptedException {
    SourcePoll poll = planned.poll();
    MirrorPlan plan = planned.plan();
    BooleanSupplier stillWanted = () -> planned.listed().isWanted(time.now());
    poll.state()
        .staleness()
        .listed(
            new Staleness.Shown(planned.listed().when().ended(), time.wallTime()),
            plan.shown(),
            store.controlledBy(poll.namespace(), poll.uid()));
    plan.confirmed().forEach((name, applied) -> store.confirm(poll.namespace(), name, applied));
    WriteResult<MirrorChange> written =
        writer.write(poll.id(), poll.uid(), plan.writes(), stillWanted);
    if (!written.dropped().isEmpty()) {
      throw new PollEndedException(new Result.Dropped());
    }
    return new Written(planned, written, planned.secrets().get());
  }

  /** The result of a poll whose steps are done. */
  Result result(Pruned pruned) {
    SourcePoll poll = pruned.planned().poll();
    logResult(pruned.planned().input().sessions().size(), pruned.mirrors());
    if (!poll.isCurrent()) {
      return new Result.Dropped();
    }
    OwnershipConflicts.Finding foreign =
        conflicts.find(poll.source(), pruned.planned().plan().foreign());
    boolean awaitsCollection =
        foreign.awaitsCollection() || pruned.written().secrets().awaited() > 0;
    boolean isFirstWait = poll.state().schedule().isFirstWaitForCollection(awaitsCollection);
    Result result = PollOutcomes.of(pruned, foreign, isFirstWait);
    poll.state().status().settled(result instanceof Result.Reported);
    return result;
  }

  private static ListingHistory historyWith(Listed listed) {
    SourcePoll poll = listed.poll();
    ListingHistory before = poll.state().prune().history();
    ListingHistory history =
        before.next(
            poll.generation(),
            listed.listing(),
            listed.when(),
            poll.spec().intervals().transitionInterval());
    if (history.overstates() && !before.overstates()) {
      log.info(
          "totalCount exceeded results in three listings; verifying each deletion by ID from now"
              + " on");
    }
    return history;
  }

  private boolean isMirrored(CloudSession session, SourcePoll poll) {
    Mirror mirror = mirror(session, poll);
    return mirror != null && mirror.isControlledBy(poll.uid());
  }

  /** The mirror of a session, whoever controls it. */
  private @Nullable Mirror mirror(CloudSession session, SourcePoll poll) {
    String id = session.sessionClusterId();
    Mirror mirror = store.get(poll.namespace(), MirrorName.of(id)).mirror();
    return mirror != null && mirror.sessionClusterId().equals(id) ? mirror : null;
  }

  private PlanInput input(Listed listed, SecretStep.Planner secrets) {
    SourcePoll poll = listed.poll();
    PruneMemory memory = poll.state().prune();
    PollSpec spec = poll.spec();
    StatusCache status = poll.state().status();
    PendingPrune stored = status.status(poll.source()).pendingPrune();
    return new PlanInput(
        poll.id(),
        poll.uid(),
        poll.generation(),
        spec.listing().regionId().value(),
        spec.listing().workspaceId().value(),
        spec.prunePolicy(),
        new PruneState.PruneLimits(
            spec.intervals().transitionInterval(),
            spec.maxPercent(),
            SourceUpdateFilter.annotation(poll.source(), SessionClusterSource.CONFIRM_PRUNE),
            stored,
            status.hasReported(stored)),
        secrets,
        spec.select(listed.listing().sessions(), session -> isMirrored(session, poll)),
        memory.history().evidence(listed.listing()),
        listed.when(),
        memory.state());
  }

  private static void logResult(int sessions, WriteResult<MirrorChange> written) {
    written.refusals().stream()
        .findFirst()
        .ifPresent(
            first ->
                log.atWarn()
                    .addKeyValue("mirror", first.write().name())
                    .log("write refused: {}", first.message()));
    if (written.done().isEmpty() && written.refusals().isEmpty()) {
      log.atDebug().addKeyValue("sessions", sessions).log("listing unchanged");
    } else {
      log.atInfo()
          .addKeyValue("sessions", sessions)
          .addKeyValue("written", written.done().size())
          .addKeyValue("refused", written.refusals().size())
          .log("listing mirrored");
    }
  }
}
