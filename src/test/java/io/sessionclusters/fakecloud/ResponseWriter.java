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

import io.sessionclusters.fakecloud.UnrulyOutput.ConnectionCutException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes answers to one connection, well or badly, as each one's {@link Delivery} says. */
final class ResponseWriter {

  private static final Map<Integer, String> PHRASES =
      Map.of(
          200,
          "OK",
          302,
          "Found",
          400,
          "Bad Request",
          403,
          "Forbidden",
          404,
          "Not Found",
          500,
          "Internal Server Error",
          503,
          "Service Unavailable");

  private final OutputStream out;

  ResponseWriter(OutputStream out) {
    this.out = new BufferedOutputStream(out, 16 * 1024);
  }

  /**
   * @param last whether the connection ends after it
   * @throws ConnectionCutException where the delivery says so; the caller closes the connection
   */
  void write(RawResponse response, Delivery delivery, boolean last) throws IOException {
    UnrulyOutput.pause(delivery.beforeHeaders());
    if (delivery.cut() == Delivery.Cut.BEFORE_ANSWER) {
      throw new ConnectionCutException();
    }
    long length = response.body().length();
    boolean chunked = delivery.chunked() || length < 0;
    out.write(head(response, chunked, length, last).getBytes(StandardCharsets.ISO_8859_1));
    if (delivery.cut() == Delivery.Cut.AFTER_HEADERS) {
      out.flush();
      throw new ConnectionCutException();
    }
    if (chunked) {
      var chunks = new ChunkedOutput(out);
      response.body().writeTo(new UnrulyOutput(chunks, delivery, length));
      chunks.end();
    } else {
      response.body().writeTo(new UnrulyOutput(out, delivery, length));
    }
    out.flush();
  }

  private static String head(RawResponse response, boolean chunked, long length, boolean last) {
    var head = new StringBuilder("HTTP/1.1 ").append(response.status()).append(' ');
    head.append(PHRASES.getOrDefault(response.status(), "Other")).append("\r\n");
    response.headers().forEach((name, value) -> line(head, name, value));
    if (chunked) {
      line(head, "Transfer-Encoding", "chunked");
    } else {
      line(head, "Content-Length", Long.toString(length));
    }
    line(head, "Connection", last ? "close" : "keep-alive");
    return head.append("\r\n").toString();
  }

  private static void line(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
}
