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

import io.sessionclusters.kubernetes.BoundedWriteExecutor.Refusal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What came of the writes of one plan.
 *
 * @param done in no order
 * @param refusals by mirror name
 * @param pruned number of mirrors that the API server did not store as they were sent
 * @param stale number of writes that met another object than the cache knew
 * @param dropped whether any write was not tried, or broken off: the source changed, the listing
 *     grew old, or the process ends
 */
public record WriteResult(
    List<MirrorChange> done, List<Refusal> refusals, int pruned, int stale, boolean dropped) {

  /** Nothing was to be written. */
  public static final WriteResult NONE = new WriteResult(List.of(), List.of(), 0, 0, false);

  /** Both. */
  public WriteResult and(WriteResult other) {
    return new WriteResult(
        concat(done, other.done),
        concat(refusals, other.refusals),
        pruned + other.pruned,
        stale + other.stale,
        dropped || other.dropped);
  }

  private static <T> List<T> concat(List<T> a, List<T> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  /** The longest time that the API server asked to wait; null if it did not. */
  public static @Nullable Duration retryAfter(List<Refusal> refusals) {
    return refusals.stream()
        .map(Refusal::retryAfter)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }
}
