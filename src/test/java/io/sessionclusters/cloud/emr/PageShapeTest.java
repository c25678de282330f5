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
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.http.MalformedResponseException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bodies are pages, which are errors, and which are neither. */
class PageShapeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"requestId\": \"r\", \"sessionClusters\": []}",
        "{\"sessionClusters\": []}",
        "{\"SessionClusters\": [], \"TotalCount\": 0}",
        "{\"sessionClusters\": [], \"totalCount\": null}",
        "{\"sessionClusters\": [], \"totalCount\": \" \"}",
        "{\"sessionClusters\": [], \"totalCount\": \"0\", \"code\": \"200\", \"success\": true}",
        "{\"totalCount\": 0}",
        "{\"totalCount\": \"0\"}",
        "{\"requestId\": \"r\", \"totalCount\": 0.0, \"sessionClusters\": null}",
        "\uFEFF {\"requestId\": \"r\", \"sessionClusters\": []} \n"
      })
  void theseSayThatThereIsNoSession(String json) throws IOException {
    assertThat(page(json).sessions()).isEmpty();
    assertThat(alone(json)).isInstanceOf(Listing.Complete.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"requestId\": \"r\"}",
        "{\"requestId\": \"r\", \"sessionClusters\": null}",
        "{\"maxResults\": 20}",
        "{\"nextToken\": \"\"}",
        "{\"requestId\": \"r\", \"code\": \"200\", \"message\": \"OK\", \"success\": true}",
        "{\"requestId\": \"r\", \"data\": {\"sessionClusters\": []}}",
        "{\"requestId\": \"r\", \"data\": {\"sessionClusters\": [{\"sessionClusterId\": \"a\"}]}}",
        "{\"requestId\": \"r\", \"sessions\": [{\"sessionClusterId\": \"a\"}]}",
        "\uFEFF {\"requestId\": \"r\"} \n",
        "{\"totalCount\": 4}",
        "{\"totalCount\": 4, \"sessionClusters\": null}",
        "{\"totalCount\": 4, \"sessionClusters\": []}",
        "{\"totalCount\": \"4\", \"sessionClusters\": []}",
        "{\"TotalCount\": 4, \"sessionClusters\": []}",
        "{\"totalCount\": -1}",
        "{\"totalCount\": -1, \"sessionClusters\": []}"
      })
  void theseSayNothing(String json) throws IOException {
    assertThat(alone(json))
        .isInstanceOfSatisfying(
            Listing.Torn.class,
            torn -> {
              assertThat(torn.cause()).isEqualTo(Listing.Cause.SAYS_NOTHING);
              assertThat(torn.cause()).isNotEqualTo(Listing.Cause.OVERSTATED);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"sessionClusters\": null}",
        "{\"requestId\": null, \"nextToken\": null, \"totalCount\": null, \"maxResults\": null}",
        "{\"requestId\": \"\"}",
        "{\"RequestId\": \"r\"}",
        "{\"data\": {\"sessionClusters\": []}}",
        "{\"sessionClusters\": \"\"}",
        "{\"sessionClusters\": \"none\"}",
        "{\"sessionClusters\": {}}",
        "{\"sessionClusters\": 0}",
        "{\"sessionClusters\": [[]]}",
        "{\"sessionClusters\": null, \"sessionClusters\": []}",
        "{\"sessionClusters\": [], \"sessionClusters\": null}",
        "{\"SessionClusters\": [{\"sessionClusterId\": \"a\"}], \"sessionClusters\": []}",
        "{\"sessionClusters\": [], \"totalCount\": 4, \"totalCount\": 0}",
        "{\"sessionClusters\": [], \"nextToken\": \"1\", \"nextToken\": \"\"}",
        "{\"sessionClusters\": [], \"NextToken\": \"1\", \"nextToken\": \"\"}",
        "{\"sessionClusters\": [{\"sessionClusterId\": \"a\", \"sessionClusterId\": \"b\"}]}",
        "{\"sessionClusters\": [\"sc-1\"]}",
        "{\"sessionClusters\": [{\"sessionClusterId\": \"a\"}], \"sessionClusters\": []}",
        "{\"sessionClusters\": [{\"sessionClusterId\": {}}]}",
        "{\"sessionClusters\": [{\"sessionClusterId\": \"a\", \"state\": []}]}",
        "{\"sessionClusters\": [{\"sessionClusterId\": \"a\", \"fusion\": {}}]}",
        "{\"sessionClusters\": [{\"sessionClusterId\": \"a\", \"gmtCreate\": {}}]}",
        "{\"sessionClusters\": [{\"sessionClusterId\": \"a\", \"stateChangeReason\": \"x\"}]}",
        "{\"sessionClusters\": [{\"sessionClusterId\": \"a\", \"applicationConfigs\": {}}]}",
        "{\"sessionClusters\": [{\"sessionClusterId\": \"a\", \"applicationConfigs\": [1]}]}",
        "{\"requestId\": \"r\", \"nextToken\": {}}",
        "{\"requestId\": \"r\", \"totalCount\": \"many\"}",
        "{\"requestId\": \"r\", \"totalCount\": 1.5}",
        "{\"requestId\": \"r\", \"totalCount\": 99999999999999999999}",
        "[]",
        "[{\"sessionClusterId\": \"a\"}]",
        "\"text\"",
        "null",
        "42"
      })
  void theseHaveWrongTypes(String json) {
    assertThat(failure(json).kind()).isEqualTo(Kind.WRONG_TYPES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  \n",
        "<html><body>Bad gateway</body></html>",
        "OK",
        "{requestId: 1}",
        "{\"requestId\": \"r\"} trailing",
        "{\"requestId\": \"r\"}{\"requestId\": \"r\"}",
        "{\"requestId\": NaN}",
        "{\"requestId\": \"r\",}"
      })
  void theseAreNotJson(String text) {
    assertThat(failure(text).kind()).isEqualTo(Kind.NOT_JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"requestId\"",
        "{\"requestId\": \"r",
        "{\"requestId\": \"r\"",
        "{\"sessionClusters\": [",
        "{\"sessionClusters\": [{\"sessionClusterId\": \"a\"}",
        "{\"sessionClusters\": [{\"sessionClusterId\": \"a\"}], \"nextToken\": \"1",
      })
  void theseEndBeforeTheirEnd(String text) {
    assertThat(failure(text).kind()).isEqualTo(Kind.TRUNCATED_BODY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Code\":\"InternalError\",\"Message\":\"m\",\"RequestId\":\"r\"}|InternalError",
        "{\"code\":\"Throttling.User\",\"message\":\"m\",\"requestId\":\"r\"}|Throttling.User",
        "{\"code\":\"InternalError\",\"requestId\":\"r\",\"sessionClusters\":null}|InternalError",
        "{\"code\":\"InternalError\",\"requestId\":\"r\",\"sessionClusters\":[]}|InternalError",
        "{\"code\":500,\"requestId\":\"r\"}|500",
        "{\"code\":\"\",\"message\":\"no such workspace\",\"requestId\":\"r\"}|``",
        "{\"message\":\"no such workspace\",\"requestId\":\"r\",\"sessionClusters\":[]}|``",
        "{\"success\":false,\"requestId\":\"r\",\"totalCount\":0}|``",
        "{\"success\":\"false\",\"requestId\":\"r\",\"sessionClusters\":[]}|``",
        "{\"requestId\":\"r\",\"HostId\":\"h\",\"Recommend\":\"u\"}|``",
        "{\"code\":\"Forbidden\",\"Code\":\"\",\"sessionClusters\":[]}|Forbidden",
        "{\"Code\":\"200\",\"code\":\"Forbidden\",\"sessionClusters\":[]}|Forbidden",
        "{\"message\":\"failed\",\"Message\":\"ok\",\"sessionClusters\":[]}|``",
        "{\"success\":false,\"Success\":true,\"sessionClusters\":[]}|``"
      })
  void anErrorThatComesAsASuccessIsNoEmptyPage(String json, String code) throws IOException {
    assertThat(read(json))
        .satisfies(
            page -> assertThat(Objects.requireNonNull(page.errorAlone()).code()).isEqualTo(code));
  }

  @Test
  void depthLengthAndNumberAreBounded() {
    String deep = "{\"later\": " + "[".repeat(5000) + "]".repeat(5000) + "}";
    String longText = "{\"nextToken\": \"" + "x".repeat(5 * 1024 * 1024) + "\"}";
    String longNumber = "{\"totalCount\": " + "1".repeat(100_000) + "}";
    String many =
        "{\"sessionClusters\": [" + "{\"sessionClusterId\": \"a\"},".repeat(1001) + "{}]}";

    assertThat(List.of(deep, longText, longNumber, many))
        .allSatisfy(text -> assertThat(failure(text).kind()).isEqualTo(Kind.BODY_TOO_LARGE));
  }

  @Test
  void noFailureQuotesTheResponse() {
    for (String text :
        List.of(
            "{\"connectionToken\": hush}",
            "{\"sessionClusters\": [{\"connectionToken\": {\"hush\": 1}}]}",
            "hush",
            "{\"later\": \"hush")) {
      assertThat(failure(text).detail()).doesNotContain("hush");
      assertThat(failure(text)).hasNoCause().message().doesNotContain("hush");
    }
  }

  /** What a walk makes of the page if it is the only one. */
  private Listing alone(String json) throws IOException {
    var walk = new PageWalk(10, 100);
    assertThat(walk.add(page(json))).isNull();
    return walk.listing();
  }

  private Page page(String json) throws IOException {
    Page page = read(json);
    assertThat(page.errorAlone()).isNull();
    return page;
  }

  private Page read(String json) throws IOException {
    return PageReader.read(
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
        Sessions.uncounted(),
        1000);
  }

  private MalformedResponseException failure(String text) {
    MalformedResponseException failure =
        catchThrowableOfType(MalformedResponseException.class, () -> read(text));
    assertThat(failure).as(text.substring(0, Math.min(80, text.length()))).isNotNull();
    return failure;
  }
}
