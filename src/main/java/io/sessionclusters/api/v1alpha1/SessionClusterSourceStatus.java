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
package io.sessionclusters.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of the listings of a source. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonDeserialize(using = LenientReader.class)
public record SessionClusterSourceStatus(
    @JsonPropertyDescription("Generation of the source that this status belongs to.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(
            "Ready: the last listing was complete and all mirrors were written. Reconciling and"
                + " Stalled follow kstatus and exist only while they are True.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("Number of matching sessions in the last consistent listing.")
        @Nullable Integer sessionClusters,
    @JsonPropertyDescription(
            "Number of these sessions by state; beyond 20 states, unknown ones are counted as"
                + " Other.")
        @Nullable Map<String, Integer> states,
    @JsonPropertyDescription("URL of the endpoint that is called.") @Nullable String endpoint,
    @JsonPropertyDescription(
            "When the sessions were last listed. Coarse: written when something else is, or every 5"
                + " minutes.")
        @Nullable String lastListTime,
    @JsonPropertyDescription(
            "The value of the annotation sessionclusters.io/requested-at that was last acted on, at"
                + " most 256 characters of it, whether the listing succeeded or not.")
        @Nullable String lastHandledRequest,
    @JsonPropertyDescription(
            "Mirrors that the prune guard holds until their deletion is confirmed.")
        @Nullable PendingPrune pendingPrune) {

  /** The status of a source that no operator has reconciled. */
  public static final SessionClusterSourceStatus EMPTY =
      new SessionClusterSourceStatus(null, null, null, null, null, null, null, null);

  /** Removals that the guard holds. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PendingPrune(
      @JsonPropertyDescription("Number of mirrors that would be deleted.") @Nullable Integer count,
      @JsonPropertyDescription(
              "Identifies the held mirrors; to confirm their deletion, set the annotation"
                  + " sessionclusters.io/confirm-prune to this value.")
          @Nullable String token,
      @JsonPropertyDescription(
              "The first 20 IDs of the sessions whose mirrors are held, in alphabetical order.")
          @Nullable List<String> sessions,
      @JsonPropertyDescription(
              "The highest spec.prune.maxPercent under which they were held: only a higher one lets"
                  + " them go without a confirmation.")
          @Nullable Integer maxPercent) {

    /** IDs that {@link #sessions()} has at most. */
    public static final int MOST_SESSIONS = 20;
  }
}
