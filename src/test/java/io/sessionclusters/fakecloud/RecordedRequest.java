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

import java.time.Instant;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One request that the fake has seen, and what it decided to answer. It is recorded before the
 * first byte of the answer, so that whoever has read the answer finds the record.
 *
 * @param time by the cloud's clock
 * @param connection counts the accepted connections from 1: equal numbers mean a reused connection
 * @param call what was asked
 * @param status of HTTP, also when the connection was cut before the client could read it
 * @param errorCode of the API, empty for a page
 * @param fault the name of the fault that was applied, empty without one
 */
public record RecordedRequest(
    Instant time, int connection, ApiCall call, int status, String errorCode, String fault) {

  public @Nullable String workspaceId() {
    return call.workspaceId();
  }

  public int page() {
    return call.page();
  }

  public @Nullable String keyId() {
    return call.keyId();
  }

  public SortedMap<String, String> query() {
    return call.query();
  }
}
