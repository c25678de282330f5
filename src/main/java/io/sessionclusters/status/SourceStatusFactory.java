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
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
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

  private SourceStatusFactory() {}

  /**
   * The status after a poll.
   *
   * @param before the status as it is
   * @param generation of the source that was polled
   * @param endpoint that was called; null if it could not be told
   * @param handledRequest value of {@code requested-at} that this poll answers; null if none
   * @param report what the poll came to
   * @param now by the wall clock
   */
  public static SessionClusterSourceStatus next(
      SessionClusterSourceStatus before,
      long generation,
      @Nullable String endpoint,
      @Nullable String handledRequest,
      PollOutcome report,
      Instant now) {
    PollOutcome.Tally tally = report.tally();
    SessionClusterSourceStatus after =
        edit(
            handled(before, handledRequest),
            status -> {
              status.observedGeneration = generation;
              status.conditions = conditions(before.conditions(), generation, report, now);
              status.endpoint = endpoint == null ? before.endpoint() : endpoint;
              if (tally != null) {
                status.sessionClusters = tally.sessions();
                status.states = tally.states();
                status.pendingPrune = report.pendingPrune();
              }
            });
    if (tally == null) {
      return after;
    }
    boolean worthWriting = !after.equals(before) || isOld(lastListTime(before), now);
    return worthWriting ? edit(after, status -> status.lastListTime = seconds(now)) : after;
  }

  /**
   * The status after a listing that settled nothing: only what asked for it is answered.
   *
   * @param handledRequest value of {@code requested-at} that this poll answers; null if none
   */
  public static SessionClusterSourceStatus handled(
      SessionClusterSourceStatus before, @Nullable String handledRequest) {
    return handledRequest == null
        ? before
        : edit(before, status -> status.lastHandledRequest = handledRequest);
  }

  /** The same status where something else is held, or nothing. */
  public static SessionClusterSourceStatus holding(
      SessionClusterSourceStatus before, @Nullable PendingPrune pending) {
    return edit(before, status -> status.pendingPrune = pending);
  }

  /**
   * The status of a suspended source: it stays as it was, for this generation, but nothing is under
   * way.
   */
  public static SessionClusterSourceStatus suspended(
      SessionClusterSourceStatus before, long generation) {
    return edit(
        before,
        status -> {
          status.observedGeneration = generation;
          status.conditions =
              before.conditions() == null ? null : atRest(before.conditions(), generation);
        });
  }

  /** A status that is being edited. */
  private static final class Draft {
    private @Nullable Long observedGeneration;
    private @Nullable List<Condition> conditions;
    private @Nullable Integer sessionClusters;
    private @Nullable Map<String, Integer> states;
    private @Nullable String endpoint;
    private @Nullable String lastListTime;
    private @Nullable String lastHandledRequest;
    private @Nullable PendingPrune pendingPrune;
  }

  /** A copy of a status with some fields changed. */
  private static SessionClusterSourceStatus edit(
      SessionClusterSourceStatus before, Consumer<Draft> changes) {
    Draft draft = new Draft();
    draft.observedGeneration = before.observedGeneration();
    draft.conditions = before.conditions();
    draft.sessionClusters = before.sessionClusters();
    draft.states = before.states();
    draft.endpoint = before.endpoint();
    draft.lastListTime = before.lastListTime();
    draft.lastHandledRequest = before.lastHandledRequest();
    draft.pendingPrune = before.pendingPrune();
    changes.accept(draft);
    return new SessionClusterSourceStatus(
        draft.observedGeneration,
        draft.conditions,
        draft.sessionClusters,
        draft.states,
        draft.endpoint,
        draft.lastListTime,
        draft.lastHandledRequest,
        draft.pendingPrune);
  }

  /** The condition of a type; null if there is none. */
  public static @Nullable Condition condition(@Nullable List<Condition> conditions, String type) {
    if (conditions != null) {
      for (Condition condition : conditions) {
        if (condition != null && type.equals(condition.getType())) {
          return condition;
        }
      }
    }
    return null;
  }

  private static List<Condition> atRest(List<Condition> before, long generation) {
    return before.stream()
        .filter(condition -> condition != null && !RECONCILING.equals(condition.getType()))
        .map(condition -> condition.edit().withObservedGeneration(generation).build())
        .toList();
  }

  private static List<Condition> conditions(
      @Nullable List<Condition> before, long generation, PollOutcome report, Instant now) {
    Reason reason = report.reason();
    List<Condition> conditions = new ArrayList<>();
    conditions.add(
        condition(before, READY, reason.ready(), reason.value(), report, generation, now));
    if (reason.isReconciling()) {
      String why = reason == Reason.PROGRESSING ? reason.value() : PROGRESSING_WITH_RETRY;
      conditions.add(condition(before, RECONCILING, "True", why, report, generation, now));
    }
    if (reason.isStalled()) {
      conditions.add(condition(before, STALLED, "True", reason.value(), report, generation, now));
    }
    return conditions;
  }

  private static Condition condition(
      @Nullable List<Condition> before,
      String type,
      String status,
      String reason,
      PollOutcome report,
      long generation,
      Instant now) {
    Condition old = condition(before, type);
    boolean same = old != null && status.equals(old.getStatus());
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(report.message())
        .withObservedGeneration(generation)
        .withLastTransitionTime(
            same && old != null && old.getLastTransitionTime() != null
                ? old.getLastTransitionTime()
                : seconds(now))
        .build();
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
