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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults in what is answered, and which requests they hit. */
class FakeCloudFaultsTest {

  private final FakeCloud cloud = FakeCloud.start();
  private final FakeWorkspace workspace = cloud.workspace("cn-hangzhou", "w-1234abcd");
  private final SigningClient client = new SigningClient(cloud.endpoint(), "id", "secret");

  @BeforeEach
  void prepare() {
    cloud.addKey("id", "secret");
    for (int i = 0; i < 5; i++) {
      workspace.put(FakeSession.sql("sc-" + i));
    }
    workspace.maxPageSize(2);
  }

  @AfterEach
  void close() {
    client.close();
    cloud.close();
  }

  /** The API's error table, row by row. */
  @ParameterizedTest
  @CsvSource({
    "InvalidAccessKeyId.NotFound, 404",
    "InvalidAccessKeyId.Inactive, 400",
    "SignatureDoesNotMatch, 400",
    "InvalidTimeStamp.Expired, 400",
    "SignatureNonceUsed, 400",
    "InvalidSecurityToken.Expired, 400",
    "Forbidden.RAM, 403",
    "Forbidden, 403",
    "NoPermission, 403",
    "Throttling, 400",
    "Throttling.User, 400",
    "Throttling.Api, 400",
    "InternalError, 500",
    "ServiceUnavailable, 503",
    "'', 400",
    "OperationDenied, 400",
    "InvalidParameter, 400",
    "InvalidParameter.kind, 400",
    "MissingParameter.regionId, 400"
  })
  void answersAnyErrorOfTheTable(String code, int status) throws Exception {
    cloud.faults().once(Fault.error(code));

    var reply = client.list();

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.code()).isEqualTo(code);
    assertThat(reply.header("content-type")).isEqualTo("application/json;charset=utf-8");
    assertThat(cloud.requests())
        .last()
        .returns(code, RecordedRequest::errorCode)
        .returns(status, RecordedRequest::status)
        .returns("error " + code, RecordedRequest::fault);
    assertThat(client.list().status()).isEqualTo(200);
  }

  @Test
  void knowsNoOtherErrorByName() {
    assertThatIllegalArgumentException().isThrownBy(() -> Fault.error("Throtling"));
  }

  @Test
  void answersAnErrorOfAnyCodeAndStatus() throws Exception {
    cloud.faults().once(Fault.error("Teapot.Short", 418, "and stout"));

    var reply = client.list();

    assertThat(reply.status()).isEqualTo(418);
    assertThat(reply.code()).isEqualTo("Teapot.Short");
    assertThat(reply.json().path("Message").asText()).isEqualTo("and stout");
  }

  @Test
  void echoesTheSignatureOfAGoodRequest() throws Exception {
    cloud.faults().once(Fault.error("SignatureDoesNotMatch").withStatus(403));

    var reply = client.list();

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.json().path("Message").asText())
        .contains("server canonical request is:[GET\n/api/v1/workspaces/w-1234abcd/");
  }

  @Test
  void answersErrorsInEveryShape() throws Exception {
    cloud.faults().once(Fault.error("InternalError", ErrorFormat.LOWER_CASE_JSON));
    cloud.faults().once(Fault.error("Throttling", ErrorFormat.XML));
    cloud.faults().once(Fault.error("ServiceUnavailable", ErrorFormat.HTML));
    cloud.faults().once(Fault.error("Forbidden", ErrorFormat.EMPTY));

    var lower = client.list();
    assertThat(lower.json().fieldNames())
        .toIterable()
        .containsExactly("requestId", "message", "recommend", "hostId", "code");
    var xml = client.list();
    assertThat(xml.status()).isEqualTo(400);
    assertThat(xml.header("content-type")).isEqualTo("text/xml;charset=utf-8");
    assertThat(xml.body()).startsWith("<?xml").contains("<Code>Throttling</Code>");
    var html = client.list();
    assertThat(html.status()).isEqualTo(503);
    assertThat(html.header("content-type")).isEqualTo("text/html");
    assertThat(html.body()).startsWith("<html>").doesNotContain("ServiceUnavailable");
    var empty = client.list();
    assertThat(empty.status()).isEqualTo(403);
    assertThat(empty.body()).isEmpty();
  }

  @Test
  void says200ToAnError() throws Exception {
    cloud.faults().once(Fault.error("InternalError").withStatus(200));

    var reply = client.list();

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.code()).isEqualTo("InternalError");
  }

  @Test
  void saysHowLongToWait() throws Exception {
    cloud
        .faults()
        .once(
            Fault.error("Throttling.User")
                .withRetryAfter(Duration.ofSeconds(7))
                .withRateLimit(Duration.ofSeconds(2)));

    var reply = client.list();

    assertThat(reply.header("Retry-After")).isEqualTo("7");
    assertThat(reply.header("x-ratelimit-user-api"))
        .isEqualTo("Limit:1,Remain:0,TimeLeft:2000,Reset:1234");
  }

  @Test
  void doesNotHideABadSignatureBehindAFault() throws Exception {
    cloud.faults().once(Fault.error("Throttling"));

    try (var bad = new SigningClient(cloud.endpoint(), "id", "wrong")) {
      assertThat(bad.list().code()).isEqualTo("SignatureDoesNotMatch");
    }
  }

  @Test
  void answersNonsenseWith200() throws Exception {
    cloud.faults().once(Fault.notJson());
    cloud.faults().once(Fault.truncatedJson());
    cloud.faults().once(Fault.emptyObject());
    cloud.faults().once(Fault.emptyBody());

    var notJson = client.list();
    assertThat(notJson.status()).isEqualTo(200);
    assertThat(notJson.header("content-type")).startsWith("application/json");
    assertThatExceptionOfType(JsonProcessingException.class).isThrownBy(notJson::json);
    var truncated = client.list();
    assertThat(truncated.body()).startsWith("{\"requestId\"");
    assertThatExceptionOfType(JsonProcessingException.class).isThrownBy(truncated::json);
    assertThat(client.list().body()).isEqualTo("{}");
    assertThat(client.list().body()).isEmpty();
  }

  @Test
  void falsifiesTypes() throws Exception {
    cloud.faults().once(BadPages.ofWrongTypes());
    cloud.faults().once(BadPages.ofWrongFieldTypes());
    cloud.faults().once(BadPages.withNullElements());
    cloud.faults().once(BadPages.withoutTheList());

    var types = client.list().json();
    assertThat(types.path("sessionClusters").isTextual()).isTrue();
    assertThat(types.path("totalCount").isObject()).isTrue();
    var session = client.list().json().path("sessionClusters").path(0);
    assertThat(session.path("name").isArray()).isTrue();
    assertThat(session.path("stateChangeReason").isTextual()).isTrue();
    assertThat(session.path("gmtCreate").isObject()).isTrue();
    var nulls = client.list().json().path("sessionClusters");
    assertThat(nulls).hasSize(5);
    assertThat(nulls.path(0).isNull() && nulls.path(2).isNull() && nulls.path(4).isNull()).isTrue();
    assertThat(client.list().json().has("sessionClusters")).isFalse();
  }

  @Test
  void editsAPageAtWill() throws Exception {
    cloud.faults().once(Fault.editedPage("a text", page -> page.put("totalCount", "5")));

    assertThat(client.list().json().path("totalCount").isTextual()).isTrue();
    assertThat(cloud.requests()).last().returns("a text", RecordedRequest::fault);
  }

  @Test
  void repeatsThePageToken() throws Exception {
    cloud.faults().always(BadPages.repeatedToken());

    String token = client.list().nextToken();
    assertThat(client.list("nextToken", token).nextToken()).isEqualTo(token);
    assertThat(client.list("nextToken", token).nextToken()).isEqualTo(token);
  }

  @Test
  void neverEnds() throws Exception {
    cloud.faults().always(BadPages.endlessEmptyPages());

    var page = client.list();
    for (int i = 2; i <= 10; i++) {
      String token = page.nextToken();
      page = client.list("nextToken", token);
      assertThat(page.ids()).isEmpty();
      assertThat(page.nextToken()).isNotEmpty().isNotEqualTo(token);
      assertThat(cloud.requests()).last().returns(i, RecordedRequest::page);
    }
  }

  @Test
  void endsWithAnEmptyToken() throws Exception {
    cloud.faults().always(BadPages.emptyTokenAtTheEnd());

    assertThat(client.walk()).hasSize(5);
    assertThat(client.list("sessionClusterId", "sc-0").json().path("nextToken").asText("absent"))
        .isEmpty();
  }

  @Test
  void liesAboutTheTotalCount() throws Exception {
    assertThat(totalCounts(BadPages.totalCount(9))).containsExactly(9, 9, 9);
    assertThat(totalCounts(BadPages.totalCountOffBy(2))).containsExactly(7, 7, 7);
    assertThat(totalCounts(BadPages.totalCountOffBy(-2))).containsExactly(3, 3, 3);
    assertThat(totalCounts(BadPages.totalCountGrowing())).containsExactly(5, 6, 7);
    assertThat(totalCounts(BadPages.withoutTotalCount())).containsExactly(-1, -1, -1);
    cloud.faults().always(BadPages.totalCountIgnoringFilters());
    assertThat(client.list("sessionClusterId", "sc-0").json().path("totalCount").asInt())
        .isEqualTo(5);
  }

  @Test
  void losesAndDoublesSessions() throws Exception {
    cloud.faults().onPage(2).once(BadPages.withoutItsSessions());
    assertThat(client.walk()).containsExactly("sc-0", "sc-1", "sc-4");

    cloud.faults().onPage(1).once(BadPages.lacking(1));
    assertThat(client.walk()).containsExactly("sc-1", "sc-2", "sc-3", "sc-4");

    cloud.faults().onPage(3).once(BadPages.withEverySessionTwice());
    assertThat(client.walk()).containsExactly("sc-0", "sc-1", "sc-2", "sc-3", "sc-4", "sc-4");
  }

  @Test
  void recordsWhoFollowsARedirect() throws Exception {
    cloud.faults().once(Fault.redirectTo(cloud.endpoint().resolve("/elsewhere?a=b")));

    var reply = client.list();
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.header("Location")).isEqualTo(cloud.endpoint() + "/elsewhere?a=b");
    assertThat(cloud.requests()).hasSize(1);

    client.path("/elsewhere").list();
    assertThat(cloud.requests()).last().returns("/elsewhere", each -> each.call().path());
    assertThat(cloud.listings(workspace)).isEqualTo(1);
  }

  @Test
  void hitsOnlyWhatItIsMeantFor() throws Exception {
    cloud.addKey("other", "secret");
    cloud.workspace("cn-hangzhou", "w-other");
    var mine = cloud.faults().forKey("id").onPage(1).next(2, Fault.error("Throttling"));
    cloud.faults().forWorkspace("w-other").always(Fault.error("NoPermission"));
    cloud.faults().when(call -> call.query("kind").equals("SQL")).once(Fault.emptyObject());

    try (var other = new SigningClient(cloud.endpoint(), "other", "secret")) {
      assertThat(other.list().status()).isEqualTo(200);
      assertThat(client.list().code()).isEqualTo("Throttling");
      assertThat(other.list("kind", "SQL").body()).isEqualTo("{}");
      assertThat(other.list("kind", "SQL").status()).isEqualTo(200);
      other.path("/api/v1/workspaces/w-other/sessionClusters");
      assertThat(other.list().code()).isEqualTo("NoPermission");
      assertThat(other.list().code()).isEqualTo("NoPermission");
    }
    assertThat(mine.applied()).isEqualTo(1);
    mine.clear();
    assertThat(client.list().status()).isEqualTo(200);
  }

  @Test
  void queuesUp() throws Exception {
    cloud.faults().next(2, Fault.error("Throttling"));
    cloud.faults().once(Fault.error("InternalError"));
    var rest = cloud.faults().always(Fault.error("ServiceUnavailable"));

    assertThat(client.list().code()).isEqualTo("Throttling");
    assertThat(client.list().code()).isEqualTo("Throttling");
    assertThat(client.list().code()).isEqualTo("InternalError");
    assertThat(client.list().code()).isEqualTo("ServiceUnavailable");
    assertThat(client.list().code()).isEqualTo("ServiceUnavailable");
    cloud.faults().clear();
    assertThat(client.list().status()).isEqualTo(200);
    assertThat(rest.applied()).isEqualTo(2);
  }

  @Test
  void combinesFaults() throws Exception {
    cloud
        .faults()
        .once(
            BadPages.totalCountOffBy(1)
                .withHeader("a", "1")
                .and(BadPages.totalCountOffBy(2).withHeader("b", "2").withStatus(500)));

    var reply = client.list();

    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.json().path("totalCount").asInt()).isEqualTo(8);
    assertThat(reply.header("a") + reply.header("b")).isEqualTo("12");
    assertThat(cloud.requests())
        .last()
        .returns("totalCount off by 1 + totalCount off by 2", RecordedRequest::fault);
  }

  private int[] totalCounts(Fault fault) throws Exception {
    cloud.faults().clear();
    cloud.faults().always(fault);
    var first = client.list();
    var second = client.list("nextToken", first.nextToken());
    var third = client.list("nextToken", second.nextToken());
    cloud.faults().clear();
    return new int[] {
      first.json().path("totalCount").asInt(-1),
      second.json().path("totalCount").asInt(-1),
      third.json().path("totalCount").asInt(-1)
    };
  }
}
