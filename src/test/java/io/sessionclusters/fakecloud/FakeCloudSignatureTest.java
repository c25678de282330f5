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

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and what the others are told. */
class FakeCloudSignatureTest {

  private final FakeCloud cloud = FakeCloud.start();
  private final FakeWorkspace workspace = cloud.workspace("cn-hangzhou", "w-1234abcd");
  private final SigningClient client = client("id", "secret");

  @BeforeEach
  void prepare() {
    cloud.addKey("id", "secret");
    workspace.put(FakeSession.sql("sc-1"));
  }

  @AfterEach
  void close() {
    client.close();
    cloud.close();
  }

  @Test
  void letsAGoodRequestIn() throws Exception {
    var reply = client.list();

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.ids()).containsExactly("sc-1");
    assertThat(reply.header("x-acs-request-id")).isEqualTo(reply.json().path("requestId").asText());
  }

  @Test
  void answersErrorsInTheGatewaysShape() throws Exception {
    cloud.removeKey("id");

    var reply = client.list();

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.json().fieldNames())
        .toIterable()
        .containsExactly("RequestId", "Message", "Recommend", "HostId", "Code");
    assertThat(reply.code()).isEqualTo("InvalidAccessKeyId.NotFound");
    assertThat(reply.json().path("HostId").asText()).isEqualTo("127.0.0.1:" + cloud.port());
    assertThat(reply.header("x-acs-request-id")).isEqualTo(reply.json().path("RequestId").asText());
  }

  @Test
  void refusesAnInactiveKeyUntilItIsActiveAgain() throws Exception {
    cloud.deactivateKey("id");
    assertThat(client.list().code()).isEqualTo("InvalidAccessKeyId.Inactive");

    cloud.activateKey("id");
    assertThat(client.list().status()).isEqualTo(200);
  }

  @Test
  void echoesTheSecurityTokenWhenTheSignatureIsWrong() throws Exception {
    cloud.addTemporaryKey("STS.id", "secret", "very-secret-token");

    var reply = client("STS.id", "wrong").with("x-acs-security-token", "very-secret-token").list();

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.code()).isEqualTo("SignatureDoesNotMatch");
    assertThat(reply.json().path("Message").asText())
        .contains("x-acs-security-token:very-secret-token", "ACS3-HMAC-SHA256\n");
  }

  @Test
  void knowsATemporaryKeyByItsTokenOnly() throws Exception {
    cloud.addTemporaryKey("STS.id", "secret", "token");

    assertThat(client("STS.id", "secret").list().code()).isEqualTo("InvalidAccessKeyId.NotFound");
    assertThat(client("STS.id", "secret").with("x-acs-security-token", "other").list().code())
        .isEqualTo("InvalidSecurityToken.MismatchWithAccessKey");
    assertThat(client("id", "secret").with("x-acs-security-token", "token").list().code())
        .isEqualTo("InvalidSecurityToken.MismatchWithAccessKey");
    assertThat(client("STS.id", "secret").with("x-acs-security-token", "token").list().status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "900, ''",
    "-900, ''",
    "901, InvalidTimeStamp.Expired",
    "-901, InvalidTimeStamp.Expired"
  })
  void allowsTheClocksToBe15MinutesApart(int seconds, String code) throws Exception {
    Instant now = Instant.parse("2026-11-22T00:00:00Z");
    client.at(Clock.fixed(now, ZoneOffset.UTC));
    cloud.setClock(Clock.fixed(now.plusSeconds(seconds), ZoneOffset.UTC));

    assertThat(client.list().code()).isEqualTo(code);
  }

  @Test
  void takesANonceOnlyOnce() throws Exception {
    var request = client.request(new TreeMap<>(Map.of("regionId", "cn-hangzhou")));

    assertThat(client.send(request).status()).isEqualTo(200);
    var second = client.send(request);

    assertThat(second.status()).isEqualTo(400);
    assertThat(second.code()).isEqualTo("SignatureNonceUsed");
  }

  @Test
  void doesNotRememberTheNonceOfARefusedRequest() throws Exception {
    client.with("x-acs-signature-nonce", "fixed");
    assertThat(client("id", "wrong").with("x-acs-signature-nonce", "fixed").list().code())
        .isEqualTo("SignatureDoesNotMatch");

    assertThat(client.list().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-acs-action",
        "x-acs-version",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-content-sha256",
        "Authorization"
      })
  void missesEachRequiredHeader(String header) throws Exception {
    var reply = client.with(header, "").list();

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.code()).isEqualTo("MissingParameter." + header);
  }

  @ParameterizedTest
  @CsvSource({
    "x-acs-date, 2026-11-22 00:00:00, InvalidParameter.x-acs-date",
    "x-acs-date, 2026-13-22T00:00:00Z, InvalidParameter.x-acs-date",
    "Authorization, Basic aWQ6c2VjcmV0, InvalidParameter.Authorization",
    "x-acs-content-sha256, 00, SignatureDoesNotMatch",
    "x-acs-action, DeleteEverything, InvalidAction.NotFound",
    "x-acs-version, 2020-01-01, InvalidAction.NotFound",
    "x-acs-accesskey-id, other, InvalidParameter.x-acs-accesskey-id"
  })
  void refusesAWrongHeader(String header, String value, String code) throws Exception {
    assertThat(client.with(header, value).list().code()).isEqualTo(code);
  }

  @Test
  void wantsEveryHeaderOfItsOwnSigned() throws Exception {
    // Lower case decides what the client signs; the server reads names in any case.
    var reply = client.with("X-Acs-Extra", "unsigned").list();

    assertThat(reply.code()).isEqualTo("SignatureDoesNotMatch");
  }

  @Test
  void takesMoreHeadersAsSignedIfTheyAreSentAndInOrder() throws Exception {
    assertThat(client.with("zone", "east").alsoSigning("zone").list().status()).isEqualTo(200);
    assertThat(client.alsoSigning("z-ghost").list().code()).isEqualTo("SignatureDoesNotMatch");
    assertThat(client.with("accept", "*/*").alsoSigning("accept").list().code())
        .isEqualTo("InvalidParameter.Authorization");
  }

  @Test
  void wantsTheContentTypeSigned() throws Exception {
    assertThat(client.with("Content-Type", "application/json").list().code())
        .isEqualTo("SignatureDoesNotMatch");
  }

  @Test
  void verifiesWhatIsSentAndNotWhatIsMeant() throws Exception {
    // Signed for one workspace, sent to another.
    var meant = client.request(new TreeMap<>(Map.of("regionId", "cn-hangzhou")));
    var sent =
        java.net.http.HttpRequest.newBuilder(meant, (name, value) -> true)
            .uri(cloud.endpoint().resolve(meant.uri().getPath() + "?regionId=cn-beijing"))
            .build();

    assertThat(client.send(sent).code()).isEqualTo("SignatureDoesNotMatch");
  }

  @Test
  void missesTheRegion() throws Exception {
    var reply = client.get(new TreeMap<>());

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.code()).isEqualTo("MissingParameter.regionId");
  }

  @Test
  void hasTwoAnswersForAWorkspaceThatTheKeyDoesNotSee() throws Exception {
    workspace.visibleOnlyTo("other");
    cloud.addKey("other", "secret");
    var empty = client.list();
    assertThat(empty.status()).isEqualTo(400);
    assertThat(empty.json().path("Code").asText("absent")).isEmpty();

    cloud.answerUnknownWorkspaces(UnknownWorkspace.FORBIDDEN);
    var forbidden = client.list();
    assertThat(forbidden.status()).isEqualTo(403);
    assertThat(forbidden.code()).isEqualTo("Forbidden.RAM");

    assertThat(client("other", "secret").list().ids()).containsExactly("sc-1");
  }

  @Test
  void keepsRegionsApart() throws Exception {
    assertThat(client.list("regionId", "cn-beijing").status()).isEqualTo(400);
    cloud.removeWorkspace(workspace);
    assertThat(client.list().status()).isEqualTo(400);
  }

  private SigningClient client(String id, String secret) {
    return new SigningClient(cloud.endpoint(), id, secret);
  }
}
