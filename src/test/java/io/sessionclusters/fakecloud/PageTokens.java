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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The page tokens given out: random, so that no client can guess one or compute with it. The newest
 * {@value #MAX} are remembered; one can be asked for again, as a client does that retries.
 */
final class PageTokens {

  private static final int MAX = 10_000;

  /**
   * Where a walk goes on.
   *
   * @param offset of the first session of the page
   * @param page from 1
   * @param snapshot what the walk shows; null when it reads the live list
   */
  record Position(
      FakeWorkspace workspace,
      Filter filter,
      int offset,
      int page,
      @Nullable List<FakeSession> snapshot) {

    Position next(int nextOffset) {
      return new Position(workspace, filter, nextOffset, page + 1, snapshot);
    }
  }

  private final Map<String, Position> positions = new LinkedHashMap<>();

  synchronized String issue(Position position) {
    if (positions.size() == MAX) {
      positions.remove(positions.keySet().iterator().next());
    }
    String token = UUID.randomUUID().toString();
    positions.put(token, position);
    return token;
  }

  /** Null for a token that was not given out here, or long ago. */
  synchronized @Nullable Position find(@Nullable String token) {
    return token == null ? null : positions.get(token);
  }
}
