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

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sessionclusters.fakecloud.LoopbackServer.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Security Token Service of a fake cloud (API version 2015-04-01), on a port of its own: {@code
 * AssumeRole}, whose signature it verifies, and {@code AssumeRoleWithOIDC}, which has none. The
 * keys that it gives out are keys of the cloud.
 */
public final class FakeSts implements AutoCloseable {

  private static final Pattern SESSION_NAME = Pattern.compile("[A-Za-z0-9.@_-]{2,64}");
  private static final String JSON = "application/json;charset=utf-8";

  /**
   * One request that was authentic.
   *
   * @param keyId who asked; empty for a service account
   * @param sessionName for the audit log
   */
  public record Request(
      String action,
      String roleArn,
      @Nullable String externalId,
      String sessionName,
      String keyId) {}

  /** Whom a role trusts. */
  private record Trust(
      Set<String> keyIds,
      @Nullable String externalId,
      @Nullable String providerArn,
      Set<String> tokens) {}

  private final FakeCloud cloud;
  private final Authenticator authenticator;
  private final Faults faults = new Faults();
  private final Map<String, Trust> roles = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<String> issued = new CopyOnWriteArrayList<>();
  private final AtomicInteger attempts = new AtomicInteger();
  private final LoopbackServer server;
  private volatile Duration lifetime = Duration.ofHours(1);

  private FakeSts(FakeCloud cloud) {
    this.cloud = cloud;
    this.authenticator = new Authenticator(cloud.accounts());
    this.server = new LoopbackServer(InetAddress.getLoopbackAddress(), 0, new Gateway());
  }

  public static FakeSts start(FakeCloud cloud) {
    return new FakeSts(cloud);
  }

  /** {@code http://127.0.0.1:<port>}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  /** Makes a role, or gives it another trust policy. */
  public void putRole(String arn, @Nullable String externalId, String... keyIds) {
    roles.put(arn, new Trust(Set.of(keyIds), externalId, null, Set.of()));
  }

  /** Makes a role that trusts the bearer of one of these tokens of an identity provider. */
  public void putRoleOfServiceAccount(String arn, String providerArn, String... tokens) {
    roles.put(arn, new Trust(Set.of(), null, providerArn, Set.of(tokens)));
  }

  /** From now on keys live that long. They end nowhere but in what they say of themselves. */
  public void setLifetime(Duration life) {
    lifetime = life;
  }

  /** What goes wrong. */
  public Faults faults() {
    return faults;
  }

  /** The requests that were authentic, oldest first. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Requests that came, whatever became of them. */
  public int attempts() {
    return attempts.get();
  }

  /** The ids of the keys that were given out, oldest first. */
  public List<String> issued() {
    return List.copyOf(issued);
  }

  /** Cuts all connections and refuses new ones. */
  public void stopListening() {
    server.stopListening();
  }

