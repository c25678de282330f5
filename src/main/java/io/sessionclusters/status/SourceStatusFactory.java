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
package io.sessionclusters.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.sessionclusters.api.v1alpha1.Conditions;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.cloud.RecordType;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The status of a source: a pure function of the status before, of what the poll came to and of the
 * time. Conditions follow kstatus: Reconciling and Stalled exist only while they are True.
 */
public final class SourceStatusFactory {

  public static final String READY = "Ready";
  static final String RECONCILING = "Reconciling";
  static final String STALLED = "Stalled";

  /** Reason of Reconciling while an attempt failed and the next one is scheduled. */
  static final String PROGRESSING_WITH_RETRY = "ProgressingWithRetry";

  /** A listing that changes nothing moves {@code lastListTime} only that often. */
  static final Duration LIST_TIME_STEP = Duration.ofMinutes(5);

  private static final RecordType<SessionClusterSourceStatus> STATUS =
      RecordType.of(SessionClusterSourceStatus.class);

  private SourceStatusFactory() {}

  /**
   * What a poll was of.
   *
   * @param generation of the source
   * @param endpoint that was called; null if it is not known
   * @param request value of {@code requested-at} that the poll handles; null if none
   */
  public record Polled(long generation, @Nullable String endpoint, @Nullable String request) {}

  /**
   * The status after a poll.
   *
   * @param before the status as it is
   * @param now by the wall clock
   */
  public static SessionClusterSourceStatus next(
      SessionClusterSourceStatus before, Polled polled, PollOutcome outcome, Instant now) {
    PollOutcome.Tally tally = outcome.tally();
    SessionClusterSourceStatus after =
        new SessionClusterSourceStatus(
            polled.generation(),
            conditions(before.conditions(), polled.generation(), outcome, now),
            tally == null ? before.sessionClusters() : Integer.valueOf(tally.sessions()),
            tally == null ? before.states() : tally.states(),
            polled.endpoint() == null ? before.endpoint() : polled.endpoint(),
            before.lastListTime(),
            polled.request() == null ? before.lastHandledRequest() : polled.request(),
            tally == null ? before.pendingPrune() : outcome.pendingPrune());
    boolean isWorthWriting = !after.equals(before) || isOld(lastListTime(before), now);
    return tally != null && isWorthWriting
        ? STATUS.with(after, "lastListTime", seconds(now))
        : after;
  }

  /**
   * The status after a listing that settled nothing: only what asked for it is answered.
   *
   * @param request value of {@code requested-at} that this poll handles; null if none
   */
  public static SessionClusterSourceStatus handled(
      SessionClusterSourceStatus before, @Nullable String request) {
    return request == null ? before : STATUS.with(before, "lastHandledRequest", request);
  }

  /** The same status where something else is held, or nothing. */
  public static SessionClusterSourceStatus holding(
      SessionClusterSourceStatus before, @Nullable PendingPrune pending) {
    return STATUS.with(before, "pendingPrune", pending);
  }

  /**
   * The status of a suspended source: it stays as it was, for this generation, but nothing is under
   * way.
   */
  public static SessionClusterSourceStatus suspended(
      SessionClusterSourceStatus before, long generation) {
    SessionClusterSourceStatus observed = STATUS.with(before, "observedGeneration", generation);
    return before.conditions() == null
        ? observed
        : STATUS.with(observed, "conditions", atRest(before.conditions(), generation));
  }

  private static List<Condition> atRest(List<Condition> before, long generation) {
    return before.stream()
        .filter(condition -> condition != null && !RECONCILING.equals(condition.getType()))
        .map(condition -> condition.edit().withObservedGeneration(generation).build())
        .toList();
  }

  private static List<Condition> conditions(
      @Nullable List<Condition> before, long generation, PollOutcome outcome, Instant now) {
    Reason reason = outcome.reason();
    List<Condition> conditions = new ArrayList<>();
    conditions.add(condition(READY, reason.ready(), reason.value()));
    if (reason.isReconciling()) {
      String why = reason == Reason.PROGRESSING ? reason.value() : PROGRESSING_WITH_RETRY;
      conditions.add(condition(RECONCILING, "True", why));
    }
    if (reason.isStalled()) {
      conditions.add(condition(STALLED, "True", reason.value()));
    }
    for (Condition condition : conditions) {
      Condition old = Conditions.find(before, condition.getType());
      String since =
          old != null && condition.getStatus().equals(old.getStatus())
              ? old.getLastTransitionTime()
              : null;
      condition.setMessage(outcome.message());
      condition.setObservedGeneration(generation);
      condition.setLastTransitionTime(since == null ? seconds(now) : since);
    }
    return conditions;
  }

  private static Condition condition(String type, String status, String reason) {
    return new ConditionBuilder().withType(type).withStatus(status).withReason(reason).build();
  }

  /** The time of the last listing; null if there was none or it cannot be read. */
  public static @Nullable Instant lastListTime(SessionClusterSourceStatus status) {
    try {
      return status.lastListTime() == null ? null : Instant.parse(status.lastListTime());
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** A time that is missing, cannot be read or lies ahead is written anew, too. */
  private static boolean isOld(@Nullable Instant listed, Instant now) {
    return listed == null || !listed.plus(LIST_TIME_STEP).isAfter(now) || listed.isAfter(now);
  }

  private static String seconds(Instant now) {
    return Objects.toString(now.truncatedTo(ChronoUnit.SECONDS));
  }
}
