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
package io.sessionclusters.connection;

import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.mirror.OwnershipConflicts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of the connection Secrets of one listing.
 *
 * @param refused whether the source asks for them and the operator's settings allow none
 * @param writes of the Secrets, by their names
 * @param taken names that Secrets of others have, in their order
 * @param awaited number of Secrets that the garbage collector will remove before ours can be made
 */
public record ConnectionReport(
    boolean refused, WriteResult<String> writes, List<String> taken, int awaited) {

  /** Nothing was asked for and nothing done. */
  public static final ConnectionReport NONE =
      new ConnectionReport(false, WriteResult.none(), List.of(), 0);

  /** What stands in the way; null if nothing does. */
  public @Nullable String conflict() {
    if (!taken.isEmpty()) {
      return "%d connection Secrets already exist and are not managed by the operator: %s."
          .formatted(taken.size(), OwnershipConflicts.firstOf(taken));
    }
    return awaited == 0
        ? null
        : "Waiting for garbage collection of %d connection Secrets owned by deleted mirrors."
            .formatted(awaited);
  }
}
