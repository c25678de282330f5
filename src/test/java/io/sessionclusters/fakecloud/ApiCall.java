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

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, decoded but not yet verified.
 *
 * @param method of HTTP
 * @param path as sent, still percent-encoded
 * @param workspaceId null if the path names none
 * @param query decoded, sorted by name
 * @param page of its walk, from 1; 0 if the page token is unknown
 * @param keyId the access key that it claims to be signed with; null if it claims none
 */
public record ApiCall(
    String method,
    String path,
    @Nullable String workspaceId,
    SortedMap<String, String> query,
    int page,
    @Nullable String keyId) {

  public ApiCall {
    query = Collections.unmodifiableSortedMap(new TreeMap<>(query));
  }

  /** A query parameter, empty if it is absent. */
  public String query(String name) {
    return query.getOrDefault(name, "");
  }

  /** Whether a walk starts here. */
  public boolean startsListing() {
    return workspaceId != null && query("nextToken").isEmpty();
  }
}
