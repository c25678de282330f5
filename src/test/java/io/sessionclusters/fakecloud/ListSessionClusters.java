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

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sessionclusters.fakecloud.PageTokens.Position;
import java.util.List;
import java.util.function.Supplier;

/** The action itself: one page of one workspace. */
final class ListSessionClusters {

  /** What the service takes when {@code maxResults} is not sent. */
  static final int DEFAULT_PAGE_SIZE = 20;

  /**
   * One page, and what is needed to falsify it.
   *
   * @param body as it is sent, and may still be edited
   * @param workspaceSize how many sessions there are before any filter
   * @param anotherToken makes a token by which the walk goes on after this page
   */
  record Page(ObjectNode body, ApiCall call, int workspaceSize, Supplier<String> anotherToken) {}

  private final PageTokens tokens;

  ListSessionClusters(PageTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * Puts the page together that was asked for.
   *
   * @throws ApiErrorException for a page size below 1 or a token of another listing
   */
  Page page(ApiCall call, FakeWorkspace workspace, String requestId) throws ApiErrorException {
    int size = Math.min(maxResults(call), workspace.maxPageSize());
    Position position = position(call, workspace);
    List<FakeSession> snapshot = position.snapshot();
    List<FakeSession> sessions =
        snapshot == null ? workspace.sessions(position.filter()) : snapshot;
    int from = Math.min(position.offset(), sessions.size());
    int to = Math.min(from + size, sessions.size());

    ObjectNode body = JsonNodeFactory.instance.objectNode().put("requestId", requestId);
    if (to < sessions.size()) {
      body.put("nextToken", tokens.issue(position.next(to)));
    }
    body.put("maxResults", size).put("totalCount", sessions.size());
    ArrayNode list = body.putArray("sessionClusters");
    sessions.subList(from, to).forEach(session -> list.add(session.json()));

    int workspaceSize = workspace.sessions().size();
    workspace.served(position.page());
    return new Page(body, call, workspaceSize, () -> tokens.issue(position.next(to)));
  }

  private static int maxResults(ApiCall call) throws ApiErrorException {
    String value = call.query("maxResults");
    if (value.isEmpty()) {
      return DEFAULT_PAGE_SIZE;
    }
    if (!value.matches("[1-9][0-9]{0,8}")) {
      throw new ApiErrorException(ApiError.invalidParameter("maxResults"));
    }
    return Integer.parseInt(value);
  }

  private Position position(ApiCall call, FakeWorkspace workspace) throws ApiErrorException {
    Filter filter = Filter.of(call.query());
    String token = call.query("nextToken");
    if (token.isEmpty()) {
      boolean live = workspace.paging() == Paging.OFFSET;
      return new Position(workspace, filter, 0, 1, live ? null : workspace.sessions(filter));
    }
    Position position = tokens.find(token);
    if (position == null
        || position.workspace() != workspace
        || !position.filter().equals(filter)) {
      throw new ApiErrorException(ApiError.invalidParameter("nextToken"));
    }
    return position;
  }
}
