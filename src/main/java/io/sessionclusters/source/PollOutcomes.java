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
import io.sessionclusters.connection.ConnectionReport;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.kubernetes.WriteResult.Refusal;
import io.sessionclusters.mapping.SessionMapping;
import io.sessionclusters.mapping.SessionState;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorPlan;
import io.sessionclusters.mirror.OwnershipConflicts;
import io.sessionclusters.source.SourcePoll.Changes;
import io.sessionclusters.source.SourcePoll.Planned;
import io.sessionclusters.source.SourcePoll.Pruned;
import io.sessionclusters.source.SourcePoll.Result;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.PollOutcome.Tally;
import io.sessionclusters.status.Reason;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The result of a poll whose steps are done: a pure function of what was found and done. */
final class PollOutcomes {

  /** Unknown states that are counted each on its own are fewer than that. */
  static final int MOST_STATES = 20;

  /** What is wrong, or not. */
  private record Explanation(Reason reason, String message) {}

  private final Pruned pruned;
  private final Planned planned;
  private final MirrorPlan plan;
  private final ConnectionReport secrets;
  private final OwnershipConflicts.Finding foreign;

  /** Why the listing settles nothing; null if it does. */
  private final @Nullable String tear;

  /** What settles nothing leaves the condition as it is. */
  private final boolean isPatient;

  private PollOutcomes(Pruned pruned, OwnershipConflicts.Finding foreign) {
    this.pruned = pruned;
    this.planned = pruned.planned();
    this.plan = planned.plan();
    this.secrets = pruned.written().secrets();
    this.foreign = foreign;
    SourceState state = planned.poll().state();
    Listing listing = planned.listed().listing();
    this.tear =
        listing instanceof Listing.Torn torn && !state.prune().history().settles(torn)
            ? torn.detail()
            : null;
    this.isPatient = state.status().isPatient();
  }

  /**
   * The result.
   *
   * @param foreign what stands in the way of mirrors
   * @param soon whether an early second poll pays for another reason than what was found
   */
  static Result of(Pruned pruned, OwnershipConflicts.Finding foreign, boolean soon) {
    return new PollOutcomes(pruned, foreign).result(soon);
  }

  private Result result(boolean soon) {
    boolean unsettled = soon || isUnsettled();
    Explanation found = explanation();
    PollOutcome outcome =
        found == null
            ? null
            : new PollOutcome(
                found.reason(),
                found.message(),
                tear == null ? tally(planned.input().sessions()) : null,
                planned.pending(),
                unsettled,
                WriteResult.retryAfter(pruned.mirrors(), secrets.writes()));
    List<MirrorChange> done = pruned.mirrors().done();
    return outcome == null || outcome.reason() == Reason.LISTING_INCONSISTENT
        ? new Result.Inconclusive(outcome, unsettled, new Changes(done, List.of()))
        : new Result.Reported(outcome, new Changes(done, heldNow()));
  }

  /** Whether a short interval pays. */
  private boolean isUnsettled() {
    return pruned.awaiting() > 0
        || !plan.blocked().isEmpty()
        || superseded() > 0
        || planned.input().sessions().stream()
            .anyMatch(s -> SessionState.isTransitional(s.state()));
  }

  private int superseded() {
    return pruned.mirrors().superseded().size() + secrets.writes().superseded().size();
  }

  /** Those that no status has said to be held before. */
  private List<Mirror> heldNow() {
    PendingPrune stored = planned.stored();
    return stored != null && Objects.equals(stored.token(), plan.decision().token())
        ? List.of()
        : plan.held().stream()
            .filter(m -> !planned.input().before().held().contains(m.uid()))
            .toList();
  }

  /**
   * The first thing that is wrong, in the order of how much it hides; null if the listing settled
   * nothing: then the condition stays as it is for now.
   */
  private @Nullable Explanation explanation() {
    Explanation refused = refused();
    if (refused != null) {
      return refused;
    }
    if (tear != null) {
      return isPatient || planned.pending() != null
          ? null
          : new Explanation(
              Reason.LISTING_INCONSISTENT,
              tear + " No mirrors are deleted until a listing is consistent.");
    }
    if (planned.pending() != null) {
      return held(planned, planned.pending());
    }
    if (superseded() > 0) {
      return isPatient
          ? null
          : new Explanation(
              Reason.WRITE_FAILED,
              "Writes keep conflicting with changes by other clients; they are retried.");
    }
    return Objects.requireNonNullElseGet(conflict(), this::succeeded);
  }

