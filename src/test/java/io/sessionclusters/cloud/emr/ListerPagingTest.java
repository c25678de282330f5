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

import static io.sessionclusters.cloud.emr.ListerFixture.KEY;
import static io.sessionclusters.cloud.emr.ListerFixture.LONG;
import static io.sessionclusters.cloud.emr.ListerFixture.failure;
import static io.sessionclusters.cloud.emr.ListerFixture.list;
import static io.sessionclusters.cloud.emr.ListerFixture.lister;
import static io.sessionclusters.cloud.emr.ListerFixture.page;
import static io.sessionclusters.cloud.emr.ListerFixture.query;
import static io.sessionclusters.cloud.emr.ListerFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.WorkspaceId;
import io.sessionclusters.cloud.http.CanonicalRequest;
import io.sessionclusters.cloud.http.HttpTransport;
import io.sessionclusters.time.SystemTimers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListerPagingTest {

  @Test
  void walksToThePageWithoutTokenOverOneConnection() throws Exception {
    try (var server =
        RawServer.ofJson(
            page(1, 100, "\"nextToken\": \"a+b/c=\", \"totalCount\": 250, "),
            page(101, 200, "\"nextToken\": \"2\", \"totalCount\": 250, "),
            page(201, 250, "\"nextToken\": \"\", \"totalCount\": 250, "))) {
      Listing listing = list(server);

      assertThat(listing)
          .isInstanceOfSatisfying(
              Listing.Complete.class,
              complete -> {
                assertThat(complete.pages()).isEqualTo(3);
                assertThat(complete.sessions()).hasSize(250);
                assertThat(complete.sessions().getFirst().sessionClusterId()).isEqualTo("sc-1");
                assertThat(complete.sessions().getLast().sessionClusterId()).isEqualTo("sc-250");
              });
      assertThat(server.accepted()).isEqualTo(1);
      assertThat(server.requests())
          .extracting(request -> request.parameter("nextToken"))
          .containsExactly("", "a%2Bb%2Fc%3D", "2");
      assertThat(server.requests())
          .allSatisfy(
              request -> {
                assertThat(request.line())
                    .startsWith("GET /api/v1/workspaces/w-1234abcd/sessionClusters?")
                    .endsWith(" HTTP/1.1");
                assertThat(request.parameter("maxResults")).isEqualTo("100");
                assertThat(request.parameter("regionId")).isEqualTo("cn-hangzhou");
                assertThat(request.header("host")).isEqualTo("127.0.0.1:" + server.port());
                assertThat(request.header("user-agent"))
                    .matches("session-cluster-operator/[\\w.-]+");
                assertThat(request.headers())
                    .containsOnlyKeys(
                        "accept",
                        "accept-encoding",
                        "authorization",
                        "connection",
                        "host",
                        "user-agent",
                        "x-acs-action",
                        "x-acs-content-sha256",
                        "x-acs-date",
                        "x-acs-signature-nonce",
                        "x-acs-version");
              });
    }
  }

  @Test
  void aWalkThatFailsKeepsThePagesThatCame() throws Exception {
    String token = "\"nextToken\": \"1\", ";
    for (String last : List.of("{", page(3, 3, token))) {
      try (var server = RawServer.ofJson(page(1, 2, token), last)) {
        assertThat(list(server))
            .isInstanceOfSatisfying(
                Listing.Failed.class,
                failed ->
                    assertThat(failed.sessions())
                        .extracting(CloudSession::sessionClusterId)
                        .startsWith("sc-1", "sc-2"));
      }
    }
  }

  @Test
  void eachRequestHasANonceOfItsOwn() throws Exception {
    try (var server = RawServer.ofJson(page(1, 1, "\"nextToken\": \"1\", "), page(2, 2, ""))) {
      list(server);

      assertThat(server.requests())
          .hasSize(2)
          .extracting(request -> request.header("x-acs-signature-nonce"))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void whatIsSentIsWhatWasSigned() throws Exception {
    String odd = "a b*~/é+=&%?#;:@\"\\[]{}|^`😀";
    try (var server = RawServer.ofJson(page(1, 1, ""));
        var lister = lister()) {
      var query =
          new ListQuery(
              server.endpoint(),
              new RegionId("cn-hangzhou"),
              new WorkspaceId("w-1234abcd"),
              odd,
              "..",
              "");
      var temporary =
          new Credentials("STS.id", new SecretValue("secret"), new SecretValue("tok+/en=="));
      assertThat(lister.list(query, temporary, LONG)).isInstanceOf(Listing.Complete.class);

      RawServer.Request request = server.requests().getFirst();
      assertThat(request.target())
          .isEqualTo(
              "/api/v1/workspaces/w-1234abcd/sessionClusters?kind="
                  + CanonicalRequest.percentEncode(odd)
                  + "&maxResults=100&queueName=..&regionId=cn-hangzhou&sessionClusterId=");
      assertThat(request.header("x-acs-security-token")).isEqualTo("tok+/en==");
      // The signature, made again from the bytes that came over the wire.
      int mark = request.target().indexOf('?');
      var received = new java.util.TreeMap<>(request.headers());
      received.keySet().removeIf(name -> !name.equals("host") && !name.startsWith("x-acs-"));
      var canonical =
          new CanonicalRequest(
              "GET",
              request.target().substring(0, mark),
              request.target().substring(mark + 1),
              received);
      assertThat(request.header("authorization")).isEqualTo(canonical.authorization(temporary));
    }
  }

  @Test
  void followsAnEmptyPageThatHasAToken() throws Exception {
    try (var server =
        RawServer.ofJson(
            page(1, 2, "\"nextToken\": \"1\", "),
            page(1, 0, "\"nextToken\": \"2\", "),
            page(3, 3, "\"nextToken\": null, "))) {
      assertThat(list(server))
          .isInstanceOfSatisfying(
              Listing.Complete.class,
              complete -> {
                assertThat(complete.pages()).isEqualTo(3);
                assertThat(complete.sessions()).hasSize(3);
              });
    }
  }

  @Test
  void anEmptyWorkspaceIsComplete() throws Exception {
    try (var server = RawServer.ofJson(page(1, 0, "\"totalCount\": 0, "))) {
      assertThat(list(server)).isEqualTo(new Listing.Complete(List.of(), 1));
    }
  }

  @Test
  void aTokenThatComesTwiceEndsTheWalk() throws Exception {
    try (var server =
        RawServer.ofJson(
            page(1, 1, "\"nextToken\": \"x\", "),
            page(2, 2, "\"nextToken\": \"y\", "),
            page(3, 3, "\"nextToken\": \"x\", "))) {
      assertThat(failure(list(server)).kind()).isEqualTo(Kind.REPEATED_TOKEN);
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void aWalkWithoutEndIsBounded() throws Exception {
    var count = new AtomicInteger();
    try (var server =
            new RawServer(
                (request, out) -> {
                  int n = count.incrementAndGet();
                  RawServer.send(out, 200, "", page(n, n, "\"nextToken\": \"" + n + "\", "));
                });
        var lister = lister()) {
      Listing listing = lister.list(query(server.endpoint()), KEY, LONG);

      assertThat(failure(listing).kind()).isEqualTo(Kind.TOO_MANY_PAGES);
      assertThat(count).hasValue(settings().maxPages());
    }
  }

  @Test
  void manyBigPagesAreBoundedTogether() throws Exception {
    String filler = "\"later\": \"" + "x".repeat(900 * 1024) + "\", ";
    var count = new AtomicInteger();
    try (var server =
        new RawServer(
            (request, out) -> {
              int n = count.incrementAndGet();
              RawServer.send(out, 200, "", page(n, n, filler + "\"nextToken\": \"" + n + "\", "));
            })) {
      assertThat(failure(list(server)).kind()).isEqualTo(Kind.BODY_TOO_LARGE);
      assertThat(count).hasValue(5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", " gzip "})
  void readsCompressedPagesAndKeepsTheConnection(String encoding) throws Exception {
    byte[] first = gzip(page(1, 500, "\"nextToken\": \"1\", "));
    byte[] second = gzip(page(501, 600, ""));
    try (var server =
            new RawServer(
                (request, out) -> {
                  if (request.parameter("nextToken").isEmpty()) {
                    RawServer.send(out, 200, "Content-Encoding: " + encoding + "\r\n", first);
                  } else {
                    RawServer.write(
                        out,
                        "HTTP/1.1 200 OK\r\n"
                            + "Content-Encoding: gzip\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n"
                            + Integer.toHexString(second.length)
                            + "\r\n");
                    out.write(second);
                    RawServer.write(out, "\r\n0\r\n\r\n");
                  }
                });
        var lister = lister()) {
      for (int i = 0; i < 2; i++) {
        assertThat(lister.list(query(server.endpoint()), KEY, LONG))
            .isInstanceOfSatisfying(
                Listing.Complete.class, complete -> assertThat(complete.sessions()).hasSize(600));
      }
      assertThat(server.accepted()).isEqualTo(1);
      assertThat(server.requests())
          .allSatisfy(r -> assertThat(r.header("accept-encoding")).isEqualTo("gzip"));
    }
  }

  @Test
  void aConnectionThatTheServerClosedMeanwhileIsNotUsedAgain() throws Exception {
    var connections = new java.util.concurrent.CopyOnWriteArrayList<Thread>();
    try (var server =
            new RawServer(
                (request, out) -> {
                  connections.add(Thread.currentThread());
                  RawServer.send(out, 200, "", page(1, 1, ""));
                  throw new java.io.EOFException("close, without having said so");
                });
        var lister = lister()) {
      assertThat(lister.list(query(server.endpoint()), KEY, LONG))
          .isInstanceOf(Listing.Complete.class);
      org.awaitility.Awaitility.await()
          .pollDelay(Duration.ofMillis(700))
          .untilAsserted(() -> assertThat(server.open()).isZero());
      assertThat(lister.list(query(server.endpoint()), KEY, LONG))
          .isInstanceOf(Listing.Complete.class);
      assertThat(connections).hasSize(2);
    }
  }

  @Test
  void asksTheRateLimiterBeforeEachRequestAndDoesNotCountItsTime() throws Exception {
    var waits = new AtomicInteger();
    RateLimiter limiter =
        account -> {
          assertThat(account).isEqualTo(new CloudAccount(KEY, new RegionId("cn-hangzhou")));
          waits.incrementAndGet();
          assertThat(new CountDownLatch(1).await(400, TimeUnit.MILLISECONDS)).isFalse();
        };
    try (var server =
            RawServer.ofJson(
                page(1, 1, "\"nextToken\": \"1\", "),
                page(2, 2, "\"nextToken\": \"2\", "),
                page(3, 3, ""));
        var lister =
            new HttpSessionClusterLister(
                settings(),
                new HttpTransport(settings(), Map.of()),
                ListerFixture.CLOCK,
                SystemTimers.INSTANCE,
                limiter)) {
      assertThat(lister.list(query(server.endpoint()), KEY, Duration.ofSeconds(1)))
          .isInstanceOf(Listing.Complete.class);
      assertThat(waits).hasValue(3);
    }
  }

  private static byte[] gzip(String text) throws java.io.IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
