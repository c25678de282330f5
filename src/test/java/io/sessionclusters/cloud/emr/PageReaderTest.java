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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.CloudSession.ApplicationConfig;
import io.sessionclusters.cloud.CloudSession.AutoStartConfiguration;
import io.sessionclusters.cloud.CloudSession.AutoStopConfiguration;
import io.sessionclusters.cloud.CloudSession.StateChangeReason;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.http.MalformedResponseException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageReaderTest {

  @Test
  void readsEveryFieldOfTheDocumentedSample() throws IOException {
    Page page;
    try (InputStream sample =
        Objects.requireNonNull(getClass().getResourceAsStream("/cloud/page.json"))) {
      page = PageReader.read(sample, Sessions.uncounted(), 1000);
    }

    assertThat(page.nextToken()).isEqualTo("1");
    assertThat(page.totalCount()).isEqualTo(200);
    assertThat(page.requestId()).isEqualTo("DD6B1B2A-5837-5237-ABE4-FF0C8944****");
    assertThat(page.withoutId()).isZero();
    assertThat(page.error()).isNull();
    assertThat(page.sessions())
        .containsExactly(
            new CloudSession(
                "w-1234abcd",
                "sc-123131",
                "123131",
                "test_user",
                "adhoc query",
                "SQL",
                "dev_queue",
                "Running",
                new StateChangeReason("200", "ok"),
                new AutoStartConfiguration(false),
                new AutoStopConfiguration(true, 45),
                List.of(
                    new ApplicationConfig("spark-default.conf", "spark.app.name", "test_app"),
                    new ApplicationConfig("spark-default.conf", "spark.executor.memory", "4g")),
                "http://spark-ui-xxxx",
                "esr-4.0.0 (Spark 3.5.2, Scala 2.12)",
                "esr-4.0.0 (Spark 3.5.2, Scala 2.12)",
                "TSK-xxxxxxxxx",
                "emr-spark-gateway-cn-hangzhou.data.aliyun.com",
                "emr-spark-gateway-cn-hangzhou-internal.data.aliyuncs.com",
                true,
                Instant.ofEpochMilli(1732267598000L),
                Instant.ofEpochMilli(1732267599000L),
                "{\"extraInfoKey\":\"extraInfoValue\"}",
                true,
                new SecretValue("9b2a1c")));
  }

  @Test
  void everyFieldButTheIdMayBeAbsent() throws IOException {
    assertThat(session("")).isEqualTo(empty());
  }

  @Test
  void everyFieldButTheIdMayBeNull() throws IOException {
    assertThat(
            session(
                """
                , "workspaceId": null, "userId": null, "userName": null, "name": null,
                "kind": null, "queueName": null, "state": null, "stateChangeReason": null,
                "autoStartConfiguration": null, "autoStopConfiguration": null,
                "applicationConfigs": null, "webUI": null, "releaseVersion": null,
                "displayReleaseVersion": null, "draftId": null, "domain": null,
                "domainInner": null, "fusion": null, "gmtCreate": null, "startTime": null,
                "extra": null, "publicEndpointEnabled": null, "connectionToken": null
                """))
        .isEqualTo(empty());
  }

  @Test
  void nullsMayStandInsideToo() throws IOException {
    CloudSession session =
        session(
            """
            , "stateChangeReason": {"code": null, "message": null},
            "autoStartConfiguration": {"enable": null},
            "autoStopConfiguration": {"enable": null, "idleTimeoutMinutes": null},
            "applicationConfigs": [null, {}, {"configItemKey": "k", "configItemValue": null}]
            """);

    assertThat(session.stateChangeReason()).isEqualTo(new StateChangeReason(null, null));
    assertThat(session.autoStartConfiguration()).isEqualTo(new AutoStartConfiguration(null));
    assertThat(session.autoStopConfiguration()).isEqualTo(new AutoStopConfiguration(null, null));
    assertThat(session.applicationConfigs())
        .containsExactly(new ApplicationConfig(null, "k", null));
  }

  @Test
  void unknownFieldsArePassedOverWhateverTheyHold() throws IOException {
    CloudSession session =
        session(
            """
            , "later": {"state": "Running", "deep": [[{"a": 1}]]}, "more": [1, "2", null],
            "stateChangeReason": {"code": "1", "trace": ["x", {"message": "wrong"}]},
            "state": "Stopped"
            """);

    assertThat(session.state()).isEqualTo("Stopped");
    assertThat(session.stateChangeReason()).isEqualTo(new StateChangeReason("1", null));
  }

  @Test
  void unknownValuesAreKeptAsTheyCame() throws IOException {
    CloudSession session = session(", \"state\": \"hibernating\", \"kind\": \"KYUUBI\"");

    assertThat(session.state()).isEqualTo("hibernating");
    assertThat(session.kind()).isEqualTo("KYUUBI");
  }

  @Test
  void scalarsOfOtherTypesBecomeText() throws IOException {
    CloudSession session =
        session(
            ", \"userId\": 123131, \"name\": true, \"queueName\": 1.50,"
                + " \"stateChangeReason\": {\"code\": 200}, \"connectionToken\": 42");

    assertThat(session.userId()).isEqualTo("123131");
    assertThat(session.name()).isEqualTo("true");
    assertThat(session.queueName()).isEqualTo("1.50");
    assertThat(session.stateChangeReason()).isEqualTo(new StateChangeReason("200", null));
    assertThat(session.connectionToken()).isEqualTo(new SecretValue("42"));
  }

  @Test
  void ofALongTextTheBeginningIsKeptButAnIdentityIsWhole() throws IOException {
    String text = "x".repeat(1 << 20);
    String setting =
        "{\"configItemKey\": \"%s\", \"configItemValue\": \"%s\"},".formatted(text, text);
    String page =
        """
        {"sessionClusters": [{"sessionClusterId": "%1$s", "name": "%1$s",
         "state": "%1$s", "connectionToken": "%1$s", "applicationConfigs": [%2$s {}]}]}
        """
            .formatted(text, setting);

    Page read = read(page);

    CloudSession session = read.sessions().getFirst();
    assertThat(session.sessionClusterId()).startsWith("sha256:").hasSize(71);
    assertThat(session.name()).hasSize(CloudSession.MAX_TEXT);
    assertThat(session.state()).as("a word").hasSize(CloudSession.MAX_WORD);
    assertThat(session.connectionToken())
        .as("far more than can be used")
        .isEqualTo(new SecretValue("x".repeat(8 * 1024)));
    assertThat(session.applicationConfigs().getFirst().configItemKey())
        .hasSize(CloudSession.MAX_TEXT);
    assertThat(session.applicationConfigs().getFirst().configItemValue())
        .hasSize(CloudSession.MAX_TEXT);
  }

  /** It would be sent in a URL. */
  @Test
  void aPageTokenIsWholeOrRefused() throws IOException {
    String token = "x".repeat(16 * 1024);

    assertThat(page("{\"sessionClusters\": [], \"nextToken\": \"" + token + "\"}").nextToken())
        .isEqualTo(token);
    assertThatThrownBy(() -> read("{\"sessionClusters\": [], \"nextToken\": \"" + token + "x\"}"))
        .isInstanceOfSatisfying(
            MalformedResponseException.class,
            e -> assertThat(e.kind()).isEqualTo(CloudError.Kind.BODY_TOO_LARGE));
  }

  @Test
  void ofManySettingsTheFirstAreKept() throws IOException {
    String page =
        "{\"sessionClusters\": [{\"sessionClusterId\": \"sc-1\", \"applicationConfigs\": [%s]}]}"
            .formatted("{\"configItemKey\": \"k\"},".repeat(5000) + "{}");

    assertThat(read(page).sessions().getFirst().applicationConfigs()).hasSize(1000);
  }

  @Test
  void whatOneSessionKeepsIsBoundedAsAWhole() throws IOException {
    String text = "x".repeat(10_000);
    String setting = "{\"configItemKey\": \"k%d\", \"configItemValue\": \"" + text + "\"},";
    String settings =
        IntStream.range(0, 50).mapToObj(setting::formatted).collect(Collectors.joining()) + "{}";
    CloudSession session =
        session(
            ", \"applicationConfigs\": [%s], \"extra\": \"%s\", \"webUI\": \"%s\", \"state\":"
                    .formatted(settings, text, text)
                + " \"Running\", \"stateChangeReason\": {\"message\": \"%s\"}".formatted(text));

    assertThat(session.applicationConfigs())
        .hasSize(7)
        .last()
        .isEqualTo(ApplicationConfig.LEFT_OUT);
    assertThat(session.applicationConfigs().get(5).configItemValue()).isEqualTo(text);
    assertThat(session.extra()).isEqualTo("*********(redacted)");
    assertThat(session.webUI()).isEqualTo("*********(redacted)");
    assertThat(session.stateChangeReason())
        .isEqualTo(new StateChangeReason(null, "*********(redacted)"));
    assertThat(session.state()).isEqualTo("Running");
  }

  @Test
  void halfACharacterBecomesAQuestionMark() throws IOException {
    CloudSession session =
        session(
            ", \"name\": \"a\\ud83d\", \"queueName\": \"\\ude00b\", \"extra\": \"\\ud83d\\ude00\"");

    assertThat(session.name()).isEqualTo("a?");
    assertThat(session.queueName()).isEqualTo("?b");
    assertThat(session.extra()).isEqualTo("😀");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      nullValues = "null",
      value = {
        "true,true",
        "false,false",
        "\"true\",true",
        "\" FALSE \",false",
        "\"yes\",null",
        "\"\",null",
        "1,null"
      })
  void readsBooleansTolerantly(String json, @Nullable Boolean expected) throws IOException {
    assertThat(session(", \"fusion\": " + json).fusion()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      nullValues = "null",
      value = {
        "45,45",
        "\"45\",45",
        "45.0,45",
        "4.5e1,45",
        "45.5,null",
        "2147483648,null",
        "99999999999999999999999999,null",
        "1e400,null",
        "\"1e999999999\",null",
        "\"soon\",null",
        "\"\",null",
        "true,null"
      })
  void readsWholeNumbersTolerantly(String json, @Nullable Integer expected) throws IOException {
    assertThat(session(", \"autoStopConfiguration\": {\"idleTimeoutMinutes\": " + json + "}"))
        .extracting(CloudSession::autoStopConfiguration)
        .isEqualTo(new AutoStopConfiguration(null, expected));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      nullValues = "null",
      value = {
        "1732267598000,2024-11-22T09:26:38Z",
        "1732267598000.0,2024-11-22T09:26:38Z",
        "\"1732267598000\",2024-11-22T09:26:38Z",
        "\"2024-09-01 06:23:01\",2024-09-01T06:23:01Z",
        "\" 2024-09-01 06:23:01 \",2024-09-01T06:23:01Z",
        "0,1970-01-01T00:00:00Z",
        "253402300799999,9999-12-31T23:59:59.999Z",
        "253402300800000,null",
        "-1,null",
        "9223372036854775807,null",
        "1e300,null",
        "\"1969-12-31 23:59:59\",null",
        "\"+10000-01-01 00:00:00\",null",
        "\"2024-02-31 06:23:01\",null",
        "\"2024-13-01 06:23:01\",null",
        "\"yesterday\",null",
        "\"\",null",
        "true,null",
        "null,null"
      })
  void readsTimesTolerantlyAndTakesOnesWithoutZoneAsUtc(String json, @Nullable Instant expected)
      throws IOException {
    CloudSession session = session(", \"gmtCreate\": " + json + ", \"startTime\": " + json);

    assertThat(session.gmtCreate()).isEqualTo(expected);
    assertThat(session.startTime()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"sessionClusterId\": null",
        "\"sessionClusterId\": \"\"",
        "\"sessionClusterId\": \" \"",
        "\"name\": \"no id\""
      })
  void countsSessionsWithoutId(String fields) throws IOException {
    Page page =
        page("{\"sessionClusters\": [{" + fields + "}, {\"sessionClusterId\": \"a\"}, null]}");

    assertThat(page.withoutId()).isEqualTo(2);
    assertThat(page.sessions()).extracting(CloudSession::sessionClusterId).containsExactly("a");
  }

  @Test
  void aPageWithSessionsAndAnErrorCodeIsMarked() throws IOException {
    Page page =
        page("{\"sessionClusters\": [{\"sessionClusterId\": \"a\"}], \"code\": \"Partial\"}");

    assertThat(page.sessions()).hasSize(1);
    assertThat(page.error()).isNotNull();
  }

  @Test
  void tokensAndCountsMayComeAsTheOtherScalar() throws IOException {
    Page page = page("{\"nextToken\": 1, \"totalCount\": \"250\", \"maxResults\": \"20\"}");

    assertThat(page.nextToken()).isEqualTo("1");
    assertThat(page.totalCount()).isEqualTo(250);
  }

  private CloudSession session(String moreFields) throws IOException {
    Page page = page("{\"sessionClusters\": [{\"sessionClusterId\": \"sc-1\"" + moreFields + "}]}");
    assertThat(page.sessions()).hasSize(1);
    return page.sessions().getFirst();
  }

  private static CloudSession empty() {
    return new CloudSession(
        null, "sc-1", null, null, null, null, null, null, null, null, null, List.of(), null, null,
        null, null, null, null, null, null, null, null, null, null);
  }

  private Page page(String json) throws IOException {
    return read(json);
  }

  private Page read(String json) throws IOException {
    return PageReader.read(
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
        Sessions.uncounted(),
        1000);
  }
}