  private @Nullable Explanation refused() {
    List<Refusal<MirrorChange>> refusals = pruned.mirrors().refusals();
    if (!refusals.isEmpty()) {
      return refused(
          refusals.getFirst(),
          "%d of %d mirrors could not be written. The first: "
              .formatted(
                  refusals.size(), Math.max(planned.input().sessions().size(), refusals.size())));
    }
    if (!secrets.writes().refusals().isEmpty()) {
      return refused(
          secrets.writes().refusals().getFirst(),
          "%d connection Secrets could not be read, written or deleted. The first: "
              .formatted(secrets.writes().refusals().size()));
    }
    int lackingFields = plan.lackingFields() + pruned.mirrors().lackingFields();
    return lackingFields == 0
        ? null
        : new Explanation(
            Reason.CRD_OUTDATED,
            "The API server pruned unknown fields from %d mirrors. Install this version's CRDs."
                .formatted(lackingFields));
  }

  private static Explanation refused(Refusal<?> first, String message) {
    return new Explanation(
        first.denied() ? Reason.WRITE_DENIED : Reason.WRITE_FAILED, message + first.message());
  }

  /** What is reported of the prune guard as soon as it has tripped, before all else. */
  static PollOutcome tripped(Planned planned, PendingPrune pending) {
    Explanation found = held(planned, pending);
    return PollOutcome.failed(found.reason(), found.message());
  }

  private static Explanation held(Planned planned, PendingPrune pending) {
    return new Explanation(
        Reason.PRUNE_GUARD_TRIPPED,
        ("Prune guard: deleting %d mirrors would exceed spec.prune.maxPercent; all were kept. To"
                + " confirm, set annotation sessionclusters.io/confirm-prune=%s.%s")
            .formatted(
                pending.count(),
                pending.token(),
                planned.isWrongToken() ? " Its present value names another set of mirrors." : ""));
  }

  private @Nullable Explanation conflict() {
    if (foreign.message() != null) {
      return new Explanation(Reason.CONFLICT, foreign.message());
    }
    if (!plan.blocked().isEmpty()) {
      return new Explanation(
          Reason.CONFLICT,
          ("Mirrors of listed sessions still being deleted: %d (first: %s). They are created again"
                  + " once their finalizers are removed.")
              .formatted(plan.blocked().size(), plan.blocked().first()));
    }
    String conflict = secrets.conflict();
    if (conflict != null) {
      return new Explanation(Reason.CONFLICT, conflict);
    }
    if (secrets.refused()) {
      return new Explanation(
          Reason.CONNECTION_SECRETS_OFF,
          "spec.connectionSecrets is true, but connection Secrets are disabled in the operator;"
              + " everything else was mirrored. Set CONNECTION_SECRETS=true for the operator, or"
              + " spec.connectionSecrets to false.");
    }
    return plan.clashes().isEmpty()
        ? null
        : new Explanation(
            Reason.CONFLICT,
            ("Name collision: multiple sessions map to mirror %s; only one is mirrored (%d"
                    + " collisions).")
                .formatted(plan.clashes().first(), plan.clashes().size()));
  }

  private Explanation succeeded() {
    int sessions = planned.input().sessions().size();
    String mirrored =
        sessions == 1 ? "1 session is mirrored." : sessions + " sessions are mirrored.";
    String awaiting =
        switch (pruned.awaiting()) {
          case 0 -> "";
          case 1 -> " 1 mirror of a session that is no longer listed awaits deletion.";
          default ->
              " %d mirrors of sessions that are no longer listed await deletion."
                  .formatted(pruned.awaiting());
        };
    return new Explanation(Reason.SUCCEEDED, mirrored + awaiting + planned.poll().spec().note());
  }

  private static Tally tally(List<CloudSession> sessions) {
    NavigableMap<String, Integer> states = new TreeMap<>();
    for (CloudSession session : sessions) {
      String state = SessionMapping.state(session);
      states.merge(Objects.requireNonNullElse(state, "Unknown"), 1, Integer::sum);
    }
    return new Tally(sessions.size(), bounded(states));
  }

  /** An API with a new state for each session must not make a status too large to be written. */
  private static Map<String, Integer> bounded(NavigableMap<String, Integer> states) {
    Map<String, Integer> bounded = new TreeMap<>();
    states.forEach(
        (state, count) ->
            bounded.merge(
                bounded.size() < MOST_STATES || SessionState.of(state).isPresent()
                    ? state
                    : SessionState.OTHER,
                count,
                Integer::sum));
    return bounded;
  }
}
