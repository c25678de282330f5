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

import io.sessionclusters.fakecloud.ListSessionClusters.Page;
import io.sessionclusters.fakecloud.LoopbackServer.Reply;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The gateway: reads a call, verifies it, applies faults, answers and records. */
final class FakeApi implements LoopbackServer.Handler {

  private static final Pattern PATH = Pattern.compile("/api/v1/workspaces/([^/]+)/sessionClusters");
  private static final String VERSION = "2023-08-08";

  private final PageTokens tokens = new PageTokens();
  private final ListSessionClusters action = new ListSessionClusters(tokens);
  private final Authenticator authenticator;
  private final Faults faults;
  private final RequestLog log;
  private final BiFunction<String, String, @Nullable FakeWorkspace> workspaces;
  private volatile Clock clock;
  private volatile UnknownWorkspace unknownWorkspace = UnknownWorkspace.EMPTY_CODE;

  /**
   * @param workspaces finds one by region and id, null if there is none
   */
  FakeApi(
      Accounts accounts,
      Faults faults,
      RequestLog log,
      BiFunction<String, String, @Nullable FakeWorkspace> workspaces,
      Clock clock) {
    this.authenticator = new Authenticator(accounts);
    this.faults = faults;
    this.log = log;
    this.workspaces = workspaces;
    this.clock = clock;
  }

  void clock(Clock other) {
    clock = other;
  }

  void unknownWorkspace(UnknownWorkspace answer) {
    unknownWorkspace = answer;
  }

  @Override
  public Reply answer(RawRequest request, int connection) {
    Instant now = clock.instant();
    String requestId = UUID.randomUUID().toString().toUpperCase(Locale.ROOT);
    String host = String.valueOf(request.header("host"));
    String errorCode = "";
    ApiCall call = unreadable(request);
    Fault fault = Fault.NONE;
    RawResponse response;
    try {
      call = read(request);
      fault = faults.take(call);
      authenticator.verify(request, call.query(), now);
      response = answer(new Fault.Exchange(request, call, requestId), fault);
    } catch (ApiErrorException e) {
      errorCode = e.error().code();
      response = e.response(requestId, host);
    }
    response = fault.dress(response.withHeaders(headers(requestId, now)));
    log.add(new RecordedRequest(now, connection, call, response.status(), errorCode, fault.name()));
    return new Reply(response, fault.delivery());
  }

  @Override
  public void arrived() {
    log.arrived();
  }

  @Override
  public void answered() {
    log.answered();
  }

  @Override
  public void malformed(String reason) {
    log.malformed();
  }

  private RawResponse answer(Fault.Exchange exchange, Fault fault) throws ApiErrorException {
    Fault.Answer instead = fault.answer();
    if (instead != null) {
      return instead.to(exchange);
    }
    RawRequest request = exchange.request();
    ApiCall call = exchange.call();
    String workspaceId = call.workspaceId();
    if (workspaceId == null
        || !request.method().equals("GET")
        || !"ListSessionClusters".equals(request.header("x-acs-action"))
        || !VERSION.equals(request.header("x-acs-version"))) {
      throw new ApiErrorException(ApiError.noSuchAction());
    }
    if (call.query("regionId").isEmpty()) {
      throw new ApiErrorException(ApiError.missingParameter("regionId"));
    }
    FakeWorkspace workspace = workspaces.apply(call.query("regionId"), workspaceId);
    if (workspace == null || !workspace.isVisibleTo(call.keyId())) {
      throw new ApiErrorException(unknownWorkspace.error());
    }
    Page page = action.page(call, workspace, exchange.requestId());
    fault.edit(page);
    return RawResponse.of(200, "application/json;charset=utf-8", Body.of(page.body().toString()));
  }

  private ApiCall read(RawRequest request) throws ApiErrorException {
    var query = QueryString.decode(request.query());
    Matcher path = PATH.matcher(request.path());
    String workspaceId = path.matches() ? PercentCoding.decode(path.group(1)) : null;
    Authorization authorization = Authorization.of(request);
    String token = query.getOrDefault("nextToken", "");
    var position = tokens.find(token);
    int unknown = token.isEmpty() ? 1 : 0;
    return new ApiCall(
        request.method(),
        request.path(),
        workspaceId,
        query,
        position == null ? unknown : position.page(),
        authorization == null ? null : authorization.keyId());
  }

  private static ApiCall unreadable(RawRequest request) {
    return new ApiCall(
        request.method(), request.path(), null, Collections.emptySortedMap(), 0, null);
  }

  private static Map<String, String> headers(String requestId, Instant now) {
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC));
    return Map.of("x-acs-request-id", requestId, "Date", date);
  }
}
