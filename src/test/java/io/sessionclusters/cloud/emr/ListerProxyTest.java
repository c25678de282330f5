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
import static io.sessionclusters.cloud.emr.ListerFixture.lister;
import static io.sessionclusters.cloud.emr.ListerFixture.page;
import static io.sessionclusters.cloud.emr.ListerFixture.query;
import static io.sessionclusters.cloud.emr.ListerFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Listing;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListerProxyTest {

  private static final String LOGIN =
      "Basic " + Base64.getEncoder().encodeToString("user:hu+sh".getBytes(StandardCharsets.UTF_8));

  @Test
  void httpGoesThroughTheProxyAsItWasSigned() throws Exception {
    try (var proxy = RawServer.ofJson(page(1, 1, "\"nextToken\": \"a/b\", "), page(2, 2, ""));
        var lister = lister(settings(), Map.of("HTTP_PROXY", "http://127.0.0.1:" + proxy.port()))) {
      Listing listing = lister.list(query(URI.create("http://cloud.invalid:8080")), KEY, LONG);

      assertThat(listing).isInstanceOf(Listing.Complete.class);
      RawServer.Request second = proxy.requests().get(1);
      assertThat(second.target())
          .isEqualTo(
              "http://cloud.invalid:8080/api/v1/workspaces/w-1234abcd/sessionClusters"
                  + "?maxResults=100&nextToken=a%2Fb&regionId=cn-hangzhou");
      assertThat(second.header("host")).isEqualTo("cloud.invalid:8080");
      assertThat(proxy.accepted()).isEqualTo(1);
    }
  }

  @Test
  void httpsAsksTheProxyForATunnelAndLogsIn() throws Exception {
    try (var proxy =
            new RawServer(
                (request, out) -> {
                  if (request.header("proxy-authorization").equals(LOGIN)) {
                    RawServer.write(out, "HTTP/1.1 200 Connection established\r\n\r\n");
                    throw new java.io.EOFException("no cloud behind this tunnel");
                  }
                  RawServer.send(
                      out, 407, "Proxy-Authenticate: Basic realm=\"proxy\"\r\n", "who is it?");
                });
        var lister =
            lister(
                settings(),
                Map.of("https_proxy", "http://user:hu%2Bsh@127.0.0.1:" + proxy.port()))) {
      CloudError error =
          failure(lister.list(query(URI.create("https://cloud.invalid")), KEY, LONG));

      assertThat(error.kind()).isIn(Kind.TLS_FAILED, Kind.CONNECTION_LOST);
      assertThat(error.message())
          .contains("cloud.invalid through the proxy 127.0.0.1")
          .doesNotContain("hu+sh");
      assertThat(proxy.requests())
          .extracting(RawServer.Request::line)
          .containsOnly("CONNECT cloud.invalid:443 HTTP/1.1");
      assertThat(proxy.requests().getLast().header("proxy-authorization")).isEqualTo(LOGIN);
      assertThat(proxy.requests())
          .allSatisfy(
              request ->
                  assertThat(request.headers())
                      .as("the proxy gets nothing that is meant for the cloud")
                      .doesNotContainKeys("authorization", "x-acs-signature-nonce"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 302, 403, 407, 502})
  void aTunnelThatIsRefusedIsNoResponseOfTheApi(int status) throws Exception {
    try (var proxy =
            new RawServer((request, out) -> RawServer.send(out, status, "", page(1, 0, "")));
        var lister =
            lister(settings(), Map.of("HTTPS_PROXY", "http://127.0.0.1:" + proxy.port()))) {
      CloudError error =
          failure(lister.list(query(URI.create("https://cloud.invalid")), KEY, LONG));

      assertThat(error.kind()).isEqualTo(Kind.CONNECT_FAILED);
      assertThat(error.message()).contains("HTTP " + status).contains("through the proxy");
    }
  }

  @Test
  void exceptionsGoDirect() throws Exception {
    try (var proxy = RawServer.ofJson(page(1, 1, ""));
        var server = RawServer.ofJson(page(1, 2, ""));
        var lister = lister(settings(), Map.of("HTTP_PROXY", "http://127.0.0.1:" + proxy.port()))) {
      assertThat(lister.list(query(server.endpoint()), KEY, LONG))
          .isInstanceOfSatisfying(
              Listing.Complete.class, complete -> assertThat(complete.sessions()).hasSize(2));
      assertThat(proxy.accepted()).isZero();
    }
  }
}
