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
import io.sessionclusters.connection.ConnectionReport;
import io.sessionclusters.kubernetes.BoundedWriteExecutor.Refusal;
import io.sessionclusters.mapping.SessionMapping;
import io.sessionclusters.mapping.SessionState;
import io.sessionclusters.mirror.MirrorPlan;
import io.sessionclusters.mirror.OwnershipConflicts;
import io.sessionclusters.mirror.WriteResult;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.PollOutcome.Tally;
import io.sessionclusters.status.Reason;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a poll whose listing came is reported as: a pure function of what was found and done. */
final class PollOutcomes {

  /** Unknown states that are counted each on its own are fewer than that. */
  static final int MOST_STATES = 20;

  /** Counts all others together. */
  static final String OTHER_STATES = "Other";

  private PollOutcomes() {}

  /**
   * What a poll found and did.
   *
   * @param sessions that the source wants
   * @param tear why the listing settles nothing; null if it does
   * @param patient whether what settles nothing leaves the condition as it is: twice in a row
   * @param awaiting number of missing mirrors that nothing holds and that are not removed yet
   * @param pending what the guard holds; null if nothing
   * @param wrongToken whether a confirmation was given that names another set
   */
  record Done(
      List<CloudSession> sessions,
      @Nullable String tear,
      boolean patient,
      MirrorPlan plan,
      WriteResult written,
      OwnershipConflicts.Finding foreign,
      ConnectionReport secrets,
      int awaiting,
      @Nullable PendingPrune pending,
      boolean wrongToken) {

    /** Whether a short interval pays. */
    boolean isUnsettled() {
      return awaiting > 0
          || !plan.blocked().isEmpty()
          || written.stale() + secrets.stale() > 0
          || sessions.stream().anyMatch(s -> SessionState.isTransitional(s.state()));
    }
  }

  /**
   * The first thing that is wrong, in the order of how much it hides.
   *
   * @return empty if the listing settled nothing: then the condition stays as it is for now
   */
  static Optional<PollOutcome> of(Done done) {
    return finding(done)
        .map(
            finding ->
                new PollOutcome(
                    finding.reason(),
                    finding.message(),
                    done.tear() == null ? tally(done.sessions()) : null,
                    done.pending(),
                    done.isUnsettled(),
                    WriteResult.retryAfter(
                        Stream.concat(
                                done.written().refusals().stream(),
                                done.secrets().refusals().stream())
                            .toList())));
  }

  private record Finding(Reason reason, String message) {}

  private static Optional<Finding> finding(Done done) {
    Finding refused = refused(done);
    if (refused != null) {
      return Optional.of(refused);
    }
    if (done.tear() == null && done.pending() != null) {
      return Optional.of(held(done.pending(), done.wrongToken()));
    }
    if (done.tear() != null) {
      return done.patient() || done.pending() != null
          ? Optional.empty()
          : Optional.of(
              new Finding(
                  Reason.LISTING_INCONSISTENT,
                  done.tear() + " No mirrors are deleted until a listing is consistent."));
    }
    int stale = done.written().stale() + done.secrets().stale();
    if (stale > 0) {
      return done.patient()
          ? Optional.empty()
          : Optional.of(
              new Finding(
                  Reason.WRITE_FAILED,
                  "Again and again objects are changed by others while they are written."));
    }
    return Optional.of(Objects.requireNonNullElseGet(conflict(done), () -> succeeded(done)));
  }

  private static @Nullable Finding refused(Done done) {
    List<Refusal> refusals = done.written().refusals();
    if (!refusals.isEmpty()) {
      Refusal first = refusals.getFirst();
      return new Finding(
          reason(first),
          "%d of %d mirrors could not be written. The first: %s"
              .formatted(
                  refusals.size(),
                  Math.max(done.sessions().size(), refusals.size()),
                  first.message()));
    }
    if (!done.secrets().refusals().isEmpty()) {
      Refusal first = done.secrets().refusals().getFirst();
      return new Finding(
          reason(first),
          "%d connection Secrets could not be read, written or removed. The first: %s"
              .formatted(done.secrets().refusals().size(), first.message()));
    }
    int outdated = done.plan().outdated() + done.written().pruned();
    return outdated == 0
        ? null
        : new Finding(
            Reason.CRD_OUTDATED,
            ("The installed CRD dropped fields of %d mirrors; apply the CRDs of this operator's"
                    + " version.")
                .formatted(outdated));
  }

