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
package io.sessionclusters.mirror;

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mapping.MirrorConditions;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A mirror's status in brief: two statuses are the same if their summaries are.
 *
 * @param digest of the whole status but for transition times, see {@link Digest.Builder#status}
 * @param synced status and transition time of the condition Synced
 * @param running status and transition time of the condition Running
 */
record StatusSummary(Digest digest, ConditionStamp synced, ConditionStamp running) {

  /** Of a status. */
  static StatusSummary of(@Nullable SessionClusterStatus status, Digest.Builder digests) {
    return new StatusSummary(
        digests.status(status),
        ConditionStamp.of(status, MirrorConditions.SYNCED),
        ConditionStamp.of(status, MirrorConditions.RUNNING));
  }

  /**
   * The status of a condition and the time of its last transition.
   *
   * @param status {@code True}, {@code False}, {@code Unknown}; empty if there is no condition
   * @param since epoch second; 0 if there is none or it cannot be read
   */
  record ConditionStamp(String status, long since) {

    static final ConditionStamp NONE = new ConditionStamp("", 0);

    /** Of the condition of that type; {@link #NONE} if there is none. */
    static ConditionStamp of(@Nullable SessionClusterStatus status, String type) {
      Condition condition = MirrorConditions.of(status, type);
      return condition == null || condition.getStatus() == null
          ? NONE
          : new ConditionStamp(
              condition.getStatus().intern(), epochSecond(condition.getLastTransitionTime()));
    }

    private static long epochSecond(@Nullable String time) {
      try {
        return time == null ? 0 : Instant.parse(time).getEpochSecond();
      } catch (DateTimeException e) {
        return 0;
      }
    }
  }
}
