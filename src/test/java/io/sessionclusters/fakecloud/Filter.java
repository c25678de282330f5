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

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The filters of one listing; null or empty for all. */
record Filter(
    @Nullable String sessionClusterId, @Nullable String queueName, @Nullable String kind) {

  static final Filter NONE = new Filter(null, null, null);

  static Filter of(Map<String, String> query) {
    return new Filter(query.get("sessionClusterId"), query.get("queueName"), query.get("kind"));
  }

  boolean matches(FakeSession session) {
    return matches(sessionClusterId, session.id())
        && matches(queueName, session.queueName())
        && matches(kind, session.kind());
  }

  private static boolean matches(@Nullable String wanted, String actual) {
    return wanted == null || wanted.isEmpty() || wanted.equals(actual);
  }
}
