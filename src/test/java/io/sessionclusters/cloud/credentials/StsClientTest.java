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

import io.sessionclusters.cloud.AssumedRole;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider.CredentialsResult;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.http.ClientSettings;
import io.sessionclusters.cloud.http.HttpTransport;
import io.sessionclusters.fakecloud.FakeCloud;
import io.sessionclusters.fakecloud.FakeSts;
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.time.SystemTimers;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StsClientTest {

  private static final String ARN = "acs:ram::1234567890123456:role/reader";
  private static final Credentials BASE =
      new Credentials("LTAI-base", new SecretValue("hush-base"), null);

  @AutoClose private final FakeCloud cloud = FakeCloud.start();
  @AutoClose private final FakeSts sts = FakeSts.start(cloud);
  @AutoClose private final StsClient client = client(sts.endpoint());

  @BeforeEach
  void makeARole() {
    cloud.addKey("LTAI-base", "hush-base");
    sts.putRole(ARN, "tenant=1,a.b@c:d/e-f_+", "LTAI-base", "STS.base");
  }

  @Test
  void aRoleIsAssumedForAnHour() throws Exception {
    CredentialsResult result = assume(BASE, ARN, "tenant=1,a.b@c:d/e-f_+");

    assertThat(result).isInstanceOf(CredentialsResult.Found.class);
    var found = (CredentialsResult.Found) result;
    assertThat(found.credentials())
        .isEqualTo(
            new Credentials(
                "STS.issued-1",
                new SecretValue("issued-secret-1"),
                new SecretValue("issued-token-1+/==")));
    assertThat(found.end())
        .isCloseTo(Instant.now().plus(Duration.ofHours(1)), within(1, ChronoUnit.MINUTES));
    assertThat(sts.requests())
        .containsExactly(
            new FakeSts.Request(
                "AssumeRole",
                ARN,
                "tenant=1,a.b@c:d/e-f_+",
                "session-cluster-operator",
                "LTAI-base"));
  }

  @Test
  void aTemporaryKeyCanAssumeARoleToo() throws Exception {
    cloud.addTemporaryKey("STS.base", "secret", "token+/==");

    assertThat(
            assume(
                new Credentials(
                    "STS.base", new SecretValue("secret"), new SecretValue("token+/==")),
                ARN,
                "tenant=1,a.b@c:d/e-f_+"))
        .isInstanceOf(CredentialsResult.Found.class);
  }

  @Test
  void aWrongExternalIdAndAnUnknownRoleAreReportedAlikeWithTheRemedy() throws Exception {
    CloudError wrong = failure(assume(BASE, ARN, "wrong"));
    CloudError missing = failure(assume(BASE, ARN, null));
    CloudError unknown = failure(assume(BASE, "acs:ram::1:role/nobody", null));

    assertThat(wrong.kind()).isEqualTo(Kind.ROLE_DENIED);
    assertThat(wrong.message())
        .startsWith("STS returned no temporary credentials. Cannot assume the role: ")
        .contains("trust policy", "external ID", "sts:AssumeRole", "(NoPermission, HTTP 403)")
        .hasSizeLessThanOrEqualTo(512);
    assertThat(missing).extracting(CloudError::kind).isEqualTo(Kind.ROLE_DENIED);
    assertThat(unknown.kind()).isEqualTo(Kind.ROLE_DENIED);
    assertThat(unknown.message()).contains("(EntityNotExist.Role, HTTP 404)");
  }

  @ParameterizedTest
  @CsvSource({
    "LTAI-base, other-secret, INVALID_CREDENTIALS",
    "LTAI-nobody, hush-base, INVALID_CREDENTIALS",
    "LTAI-base, hush\u00fc, INVALID_CREDENTIALS",
  })
  void aRejectedBaseKeyIsReportedWithoutItsSecret(String id, String secret, Kind kind)
      throws Exception {
    CloudError error =
        failure(assume(new Credentials(id, new SecretValue(secret), null), ARN, "x1"));

    assertThat(error.kind()).isEqualTo(kind);
    assertThat(error.toString()).doesNotContain(secret);
  }

  @ParameterizedTest
  @CsvSource({
    "ServiceUnavailable, 503, SERVICE_FAILED",
    "InternalError, 500, SERVICE_FAILED",
    "Throttling.User, 400, THROTTLED",
    "InvalidSecurityToken.Expired, 400, EXPIRED_SECURITY_TOKEN",
    "InvalidTimeStamp.Expired, 400, CLOCK_SKEW",
    "InvalidParameter.RoleArn, 400, REQUEST_REJECTED",
    "NoPermission, 403, ROLE_DENIED",
    "Forbidden.RAM, 403, ROLE_DENIED",
    "'', 403, ROLE_DENIED",
    "AuthenticationFail.NoPermission, 401, ROLE_DENIED",
    "AuthenticationFail.OIDCToken.Invalid, 401, OIDC_TOKEN_REFUSED",
    "SparksFly, 409, UNKNOWN_CODE",
    "'', 404, UNKNOWN_CODE",
  })
  void errorsAreClassified(String code, int status, Kind kind) throws Exception {
    sts.faults()
        .once(
            Fault.error(code, status, "No. hush-base LTAI-base")
                .withRetryAfter(Duration.ofSeconds(7)));

    CloudError error = failure(assume(BASE, ARN, "x1"));

    assertThat(error.kind()).isEqualTo(kind);
    assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(error.message())
        .startsWith("STS returned no temporary credentials. ")
        .doesNotContain("hush", "LTAI-base", "workspace");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          <html>hush</html>                                                                             | NOT_JSON
          {"Credentials": {"AccessKeyId": "hush"                                                        | NOT_JSON
          {}                                                                                            | WRONG_TYPES
          []                                                                                            | WRONG_TYPES
          {"Credentials": "hush"}                                                                       | WRONG_TYPES
          {"Credentials": {"AccessKeyId": "i", "AccessKeySecret": "hush", "SecurityToken": " ", "Expiration": "2026-11-22T10:00:00Z"}} | WRONG_TYPES
          {"Credentials": {"AccessKeyId": "i", "AccessKeySecret": "hush", "SecurityToken": "t"}}        | WRONG_TYPES
          {"Credentials": {"AccessKeyId": "i", "AccessKeySecret": "hush", "SecurityToken": "t", "Expiration": "hush"}} | WRONG_TYPES
          """)
  void aResponseWithoutAKeyIsNoneAndIsNotQuoted(String body, Kind kind) throws Exception {
    sts.faults().once(Fault.answer(200, "application/json", body));

    CloudError error = failure(assume(BASE, ARN, "x1"));

    assertThat(error.kind()).isEqualTo(kind);
    assertThat(error.toString()).doesNotContain("hush");
  }

  @Test
  void aHugeResponseIsNotReadToItsEnd() throws Exception {
    sts.faults().once(Fault.hugeBody(10_000_000));
    assertThat(failure(assume(BASE, ARN, "x1")).kind()).isEqualTo(Kind.BODY_TOO_LARGE);
    sts.faults().once(Fault.gzipBomb(10_000_000));
    assertThat(failure(assume(BASE, ARN, "x1")).kind()).isEqualTo(Kind.BODY_TOO_LARGE);
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    sts.faults().once(Fault.redirectTo(cloud.endpoint()));

    assertThat(failure(assume(BASE, ARN, "x1")).kind()).isEqualTo(Kind.REQUEST_REJECTED);
    assertThat(cloud.requestCount()).isZero();
  }

  @Test
  void whoeverHangsIsGivenUp() throws Exception {
    sts.faults().once(Fault.drip(Duration.ofMillis(300)));
    long start = System.nanoTime();

    CloudError error = failure(assume(BASE, ARN, "tenant=1,a.b@c:d/e-f_+"));

    assertThat(error.kind()).isEqualTo(Kind.RESPONSE_TIMEOUT);
    assertThat(error.message()).contains("127.0.0.1");
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(1900L, 4000L);
  }

  @Test
  void whoeverIsNotThereIsUnavailable() throws Exception {
    sts.stopListening();

    CloudError error = failure(assume(BASE, ARN, "x1"));

    assertThat(error.kind()).isEqualTo(Kind.CONNECT_FAILED);
    assertThat(error.message())
        .isEqualTo("STS returned no temporary credentials. Cannot connect to the API (127.0.0.1).");
  }

  private CredentialsResult assume(Credentials base, String arn, @Nullable String externalId)
      throws InterruptedException {
    return client.assumeRole(base, new AssumedRole(arn, externalId));
  }

  static StsClient client(URI endpoint) {
    var settings =
        new ClientSettings(
            Duration.ofSeconds(2), Duration.ofSeconds(2), 1, 1, 64 * 1024, 1, 1, 64 * 1024);
    return new StsClient(
        endpoint,
        settings,
        new HttpTransport(settings, Map.of()),
        Clock.systemUTC(),
        SystemTimers.INSTANCE);
  }

  private static CloudError failure(CredentialsResult result) {
    assertThat(result).isInstanceOf(CredentialsResult.Failed.class);
    return ((CredentialsResult.Failed) result).error();
  }
}
