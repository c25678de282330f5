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

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.http.BoundedInputStream;
import io.sessionclusters.cloud.http.ClientSettings;
import io.sessionclusters.cloud.http.ErrorCodes;
import io.sessionclusters.cloud.http.ErrorMessages;
import io.sessionclusters.cloud.http.ErrorReader;
import io.sessionclusters.cloud.http.ErrorTextSanitizer;
import io.sessionclusters.cloud.http.RetryAfter;
import io.sessionclusters.cloud.http.TransportErrors;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** Makes a page or a classified failure of one HTTP response, whatever it holds. */
public final class PageResponseReader {

  private static final int OK = 200;

  private final ClientSettings settings;
  private final PageReader pages;
  private final ErrorReader errors;
  private final Clock clock;

  public PageResponseReader(ClientSettings settings, Clock clock) {
    this.settings = settings;
    this.pages = new PageReader(settings.maxSessions());
    this.errors = new ErrorReader(settings.maxErrorBytes());
    this.clock = clock;
  }

  /**
   * What came of one request.
   *
   * @param answer a page or a failure
   * @param bytes of the body that were read, decompressed
   * @param atEnd whether the body was read to its end, so that the connection can be used again
   */
  record Reading(PageResult answer, long bytes, boolean atEnd) {

    static Reading failed(CloudError error) {
      return new Reading(new PageResult.Failed(error), 0, false);
    }
  }

  /**
   * Reads one response.
   *
   * @param maxBytes that the body may have, compressed and decompressed
   * @param destination for the messages
   * @param vendorText makes the vendor's text fit to be shown
   * @param memory that the page takes
   */
  public Reading read(
      ClassicHttpResponse response,
      long maxBytes,
      String destination,
      ErrorTextSanitizer vendorText,
      MemoryBudget.Share memory) {
    return response.getCode() == OK
        ? readPage(response, maxBytes, destination, vendorText, memory)
        : readError(response, vendorText);
  }

  private Reading readPage(
      ClassicHttpResponse response,
      long maxBytes,
      String destination,
      ErrorTextSanitizer vendorText,
      MemoryBudget.Share memory) {
    String headerId = vendorText.requestId(header(response, "x-acs-request-id"));
    try {
      var raw = new BoundedInputStream(content(response), maxBytes);
      try (InputStream decompressed = decompressed(raw, response)) {
        var body = new BoundedInputStream(decompressed, maxBytes, memory::read);
        PageResult answer =
            switch (pages.read(body, memory)) {
              case PageResult.Page page -> page;
              case PageBody.Fault fault ->
                  new PageResult.Failed(
                      ErrorMessages.reported(
                          ErrorCodes::kind,
                          fault,
                          OK,
                          fault.requestId().isBlank() ? headerId : fault.requestId(),
                          retryAfter(response, clock),
                          vendorText));
            };
        return new Reading(answer, body.count(), raw.read() < 0);
      }
    } catch (IOException e) {
      return Reading.failed(TransportErrors.whileReading(e, destination, OK, headerId));
    }
  }

  /** The status and the headers alone classify an error whose body cannot be read. */
  private Reading readError(ClassicHttpResponse response, ErrorTextSanitizer vendorText) {
    PageBody.Fault fault = PageBody.Fault.UNREADABLE;
    boolean atEnd = false;
    try {
      var raw = new BoundedInputStream(content(response), settings.maxErrorBytes() + 1L);
      try (InputStream decompressed = decompressed(raw, response)) {
        fault = errors.read(decompressed);
        atEnd = raw.read() < 0;
      }
    } catch (IOException _) {
      atEnd = false;
    }
    String requestId =
        fault.requestId().isBlank() ? header(response, "x-acs-request-id") : fault.requestId();
    CloudError failure =
        ErrorMessages.reported(
            ErrorCodes::kind,
            fault,
            response.getCode(),
            requestId,
            retryAfter(response, clock),
            vendorText);
    return new Reading(new PageResult.Failed(failure), 0, atEnd);
  }

  public static @Nullable Duration retryAfter(ClassicHttpResponse response, Clock clock) {
    Function<String, @Nullable String> headers =
        name -> {
          Header header = response.getFirstHeader(name);
          return header == null ? null : header.getValue();
        };
    return RetryAfter.read(headers, clock.instant());
  }

  public static String header(ClassicHttpResponse response, String name) {
    Header header = response.getFirstHeader(name);
    return header == null || header.getValue() == null ? "" : header.getValue();
  }

  public static InputStream content(ClassicHttpResponse response) throws IOException {
    HttpEntity entity = response.getEntity();
    InputStream content = entity == null ? null : entity.getContent();
    return content == null ? InputStream.nullInputStream() : content;
  }

  public static InputStream decompressed(BoundedInputStream raw, ClassicHttpResponse response)
      throws IOException {
    return header(response, "Content-Encoding").strip().equalsIgnoreCase("gzip")
        ? new GZIPInputStream(raw, 8 * 1024)
        : raw;
  }
}
