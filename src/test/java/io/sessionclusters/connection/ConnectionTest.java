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
package io.sessionclusters.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.support.RecordCopy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {

  private static final CloudSession THRIFT = Sessions.with(Sessions.documented(), "kind", "THRIFT");

  @Test
  void aThriftSessionIsReachedFromOutsideAndInside() {
    assertThat(values(THRIFT))
        .isEqualTo(
            Map.of(
                "token",
                "9b2a1c",
                "domain",
                "emr-spark-gateway-cn-hangzhou.data.aliyun.com",
                "domainInner",
                "emr-spark-gateway-cn-hangzhou-internal.data.aliyuncs.com",
                "jdbcUrl",
                "jdbc:hive2://emr-spark-gateway-cn-hangzhou.data.aliyun.com:443/"
                    + ";transportMode=http;httpPath=cliservice/token/9b2a1c",
                "jdbcUrlInner",
                "jdbc:hive2://emr-spark-gateway-cn-hangzhou-internal.data.aliyuncs.com:80/"
                    + ";transportMode=http;httpPath=cliservice/token/9b2a1c"));
  }

  @Test
  void onlyThriftSessionsHaveOneHoweverTheKindIsSpelt() {
    assertThat(Connection.of(Sessions.documented())).isNull();
    assertThat(Connection.of(Sessions.with(THRIFT, "kind", null))).isNull();
    assertThat(values(Sessions.with(THRIFT, "kind", "thrift"))).isEqualTo(values(THRIFT));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "\n", "a b", "a\nb", "a\u0000b", "a\u007fb", "törichte"})
  void withoutATokenThatCanBeSentThereIsNone(@Nullable String token) {
    assertThat(Connection.of(withToken(token))).isNull();
    assertThat(Connection.of(withToken("t".repeat(4097)))).isNull();
    assertThat(Connection.of(withToken("t".repeat(4096)))).isNotNull();
  }

  @Test
  void whiteSpaceAroundAValueIsNoneOfIt() {
    CloudSession padded =
        Sessions.with(withToken(" 9b2a1c\n"), "domain", " " + THRIFT.domain() + "\n");

    assertThat(values(padded)).isEqualTo(values(THRIFT));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "host;ssl=false",
        "host/evil",
        "host:1",
        "host,other",
        "host?a=b",
        "host#a",
        "user@host",
        "a b",
        "a\r\nb",
        "host\u2028x",
        ".host",
        "host..name",
        "höst",
        "{host}",
        "%68ost",
      })
  void aDomainThatIsNoHostNameIsLeftOutWithItsUrl(@Nullable String domain) {
    assertThat(values(Sessions.with(THRIFT, "domain", domain)))
        .containsOnlyKeys("token", "domainInner", "jdbcUrlInner");
    assertThat(values(Sessions.with(THRIFT, "domainInner", domain)))
        .containsOnlyKeys("token", "domain", "jdbcUrl");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a;b", "a/b", "a=", "a?b", "a#b", "a,b", "a%2Fb", "a&b", "a+b", "a\\b", "a:b"})
  void aTokenThatCouldChangeAUrlIsInNone(String token) {
    assertThat(values(withToken(token)))
        .containsOnlyKeys("token", "domain", "domainInner")
        .containsEntry("token", token);
  }

  @Test
  void whatASecretDependsOnIsInTheDigestAndNothingElse() {
    Digest digest = digest(THRIFT);

    Map<String, CloudSession> copies = RecordCopy.eachPlaceChanged(THRIFT);
    copies.forEach(
        (place, changed) ->
            assertThat(digest(changed).equals(digest))
                .as(place)
                .isEqualTo(!place.matches("(connectionToken|kind|domain|domainInner)\\b.*")));
  }

  @Test
  void aSecretHoldsTheValuesInBase64() {
    assertThat(connection(THRIFT).encoded())
        .containsOnlyKeys("token", "domain", "domainInner", "jdbcUrl", "jdbcUrlInner")
        .containsEntry("token", "OWIyYTFj");
  }

  @Test
  void showsNoToken() {
    assertThat(connection(THRIFT).toString()).contains("jdbcUrl").doesNotContain("9b2a1c");
  }

  @Test
  void whatOthersSayIsShownWithoutTheToken() {
    Connection connection = connection(THRIFT);
    String url = Objects.requireNonNull(connection.data().get("jdbcUrl")).reveal();
    String said =
        "quota 9b2a1c, OWIyYTFj, %s, %s: exceeded for %s"
            .formatted(
                url,
                Base64.getEncoder().encodeToString(url.getBytes(StandardCharsets.UTF_8)),
                THRIFT.domain());

    assertThat(Connection.hide(connection.encoded(), said))
        .isEqualTo(
            "quota %1$s, %1$s, %1$s, %1$s: exceeded for %2$s",
            SecretValue.REDACTED, THRIFT.domain());
    assertThat(Connection.hide(Map.of("token", ""), "as it is")).isEqualTo("as it is");
  }

  private static CloudSession withToken(@Nullable String token) {
    return Sessions.with(THRIFT, "connectionToken", token == null ? null : new SecretValue(token));
  }

  private static Connection connection(CloudSession session) {
    return Objects.requireNonNull(Connection.of(session));
  }

  private static Digest digest(CloudSession session) {
    return Connection.digest(session, new Digest.Builder());
  }

  private static Map<String, String> values(CloudSession session) {
    Map<String, String> values = new TreeMap<>();
    connection(session).data().forEach((key, value) -> values.put(key, value.reveal()));
    return values;
  }
}
