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
package io.sessionclusters.mapping;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.sessionclusters.api.v1alpha1.Conditions;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.StateChangeReason;
import io.sessionclusters.cloud.RecordType;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The two conditions of a mirror: those of a session that is listed (without their transition
 * times, which depend on the status before), those of one that has vanished, and those of one that
 * nothing has confirmed for long.
 */
public final class MirrorConditions {

  /** True: the status is what the API returned when the session was last listed. */
  public static final String SYNCED = "Synced";

  /** True: the session's state is Running. The reason is the state. */
  public static final String RUNNING = "Running";

  /** Reason of {@link #SYNCED} True: the status is that of the last listing with the session. */
  public static final String LISTED = "Listed";

  /**
   * Reason of {@link #SYNCED} False and of {@link #RUNNING} Unknown: the session no longer exists
   * and the source's prune policy keeps its mirror.
   */
  public static final String VANISHED = "Vanished";

  /**
   * Reason of {@link #SYNCED} and {@link #RUNNING} Unknown: no listing has shown the session for
   * its source's {@code staleAfter}.
   */
  public static final String STALE = "Stale";

  /**
   * The state of a mirror that is kept though its session no longer exists: no one who reads it
   * counts it among the living.
   */
  public static final String VANISHED_STATE = "Vanished";

  /** Reason of {@link #RUNNING} Unknown: the API returned no state. */
  public static final String STATE_UNKNOWN = "StateUnknown";

  private static final RecordType<SessionClusterStatus> STATUS =
      RecordType.of(SessionClusterStatus.class);
  private static final Pattern REASON = Pattern.compile("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?");
  private static final int MAX_REASON = 256;

  private MirrorConditions() {}

  static Condition synced() {
    return condition(SYNCED, "True", LISTED, "The API listed the session.");
  }

  static Condition running(@Nullable String state, @Nullable StateChangeReason reason) {
    if (state == null) {
      return condition(RUNNING, "Unknown", STATE_UNKNOWN, "The API returned no state.");
    }
    boolean running = state.equals(SessionState.RUNNING.canonical());
    return condition(RUNNING, running ? "True" : "False", reasonOf(state), messageOf(reason));
  }

  /**
   * The status of a mirror that is kept though its session no longer exists: all that the API last
   * returned but the state, and that it is no longer so.
   *
   * @param status as it is; that of a mirror which is marked already, perhaps by an earlier version
   *     that left the state, stays marked since then
   * @param now transition time of the conditions that change
   */
  public static SessionClusterStatus vanished(SessionClusterStatus status, Instant now) {
    if (VANISHED_STATE.equals(status.state())
        && hasReason(status, SYNCED, VANISHED)
        && hasReason(status, RUNNING, VANISHED)) {
      return status;
    }
    String lastState =
        status.state() == null
            ? "Its last state is not known."
            : "The last known state was " + status.state() + ".";
    Condition synced =
        condition(
            SYNCED,
            "False",
            VANISHED,
            "The session no longer exists; this is its last known status.");
    Condition running =
        condition(RUNNING, "Unknown", VANISHED, "The session no longer exists. " + lastState);
    for (Condition next : List.of(synced, running)) {
      Condition before = of(status, next.getType());
      next.setLastTransitionTime(
          before != null
                  && VANISHED.equals(before.getReason())
                  && before.getLastTransitionTime() != null
              ? before.getLastTransitionTime()
              : now.toString());
    }
    return with(STATUS.with(status, "state", VANISHED_STATE), synced, running);
  }

  /**
   * The status of a mirror that nothing has confirmed for long: all that the API last returned, its
   * state included, and since when nothing was heard. As Kubernetes does with a node that is
   * silent, it says that it does not know.
   *
   * @param status as it is; one that is stale or vanished already stays as it is
   * @param lastShown the last listing that showed the session, or the operator's start, whichever
   *     is known
   * @param now transition time of both conditions
   */
  public static SessionClusterStatus stale(
      SessionClusterStatus status, Instant lastShown, Instant now) {
    if (hasReason(status, SYNCED, STALE) || hasReason(status, SYNCED, VANISHED)) {
      return status;
    }
    String since = "No listing has shown the session since " + SessionMapping.time(lastShown) + ".";
    Condition synced =
        condition(SYNCED, "Unknown", STALE, since + " This is its last known status.");
    Condition running = condition(RUNNING, "Unknown", STALE, since);
    synced.setLastTransitionTime(SessionMapping.time(now));
    running.setLastTransitionTime(SessionMapping.time(now));
    return with(status, synced, running);
  }

  /** The same status with other conditions. */
  static SessionClusterStatus with(SessionClusterStatus status, Condition... conditions) {
    return STATUS.with(status, "conditions", List.of(conditions));
  }

  private static boolean hasReason(SessionClusterStatus status, String type, String reason) {
    Condition condition = of(status, type);
    return condition != null && reason.equals(condition.getReason());
  }

  private static Condition condition(String type, String status, String reason, String message) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withObservedGeneration(SessionMapping.GENERATION)
        .build();
  }

  /** The condition of a type; null if the status has none. */
  public static @Nullable Condition of(@Nullable SessionClusterStatus status, String type) {
    return status == null ? null : Conditions.find(status.conditions(), type);
  }

  /** A state that the API invented may not have the form of a condition's reason. */
  private static String reasonOf(String state) {
    if (state.length() <= MAX_REASON && REASON.matcher(state).matches()) {
      return state;
    }
    return STATE_UNKNOWN;
  }

  private static String messageOf(@Nullable StateChangeReason reason) {
    return reason == null || reason.message() == null ? "" : reason.message();
  }
}
