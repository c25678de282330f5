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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.aliyun.credentials.http.CompatibleUrlConnClient;
import com.aliyun.credentials.http.HttpRequest;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider.CredentialsResult;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.fakecloud.FakeCloud;
import io.sessionclusters.fakecloud.FakeKeyServer;
import io.sessionclusters.fakecloud.FakeSts;
import io.sessionclusters.fakecloud.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsFetcherTest {

  private static final String ROLE = "acs:ram::1234567890123456:role/reader";
  private static final String PROVIDER = "acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1";
  private static final Identity.EcsRamRole ANY_ROLE = new Identity.EcsRamRole("", false);
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path directory;
  @AutoClose private final FakeCloud cloud = FakeCloud.start();
  @AutoClose private final FakeSts sts = FakeSts.start(cloud);
  @AutoClose private final FakeKeyServer server = FakeKeyServer.start();

  @AutoClose private final StsClient client = StsClientTest.client(sts.endpoint());

  private final CredentialsFetcher fetcher = new CredentialsFetcher(client, Redirected::new);
  private Path tokenFile = Path.of("");

  /** The library fixes the metadata service's address; here it is the test's server. */
  private final class Redirected extends CompatibleUrlConnClient {
    @Override
    public HttpURLConnection initHttpConnection(URL url, HttpRequest request) {
      assertThat(url.getHost()).isEqualTo("100.100.100.200");
      try {
        return super.initHttpConnection(
            URI.create("http://127.0.0.1:" + server.port() + url.getPath()).toURL(), request);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    tokenFile = Files.writeString(directory.resolve("token"), "hush.first-token");
    sts.putRoleOfServiceAccount(ROLE, PROVIDER, "hush.first-token", "hush.second-token");
    server.put("STS.machine", "hush", "hush", HOUR, "node-role");
  }

  @Test
  void aServiceAccountsTokenIsExchangedAsTheFileHoldsItNow() throws Exception {
    assertFound(
        fetcher.fetch(serviceAccount()), "STS.issued-1", "issued-secret-1", "issued-token-1+/==");
    Files.writeString(tokenFile, "hush.second-token");
    sts.putRoleOfServiceAccount(ROLE, PROVIDER, "hush.second-token");
    assertFound(
        fetcher.fetch(serviceAccount()), "STS.issued-2", "issued-secret-2", "issued-token-2+/==");

    assertThat(sts.requests())
        .containsOnly(new FakeSts.Request("AssumeRoleWithOIDC", ROLE, null, "session-name", ""));
  }

  @Test
  void aRejectedTokenIsReportedAndNotPrinted() throws Exception {
    Files.writeString(tokenFile, "hush.old-token");

    CloudError error = failure(fetcher.fetch(serviceAccount()));

    assertThat(error.kind()).isEqualTo(Kind.OIDC_TOKEN_REFUSED);
    assertThat(error.message())
        .startsWith(
            "STS returned no temporary credentials. The token of the operator's service account")
        .contains("AuthenticationFail.OIDCToken.Expired")
        .doesNotContain("hush");
  }

  @Test
  void anErrorThatEchoesTheTokenIsShownWithoutIt() throws Exception {
    sts.faults().once(Fault.error("SparksFly", 409, "The token hush.first-token flies"));

    CloudError error = failure(fetcher.fetch(serviceAccount()));

    assertThat(error.kind()).isEqualTo(Kind.UNKNOWN_CODE);
    assertThat(error.message()).endsWith("The token * flies");
  }

  @Test
  void aRoleThatDoesNotTrustTheServiceAccountIsDenied() throws Exception {
    sts.putRole(ROLE, null, "LTAI-somebody");

    assertThat(failure(fetcher.fetch(serviceAccount())).kind()).isEqualTo(Kind.ROLE_DENIED);
  }

  @Test
  void anStsThatIsAwayIsUnavailable() throws Exception {
    sts.stopListening();

    assertThat(failure(fetcher.fetch(serviceAccount())).kind()).isEqualTo(Kind.CONNECT_FAILED);
  }

  @Test
  void aResponseThatIsNotJsonIsNotQuoted() throws Exception {
    sts.faults().once(Fault.answer(200, "application/json", "<html>hush</html>"));

    CloudError error = failure(fetcher.fetch(serviceAccount()));

    assertThat(error.kind()).isEqualTo(Kind.NOT_JSON);
    assertThat(error.toString()).doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Credentials\": \"hush\"}",
        "{}",
        "null",
        "[\"hush\"]",
        "{\"Credentials\": {\"AccessKeyId\": \"i\", \"AccessKeySecret\": \"hush\","
            + " \"SecurityToken\": \"t\"}}",
        "{\"Credentials\": {\"AccessKeyId\": null, \"AccessKeySecret\": \"hush\","
            + " \"SecurityToken\": \"t\", \"Expiration\": \"2026-11-22T10:00:00Z\"}}"
      })
  void aResponseWithoutAKeyIsNoneAndIsNotQuoted(String body) throws Exception {
    sts.faults().once(Fault.answer(200, "application/json", body));

    CloudError error = failure(fetcher.fetch(serviceAccount()));

    assertThat(error.kind()).isEqualTo(Kind.WRONG_TYPES);
    assertThat(error.toString()).doesNotContain("hush");
  }

  @Test
  void withoutItsTokenFileAServiceAccountHasNoKey() throws Exception {
    Files.delete(tokenFile);

    assertThat(fetcher.fetch(serviceAccount()))
        .isEqualTo(
            new CredentialsResult.None(
                "the token file of the operator's service account cannot be read"));
    assertThat(sts.attempts()).isZero();
  }

  @Test
  void theRoleOfTheInstanceIsFoundByItselfWithTheMetadataServicesToken() throws Exception {
    assertFound(fetcher.fetch(ANY_ROLE), "STS.machine", "hush", "hush");
    assertFound(
        fetcher.fetch(new Identity.EcsRamRole("node-role", true)), "STS.machine", "hush", "hush");
  }

  @Test
  void anInstanceWithoutARoleHasNoKey() throws Exception {
    server.answer(404, "<html>not found</html>");

    assertThat(fetcher.fetch(ANY_ROLE))
        .isEqualTo(new CredentialsResult.None("the ECS instance has no role"));
    assertThat(failure(fetcher.fetch(new Identity.EcsRamRole("node-role", false))).kind())
        .isEqualTo(Kind.KEY_SERVICE_FAILED);
  }

  @Test
  void whereThereIsNoMetadataServiceThereIsNoKeyUnlessItWasThereBefore() throws Exception {
    server.stopListening();
    assertThat(fetcher.fetch(ANY_ROLE))
        .isEqualTo(new CredentialsResult.None("there is no metadata service"));
  }

  @Test
  void aMetadataServiceThatWasThereAndIsNotAnyMoreFails() throws Exception {
    fetcher.fetch(ANY_ROLE);
    server.stopListening();

    CloudError error = failure(fetcher.fetch(ANY_ROLE));

    assertThat(error.kind()).isEqualTo(Kind.KEY_SERVICE_FAILED);
    assertThat(error.message())
        .isEqualTo(
            "Failed to obtain temporary credentials: the ECS metadata service gives no key.");
  }

  @Test
  void aMetadataServiceThatHangsIsGivenUpWithinSeconds() throws Exception {
    server.delay(Duration.ofSeconds(30));
    long start = System.nanoTime();

    assertThat(fetcher.fetch(ANY_ROLE)).isInstanceOf(CredentialsResult.None.class);

    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(1900L, 6000L);
  }

  @Test
  void aCredentialsUriGivesAKey() throws Exception {
    assertFound(fetcher.fetch(uri()), "STS.machine", "hush", "hush");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          503 | {"AccessKeySecret": "hush"}
          200 | {"AccessKeySecret": "hush"}
          200 | {"Code": "Success", "AccessKeySecret": "hush"}
          200 | hush
          200 | {"Code": "Success", "AccessKeyId": "", "AccessKeySecret": "hush", "SecurityToken": "hush", "Expiration": "2026-11-22T10:00:00Z"}
          200 | {"Code": "Success", "AccessKeyId": {"hush": 1}, "AccessKeySecret": "hush", "SecurityToken": "hush", "Expiration": "2026-11-22T10:00:00Z"}
          302 | {}
          """)
  void aCredentialsUriThatGivesNoneFailsAndIsNotShown(int status, String body) throws Exception {
    server.answer(status, body);

    CloudError error = failure(fetcher.fetch(uri()));

    assertThat(error.kind()).isEqualTo(Kind.KEY_SERVICE_FAILED);
    assertThat(error.message())
        .isEqualTo(
            "Failed to obtain temporary credentials: the credentials URI, on 127.0.0.1, gives"
                + " no key.");
  }

  @Test
  void aCredentialsUriThatHangsIsGivenUpWithinSeconds() throws Exception {
    server.delay(Duration.ofSeconds(30));
    long start = System.nanoTime();

    assertThat(failure(fetcher.fetch(uri())).kind()).isEqualTo(Kind.KEY_SERVICE_FAILED);

    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(11_000L);
  }

  @Test
  void noThreadStaysBehind() throws Exception {
    for (int i = 0; i < 5; i++) {
      fetcher.fetch(ANY_ROLE);
      fetcher.fetch(uri());
      fetcher.fetch(serviceAccount());
    }

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("imds-") || name.startsWith("non-blocking-"));
  }

  private Identity.CredentialsUri uri() {
    return new Identity.CredentialsUri(server.uri());
  }

  private Identity.OidcRole serviceAccount() {
    return new Identity.OidcRole(ROLE, PROVIDER, tokenFile.toString(), "session-name");
  }

  private static void assertFound(
      CredentialsResult result, String id, String secret, String token) {
    assertThat(result).isInstanceOf(CredentialsResult.Found.class);
    var found = (CredentialsResult.Found) result;
    assertThat(found.credentials())
        .isEqualTo(new Credentials(id, new SecretValue(secret), new SecretValue(token)));
    assertThat(found.end()).isCloseTo(Instant.now().plus(HOUR), within(1, ChronoUnit.MINUTES));
  }

  private static CloudError failure(CredentialsResult result) {
    assertThat(result).isInstanceOf(CredentialsResult.Failed.class);
    return ((CredentialsResult.Failed) result).error();
  }
}
