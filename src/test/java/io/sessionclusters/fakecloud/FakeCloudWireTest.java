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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the faults of the wire look like to somebody who reads the bytes. */
class FakeCloudWireTest {

  private final FakeCloud cloud = FakeCloud.start();
  private final FakeWorkspace workspace = cloud.workspace("cn-hangzhou", "w-1234abcd");
  private final SigningClient client = new SigningClient(cloud.endpoint(), "id", "secret");

  @BeforeEach
  void prepare() {
    cloud.addKey("id", "secret");
    for (int i = 0; i < 3; i++) {
      workspace.put(FakeSession.sql("sc-" + i));
    }
  }

  @AfterEach
  void close() {
    client.close();
    cloud.close();
  }

  @Test
  void framesByLengthAndKeepsTheConnection() throws Exception {
    try (var raw = new RawConnection(cloud)) {
      for (int i = 0; i < 3; i++) {
        String head = raw.send(request()).readHead();
        assertThat(head)
            .startsWith("HTTP/1.1 200 OK\r\n")
            .contains("Connection: keep-alive\r\n")
            .doesNotContain("Transfer-Encoding", "Content-Encoding");
        byte[] body = raw.in().readNBytes(contentLength(head));
        assertThat(new ObjectMapper().readTree(body).path("sessionClusters")).hasSize(3);
      }
    }
    assertThat(cloud.connectionCount()).isEqualTo(1);
    assertThat(cloud.requests()).extracting(RecordedRequest::connection).containsOnly(1);
  }

  @Test
  void closesWhenAskedTo() throws Exception {
    try (var raw = new RawConnection(cloud)) {
      assertThat(raw.send(request(), "Connection: close").readToEnd())
          .contains("Connection: close\r\n")
          .endsWith("}");
    }
  }

  @Test
  void compressesWhenThatIsAccepted() throws Exception {
    try (var raw = new RawConnection(cloud)) {
      String head = raw.send(request(), "Accept-Encoding: br, gzip").readHead();

      assertThat(head).contains("Content-Encoding: gzip\r\n");
      byte[] body = raw.in().readNBytes(contentLength(head));
      var plain = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
      assertThat(new ObjectMapper().readTree(plain).path("sessionClusters")).hasSize(3);
    }
  }

  @Test
  void sendsChunks() throws Exception {
    cloud.faults().next(2, Fault.chunked());

    assertThat(client.list().ids()).hasSize(3);
    try (var raw = new RawConnection(cloud)) {
      assertThat(raw.send(request(), "Connection: close").readToEnd())
          .contains("Transfer-Encoding: chunked\r\n")
          .doesNotContain("Content-Length")
          .endsWith("\r\n0\r\n\r\n");
    }
  }

  @Test
  void endsTheConnectionBeforeTheAnswer() throws Exception {
    cloud.faults().once(Fault.cutBeforeAnswer());

    try (var raw = new RawConnection(cloud)) {
      assertThat(raw.send(request()).readToEnd()).isEmpty();
    }
    assertThat(cloud.requests()).last().returns(200, RecordedRequest::status);
  }

  @Test
  void resetsTheConnection() throws Exception {
    cloud.faults().once(Fault.cutBeforeAnswer().byReset());

    try (var raw = new RawConnection(cloud)) {
      raw.send(request());
      assertThatExceptionOfType(SocketException.class).isThrownBy(raw::readToEnd);
    }
  }

  @Test
  void endsTheConnectionAfterTheHeaders() throws Exception {
    cloud.faults().once(Fault.cutAfterHeaders());

    try (var raw = new RawConnection(cloud)) {
      String answer = raw.send(request()).readToEnd();
      assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
      assertThat(contentLength(answer)).isPositive();
    }
  }

  @Test
  void endsTheConnectionInTheBody() throws Exception {
    cloud.faults().once(Fault.cutInBody());

    try (var raw = new RawConnection(cloud)) {
      String head = raw.send(request()).readHead();
      assertThat(raw.readToEnd()).hasSize(contentLength(head) / 2).startsWith("{\"requestId\"");
    }
  }

  @Test
  void endsTheConnectionInAChunkedBody() throws Exception {
    cloud.faults().next(2, Fault.cutInBody().and(Fault.chunked()));

    try (var raw = new RawConnection(cloud)) {
      String answer = raw.send(request()).readToEnd();
      assertThat(answer).contains("Transfer-Encoding: chunked", "{\"requestId\"");
      assertThat(answer).doesNotEndWith("0\r\n\r\n");
    }
    assertThatExceptionOfType(IOException.class).isThrownBy(client::list);
  }

