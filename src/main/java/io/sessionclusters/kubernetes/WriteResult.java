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
package io.sessionclusters.kubernetes;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What came of some writes. One that found nothing to change is in none of the lists, any other in
 * one of them.
 *
 * @param done in no order
 * @param refusals by the names of the objects
 * @param superseded those that met another object than was known
 * @param dropped those that were not begun because they were no longer wanted, or were broken off
 *     by the end of the process; nothing is known of what came of the latter
 * @param lackingFields number of objects that the API server did not store as they were sent
 * @param <W> what is to be written
 */
public record WriteResult<W>(
    List<W> done,
    List<Refusal<W>> refusals,
    List<W> superseded,
    List<W> dropped,
    int lackingFields) {

  /**
   * A write that the API server did not take.
   *
   * @param denied by RBAC, admission or quota; else it failed
   * @param message of the API server
   * @param retryAfter how long the API server asked to wait; null if it did not
   */
  public record Refusal<W>(
      W write, boolean denied, String message, @Nullable Duration retryAfter) {}

  /** Nothing was to be written. */
  public static <W> WriteResult<W> none() {
    return ofDone(List.of());
  }

  /** All was written. */
  public static <W> WriteResult<W> ofDone(List<W> done) {
    return new WriteResult<>(done, List.of(), List.of(), List.of(), 0);
  }

  /** Both. */
  public WriteResult<W> and(WriteResult<W> other) {
    return new WriteResult<>(
        concat(done, other.done),
        concat(refusals, other.refusals),
        concat(superseded, other.superseded),
        concat(dropped, other.dropped),
        lackingFields + other.lackingFields);
  }

  private static <T> List<T> concat(List<T> a, List<T> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  /** The longest time that the API server asked to wait; null if it did not. */
  public static @Nullable Duration retryAfter(WriteResult<?>... results) {
    return Stream.of(results)
        .flatMap(result -> result.refusals.stream())
        .map(Refusal::retryAfter)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }
}
