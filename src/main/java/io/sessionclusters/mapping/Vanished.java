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

  private Vanished() {}

  /**
   * Keeps all that the cloud last said, and says that it is no longer so.
   *
   * @param status as it is; null if the mirror has none
   * @param now transition time of both conditions
   */
  public static SessionClusterStatus mark(@Nullable SessionClusterStatus status, Instant now) {
    SessionClusterStatus last = status == null ? SessionClusterStatus.EMPTY : status;
    Condition synced =
        MirrorConditions.condition(
            MirrorConditions.SYNCED,
            "False",
            MirrorConditions.VANISHED,
            "The session is gone from the cloud; this is what was last known of it.");
    Condition running =
        MirrorConditions.condition(
            MirrorConditions.RUNNING,
            "Unknown",
            MirrorConditions.VANISHED,
            "The session is gone from the cloud.");
    synced.setLastTransitionTime(now.toString());
    running.setLastTransitionTime(now.toString());
    return last.withConditions(List.of(synced, running));
  }
}
