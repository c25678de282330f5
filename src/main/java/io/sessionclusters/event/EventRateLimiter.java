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
package io.sessionclusters.event;

import io.github.bucket4j.Bucket;
import io.sessionclusters.time.BucketMeter;
import io.sessionclusters.time.Timers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds the events about one object as client-go does: 25 at once, then one in 5 minutes. A
 * session or a source that flaps must not fill etcd.
 */
final class EventRateLimiter {

  private static final int BURST = 25;
  private static final Duration REFILL = Duration.ofMinutes(5);

  private static final int FEW = 16;

  private final Map<String, Bucket> objects = new ConcurrentHashMap<>();
  private final Timers timers;

  /**
   * Above this number of objects those whose budget is full again are forgotten: twice as many as
   * were left the last time, so that few events look through all objects.
   */
  private volatile int mostRemembered = FEW;

  EventRateLimiter(Timers timers) {
    this.timers = timers;
  }

  /** Takes one event about the object with that uid out of its budget, if there is one left. */
  boolean allows(String uid) {
    if (objects.size() > mostRemembered) {
      objects.values().removeIf(bucket -> bucket.getAvailableTokens() == BURST);
      mostRemembered = Math.max(FEW, 2 * objects.size());
    }
    return objects.computeIfAbsent(uid, u -> bucket()).tryConsume(1);
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(BURST).refillIntervally(1, REFILL))
        .withCustomTimePrecision(new BucketMeter(timers))
        .build();
  }
}
