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

import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.connection.ConnectionReport;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.kubernetes.WriteResult.Refusal;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorPlan;
import io.sessionclusters.mirror.Mirrors;
import io.sessionclusters.mirror.OneSource;
import io.sessionclusters.mirror.OwnershipConflicts.Finding;
import io.sessionclusters.mirror.PlanInput;
import io.sessionclusters.prune.PruneState.PruneLimits;
import io.sessionclusters.source.SourcePoll.Planned;
import io.sessionclusters.source.SourcePoll.Pruned;
import io.sessionclusters.source.SourcePoll.Result;
import io.sessionclusters.source.SourcePoll.Written;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.support.RecordCopy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a poll found and did, for tests of its outcome.
 *
 * @param tear why the listing settles nothing; null if it does
 * @param patient whether the two listings before settled something
 */
record FoundByPoll(
    List<CloudSession> sessions,
    @Nullable String tear,
    boolean patient,
    MirrorPlan plan,
    WriteResult<MirrorChange> written,
    Finding foreign,
    ConnectionReport secrets,
    int awaiting,
    @Nullable PendingPrune pending,
    boolean wrongToken) {

  static final Finding NOTHING_FOREIGN = new Finding(null, false);
  static final Finding TAKEN = new Finding("The names of 1 sessions …", false);
  static final WriteResult<MirrorChange> ALL_WRITTEN = WriteResult.none();

  /** All of a plan was done, and nothing stood in its way. */
  static FoundByPoll done(MirrorPlan plan) {
    return new FoundByPoll(
        List.of(),
        null,
        false,
        plan,
        ALL_WRITTEN,
        NOTHING_FOREIGN,
        ConnectionReport.NONE,
        0,
        plan.decision().pending(null),
        false);
  }

  /** Two mirrors that could not be written. */
  static WriteResult<MirrorChange> refused() {
    return refused(
        new Refusal<>(delete("sc-1"), true, "quota exceeded", null),
        new Refusal<>(delete("sc-2"), false, "HTTP 500", null));
  }

  static <W> WriteResult<W> refused(Refusal<W> first, Refusal<W> second) {
    return RecordCopy.with(WriteResult.none(), "refusals", List.of(first, second));
  }

  /** The change that deletes a mirror of that UID. */
  static MirrorChange delete(String mirror) {
    return new MirrorChange.Delete(Mirrors.withUid(mirror));
  }

  /** A plan that lacks ten mirrors of a source. */
  static MirrorPlan tripped(OneSource source) {
    source.listed(true, IntStream.range(0, 10).mapToObj(i -> Sessions.running("sc-" + i)).toList());
    return source.complete();
  }

  /** What is reported of a plan of which that came. */
  static PollOutcome report(
      MirrorPlan plan,
      WriteResult<MirrorChange> written,
      Finding foreign,
      ConnectionReport secrets) {
    FoundByPoll done = RecordCopy.with(done(plan), "written", written);
    return RecordCopy.with(RecordCopy.with(done, "foreign", foreign), "secrets", secrets)
        .reported();
  }

  PollOutcome reported() {
    return outcome().orElseThrow();
  }

  /** Empty if the condition stays as it is. */
  Optional<PollOutcome> outcome() {
    return switch (PollOutcomes.of(pruned(), foreign, false)) {
      case Result.Reported(PollOutcome outcome, var _) -> Optional.of(outcome);
      case Result.Inconclusive inconclusive -> Optional.ofNullable(inconclusive.outcome());
      case Result other -> throw new AssertionError(other);
    };
  }

  private Pruned pruned() {
    SourcePoll poll = Polls.of(Polls.source(), () -> true);
    for (int i = 0; !patient && i < 2; i++) {
      poll.state().status().settled(false);
    }
    Listing listing =
        tear == null
            ? new Listing.Complete(sessions, 1)
            : new Listing.Torn(sessions, 1, Listing.Cause.SAYS_NOTHING, tear, 0);
    PlanInput input =
        RecordCopy.with(
            RecordCopy.with(new OneSource().input, "sessions", sessions),
            "limits",
            new PruneLimits(Duration.ZERO, 50, wrongToken ? "another" : null, null, false));
    Planned planned =
        new Planned(
            Polls.listed(poll, listing, Instant.EPOCH), input, plan, pending, () -> secrets);
    return new Pruned(new Written(planned, written, secrets), written, awaiting);
  }
}
