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
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The status of a mirror that is kept though its session is gone. */
public final class Vanished {

  /** What such a mirror has as its state: nobody who reads the state counts it among the living. */
  public static final String STATE = "Vanished";

  private Vanished() {}

  /**
   * Keeps all that the cloud last said but the state, and says that it is no longer so.
   *
   * @param status as it is; null if the mirror has none; that of a mirror which is marked already,
   *     perhaps by an earlier version that left the state, stays marked since then
   * @param now transition time of the conditions that change
   */
  public static SessionClusterStatus mark(@Nullable SessionClusterStatus status, Instant now) {
    SessionClusterStatus last = status == null ? SessionClusterStatus.EMPTY : status;
    if (isMarked(last)) {
      return last;
    }
    Condition synced =
        MirrorConditions.condition(
            MirrorConditions.SYNCED,
            "False",
            MirrorConditions.VANISHED,
            "The session is gone from the cloud; this is what was last known of it.");
    Condition running =
        MirrorConditions.condition(
            MirrorConditions.RUNNING, "Unknown", MirrorConditions.VANISHED, message(last.state()));
    synced.setLastTransitionTime(since(last, synced, now));
    running.setLastTransitionTime(since(last, running, now));
    return last.withState(STATE).withConditions(List.of(synced, running));
  }

  /** Whether a mirror says all that {@link #mark} makes it say. */
  private static boolean isMarked(SessionClusterStatus status) {
    return STATE.equals(status.state())
        && hasReason(status, MirrorConditions.SYNCED)
        && hasReason(status, MirrorConditions.RUNNING);
  }

  private static String message(@Nullable String lastState) {
    return lastState == null
        ? "The session is gone from the cloud. Its last state is not known."
        : "The session is gone from the cloud. The last known state was " + lastState + ".";
  }

  private static String since(SessionClusterStatus status, Condition next, Instant now) {
    Condition before = MirrorConditions.of(status, next.getType());
    return before != null
            && hasReason(status, next.getType())
            && before.getLastTransitionTime() != null
        ? before.getLastTransitionTime()
        : now.toString();
  }

  private static boolean hasReason(SessionClusterStatus status, String type) {
    Condition condition = MirrorConditions.of(status, type);
    return condition != null && MirrorConditions.VANISHED.equals(condition.getReason());
  }
}
