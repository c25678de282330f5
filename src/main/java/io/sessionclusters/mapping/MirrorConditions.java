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
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.StateChangeReason;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The two conditions of a mirror, without their transition times. */
public final class MirrorConditions {

  /** True: the status is what the cloud said when the session was last listed. */
  public static final String SYNCED = "Synced";

  /** True: the session's state is Running. The reason is the state. */
  public static final String RUNNING = "Running";

  /** Reason of {@link #SYNCED} True: the last complete listing showed the session. */
  public static final String LISTED = "Listed";

  /**
   * Reason of {@link #SYNCED} False and of {@link #RUNNING} Unknown: the session is gone from the
   * cloud and the source's prune policy keeps its mirror.
   */
  public static final String VANISHED = "Vanished";

  /**
   * Reason of {@link #SYNCED} and {@link #RUNNING} Unknown: no listing has shown the session for
   * its source's {@code staleAfter}.
   */
  public static final String STALE = "Stale";

  /** Reason of {@link #RUNNING} Unknown: the cloud gave no state. */
  public static final String STATE_UNKNOWN = "StateUnknown";

  private static final Pattern REASON = Pattern.compile("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?");
  private static final int MAX_REASON = 256;

  private MirrorConditions() {}

  static Condition synced() {
    return condition(SYNCED, "True", LISTED, "The cloud listed the session.");
  }

  static Condition running(@Nullable String state, @Nullable StateChangeReason reason) {
    if (state == null) {
      return condition(RUNNING, "Unknown", STATE_UNKNOWN, "The cloud gave no state.");
    }
    boolean running = state.equals(SessionState.RUNNING.canonical());
    return condition(RUNNING, running ? "True" : "False", reasonOf(state), messageOf(reason));
  }

  static Condition condition(String type, String status, String reason, String message) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withObservedGeneration(SessionMapping.GENERATION)
        .build();
  }

  /** The condition of a type; null if the status has none. */
  static @Nullable Condition of(SessionClusterStatus status, String type) {
    if (status.conditions() != null) {
      for (Condition condition : status.conditions()) {
        if (condition != null && type.equals(condition.getType())) {
          return condition;
        }
      }
    }
    return null;
  }

  /** A state that the cloud invented may not have the form of a condition's reason. */
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
