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
import java.util.zip.GZIPInputStream;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.io.Closer;
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
  private final CloudErrors service;
  private final ClientSettings settings;
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
      CloudErrors service,
      ClientSettings settings,
      Clock clock,
      Timers timers) {
    this.transport = transport;
    this.service = service;
    this.settings = settings;
    this.clock = clock;
    this.timers = timers;
    this.limiter = new TimeLimiter(timers);
  }

  /** What one request brought. */
  public sealed interface CallResult<T> {

    /** A response with HTTP 200 that could be read. */
    record Success<T>(T value) implements CallResult<T> {}

    /** No such response. */
    record Failed<T>(CloudError error) implements CallResult<T> {}
  }

  /** Reads the body of a response with HTTP 200. */
  @FunctionalInterface
  public interface Reader<T> {

    /**
     * Reads the body to its end.
     *
     * @param body decompressed, and of any length
     * @throws MalformedResponseException if it cannot be read
     * @throws IOException if the stream fails
     */
    T read(InputStream body) throws IOException;

    /** The error that a value holds instead of what was asked for; null if it holds none. */
    default @Nullable VendorError error(T value) {
      return null;
    }
  }

  /**
   * Sends a request and reads the response.
   *
   * @param uri with the scheme, host and port to send to
   * @param sanitizer makes the vendor's text fit to be shown
   * @throws InterruptedException if the calling thread is interrupted
   */
  public <T> CallResult<T> call(
      URI uri,
      HttpUriRequestBase request,
      Duration timeout,
      ErrorTextSanitizer sanitizer,
      Reader<T> reader)
      throws InterruptedException {
    long start = timers.nanoTime();
    CallResult<T> inTime =
        limiter.call(
            service.threadName(),
            timeout,
            () -> exchange(uri, request, sanitizer, reader),
            request::cancel);
    CallResult<T> result =
        inTime == null ? new CallResult.Failed<>(service.late(transport.destination(uri))) : inTime;
    if (result instanceof CallResult.Failed<T>(CloudError error)) {
      error
          .addTo(
              log.atDebug()
                  .addKeyValue("destination", transport.destination(uri))
                  .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(timers.nanoTime() - start)))
          .log("request failed");
    }
    return result;
  }

  /** Breaks off what is under way and closes all connections. */
  @Override
  public void close() {
    transport.close();
  }

  private <T> CallResult<T> exchange(
      URI uri, HttpUriRequestBase request, ErrorTextSanitizer sanitizer, Reader<T> reader) {
    var head = CloudErrors.Head.NONE;
    VendorError error;
    try (var response = new Response(transport.send(uri, request), request)) {
      head = response.head(sanitizer);
      if (head.httpStatus() == OK) {
        T value = response.read(reader);
        error = reader.error(value);
        if (error == null) {
          return new CallResult.Success<>(value);
        }
      } else {
        error = response.error();
      }
    } catch (IOException e) {
      return new CallResult.Failed<>(CloudErrors.ofConnection(e, transport.destination(uri), head));
    }
    return new CallResult.Failed<>(service.reported(error, head, sanitizer));
  }

  /** One response; unless its body was read to the end, its connection ends with it. */
  private final class Response implements AutoCloseable {

    private final ClassicHttpResponse response;
    private final HttpUriRequestBase request;
    private boolean atEnd;

    Response(ClassicHttpResponse response, HttpUriRequestBase request) {
      this.response = response;
      this.request = request;
    }

    CloudErrors.Head head(ErrorTextSanitizer sanitizer) {
      return new CloudErrors.Head(
          response.getCode(),
          sanitizer.requestId(header("x-acs-request-id")),
          RetryAfter.read(this::firstHeader, clock.instant()));
    }

    <T> T read(Reader<T> reader) throws IOException {
      var raw = new BoundedInputStream(content(), settings.maxResponseBytes());
      try (InputStream body = decompressed(raw)) {
        T value = reader.read(body);
        atEnd = raw.read() < 0;
        return value;
      }
    }

    /** The status and the headers alone classify an error whose body cannot be read. */
    VendorError error() {
      VendorError error = VendorError.UNREADABLE;
      try {
        var raw = new BoundedInputStream(content(), settings.maxErrorBytes() + 1L);
        try (InputStream body = decompressed(raw)) {
          error = VendorError.read(body, settings.maxErrorBytes());
          atEnd = raw.read() < 0;
        }
      } catch (IOException _) {
        // not read to the end
      }
      return error;
    }

    @Override
    public void close() {
      if (!atEnd) {
        request.cancel();
      }
      Closer.closeQuietly(response);
    }

    private InputStream content() throws IOException {
      HttpEntity entity = response.getEntity();
      InputStream content = entity == null ? null : entity.getContent();
      return content == null ? InputStream.nullInputStream() : content;
    }

    private InputStream decompressed(InputStream raw) throws IOException {
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
