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

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.WorkspaceId;
import io.sessionclusters.cloud.http.SignedRequest;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListCallTest {

  private static final Instant NOW = Instant.parse("2026-11-22T00:00:00.987Z");
  private static final String NONCE = "3156853299f313e23d1673dc12e1703d";
  private static final Credentials KEY =
      new Credentials("YourAccessKeyId", new SecretValue("YourAccessKeySecret"), null);

  @Test
  void signsThePageOfVectorB() {
    SignedRequest signed =
        sign(
            query("https://emr-serverless-spark.cn-hangzhou.aliyuncs.com", null, null, null),
            "1",
            100,
            KEY);

    assertThat(signed.uri())
        .hasToString(
            "https://emr-serverless-spark.cn-hangzhou.aliyuncs.com/api/v1/workspaces/w-1234abcd"
                + "/sessionClusters?maxResults=100&nextToken=1&regionId=cn-hangzhou");
    assertThat(signed.headers())
        .containsEntry("x-acs-date", "2026-11-22T00:00:00Z")
        .containsEntry("accept", "application/json")
        .containsEntry("accept-encoding", "gzip")
        .doesNotContainKeys("x-acs-security-token", "x-acs-accesskey-id")
        .hasEntrySatisfying(
            "authorization",
            value ->
                assertThat(value)
                    .endsWith(
                        "Signature=b3849952c8553634a407650e354e7a30dc1bdb21f62ee9246fe134bfa4b83e0a"));
  }

  @Test
  void sendsTheFirstPageWithoutTokenAndTheFiltersThatAreSet() {
    SignedRequest signed = sign(query("https://h", "SQL", "root dev*", "sc-1/é"), "", 20, KEY);

    assertThat(signed.uri().getRawQuery())
        .isEqualTo(
            "kind=SQL&maxResults=20&queueName=root%20dev%2A&regionId=cn-hangzhou"
                + "&sessionClusterId=sc-1%2F%C3%A9");
  }

  @Test
  void signsTheSecurityTokenOfATemporaryKey() {
    var temporary =
        new Credentials("STS.id", new SecretValue("secret"), new SecretValue("token+/="));
    SignedRequest signed = sign(query("https://h", null, null, null), "", 20, temporary);

    assertThat(signed.headers())
        .containsEntry("x-acs-security-token", "token+/=")
        .containsEntry("x-acs-accesskey-id", "STS.id");
    assertThat(signed.headers().get("authorization"))
        .contains(
            "SignedHeaders=host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-date;"
                + "x-acs-security-token;x-acs-signature-nonce;x-acs-version,");
    assertThat(signed.toString()).doesNotContain("token+/=");
  }

  @ParameterizedTest
  @CsvSource({
    "https://h:443,h",
    "https://h,h",
    "https://h:8443,h:8443",
    "https://h:80,h:80",
    "http://127.0.0.1:80,127.0.0.1",
    "http://127.0.0.1:8080,127.0.0.1:8080",
    "http://[::1]:8080,[::1]:8080"
  })
  void hostCarriesAPortThatIsNotTheUsualOne(String endpoint, String host) {
    SignedRequest signed = sign(query(endpoint, null, null, null), "", 20, KEY);

    assertThat(signed.headers()).containsEntry("host", host);
    assertThat(signed.uri().getRawAuthority()).isEqualTo(host);
  }

  private static SignedRequest sign(
      ListQuery query, String pageToken, int pageSize, Credentials credentials) {
    return SignedRequest.sign(
        HttpSessionClusterLister.call(query, pageToken, pageSize), credentials, NOW, NONCE);
  }

  private static ListQuery query(
      String endpoint,
      @Nullable String kind,
      @Nullable String queueName,
      @Nullable String sessionClusterId) {
    return new ListQuery(
        URI.create(endpoint),
        new RegionId("cn-hangzhou"),
        new WorkspaceId("w-1234abcd"),
        kind,
        queueName,
        sessionClusterId);
  }
}
