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

import io.sessionclusters.mapping.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is remembered of the connection Secrets of one source, by the uids of their mirrors: which
 * were found or made right, what was to be in them (a digest, never the token) and when. Forgetting
 * it is safe: a Secret that nothing is known of is read. Thread-safe.
 */
public final class ConnectionChecks {

  private static final int GOLDEN_RATIO = 0x9E3779B9;

  private record Check(Digest digest, Instant at) {}

  private final Map<String, Check> byMirror = new ConcurrentHashMap<>();

  /** Whether the Secret of that mirror is there and was right when it was last seen. */
  boolean isKept(String mirror) {
    return byMirror.containsKey(mirror);
  }

  /**
   * Whether the Secret is to be read: because nothing is known of it, because something else shall
   * be in it, or because a period began since it was last seen. The periods of the mirrors begin at
   * times that are spread evenly, so that the Secrets are not all read at once.
   */
  boolean isDue(String mirror, Digest digest, Instant now, Duration period) {
    Check last = byMirror.get(mirror);
    return last == null
        || !last.digest().equals(digest)
        || period(mirror, last.at(), period) != period(mirror, now, period);
  }

  void kept(String mirror, Digest digest, Instant now) {
    byMirror.put(mirror, new Check(digest, now));
  }

  void forget(String mirror) {
    byMirror.remove(mirror);
  }

  /** Forgets the Secrets of all other mirrors. */
  void retain(Set<String> mirrors) {
    byMirror.keySet().retainAll(mirrors);
  }

  private static long period(String uid, Instant time, Duration period) {
    long millis = period.toMillis();
    // Fibonacci hashing: uids that are alike are far apart, too.
    long spread = Integer.toUnsignedLong(uid.hashCode() * GOLDEN_RATIO);
    long begin = (spread * millis) >>> Integer.SIZE;
    return Math.floorDiv(time.toEpochMilli() + begin, millis);
  }
}
