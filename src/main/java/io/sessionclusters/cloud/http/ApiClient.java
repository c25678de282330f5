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
package io.sessionclusters.cloud.http;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.time.TimeLimiter;
import io.sessionclusters.time.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the requests of one service and makes a value or a classified failure of each response.
 *
 * <p>Each request runs on a virtual thread of its own while the caller waits. So its timeout, and
 * an interruption of the caller, end it at once in whatever it hangs: the look-up of a host name, a
 * TLS handshake, a body of one byte a second. Nothing is retried. Safe for use by many threads.
 */
public final class ApiClient implements AutoCloseable {

  static final int OK = 200;

  private static final Logger log = LoggerFactory.getLogger(ApiClient.class);

  private final Transport transport;
  private final ErrorCodes service;
  private final int maxErrorBytes;
  private final Clock clock;
  private final Timers timers;
  private final TimeLimiter limiter;

  /**
   * Opens no connection yet.
   *
   * @param transport is closed with this
   * @param service that is called
   * @param clock measures the distance of a date in {@code Retry-After}
   * @param timers measure and end the timeouts
   */
  public ApiClient(
      Transport transport,
      ErrorCodes service,
      ClientSettings settings,
      Clock clock,
      Timers timers) {
    this.transport = transport;
    this.service = service;
    this.maxErrorBytes = settings.maxErrorBytes();
    this.clock = clock;
    this.timers = timers;
    this.limiter = new TimeLimiter(timers);
  }

  /** What one request brought. */
  public sealed interface Result<T> {

    /**
     * A response with HTTP 200 that could be read.
     *
     * @param bytes of its body, decompressed
     */
    record Success<T>(T value, long bytes) implements Result<T> {}

    /** No such response. */
    record Failed<T>(CloudError error) implements Result<T> {}
  }

  /**
   * How the body of a response with HTTP 200 is read.
   *
   * @param maxBytes that it may have, compressed and decompressed
   * @param meter counts all that is decompressed
   * @param reader makes the value of it
   * @param error that a value holds instead of what was asked for; null if it holds none
   */
  public record Body<T>(
      long maxBytes,
      BoundedInputStream.Meter meter,
      Reader<T> reader,
      Function<T, @Nullable VendorError> error) {

    /** A body that is never an error. */
    public Body(long maxBytes, Reader<T> reader) {
      this(maxBytes, bytes -> {}, reader, value -> null);
    }
  }

  /** Reads a body to its end. */
  @FunctionalInterface
  public interface Reader<T> {

    /**
     * Reads the body.
     *
     * @throws MalformedResponseException if it cannot be read
     * @throws IOException if the stream fails
     */
    T read(InputStream body) throws IOException;
  }

  /**
   * Sends a request and reads the response.
   *
   * @param uri with the scheme, host and port to send to
   * @param sanitizer makes the vendor's text fit to be shown
   * @return null if the time was over before
   * @throws InterruptedException if the calling thread is interrupted
   */
  public <T> @Nullable Result<T> call(
      URI uri,
      HttpUriRequestBase request,
      Duration timeout,
      ErrorTextSanitizer sanitizer,
      Body<T> body)
      throws InterruptedException {
    long start = timers.nanoTime();
    Result<T> result =
        limiter.call(
            service.threadName(),
            timeout,
            () -> exchange(uri, request, sanitizer, body),
            request::cancel);
    if (result instanceof Result.Failed<T>(CloudError error)) {
      log.atDebug()
          .addKeyValue("destination", transport.destination(uri))
          .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(timers.nanoTime() - start))
          .addKeyValue("kind", error.kind())
          .addKeyValue("code", error.code())
          .addKeyValue("status", error.httpStatus())
          .addKeyValue("requestId", error.requestId())
          .log("request failed");
    }
    return result;
  }

  /** Where a request goes to, for messages. */
  public String destination(URI endpoint) {
    return transport.destination(endpoint);
  }

  /** Breaks off what is under way and closes all connections. */
  @Override
  public void close() {
    transport.close();
  }

  private <T> Result<T> exchange(
      URI uri, HttpUriRequestBase request, ErrorTextSanitizer sanitizer, Body<T> body) {
    String destination = transport.destination(uri);
    ClassicHttpResponse response;
    try {
      response = transport.send(uri, request);
    } catch (IOException e) {
      return new Result.Failed<>(CloudErrors.beforeResponse(e, destination));
    }
    var reading = new Reading<>(response, destination, sanitizer, body);
    try {
      return response.getCode() == OK ? reading.value() : reading.error();
    } finally {
      if (!reading.atEnd) {
        request.cancel();
      }
      HttpTransport.closeQuietly(response);
    }
  }

  /** The reading of one response. */
  private final class Reading<T> {

    private final ClassicHttpResponse response;
    private final String destination;
    private final ErrorTextSanitizer sanitizer;
    private final Body<T> body;

    /** Whether the body was read to its end, so that the connection can be used again. */
    private boolean atEnd;

    Reading(
        ClassicHttpResponse response,
        String destination,
        ErrorTextSanitizer sanitizer,
        Body<T> body) {
      this.response = response;
      this.destination = destination;
      this.sanitizer = sanitizer;
      this.body = body;
    }

    Result<T> value() {
      try {
        var raw = new BoundedInputStream(content(), body.maxBytes(), _ -> {});
        try (InputStream decompressed = decompressed(raw)) {
          var bounded = new BoundedInputStream(decompressed, body.maxBytes(), body.meter());
          T value = body.reader().read(bounded);
          atEnd = raw.read() < 0;
          VendorError error = body.error().apply(value);
          return error == null
              ? new Result.Success<>(value, bounded.count())
              : new Result.Failed<>(reported(error));
        }
      } catch (IOException e) {
        atEnd = false;
        String requestId = sanitizer.requestId(header("x-acs-request-id"));
        return new Result.Failed<>(CloudErrors.whileReading(e, destination, requestId));
      }
    }

    /** The status and the headers alone classify an error whose body cannot be read. */
    Result<T> error() {
      VendorError error = VendorError.UNREADABLE;
      try {
        var raw = new BoundedInputStream(content(), maxErrorBytes + 1L, _ -> {});
        try (InputStream decompressed = decompressed(raw)) {
          error = VendorError.read(decompressed, maxErrorBytes);
          atEnd = raw.read() < 0;
        }
      } catch (IOException _) {
        atEnd = false;
      }
      return new Result.Failed<>(reported(error));
    }

    private CloudError reported(VendorError error) {
      var head =
          new CloudErrors.Head(
              response.getCode(),
              header("x-acs-request-id"),
              RetryAfter.read(this::firstHeader, clock.instant()));
      return CloudErrors.reported(service, error, head, sanitizer);
    }

    private InputStream content() throws IOException {
      HttpEntity entity = response.getEntity();
      InputStream content = entity == null ? null : entity.getContent();
      return content == null ? InputStream.nullInputStream() : content;
    }

    private InputStream decompressed(BoundedInputStream raw) throws IOException {
      return header("Content-Encoding").strip().equalsIgnoreCase("gzip")
          ? new GZIPInputStream(raw, 8 * 1024)
          : raw;
    }

    private String header(String name) {
      String value = firstHeader(name);
      return value == null ? "" : value;
    }

    private @Nullable String firstHeader(String name) {
      Header header = response.getFirstHeader(name);
      return header == null ? null : header.getValue();
    }
  }
}
