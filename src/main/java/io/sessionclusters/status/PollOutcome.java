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

import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.cloud.TextSanitizer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one poll: all that the source's status and the next poll's time depend on.
 *
 * @param reason of the condition Ready
 * @param message for people, one line of bounded length, the same from poll to poll while nothing
 *     changes
 * @param tally of the sessions; null if there was no listing to count
 * @param pendingPrune what the guard holds; null if nothing
 * @param unsettled whether a short interval pays: a session is on its way to another state, a
 *     removal waits for its confirmation, or the cache was behind
 * @param retryAfter how long the API, or the API server, asked to wait; null if it did not
 */
public record PollOutcome(
    Reason reason,
    String message,
    @Nullable Tally tally,
    @Nullable PendingPrune pendingPrune,
    boolean unsettled,
    @Nullable Duration retryAfter) {

  /** More than any message of our own needs; the API server's quote what it refuses. */
  private static final int MAX_MESSAGE = 4096;

  public PollOutcome {
    message = TextSanitizer.of(message, MAX_MESSAGE);
  }

  /**
   * The sessions of a listing.
   *
   * @param sessions number of them
   * @param states number of them by state
   */
  public record Tally(int sessions, Map<String, Integer> states) {}

  /** A poll that came to nothing: the mirrors stay as they are. */
  public static PollOutcome failed(Reason reason, String message) {
    return new PollOutcome(reason, message, null, null, false, null);
  }

  /** The same with another message. */
  public PollOutcome withMessage(String other) {
    return new PollOutcome(reason, other, tally, pendingPrune, unsettled, retryAfter);
  }

  /** The same with the time that was asked to wait. */
  public PollOutcome retryAfter(@Nullable Duration wait) {
    return new PollOutcome(reason, message, tally, pendingPrune, unsettled, wait);
  }
}