  /** Listens again, on the same port. */
  public void startListening() {
    server.startListening();
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Gateway implements LoopbackServer.Handler {

    @Override
    public void arrived() {
      attempts.incrementAndGet();
    }

    @Override
    public Reply answer(RawRequest request, int connection) {
      String requestId = UUID.randomUUID().toString().toUpperCase(Locale.ROOT);
      Fault fault = Fault.NONE;
      RawResponse response;
      try {
        SortedMap<String, String> query = QueryString.decode(request.query());
        Authorization authorization = Authorization.of(request);
        var call =
            new ApiCall(
                request.method(),
                request.path(),
                null,
                query,
                0,
                authorization == null ? null : authorization.keyId());
        fault = faults.take(call);
        response = FakeSts.this.answer(new Fault.Exchange(request, call, requestId), fault);
      } catch (ApiErrorException e) {
        response = e.response(requestId, String.valueOf(request.header("host")));
      }
      return new Reply(
          fault.dress(response.withHeaders(Map.of("x-acs-request-id", requestId))),
          fault.delivery());
    }

    @Override
    public void answered() {
      // nothing is counted
    }

    @Override
    public void malformed(String reason) {
      throw new AssertionError("a request to STS that is no HTTP: " + reason);
    }
  }

  private RawResponse answer(Fault.Exchange exchange, Fault fault) throws ApiErrorException {
    RawRequest request = exchange.request();
    SortedMap<String, String> query = exchange.call().query();
    if ("AssumeRoleWithOIDC".equals(query.get("Action"))) {
      SortedMap<String, String> form = form(request);
      return answer(exchange, fault, "AssumeRoleWithOIDC", form);
    }
    authenticator.verify(request, query, Instant.now());
    if (!request.method().equals("POST")
        || !request.path().equals("/")
        || !"AssumeRole".equals(request.header("x-acs-action"))
        || !"2015-04-01".equals(request.header("x-acs-version"))) {
      throw new ApiErrorException(ApiError.noSuchAction());
    }
    return answer(exchange, fault, "AssumeRole", query);
  }

  private RawResponse answer(
      Fault.Exchange exchange, Fault fault, String action, SortedMap<String, String> parameters)
      throws ApiErrorException {
    String keyId = exchange.call().keyId();
    var asked =
        new Request(
            action,
            parameters.getOrDefault("RoleArn", ""),
            parameters.get("ExternalId"),
            parameters.getOrDefault("RoleSessionName", ""),
            keyId == null ? "" : keyId);
    requests.add(asked);
    Fault.Answer instead = fault.answer();
    if (instead != null) {
      return instead.to(exchange);
    }
    if (!SESSION_NAME.matcher(asked.sessionName()).matches()) {
      throw new ApiErrorException(ApiError.invalidParameter("RoleSessionName"));
    }
    if (!"3600".equals(parameters.get("DurationSeconds"))) {
      throw new ApiErrorException(ApiError.invalidParameter("DurationSeconds"));
    }
    Trust trust = roles.get(asked.roleArn());
    if (trust == null) {
      throw new ApiErrorException(
          new ApiError("EntityNotExist.Role", 404, "The specified Role not exists ."));
    }
    if (action.equals("AssumeRoleWithOIDC")) {
      verify(trust, parameters);
    } else if (!trust.keyIds().contains(asked.keyId())
        || (trust.externalId() != null && !trust.externalId().equals(asked.externalId()))) {
      throw new ApiErrorException(
          new ApiError(
              "NoPermission",
              403,
              "You are not authorized to do this action. You should be authorized by RAM."));
    }
    return issue(exchange.requestId());
  }

  private static void verify(Trust trust, SortedMap<String, String> form) throws ApiErrorException {
    if (trust.providerArn() == null || !trust.providerArn().equals(form.get("OIDCProviderArn"))) {
      throw new ApiErrorException(
          new ApiError("AuthenticationFail.NoPermission", 401, "There is no permission"));
    }
    String token = form.getOrDefault("OIDCToken", "");
    if (!trust.tokens().contains(token)) {
      throw new ApiErrorException(
          new ApiError(
              "AuthenticationFail.OIDCToken.Expired",
              401,
              "This JsonWebToken is expired: " + token));
    }
  }

  private RawResponse issue(String requestId) {
    int number = issued.size() + 1;
    String id = "STS.issued-" + number;
    String secret = "issued-secret-" + number;
    String token = "issued-token-" + number + "+/==";
    cloud.addTemporaryKey(id, secret, token);
    issued.add(id);
    var body = JsonNodeFactory.instance.objectNode().put("RequestId", requestId);
    body.putObject("Credentials")
        .put("AccessKeyId", id)
        .put("AccessKeySecret", secret)
        .put("SecurityToken", token)
        .put("Expiration", Instant.now().plus(lifetime).truncatedTo(ChronoUnit.SECONDS).toString());
    return RawResponse.of(200, JSON, Body.of(body.toString()));
  }

  private static SortedMap<String, String> form(RawRequest request) throws ApiErrorException {
    if (!String.valueOf(request.header("content-type"))
        .startsWith("application/x-www-form-urlencoded")) {
      throw new ApiErrorException(ApiError.invalidParameter("Content-Type"));
    }
    var bytes = new ByteArrayOutputStream();
    try {
      request.body().writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TreeMap<>(QueryString.decode(bytes.toString(StandardCharsets.UTF_8)));
  }
}
