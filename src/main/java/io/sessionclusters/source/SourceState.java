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

import io.sessionclusters.connection.ConnectionChecks;
import io.sessionclusters.mirror.Staleness;
import io.sessionclusters.prune.PruneMemory;
import io.sessionclusters.status.StatusCache;

/**
 * What the operator remembers of one source between its polls. All of it may be lost at any time:
 * it saves work or delays a deletion, nothing else. One poll of a source runs at a time.
 *
 * @param uid of the source
 * @param schedule when it is due
 * @param status as it was last written
 * @param prune what was missing
 * @param connections which connection Secrets were checked
 * @param staleness which mirrors were confirmed, and when
 */
record SourceState(
    String uid,
    Schedule schedule,
    StatusCache status,
    PruneMemory prune,
    ConnectionChecks connections,
    Staleness staleness) {

  /** Of a source that was never seen. */
  SourceState(String uid) {
    this(
        uid,
        new Schedule(uid),
        new StatusCache(),
        new PruneMemory(),
        new ConnectionChecks(),
        new Staleness());
  }
}
