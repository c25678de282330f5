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
package io.sessionclusters.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An API server that refuses to create mirrors and takes changes of one that is there. */
class WriteProbeTest {

  private static final PollOutcome WELL =
      new PollOutcome(Reason.SUCCEEDED, "1 session is mirrored.", null, null, false, null);

  private final SessionCluster mirror = Mirrors.running("sc-1", "7");
  private final MirrorStore store = new MirrorStore(_ -> {}, Clock.systemUTC());
  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private String refused = "";
  private int code = 403;
  private int ofRewrites = 200;
  private int requests;

  WriteProbeTest() throws IOException {}

  @BeforeEach
  void start() {
    store.see(Mirrors.copy(mirror));
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aFullNamespaceRefusesTheObjectAndNothingIsWrong() {
    refused = "\"write-probe\"";

    assertThat(check().reason()).isEqualTo(Reason.SUCCEEDED);
  }

  /** Else an operator that may not create mirrors would look well until the first new session. */
  @Test
  void anAccountThatMayNotCreateAnyIsSaidAlsoWhereMirrorsAre() {
    refused = "\"\"";

    assertThat(check().reason()).isEqualTo(Reason.WRITE_DENIED);
  }

  @Test
  void theRemedyIsNamedWhereAPermissionLacks() {
    refused = "\"\"";

    assertThat(check().message())
        .isEqualTo(
            "Cannot create SessionClusters: forbidden. Grant the rules in deploy/rbac.yaml, naming"
                + " the verb mirror explicitly; wildcards do not count.");
    code = 422;
    assertThat(check().message()).isEqualTo("Cannot create SessionClusters: forbidden.");
  }

  /** Of an object, as a policy does; and what is there may not be written either. */
  @Test
  void whatRefusesTheStoredOnesTooIsNoQuota() {
    refused = "\"write-probe\"";
    ofRewrites = 403;

    assertThat(check().reason()).isEqualTo(Reason.WRITE_DENIED);
  }

  @Test
  void withoutAMirrorThatIsThereTheRefusalOfAnObjectCounts() {
    refused = "\"write-probe\"";
    store.deleted(Mirrors.NAMESPACE, "sc-1");

    assertThat(check().reason()).isEqualTo(Reason.WRITE_DENIED);
  }

  @Test
  void aServerThatFailsIsSaidWithoutItsWords() {
    code = 500;

    PollOutcome outcome = check();

    assertThat(outcome.reason()).isEqualTo(Reason.WRITE_FAILED);
    assertThat(outcome.message()).doesNotContain("forbidden").contains("admission webhook");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 408, 429, 503})
  void whatIsNoAnswerIsThrown(int status) {
    code = status;

    assertThatExceptionOfType(KubernetesClientException.class).isThrownBy(this::check);
  }

  @Test
  void itIsTriedUntilItWentWellOnceInANamespaceAndOnlyWhereAllSeemsWell() {
    try (KubernetesClient client = client()) {
      WriteProbe probe = new WriteProbe(client, store);
      PollOutcome failed = PollOutcome.failed(Reason.THROTTLED, "later");
      assertThat(probe.check(failed, source())).isEqualTo(failed);
      assertThat(requests).isZero();

      code = 403;
      assertThat(probe.check(WELL, source()).reason()).isEqualTo(Reason.WRITE_DENIED);
      code = 201;
      assertThat(probe.check(WELL, source())).isEqualTo(WELL);
      int before = requests;
      code = 403;
      assertThat(probe.check(WELL, source())).isEqualTo(WELL);
      assertThat(requests).isEqualTo(before);
    }
  }

  private PollOutcome check() {
    try (KubernetesClient client = client()) {
      return new WriteProbe(client, store).check(WELL, source());
    }
  }

  private static SessionClusterSource source() {
    SessionClusterSource source = new SessionClusterSource();
    source.setMetadata(new ObjectMetaBuilder().withNamespace(Mirrors.NAMESPACE).build());
    return source;
  }

  private KubernetesClient client() {
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder().withMasterUrl(url).withRequestRetryBackoffLimit(0).build())
        .build();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests++;
    int status =
        switch (exchange.getRequestMethod()) {
          case "POST" -> code;
          case "PUT" -> ofRewrites;
          default -> 200;
        };
    byte[] body =
        (status >= 400
                ? """
                {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d,
                 "reason": "Forbidden", "message": "forbidden", "details": {"name": %s}}
                """
                    .formatted(status, refused.isEmpty() ? "null" : refused)
                : Serialization.asJson(mirror))
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