  @Test
  void waitsBeforeTheHeaders() throws Exception {
    cloud.faults().once(Fault.delay(Duration.ofMillis(200)));
    cloud.faults().once(Fault.delay(Duration.ofHours(1)));

    long start = System.nanoTime();
    assertThat(client.list().ids()).hasSize(3);
    assertThat(since(start)).isGreaterThan(Duration.ofMillis(200));

    try (var raw = new RawConnection(cloud)) {
      raw.send(request()).waitAtMost(Duration.ofMillis(200));
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> raw.in().read());
    }
  }

  @Test
  void waitsInTheMiddleOfTheBody() throws Exception {
    cloud.faults().once(Fault.stallInBody(Duration.ofMillis(200)));
    cloud.faults().once(Fault.stallInBody(Duration.ofHours(1)));

    long start = System.nanoTime();
    assertThat(client.list().ids()).hasSize(3);
    assertThat(since(start)).isGreaterThan(Duration.ofMillis(200));

    try (var raw = new RawConnection(cloud)) {
      int length = contentLength(raw.send(request()).readHead());
      assertThat(raw.in().readNBytes(length / 2)).hasSize(length / 2);
      raw.waitAtMost(Duration.ofMillis(200));
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> raw.in().read());
    }
  }

  @Test
  void drips() throws Exception {
    cloud.faults().once(Fault.error("Throttling").and(Fault.drip(Duration.ofMillis(1))));

    long start = System.nanoTime();
    var reply = client.list();

    assertThat(reply.code()).isEqualTo("Throttling");
    assertThat(since(start)).isGreaterThan(Duration.ofMillis(reply.body().length()));
  }

  @Test
  void sendsHugeBodiesThatAreValid() throws Exception {
    cloud.faults().once(Fault.hugeBody(1_000_003));

    var reply = client.list();

    assertThat(reply.body()).hasSize(1_000_003);
    assertThat(reply.ids()).hasSizeGreaterThan(1000);
  }

  @Test
  void sendsMoreThanAnybodyCanHold() throws Exception {
    cloud.faults().once(Fault.hugeBody(1L << 40));

    try (var raw = new RawConnection(cloud)) {
      assertThat(raw.send(request()).readHead()).contains("Content-Length: 1099511627776\r\n");
      assertThat(raw.in().readNBytes(1 << 20)).hasSize(1 << 20);
    }
    await().untilAsserted(() -> assertThat(cloud.requestsInFlight()).isZero());
  }

  @Test
  void sendsAGzipBomb() throws Exception {
    cloud.faults().once(Fault.gzipBomb(20_000_000));

    try (var raw = new RawConnection(cloud)) {
      String answer = raw.send(request(), "Connection: close").readToEnd();
      assertThat(answer).hasSizeLessThan(200_000).contains("Content-Encoding: gzip\r\n");
      byte[] chunked = answer.getBytes(StandardCharsets.ISO_8859_1);
      int start = answer.indexOf("\r\n\r\n") + 4;
      var body = new ByteArrayInputStream(chunked, start, chunked.length - start);
      assertThat(new GZIPInputStream(dechunked(body)).readAllBytes()).hasSize(20_000_000);
    }
  }

  @Test
  void refusesConnectionsWhileItIsAway() throws Exception {
    assertThat(client.list().status()).isEqualTo(200);
    int port = cloud.port();

    cloud.stopListening();
    assertThatExceptionOfType(IOException.class).isThrownBy(client::list);
    assertThat(cloud.openConnections()).isZero();
    cloud.startListening();

    assertThat(cloud.port()).isEqualTo(port);
    assertThat(client.list().ids()).hasSize(3);
  }

  @Test
  void closesInTheMiddleOfADelay() throws Exception {
    cloud.faults().once(Fault.delay(Duration.ofHours(1)));
    try (var raw = new RawConnection(cloud)) {
      raw.send(request());
      await().until(() -> cloud.requestsInFlight() == 1);

      cloud.close();

      assertThat(cloud.requestsInFlight()).isZero();
      assertThat(cloud.openConnections()).isZero();
    }
  }

  @Test
  void refusesWhatIsNoHttp() throws Exception {
    assertThat(answerTo("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(answerTo("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(answerTo("GET / HTTP/1.1\nHost: a\n\n")).startsWith("HTTP/1.1 400 ");
    assertThat(answerTo("GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(answerTo("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(answerTo("GET /{id} HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(answerTo("GET / HTTP/1.0\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 505 ");
    assertThat(answerTo("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"))
        .startsWith("HTTP/1.1 411 ");
    assertThat(answerTo("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(cloud.malformedRequestCount()).isEqualTo(9);
    assertThat(cloud.requests()).isEmpty();
  }

  @Test
  void standsInForAProxy() throws Exception {
    HttpRequest request = request();
    try (var raw = new RawConnection(cloud)) {
      var text = new StringBuilder("GET " + request.uri() + " HTTP/1.1\r\n");
      text.append("Host: ").append(request.uri().getAuthority()).append("\r\n");
      request.headers().map().forEach((k, v) -> text.append(k + ": " + v.getFirst() + "\r\n"));

      assertThat(raw.send(text + "\r\n").readHead()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void refusesAQueryThatIsNotEncoded() throws Exception {
    String target = "/api/v1/workspaces/w-1234abcd/sessionClusters";
    assertThat(
            answerTo("GET " + target + "?a=%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .contains("\"Code\":\"InvalidParameter.query\"");
    assertThat(
            answerTo("GET " + target + "?a=1&a=2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .contains("\"Code\":\"InvalidParameter.query\"");
  }

  private HttpRequest request() {
    return client.request(new TreeMap<>(Map.of("regionId", "cn-hangzhou")));
  }

  private String answerTo(String text) throws IOException {
    try (var raw = new RawConnection(cloud)) {
      return raw.send(text).readToEnd();
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static int contentLength(String head) {
    return head.lines()
        .filter(line -> line.startsWith("Content-Length: "))
        .map(line -> line.substring("Content-Length: ".length()))
        .map(Integer::valueOf)
        .findFirst()
        .orElse(-1);
  }

  private static InputStream dechunked(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
      body.write(in.readNBytes(size));
      in.skipNBytes(2);
    }
    return new ByteArrayInputStream(body.toByteArray());
  }

  private static int chunkSize(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("no further chunk");
      }
      line.append((char) b);
    }
    return Integer.parseInt(line.toString().strip(), 16);
  }
}
