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
package io.sessionclusters.cloud.credentials;

import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.emr.PageBody;
import io.sessionclusters.cloud.emr.PageResponseReader;
import io.sessionclusters.cloud.http.BoundedInputStream;
import io.sessionclusters.cloud.http.ErrorCodes;
import io.sessionclusters.cloud.http.ErrorMessages;
import io.sessionclusters.cloud.http.ErrorReader;
import io.sessionclusters.cloud.http.ErrorTextSanitizer;
import io.sessionclusters.cloud.http.TransportErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.hc.core5.http.ClassicHttpResponse;

/** Makes a text or a classified failure of one HTTP response of the Security Token Service. */
final class StsResponseReader {

  /** A key with its token has 2 KiB. */
  private static final int MAX_BYTES = 64 * 1024;

  private static final int OK = 200;

  private final ErrorReader errors = new ErrorReader(MAX_BYTES);
  private final Clock clock;

  StsResponseReader(Clock clock) {
    this.clock = clock;
  }

  /**
   * Reads one response, to its end or up to a bound.
   *
   * @param destination for the messages
   * @param vendorText makes the vendor's text fit to be shown
   */
  StsClient.Reply read(
      ClassicHttpResponse response, String destination, ErrorTextSanitizer vendorText) {
    String headerId = PageResponseReader.header(response, "x-acs-request-id");
    try {
      var raw = new BoundedInputStream(PageResponseReader.content(response), MAX_BYTES);
      try (InputStream decompressed = PageResponseReader.decompressed(raw, response)) {
        var body = new BoundedInputStream(decompressed, MAX_BYTES);
        if (response.getCode() == OK) {
          return new StsClient.Reply.Text(new SecretValue(text(body)));
        }
        PageBody.Fault fault = errors.read(body);
        return failed(
            response,
            fault,
            fault.requestId().isBlank() ? headerId : fault.requestId(),
            vendorText);
      }
    } catch (IOException e) {
      // The status and the headers alone classify an error whose body cannot be read.
      return response.getCode() == OK
          ? new StsClient.Reply.Failed(
              TransportErrors.whileReading(e, destination, OK, vendorText.requestId(headerId)))
          : failed(response, PageBody.Fault.UNREADABLE, headerId, vendorText);
    }
  }

  private StsClient.Reply failed(
      ClassicHttpResponse response,
      PageBody.Fault fault,
      String requestId,
      ErrorTextSanitizer vendorText) {
    return new StsClient.Reply.Failed(
        ErrorMessages.reported(
            ErrorCodes::ofSts,
            fault,
            response.getCode(),
            requestId,
            PageResponseReader.retryAfter(response, clock),
            vendorText));
  }

  private static String text(InputStream body) throws IOException {
    return new String(body.readAllBytes(), StandardCharsets.UTF_8);
  }
}
