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
package io.sessionclusters.ops;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sessionclusters.config.OperatorSettings.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ManagementServerTest {

  @AutoClose
  private final ManagementServer server =
      ManagementServer.start(
          "probes",
          0,
          Map.of(
              "/page",
              accept -> ManagementServer.Reply.line(200, "accept=" + accept),
              "/broken",
              _ -> {
                throw new IllegalStateException("secret");
              }));

  @AutoClose private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void servesAPage() throws Exception {
    HttpResponse<String> answer = send("GET", "/page?x=1");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("accept=text/x\n");
    assertThat(answer.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
  }

  @Test
  void headHasNoBody() throws Exception {
    HttpResponse<String> answer = send("HEAD", "/page");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("content-length")).contains("14");
  }

  @Test
  void otherPathsAreNotFound() throws Exception {
    for (String path : List.of("/", "/page/", "/page/x", "/pag", "/PAGE")) {
      assertThat(send("GET", path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void otherMethodsAreNotAllowed() throws Exception {
    HttpResponse<String> answer = send("POST", "/page");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD");
  }

  @Test
  void aPageThatFailsSaysSoAndNoMore() throws Exception {
    HttpResponse<String> answer = send("GET", "/broken");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("page failed; see log\n");
  }

  @Test
  void aTakenPortIsNamedWithWhatItIsFor() {
    assertThatThrownBy(() -> Telemetry.start(new Ports(server.port(), 0), "1"))
        .isInstanceOf(CannotBindException.class)
        .hasMessage("cannot bind metrics port %d: Address already in use".formatted(server.port()));
  }

  @Test
  void slowClientsKeepNobodyWaitingAndAreClosed() throws Exception {
    // Seconds. The server's own class sets it, unless the command line did: `mvn test` waits less.
    int limit = Integer.parseInt(System.getProperty("sun.net.httpserver.maxReqTime"));
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        slow.add(socket);
        socket.getOutputStream().write("GET /page HTTP/1.1\r\nHost".getBytes(US_ASCII));
        socket.setSoTimeout(1000 * (limit + 10));
      }
      assertThat(send("GET", "/page").statusCode()).isEqualTo(200);
      for (Socket socket : slow) {
        assertThat(isClosed(socket)).isTrue();
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() == -1;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, BodyPublishers.noBody())
            .header("Accept", "text/x")
            .build(),
        BodyHandlers.ofString());
  }
}
