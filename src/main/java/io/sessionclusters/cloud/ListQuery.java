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
package io.sessionclusters.cloud;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What to list: one workspace of one region, and the filters that the API applies itself.
 *
 * @param endpoint scheme, host and optional port to send to, without path; its host is part of the
 *     signature
 * @param regionId sent as {@code regionId} with every request
 * @param workspaceId the path's segment
 * @param kind {@code SQL}, {@code NOTEBOOK}, {@code THRIFT} or a later one; null for all
 * @param queueName null for all
 * @param sessionClusterId null for all
 */
public record ListQuery(
    URI endpoint,
    RegionId regionId,
    WorkspaceId workspaceId,
    @Nullable String kind,
    @Nullable String queueName,
    @Nullable String sessionClusterId) {

  /** Whose limits the query counts against. */
  public CloudAccount account(Credentials credentials) {
    return new CloudAccount(credentials, regionId);
  }

  /** The same query, narrowed to one session by its id. */
  public ListQuery onlySession(String id) {
    return new ListQuery(endpoint, regionId, workspaceId, kind, queueName, id);
  }
}
