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

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A source in figures. Those that the running process does not know yet are what the source's
 * status says, so that a restart loses nothing.
 *
 * @param reason of the condition Ready; null before the first
 * @param states number of sessions by state as of the last listing; unknown states as they came;
 *     null if none was ever listed, which is not the same as none being there
 * @param held number of mirrors that the guard keeps from being removed
 * @param suspended whether {@code spec.suspend} stopped the polls
 * @param interval between two listings; null while the source's spec cannot be used
 * @param lastSuccess when the API was last listed completely and all of it was mirrored, by the
 *     wall clock; null if never. Up to 5 minutes too early after a restart
 */
public record SourceMetricsSnapshot(
    @Nullable Reason reason,
    @Nullable Map<String, Integer> states,
    int held,
    boolean suspended,
    @Nullable Duration interval,
    @Nullable Instant lastSuccess) {

  public SourceMetricsSnapshot {
    states = states == null ? null : Map.copyOf(states);
  }
}
