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
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The status of a mirror that nothing has confirmed for long: as Kubernetes does with a node that
 * is silent, it says that it does not know.
 */
public final class Stale {

  private Stale() {}

  /**
   * Keeps all that the cloud last said, its state included, and says since when nothing was heard.
   *
   * @param status as it is; null if the mirror has none; one that is stale or vanished already
   *     stays as it is
   * @param lastShown the last listing that showed the session, or the operator's start, whichever
   *     is known
   * @param now transition time of both conditions
   */
  public static SessionClusterStatus mark(
      @Nullable SessionClusterStatus status, Instant lastShown, Instant now) {
    SessionClusterStatus last = status == null ? SessionClusterStatus.EMPTY : status;
    Condition before = MirrorConditions.of(last, MirrorConditions.SYNCED);
    if (before != null
        && (MirrorConditions.STALE.equals(before.getReason())
            || MirrorConditions.VANISHED.equals(before.getReason()))) {
      return last;
    }
    String since = "No listing has shown the session since " + seconds(lastShown) + ".";
    Condition synced =
        MirrorConditions.condition(
            MirrorConditions.SYNCED,
            "Unknown",
            MirrorConditions.STALE,
            since + " This is what was last known of it.");
    Condition running =
        MirrorConditions.condition(
            MirrorConditions.RUNNING, "Unknown", MirrorConditions.STALE, since);
    synced.setLastTransitionTime(seconds(now));
    running.setLastTransitionTime(seconds(now));
    return last.withConditions(List.of(synced, running));
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
