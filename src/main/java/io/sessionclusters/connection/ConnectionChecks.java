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
import io.sessionclusters.mirror.Mirror;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the connection Secrets of one source: which were found or made right, what
 * was to be in them (a digest, never the token) and when. Forgetting it is safe: a Secret that
 * nothing is known of is read.
 *
 * <p>Belongs to the one poll that is under way.
 */
public final class ConnectionChecks {

  private static final int GOLDEN_RATIO = 0x9E3779B9;

  private record Check(String uid, Digest digest, Instant at) {}

  private final Map<String, Check> byMirror = new HashMap<>();

  /** Whether the Secret of that mirror is there and was right when it was last seen. */
  public boolean isKept(Mirror mirror) {
    return check(mirror) != null;
  }

  /**
   * Whether the Secret is to be looked at: because nothing is known of it, because something else
   * shall be in it, or because a period began since it was last seen. The periods of the mirrors
   * begin at times that are spread evenly, so that the Secrets are not all read at once.
   */
  boolean isDue(Mirror mirror, Digest digest, Instant now, Duration period) {
    Check last = check(mirror);
    return last == null
        || !last.digest().equals(digest)
        || period(mirror.uid(), last.at(), period) != period(mirror.uid(), now, period);
  }

  void kept(Mirror mirror, Digest digest, Instant now) {
    byMirror.put(mirror.name(), new Check(mirror.uid(), digest, now));
  }

  void forget(Mirror mirror) {
    byMirror.remove(mirror.name());
  }

  /** Forgets the Secrets of the mirrors that are no longer there, by their names. */
  void retain(Predicate<String> mirrors) {
    byMirror.keySet().removeIf(mirrors.negate());
  }

  int size() {
    return byMirror.size();
  }

  private @Nullable Check check(Mirror mirror) {
    Check check = byMirror.get(mirror.name());
    return check != null && check.uid().equals(mirror.uid()) ? check : null;
  }

  private static long period(String uid, Instant time, Duration period) {
    long millis = period.toMillis();
    // Fibonacci hashing: uids that are alike are far apart, too.
    long spread = Integer.toUnsignedLong(uid.hashCode() * GOLDEN_RATIO);
    long begin = (spread * millis) >>> Integer.SIZE;
    return Math.floorDiv(time.toEpochMilli() + begin, millis);
  }
}
