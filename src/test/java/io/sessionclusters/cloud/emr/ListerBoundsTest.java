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
import static io.sessionclusters.cloud.emr.ListerFixture.millisSince;
import static io.sessionclusters.cloud.emr.ListerFixture.page;
import static io.sessionclusters.cloud.emr.ListerFixture.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.http.ClientSettings;
import io.sessionclusters.cloud.http.HttpTransport;
import io.sessionclusters.time.SystemTimers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers without end and answers that never come. */
class ListerBoundsTest {

  private static final long GIBIBYTE = 1L << 30;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"later\": \"",
        "{\"nextToken\": \"",
        "{\"sessionClusters\": [{\"sessionClusterId\": \"",
        "{\"",
        "        "
      })
  void aGibibyteIsNeitherReadNorDrained(String start) throws Exception {
    var sent = new AtomicLong();
    try (var server =
        new RawServer(
            (request, out) -> {
              RawServer.write(
                  out, "HTTP/1.1 200 OK\r\nContent-Length: " + GIBIBYTE + "\r\n\r\n" + start);
              byte[] block =
                  (start.isBlank() ? " " : "x")
                      .repeat(64 * 1024)
                      .getBytes(StandardCharsets.US_ASCII);
              while (sent.addAndGet(block.length) < GIBIBYTE) {
                out.write(block);
              }
            })) {
      assertThat(failure(list(server)).kind()).isEqualTo(Kind.BODY_TOO_LARGE);
      await().untilAsserted(() -> assertThat(server.open()).isZero());
      assertThat(sent).as("what fits into the buffers on the way").hasValueLessThan(GIBIBYTE / 16);
    }
  }

  @Test
  void aBombIsNotUnpacked() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("{\"later\": \"".getBytes(StandardCharsets.US_ASCII));
      byte[] block = new byte[1 << 20];
      java.util.Arrays.fill(block, (byte) 'x');
      for (int i = 0; i < 256; i++) {
        gzip.write(block);
      }
    }
    assertThat(bytes.size()).isLessThan(1 << 20);
    try (var server =
        new RawServer(
            (request, out) ->
                RawServer.send(out, 200, "Content-Encoding: gzip\r\n", bytes.toByteArray()))) {
      assertThat(failure(list(server)).kind()).isEqualTo(Kind.BODY_TOO_LARGE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 503})
  void anErrorWithoutEndIsClassifiedByItsBeginning(int status) throws Exception {
    try (var server =
        new RawServer(
            (request, out) -> {
              RawServer.write(
                  out,
                  "HTTP/1.1 "
                      + status
                      + " Bad\r\nContent-Length: "
                      + GIBIBYTE
                      + "\r\n\r\n{\"Code\":\"Throttling\",\"Message\":\"");
              byte[] block = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
              for (long sent = 0; sent < GIBIBYTE; sent += block.length) {
                out.write(block);
              }
            })) {
      CloudError error = failure(list(server));

      assertThat(error.kind()).isEqualTo(Kind.THROTTLED);
      assertThat(error.message().length()).isLessThanOrEqualTo(512);
    }
  }

  @Test
  void aServerThatNeverRespondsIsGivenUpAfterTheResponseTimeout() throws Exception {
    var settings =
        new ClientSettings(
            Duration.ofSeconds(2),
            Duration.ofMillis(300),
            100,
            50,
            1 << 20,
            1 << 20,
            64 << 20,
            1 << 16);
    try (var server = new RawServer((request, out) -> hang());
        var lister = lister(settings, Map.of())) {
      long start = System.nanoTime();
      CloudError error = failure(lister.list(query(server.endpoint()), KEY, LONG));

      assertThat(error.kind()).isEqualTo(Kind.RESPONSE_TIMEOUT);
      assertThat(millisSince(start)).isBetween(250L, 5000L);
    }
  }

  @Test
  void aResponseThatStopsIsGivenUpAfterTheResponseTimeout() throws Exception {
    var settings =
        new ClientSettings(
            Duration.ofSeconds(2),
            Duration.ofMillis(300),
            100,
            50,
            1 << 20,
            1 << 20,
            64 << 20,
            1 << 16);
    try (var server =
            new RawServer(
                (request, out) -> {
                  RawServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"a");
                  hang();
                });
        var lister = lister(settings, Map.of())) {
      assertThat(failure(lister.list(query(server.endpoint()), KEY, LONG)).kind())
          .isEqualTo(Kind.RESPONSE_TIMEOUT);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{\"later\": \"",
        "HTTP/1.1 500 Bad\r\nContent-Length: 9999\r\n\r\n{\"Message\": \""
      })
  void aDrippingServerDoesNotOutliveTheDeadline(String start) throws Exception {
    try (var server =
            new RawServer(
                (request, out) -> {
                  RawServer.write(out, start);
                  drip(out);
                });
        var lister = lister()) {
      long begin = System.nanoTime();
      Listing listing = lister.list(query(server.endpoint()), KEY, Duration.ofMillis(400));

      assertThat(failure(listing).kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
      assertThat(millisSince(begin)).isBetween(390L, 3000L);
      await()
          .untilAsserted(() -> assertThat(server.open()).as("the connection is closed").isZero());
    }
  }

  @Test
  void theDeadlineCountsAllPagesTogether() throws Exception {
    var page = new java.util.concurrent.atomic.AtomicInteger();
    try (var server =
            new RawServer(
                (request, out) -> {
                  pause(150);
                  int n = page.incrementAndGet();
                  RawServer.send(out, 200, "", page(n, n, "\"nextToken\": \"" + n + "\", "));
                });
        var lister = lister()) {
      Listing listing = lister.list(query(server.endpoint()), KEY, Duration.ofMillis(500));

      assertThat(failure(listing).kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
      assertThat(page.get()).isBetween(2, 4);
    }
  }

  @Test
  void theDeadlineHoldsWhileTheTlsHandshakeHangs() throws Exception {
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var lister = lister()) {
      long begin = System.nanoTime();
      var query = query(URI.create("https://127.0.0.1:" + silent.getLocalPort()));

      assertThat(failure(lister.list(query, KEY, Duration.ofMillis(300))).kind())
          .isEqualTo(Kind.DEADLINE_EXCEEDED);
      assertThat(millisSince(begin)).isLessThan(1900);
    }
  }

  @Test
  void aHangingTlsHandshakeIsAFailedConnection() throws Exception {
    var settings =
        new ClientSettings(
            Duration.ofMillis(300),
            Duration.ofSeconds(9),
            100,
            50,
            1 << 20,
            1 << 20,
            64 << 20,
            1 << 16);
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var lister = lister(settings, Map.of())) {
      var query = query(URI.create("https://127.0.0.1:" + silent.getLocalPort()));

      assertThat(failure(lister.list(query, KEY, LONG)).kind()).isEqualTo(Kind.CONNECT_FAILED);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5})
  void noTimeIsNoRequest(long seconds) throws Exception {
    try (var server = RawServer.ofJson(page(1, 1, ""));
        var lister = lister()) {
      Listing listing = lister.list(query(server.endpoint()), KEY, Duration.ofSeconds(seconds));

      assertThat(failure(listing).kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
      assertThat(server.accepted()).isZero();
    }
  }

  @Test
  void anEndlessTimeoutIsFine() throws Exception {
    try (var server = RawServer.ofJson(page(1, 1, ""));
        var lister = lister()) {
      assertThat(lister.list(query(server.endpoint()), KEY, Duration.ofSeconds(Long.MAX_VALUE)))
          .isInstanceOf(Listing.Complete.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInterruptionEndsTheListing(boolean virtual) throws Exception {
    var asked = new CountDownLatch(1);
    try (var server =
            new RawServer(
                (request, out) -> {
                  asked.countDown();
                  drip(out);
                });
        var lister = lister()) {
      var listing = new FutureTask<>(() -> lister.list(query(server.endpoint()), KEY, LONG));
      Thread caller =
          virtual ? Thread.ofVirtual().start(listing) : Thread.ofPlatform().start(listing);
      assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
      caller.interrupt();

      assertThatThrownBy(() -> listing.get(5, TimeUnit.SECONDS))
          .hasCauseInstanceOf(InterruptedException.class);
      await()
          .untilAsserted(() -> assertThat(server.open()).as("the connection is closed").isZero());
    }
  }

  @Test
  void listingsThatAreGivenUpKeepNoConnection() throws Exception {
    var slow = new AtomicBoolean(true);
    try (var server =
            new RawServer(
                (request, out) -> {
                  if (slow.get()) {
                    drip(out);
                  }
                  RawServer.send(out, 200, "", page(1, 1, ""));
                });
        var lister = lister();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var listings = new ArrayList<Callable<Listing>>();
      for (int i = 0; i < 150; i++) {
        Duration timeout = Duration.ofMillis(i * 2L);
        listings.add(() -> lister.list(query(server.endpoint()), KEY, timeout));
      }
      for (Future<Listing> listing : callers.invokeAll(listings)) {
        assertThat(failure(listing.get()).kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
      }
      await().untilAsserted(() -> assertThat(server.open()).isZero());
      slow.set(false);
      for (Future<Listing> listing :
          callers.invokeAll(
              Collections.<Callable<Listing>>nCopies(
                  150, () -> lister.list(query(server.endpoint()), KEY, LONG)))) {
        assertThat(listing.get()).isInstanceOf(Listing.Complete.class);
      }
    }
  }

  @Test
  void anInterruptedRateLimiterEndsTheListing() throws Exception {
    try (var server = RawServer.ofJson(page(1, 1, ""));
        var lister =
            new HttpSessionClusterLister(
                ListerFixture.settings(),
                new HttpTransport(ListerFixture.settings(), Map.of()),
                ListerFixture.CLOCK,
                SystemTimers.INSTANCE,
                account -> {
                  throw new InterruptedException();
                })) {
      assertThatThrownBy(() -> lister.list(query(server.endpoint()), KEY, LONG))
          .isInstanceOf(InterruptedException.class);
      assertThat(server.accepted()).isZero();
    }
  }

  /** One byte every 20 ms, as long as the client listens. */
  private static void drip(OutputStream out) throws IOException {
    for (int i = 0; i < 9000; i++) {
      pause(20);
      out.write('x');
      out.flush();
    }
  }

  private static void hang() {
    pause(60_000);
  }

  /** The servers of this test are slow on purpose: here the time itself is what is tested. */
  private static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