  private static Reason reason(Refusal refusal) {
    return refusal.denied() ? Reason.WRITE_DENIED : Reason.WRITE_FAILED;
  }

  /** What is said of the guard as soon as it has tripped, before anything else is done. */
  static PollOutcome tripped(PendingPrune pending, boolean wrongToken) {
    Finding finding = held(pending, wrongToken);
    return PollOutcome.failed(finding.reason(), finding.message());
  }

  private static Finding held(PendingPrune pending, boolean wrongToken) {
    return new Finding(
        Reason.PRUNE_GUARD_TRIPPED,
        ("Prune guard: deleting %d mirrors would exceed spec.prune.maxPercent; all were kept. To"
                + " confirm, set annotation sessionclusters.io/confirm-prune=%s.%s")
            .formatted(
                pending.count(),
                pending.token(),
                wrongToken ? " Its present value names another set of mirrors." : ""));
  }

  private static @Nullable Finding conflict(Done done) {
    if (done.foreign().message() != null) {
      return new Finding(Reason.CONFLICT, done.foreign().message());
    }
    if (!done.plan().blocked().isEmpty()) {
      return new Finding(
          Reason.CONFLICT,
          ("%d session clusters are listed while their mirrors are still being deleted (first: %s);"
                  + " they are mirrored again once the finalizers are gone.")
              .formatted(done.plan().blocked().size(), done.plan().blocked().first()));
    }
    String conflict = done.secrets().conflict();
    if (conflict != null) {
      return new Finding(Reason.CONFLICT, conflict);
    }
    if (done.secrets().refused()) {
      return new Finding(
          Reason.CONNECTION_SECRETS_OFF,
          "spec.connectionSecrets is true, but the operator's settings allow no connection Secrets;"
              + " all else is mirrored. Set CONNECTION_SECRETS=true for the operator, or"
              + " spec.connectionSecrets to false.");
    }
    return done.plan().clashes().isEmpty()
        ? null
        : new Finding(
            Reason.CONFLICT,
            ("Two sessions would have one mirror, so that one of them has none: %s, the first of"
                    + " %d such names.")
                .formatted(done.plan().clashes().first(), done.plan().clashes().size()));
  }

  private static Finding succeeded(Done done) {
    int sessions = done.sessions().size();
    String mirrored =
        sessions == 1
            ? "1 session cluster is mirrored."
            : sessions + " session clusters are mirrored.";
    String awaiting =
        switch (done.awaiting()) {
          case 0 -> "";
          case 1 -> " 1 mirror of a session that is no longer listed awaits deletion.";
          default ->
              " %d mirrors of sessions that are no longer listed await deletion."
                  .formatted(done.awaiting());
        };
    return new Finding(Reason.SUCCEEDED, mirrored + awaiting);
  }

  private static Tally tally(List<CloudSession> sessions) {
    NavigableMap<String, Integer> states = new TreeMap<>();
    for (CloudSession session : sessions) {
      String state = SessionMapping.state(session);
      states.merge(Objects.requireNonNullElse(state, "Unknown"), 1, Integer::sum);
    }
    return new Tally(sessions.size(), bounded(states));
  }

  /** A cloud that invents a state a session must not make a status too large to be written. */
  private static Map<String, Integer> bounded(NavigableMap<String, Integer> states) {
    Map<String, Integer> bounded = new TreeMap<>();
    states.forEach(
        (state, count) ->
            bounded.merge(
                bounded.size() < MOST_STATES || SessionState.of(state).isPresent()
                    ? state
                    : OTHER_STATES,
                count,
                Integer::sum));
    return bounded;
  }
}
