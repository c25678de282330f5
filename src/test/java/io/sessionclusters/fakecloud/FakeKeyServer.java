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
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Gives out keys to whoever asks: as a credentials URI, at {@code /keys}, and as the metadata
 * service of an ECS instance, which first wants a token (IMDSv2).
 */
public final class FakeKeyServer implements AutoCloseable {

  private static final String ROLES = "/latest/meta-data/ram/security-credentials/";
  private static final String TOKEN = "metadata-token";
  private static final String JSON = "application/json";

  /** What it gives out. */
  private record Key(String id, String secret, String token, Duration life) {}

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final LoopbackServer server =
      new LoopbackServer(InetAddress.getLoopbackAddress(), 0, new Handler());
  private volatile @Nullable Key key;
  private volatile @Nullable String role;
  private volatile @Nullable RawResponse instead;
  private volatile Duration delay = Duration.ZERO;

  private FakeKeyServer() {}

  public static FakeKeyServer start() {
    return new FakeKeyServer();
  }

  /** The credentials URI, a secret itself. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + "/keys?secret=hush");
  }

  public int port() {
    return server.port();
  }

  /** From now on it gives out that key, from the metadata service to those who name the role. */
  public void put(String id, String secret, String token, Duration life, String roleName) {
    key = new Key(id, secret, token, life);
    role = roleName;
  }

  /** From now on it answers everything with that. */
  public void answer(int status, String body) {
    instead = RawResponse.of(status, JSON, Body.of(body));
  }

  /** Answers as it should again. */
  public void recover() {
    instead = null;
    delay = Duration.ZERO;
  }

  /** From now on every answer takes that long. */
  public void delay(Duration wait) {
    delay = wait;
  }

  /** Methods and paths, oldest first. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** Refuses connections. */
  public void stopListening() {
    server.stopListening();
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Handler implements LoopbackServer.Handler {

    @Override
    public void arrived() {
      // counted when it is answered
    }

    @Override
    public Reply answer(RawRequest request, int connection) {
      requests.add(request.method() + " " + request.path());
      RawResponse other = instead;
      return new Reply(
          other == null ? FakeKeyServer.this.answer(request) : other,
          Delivery.PLAIN.withWaitBeforeHeaders(delay));
    }

    @Override
    public void answered() {
      // nothing to do
    }

    @Override
    public void malformed(String reason) {
      throw new AssertionError("a request that is no HTTP: " + reason);
    }
  }

  private RawResponse answer(RawRequest request) {
    String path = request.path();
    if (path.equals("/latest/api/token")) {
      boolean asked = request.header("x-aliyun-ecs-metadata-token-ttl-seconds") != null;
      return request.method().equals("PUT") && asked ? text(TOKEN) : status(400);
    }
    if (path.equals("/keys")) {
      return "secret=hush".equals(request.query()) ? json() : status(403);
    }
    if (!TOKEN.equals(request.header("x-aliyun-ecs-metadata-token"))) {
      return status(403);
    }
    String known = role;
    if (known == null || !path.startsWith(ROLES)) {
      return status(404);
    }
    String asked = path.substring(ROLES.length());
    return asked.isEmpty() ? text(known) : asked.equals(known) ? json() : status(404);
  }

  private RawResponse json() {
    Key given = key;
    if (given == null) {
      return status(500);
    }
    return RawResponse.of(
        200,
        JSON,
        Body.of(
            JsonNodeFactory.instance
                .objectNode()
                .put("Code", "Success")
                .put("AccessKeyId", given.id())
                .put("AccessKeySecret", given.secret())
                .put("SecurityToken", given.token())
                .put(
                    "Expiration",
                    Instant.now().plus(given.life()).truncatedTo(ChronoUnit.SECONDS).toString())
                .toString()));
  }

  private static RawResponse text(String text) {
    return RawResponse.of(200, "text/plain", Body.of(text));
  }

  private static RawResponse status(int code) {
    return new RawResponse(code, Map.of(), Body.NONE);
  }
}
