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

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A connection to the fake cloud on which every byte is the test's own. */
final class RawConnection implements AutoCloseable {

  private final Socket socket;

  RawConnection(FakeCloud cloud) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), cloud.port());
    socket.setSoTimeout(10_000);
  }

  RawConnection send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** The signed request as text, so that it can be sent byte by byte. */
  RawConnection send(HttpRequest request, String... moreHeaderLines) throws IOException {
    var text = new StringBuilder();
    String target = request.uri().getRawPath() + "?" + request.uri().getRawQuery();
    text.append("GET ").append(target).append(" HTTP/1.1\r\n");
    text.append("Host: ").append(request.uri().getAuthority()).append("\r\n");
    request.headers().map().forEach((name, values) -> header(text, name, values.getFirst()));
    for (String line : moreHeaderLines) {
      text.append(line).append("\r\n");
    }
    return send(text.append("\r\n").toString());
  }

  /** How long a read may take from now on. */
  void waitAtMost(Duration timeout) throws IOException {
    socket.setSoTimeout((int) timeout.toMillis());
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  /** Everything until the server ends the connection. */
  String readToEnd() throws IOException {
    return new String(in().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** The status line and headers. */
  String readHead() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in().read();
      if (b < 0) {
        throw new IOException("ended after " + head);
      }
      head.append((char) b);
    }
    return head.toString();
  }

  private static void header(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append("\r\n");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
