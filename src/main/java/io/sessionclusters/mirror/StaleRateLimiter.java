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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Spreads the marks of stale mirrors over time, all sources together: in an outage each mirror of
 * the cluster is written, and nobody waits for it. Thread-safe.
 */
final class StaleRateLimiter {

  /** Writes of one turn. */
  static final int BATCH = 50;

  /** Of the time that the next turn waits: ten writes a second. */
  static final Duration PER_WRITE = Duration.ofMillis(100);

  /**
   * A source's place.
   *
   * @param at by the steady clock
   * @param writes that may be done then
   */
  record Turn(Instant at, int writes) {
    boolean isAfter(Instant now) {
      return at.isAfter(now);
    }
  }

  private final Map<ResourceID, Turn> turns = new HashMap<>();
  private Instant free = Instant.MIN;

  /**
   * The source's next turn, behind those of all others that wait. One that has come is used up by
   * asking for it.
   *
   * @param writes that it would do
   */
  synchronized Turn next(ResourceID source, int writes, Instant now) {
    Turn turn = turns.get(source);
    if (turn == null) {
      turn = new Turn(free.isAfter(now) ? free : now, Math.min(writes, BATCH));
      free = turn.at().plus(PER_WRITE.multipliedBy(turn.writes()));
      turns.put(source, turn);
    }
    if (!turn.isAfter(now)) {
      turns.remove(source);
    }
    return turn;
  }

  /**
   * What the source wrote was refused: not before then again, however often it is asked.
   *
   * @param writes that it would do
   */
  synchronized void postpone(ResourceID source, int writes, Instant until) {
    turns.put(source, new Turn(until, Math.min(writes, BATCH)));
  }

  /** The source has nothing to write any more. */
  synchronized void forget(ResourceID source) {
    turns.remove(source);
  }
}
