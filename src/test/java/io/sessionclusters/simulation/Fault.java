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
package io.sessionclusters.simulation;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What befalls a request to the API server. */
sealed interface Fault {

  /** Nothing. */
  Fault NONE = new None();

  /** Nothing. */
  record None() implements Fault {}

  /**
   * It is refused and not done.
   *
   * @param code HTTP status
   * @param reason of the {@code Status} object, such as {@code Forbidden}
   * @param retryAfter seconds; null without the header
   */
  record Refused(int code, String reason, String message, @Nullable Integer retryAfter)
      implements Fault {}

  /** The connection breaks before the request is there: it is not done. */
  record LostBefore() implements Fault {}

  /** It is done, and the connection breaks before the answer. */
  record AnswerLost() implements Fault {}

  /** It is done, and the answer comes that much later. */
  record AnswerLate(Duration by) implements Fault {}

  /**
   * No answer ever comes: the client gives up after {@link SimApiServer#CLIENT_TIMEOUT}.
   *
   * @param done whether the request was done all the same
   */
  record Unanswered(boolean done) implements Fault {}

  /** Something in between answers with success and an empty object, and the request is not done. */
  record Hollow() implements Fault {}

  /** The client itself fails in a way that nobody foresaw, and the request is not done. */
  record Broken(Supplier<? extends RuntimeException> thrown) implements Fault {}

  /** A page of HTML comes from something in between, and the request is not done. */
  record Html(int code) implements Fault {}
}
