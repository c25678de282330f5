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

import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.mapping.SessionState;
import io.sessionclusters.reconcile.Report.Tally;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a poll whose listing came is reported as: a pure function of what was found and done. */
final class PollReport {

  /** Unknown states that are counted each on its own are fewer than that. */
  static final int MOST_STATES = 20;

  /** Counts all others together. */
  static final String OTHER_STATES = "Other";

  private PollReport() {}

  /**
   * The first thing that is wrong, in the order of how much it hides.
   *
   * @param sessions that the source wants
   * @param tear what does not fit in the listing; null if it is complete
   * @param waiting whether the removal of a mirror waits for a later listing
   */
  static Report of(
      List<CloudSession> sessions,
      @Nullable String tear,
      MirrorPlan plan,
      WriteReport written,
      ForeignMirrors.Finding foreign,
      ConnectionReport secrets,
      boolean waiting) {
    if (tear != null) {
      return Report.failed(
          Reason.LISTING_INCONSISTENT, tear + " Nothing is removed until the pages fit together.");
    }
    String token = plan.judgement().token();
    int held = plan.judgement().next().held().size();
    PendingPrune pending = token == null ? null : new PendingPrune(held, token, null);
    boolean unsettled =
        waiting
            || written.stale() + secrets.stale() > 0
            || sessions.stream().anyMatch(s -> SessionState.isTransitional(s.state()));
    Finding finding = finding(sessions.size(), plan, written, foreign, secrets, token, held);
    return new Report(
        finding.reason(),
        finding.message(),
        tally(sessions),
        pending,
        unsettled,
        WriteReport.retryAfter(
            Stream.concat(written.refusals().stream(), secrets.refusals().stream()).toList()));
  }

  private record Finding(Reason reason, String message) {}

  private static Finding finding(
      int sessions,
      MirrorPlan plan,
      WriteReport written,
      ForeignMirrors.Finding foreign,
      ConnectionReport secrets,
      @Nullable String token,
      int held) {
    if (!written.refusals().isEmpty()) {
      WriteReport.Refusal first = written.refusals().getFirst();
      return new Finding(
          first.reason(),
          "%d of %d mirrors could not be written. The first: %s"
              .formatted(
                  written.refusals().size(),
                  Math.max(sessions, written.refusals().size()),
                  first.message()));
    }
    if (!secrets.refusals().isEmpty()) {
      WriteReport.Refusal first = secrets.refusals().getFirst();
      return new Finding(
          first.reason(),
          "%d connection Secrets could not be read, written or removed. The first: %s"
              .formatted(secrets.refusals().size(), first.message()));
    }
    int outdated = plan.outdated() + written.pruned();
    if (outdated > 0) {
      return new Finding(
          Reason.CRD_OUTDATED,
          ("The installed CRD dropped fields of %d mirrors; apply the CRDs of this operator's"
                  + " version.")
              .formatted(outdated));
    }
    if (token != null) {
      return new Finding(
          Reason.PRUNE_GUARD_TRIPPED,
          ("%d mirrors would be removed at once, more than spec.prune.maxPercent allows; they are"
                  + " kept. If they shall go, set the annotation"
                  + " sessionclusters.io/confirm-prune=%s on this source.")
              .formatted(held, token));
    }
    if (foreign.message() != null) {
      return new Finding(Reason.CONFLICT, foreign.message());
    }
    String conflict = secrets.conflict();
    if (conflict != null) {
      return new Finding(Reason.CONFLICT, conflict);
    }
    if (secrets.refused()) {
      return new Finding(
          Reason.CONNECTION_SECRETS_OFF,
          "spec.connectionSecrets is true, but the operator's settings allow no connection Secrets;"
              + " all else is mirrored. Set CONNECTION_SECRETS=true for the operator, or"
              + " spec.connectionSecrets to false.");
    }
    if (!plan.clashes().isEmpty()) {
      return new Finding(
          Reason.CONFLICT,
          ("Two sessions would have one mirror, so that one of them has none: %s, the first of"
                  + " %d such names.")
              .formatted(plan.clashes().first(), plan.clashes().size()));
    }
    return new Finding(
        Reason.SUCCEEDED,
        sessions == 1
            ? "1 session cluster is mirrored."
            : sessions + " session clusters are mirrored.");
  }

  private static Tally tally(List<CloudSession> sessions) {
    NavigableMap<String, Integer> states = new TreeMap<>();
    for (CloudSession session : sessions) {
      String state = SessionState.canonical(session.state());
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
