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
package io.sessionclusters.cloud.emr;

import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.http.CanonicalRequest;
import io.sessionclusters.cloud.http.SignedRequest;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The call {@code ListSessionClusters}, version 2023-08-08. */
final class ListCall {

  private ListCall() {}

  /**
   * The call for one page.
   *
   * @param pageToken of the page before; empty for the first page
   * @param pageSize the most sessions that the page shall hold
   */
  static SignedRequest.Call of(ListQuery query, String pageToken, int pageSize) {
    var parameters = new TreeMap<String, String>();
    parameters.put("regionId", query.regionId().value());
    parameters.put("maxResults", Integer.toString(pageSize));
    put(parameters, "nextToken", pageToken.isEmpty() ? null : pageToken);
    put(parameters, "kind", query.kind());
    put(parameters, "queueName", query.queueName());
    put(parameters, "sessionClusterId", query.sessionClusterId());
    return new SignedRequest.Call(
        "GET",
        "ListSessionClusters",
        "2023-08-08",
        query.endpoint(),
        "/api/v1/workspaces/"
            + CanonicalRequest.percentEncode(query.workspaceId().value())
            + "/sessionClusters",
        parameters);
  }

  private static void put(Map<String, String> parameters, String name, @Nullable String value) {
    if (value != null) {
      parameters.put(name, value);
    }
  }
}
