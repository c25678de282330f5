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
package io.sessionclusters.source;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** What is remembered of each source. */
final class SourceStates {

  private final Map<ResourceID, SourceState> states = new ConcurrentHashMap<>();
  private final PollTimer timer;
  private final Clock steady;

  /** Remembers nothing yet. */
  SourceStates(PollTimer timer, Clock steady) {
    this.timer = timer;
    this.steady = steady;
  }

  /** The state of a source; one that was deleted and created again with its name is another. */
  SourceState of(SessionClusterSource source) {
    String uid = source.getMetadata().getUid();
    return Objects.requireNonNull(
        states.compute(
            ResourceID.fromResource(source),
            (id, state) ->
                state != null && state.uid().equals(uid) ? state : new SourceState(uid)));
  }

  void forget(ResourceID source) {
    states.remove(source);
  }

  /** A mirror of the source drifted: its next poll is brought forward. */
  void drifted(ResourceID source) {
    SourceState state = states.get(source);
    Duration wait = state == null ? null : state.schedule().drifted(steady.instant());
    if (wait != null) {
      timer.wake(source, wait);
    }
  }
}
