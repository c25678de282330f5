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

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.SessionId;
import io.sessionclusters.cloud.http.MalformedResponseException;
import io.sessionclusters.support.FuzzRun;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever bytes come with HTTP 200, they are what Jackson's tree says, or are refused. */
@ExtendWith(FuzzRun.class)
class PageReaderFuzzTest {

  private static final int MAX_SESSIONS = 20;

  private static final Set<String> SUCCESS = Set.of("", "200", "0", "ok", "success", "1000000");

  private static final Map<String, String> SECOND_SPELLING =
      Map.of(
          "SessionClusters", "sessionClusters",
          "NextToken", "nextToken",
          "TotalCount", "totalCount");

  private static final JsonMapper TREES =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @FuzzTest(maxExecutions = 100_000)
  void anyBodyIsAPageAnErrorOrRefused(byte[] body) throws IOException {
    JsonNode tree = tree(body);
    try {
      Page page =
          PageReader.read(new ByteArrayInputStream(body), Sessions.uncounted(), MAX_SESSIONS);
      if (page.errorAlone() != null) {
        assertThat(tree.path("sessionClusters")).as("hidden").isEmpty();
      } else {
        assertThat(page.sessions())
            .hasSizeLessThanOrEqualTo(MAX_SESSIONS)
            .allSatisfy(PageReaderFuzzTest::assertWellFormed);
        if (!tree.isEmpty()) {
          assertShows(tree, page);
        }
      }
    } catch (MalformedResponseException e) {
      assertQuotesNothing(e);
      if (e.kind() == Kind.NOT_JSON || e.kind() == Kind.TRUNCATED_BODY) {
        assertThat(tree).as("what Jackson reads").isEmpty();
      }
    }
  }

  /**
   * With the documented names where the reader takes those of the second spelling, too. Empty if it
   * is no JSON, or has a field twice: which one counts is the reader's business.
   */
  private static JsonNode tree(byte[] body) {
    try {
      JsonNode tree = TREES.readTree(body);
      if (tree instanceof ObjectNode page) {
        for (var name : SECOND_SPELLING.entrySet()) {
          JsonNode value = page.remove(name.getKey());
          if (value != null && page.replace(name.getValue(), value) != null) {
            return TREES.createObjectNode();
          }
        }
      }
      return tree;
    } catch (IOException _) {
      return TREES.createObjectNode();
    }
  }

  /** The words are the reader's own: a quotation would bring other characters. */
  private static void assertQuotesNothing(MalformedResponseException e) {
    assertThat(e.getMessage()).matches("[A-Z_]+ [A-Za-z ,.]{0,80}");
    assertThat(e).hasNoCause().hasNoSuppressedExceptions();
  }

  private static void assertWellFormed(CloudSession session) {
    assertThat(session.sessionClusterId())
        .isNotBlank()
        .hasSizeLessThanOrEqualTo(253)
        .doesNotContainPattern("\\p{Cntrl}");
    for (Instant time : new Instant[] {session.gmtCreate(), session.startTime()}) {
      if (time != null) {
        assertThat(time).isBetween("1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z");
      }
    }
    assertThat(session)
        .hasToString("CloudSession[" + session.sessionClusterId() + ", " + session.state() + "]");
  }

  private static void assertShows(JsonNode tree, Page page) {
    JsonNode list = tree.path("sessionClusters");
    assertThat(page.sessions().size() + page.withoutId()).isEqualTo(list.size());
    List<JsonNode> ids =
        StreamSupport.stream(list.spliterator(), false)
            .map(session -> session.path("sessionClusterId"))
            .filter(id -> !id.isNull() && !id.asText().isBlank())
            .toList();
    if (ids.stream().allMatch(JsonNode::isTextual)) {
      assertThat(page.sessions())
          .extracting(CloudSession::sessionClusterId)
          .containsExactlyElementsOf(
              ids.stream().map(id -> SessionId.of(inUtf8(id.textValue()))).toList());
    }
    JsonNode total = tree.path("totalCount");
    if (total.isIntegralNumber()) {
      assertThat(page.totalCount()).isEqualTo(total.longValue());
    }
    JsonNode token = tree.path("nextToken");
    assertThat(page.nextToken().isEmpty()).isEqualTo(token.asText("").isEmpty());
    if (list.isEmpty()) {
      assertProvesEmptiness(tree, page);
    }
  }

  private static String inUtf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** An empty page may end in the removal of mirrors. */
  private static void assertProvesEmptiness(JsonNode tree, Page page) {
    assertThat(page.error()).isNull();
    assertThat(Stream.of("HostId", "hostId", "Recommend", "recommend")).noneMatch(tree::has);
    assertThat(Stream.of("code", "Code", "message", "Message"))
        .allMatch(
            name -> SUCCESS.contains(tree.path(name).asText("").strip().toLowerCase(Locale.ROOT)));
    assertThat(Stream.of("success", "Success"))
        .noneMatch(name -> tree.path(name).asText("").strip().equalsIgnoreCase("false"));
    assertThat(Stream.of("sessionClusters", "nextToken", "totalCount", "maxResults", "requestId"))
        .anyMatch(tree::hasNonNull);
  }
}
