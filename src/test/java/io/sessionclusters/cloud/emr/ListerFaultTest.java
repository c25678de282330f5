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
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.SecretValue;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong on the wire is one classified failure, the same each time. */
class ListerFaultTest {

  @ParameterizedTest
  @CsvSource({
    "400,SignatureDoesNotMatch,INVALID_CREDENTIALS",
    "404,InvalidAccessKeyId.NotFound,INVALID_CREDENTIALS",
    "403,Forbidden.RAM,PERMISSION_DENIED",
    "400,InvalidTimeStamp.Expired,CLOCK_SKEW",
    "400,InvalidSecurityToken.Expired,EXPIRED_SECURITY_TOKEN",
    "400,Throttling.User,THROTTLED",
    "400,RequestThrottled,THROTTLED",
    "400,Throttled,THROTTLED",
    "403,ServiceThrottling,THROTTLED",
    "403,Forbidden.THROTTLED,THROTTLED",
    "400,LimitExceeded,THROTTLED",
    "400,RequestLimitExceeded,THROTTLED",
    "400,FlowControl,THROTTLED",
    "503,QpsLimitExceeded,THROTTLED",
    "400,TooManyRequest,THROTTLED",
    "400,SDK.TooManyRequestsException,THROTTLED",
    "400,InvalidParameter.NameLimitExceeded,REQUEST_REJECTED",
    "400,Foo.Bar,UNKNOWN_CODE",
    "500,InternalError,SERVICE_FAILED",
    "503,ServiceUnavailable,SERVICE_FAILED",
    "400,InvalidParameter.kind,REQUEST_REJECTED",
    "400,MissingParameter.regionId,REQUEST_REJECTED",
    "409,SomethingNew,UNKNOWN_CODE",
    "404,'',EMPTY_CODE",
    "200,InternalError,SERVICE_FAILED",
    "200,Forbidden,PERMISSION_DENIED",
  })
  void classifiesWhatTheCloudReports(int status, String code, Kind kind) throws Exception {
    String json =
        "{\"RequestId\":\"R-7\",\"Message\":\"m\",\"HostId\":\"h\",\"Code\":\"" + code + "\"}";
    try (var server =
        new RawServer(
            (request, out) ->
                RawServer.send(out, status, "Retry-After: 7\r\nx-acs-request-id: H\r\n", json))) {
      CloudError error = failure(list(server));

      assertThat(error.kind()).isEqualTo(kind);
      assertThat(error.code()).isEqualTo(code);
      assertThat(error.httpStatus()).isEqualTo(status);
      assertThat(error.requestId()).isEqualTo("R-7");
      assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(7));
      assertThat(error.message()).isNotBlank().doesNotContain("R-7");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void anErrorAfterTheFirstPageFailsTheWholeListing() throws Exception {
    var count = new AtomicInteger();
    try (var server =
        new RawServer(
            (request, out) -> {
              if (count.getAndIncrement() == 0) {
                RawServer.send(out, 200, "", page(1, 1, "\"nextToken\": \"1\", "));
              } else {
                RawServer.send(out, 503, "", "");
              }
            })) {
      assertThat(failure(list(server)).kind()).isEqualTo(Kind.SERVICE_FAILED);
    }
  }

  @Test
  void anErrorsConnectionIsUsedAgain() throws Exception {
    try (var server = new RawServer((request, out) -> RawServer.send(out, 503, "", "{}"));
        var lister = lister()) {
      for (int i = 0; i < 3; i++) {
        assertThat(failure(lister.list(query(server.endpoint()), KEY, LONG)).kind())
            .isEqualTo(Kind.SERVICE_FAILED);
      }
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void aUsedNonceIsReplacedOnce() throws Exception {
    var count = new AtomicInteger();
    try (var server =
        new RawServer(
            (request, out) -> {
              if (count.getAndIncrement() == 0) {
                RawServer.send(out, 400, "", "{\"Code\":\"SignatureNonceUsed\"}");
              } else {
                RawServer.send(out, 200, "", page(1, 1, ""));
              }
            })) {
      assertThat(list(server)).isInstanceOf(Listing.Complete.class);
      assertThat(server.requests())
          .hasSize(2)
          .extracting(request -> request.header("x-acs-signature-nonce"))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aNonceThatIsUsedTwiceInARowIsAFailure() throws Exception {
    try (var server =
        new RawServer(
            (request, out) -> RawServer.send(out, 400, "", "{\"Code\":\"SignatureNonceUsed\"}"))) {
      assertThat(failure(list(server)).kind()).isEqualTo(Kind.NONCE_USED);
      assertThat(server.requests()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectsAreNotFollowed(int status) throws Exception {
    try (var elsewhere = RawServer.ofJson(page(1, 1, ""))) {
      for (String location : new String[] {"/same-host", elsewhere.endpoint() + "/other-host"}) {
        try (var server =
            new RawServer(
                (request, out) ->
                    RawServer.send(out, status, "Location: " + location + "\r\n", ""))) {
          CloudError error = failure(list(server));

          assertThat(error.kind()).isEqualTo(Kind.REQUEST_REJECTED);
          assertThat(error.message()).contains("redirect").contains("HTTP " + status);
          assertThat(server.requests()).hasSize(1);
        }
      }
      assertThat(elsewhere.accepted()).isZero();
    }
  }

  @Test
  void aLoginIsNotOffered() throws Exception {
    try (var server =
        new RawServer(
            (request, out) ->
                RawServer.send(out, 401, "WWW-Authenticate: Basic realm=\"r\"\r\n", ""))) {
      assertThat(failure(list(server)).kind()).isEqualTo(Kind.INVALID_CREDENTIALS);
      assertThat(server.requests()).hasSize(1);
    }
  }

  static Stream<Arguments> brokenAnswers() {
    String json = page(1, 3, "");
    return Stream.of(
        broken("closed without an answer", Kind.CONNECTION_LOST, ""),
        broken("closed in the status line", Kind.CONNECTION_LOST, "HTTP/1.1 20"),
        broken("closed in the header", Kind.CONNECTION_LOST, "HTTP/1.1 200 OK\r\nContent-"),
        broken("not HTTP", Kind.CONNECTION_LOST, "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        broken(
            "a header line without end",
            Kind.BODY_TOO_LARGE,
            "HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000)),
        broken(
            "headers without end",
            Kind.BODY_TOO_LARGE,
            "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(5000)),
        broken(
            "shorter than its Content-Length",
            Kind.TRUNCATED_BODY,
            "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + json),
        broken(
            "cut in a chunk",
            Kind.TRUNCATED_BODY,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" + json),
        broken(
            "cut before the last chunk",
            Kind.TRUNCATED_BODY,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(json.length())
                + "\r\n"
                + json
                + "\r\n"),
        broken(
            "chunks that are none",
            Kind.TRUNCATED_BODY,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n" + json),
        broken(
            "cut JSON of unknown length",
            Kind.TRUNCATED_BODY,
            "HTTP/1.1 200 OK\r\n\r\n" + json.substring(0, 60)),
        broken("empty", Kind.NOT_JSON, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        broken("HTML", Kind.NOT_JSON, "HTTP/1.1 200 OK\r\n\r\n<html><body>hello</body></html>"),
        broken(
            "compressed by name only",
            Kind.NOT_JSON,
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + json),
        broken(
            "cut in the gzip header",
            Kind.TRUNCATED_BODY,
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"),
        broken("a list", Kind.WRONG_TYPES, "HTTP/1.1 200 OK\r\n\r\n[]"),
        broken("an object without meaning", Kind.WRONG_TYPES, "HTTP/1.1 200 OK\r\n\r\n{}"),
        broken("no content", Kind.EMPTY_CODE, "HTTP/1.1 204 No Content\r\n\r\n"));
  }

  private static Arguments broken(String name, Kind kind, String bytes) {
    return Arguments.of(name, kind, bytes);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenAnswers")
  void classifiesBrokenResponses(String name, Kind kind, String bytes) throws Exception {
    try (var server =
        new RawServer(
            (request, out) -> {
              RawServer.write(out, bytes);
              throw new EOFException("the rest never comes");
            })) {
      CloudError first = failure(list(server));
      CloudError second = failure(list(server));

      assertThat(first.kind()).as(first.message()).isEqualTo(kind);
      assertThat(first.message())
          .isEqualTo(second.message())
          .doesNotContain(Integer.toString(server.port()));
    }
  }

  @Test
  void nobodyListens() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (var lister = lister()) {
      CloudError error =
          failure(lister.list(query(URI.create("http://127.0.0.1:" + port)), KEY, LONG));

      assertThat(error.kind()).isEqualTo(Kind.CONNECT_FAILED);
      assertThat(error.message()).contains("127.0.0.1").doesNotContain(Integer.toString(port));
    }
  }

  @Test
  void theHostHasNoAddress() throws Exception {
    try (var lister = lister()) {
      CloudError error =
          failure(lister.list(query(URI.create("https://nowhere.invalid")), KEY, LONG));

      assertThat(error.kind()).isEqualTo(Kind.UNKNOWN_HOST);
      assertThat(error.message()).contains("nowhere.invalid");
    }
  }

  @Test
  void theOtherSideSpeaksNoTls() throws Exception {
    try (var server = RawServer.ofJson(page(1, 1, ""));
        var lister = lister()) {
      var query = query(URI.create("https://localhost:" + server.port()));

      assertThat(failure(lister.list(query, KEY, LONG)).kind()).isEqualTo(Kind.TLS_FAILED);
    }
  }

  @Test
  void malformedKeysAreNotSent() throws Exception {
    try (var server = RawServer.ofJson(page(1, 1, ""));
        var lister = lister()) {
      for (Credentials malformed :
          new Credentials[] {
            new Credentials("", new SecretValue("s"), null),
            new Credentials("id", new SecretValue(" \n"), null),
            new Credentials("id\r\nHost: evil", new SecretValue("s"), null),
            new Credentials("id", new SecretValue("s"), new SecretValue("a\nb")),
            new Credentials("idé", new SecretValue("s"), null)
          }) {
        assertThat(failure(lister.list(query(server.endpoint()), malformed, LONG)).kind())
            .isEqualTo(Kind.INVALID_CREDENTIALS);
      }
      assertThat(server.accepted()).isZero();
    }
  }

  @Test
  void aServerThatBreaksOffDoesNotSpoilTheNextListing() throws Exception {
    var count = new AtomicInteger();
    try (var server =
            new RawServer(
                (request, out) -> {
                  if (count.getAndIncrement() == 0) {
                    throw new IOException("break off");
                  }
                  RawServer.send(out, 200, "", page(1, 1, ""));
                });
        var lister = lister()) {
      assertThat(failure(lister.list(query(server.endpoint()), KEY, LONG)).kind())
          .isEqualTo(Kind.CONNECTION_LOST);
      assertThat(lister.list(query(server.endpoint()), KEY, LONG))
          .isInstanceOf(Listing.Complete.class);
      assertThat(server.requests()).as("nothing is retried").hasSize(2);
    }
  }
}
