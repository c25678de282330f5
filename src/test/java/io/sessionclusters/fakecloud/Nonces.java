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
package io.sessionclusters.fakecloud;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The signature nonces of the last half hour. Older requests are refused by their time stamp, so
 * that their nonces need not be remembered; at most {@value #MAX} are.
 */
final class Nonces {

  private static final int MAX = 500_000;
  private static final Duration KEPT = Duration.ofMinutes(31);

  private final Map<String, Instant> seen = new LinkedHashMap<>();

  /** Whether the nonce was never used before; from now on it was. */
  synchronized boolean use(String nonce, Instant now) {
    Iterator<Instant> oldest = seen.values().iterator();
    while (oldest.hasNext() && (oldest.next().isBefore(now.minus(KEPT)) || seen.size() >= MAX)) {
      oldest.remove();
    }
    return seen.putIfAbsent(nonce, now) == null;
  }
}
