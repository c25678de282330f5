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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages, tokens, filters, and what happens when sessions change meanwhile. */
class FakeCloudPagingTest {

  private final FakeCloud cloud = FakeCloud.start();
  private final FakeWorkspace workspace = cloud.workspace("cn-hangzhou", "w-1234abcd");
  private final SigningClient client = new SigningClient(cloud.endpoint(), "id", "secret");

  @BeforeEach
  void prepare() {
    cloud.addKey("id", "secret");
  }

  @AfterEach
  void close() {
    client.close();
    cloud.close();
  }

  @Test
  void cutsTheListInPages() throws Exception {
    put(5);

    var first = client.list("maxResults", "2");
    assertThat(first.ids()).containsExactly("sc-0", "sc-1");
    assertThat(first.json().path("totalCount").asInt()).isEqualTo(5);
    assertThat(first.json().path("maxResults").asInt()).isEqualTo(2);

    var second = client.list("maxResults", "2", "nextToken", first.nextToken());
    assertThat(second.ids()).containsExactly("sc-2", "sc-3");

    var third = client.list("maxResults", "2", "nextToken", second.nextToken());
    assertThat(third.ids()).containsExactly("sc-4");
    assertThat(third.json().has("nextToken")).isFalse();
    assertThat(cloud.requests()).extracting(RecordedRequest::page).containsExactly(1, 2, 3);
  }

  @Test
  void answersAnEmptyWorkspaceWithOneEmptyPage() throws Exception {
    var page = client.list();

    assertThat(page.json().path("sessionClusters").isArray()).isTrue();
    assertThat(page.ids()).isEmpty();
    assertThat(page.json().path("totalCount").asInt(-1)).isZero();
    assertThat(page.nextToken()).isEmpty();
  }

  @Test
  void bindsThePageSize() throws Exception {
    put(150);

    assertThat(client.list().ids()).hasSize(20);
    assertThat(client.list("maxResults", "1000").ids()).hasSize(100);
    workspace.maxPageSize(12);
    assertThat(client.list("maxResults", "1000").ids()).hasSize(12);
    assertThat(client.walk("maxResults", "1000")).hasSize(150).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "many", "1.5", "9999999999"})
  void refusesANonsensicalPageSize(String size) throws Exception {
    var reply = client.list("maxResults", size);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.code()).isEqualTo("InvalidParameter.maxResults");
  }

  @Test
  void givesTheSamePageAgainForTheSameToken() throws Exception {
    put(4);
    String token = client.list("maxResults", "2").nextToken();

    assertThat(client.list("maxResults", "2", "nextToken", token).ids())
        .isEqualTo(client.list("maxResults", "2", "nextToken", token).ids())
        .containsExactly("sc-2", "sc-3");
  }

  @Test
  void givesTokensThatNobodyCanGuess() throws Exception {
    put(4);
    String one = client.list("maxResults", "2").nextToken();
    String other = client.list("maxResults", "2").nextToken();

    assertThat(UUID.fromString(one)).isNotEqualTo(UUID.fromString(other));
  }

  @Test
  void refusesAForeignToken() throws Exception {
    put(4);
    cloud.workspace("cn-hangzhou", "w-other").put(FakeSession.sql("sc-x"));
    String token = client.list("maxResults", "2").nextToken();

    assertThat(client.list("nextToken", "1").code()).isEqualTo("InvalidParameter.nextToken");
    assertThat(client.list("nextToken", token, "kind", "SQL").code())
        .isEqualTo("InvalidParameter.nextToken");
    client.path("/api/v1/workspaces/w-other/sessionClusters");
    assertThat(client.list("nextToken", token).code()).isEqualTo("InvalidParameter.nextToken");
  }

  @Test
  void filters() throws Exception {
    workspace.put(FakeSession.sql("sc-1").queueName("root"));
    workspace.put(FakeSession.notebook("sc-2").queueName("root"));
    workspace.put(FakeSession.thrift("sc-3"));

    assertThat(client.walk("kind", "NOTEBOOK")).containsExactly("sc-2");
    assertThat(client.walk("queueName", "root")).containsExactly("sc-1", "sc-2");
    assertThat(client.walk("sessionClusterId", "sc-3")).containsExactly("sc-3");
    assertThat(client.walk("queueName", "root", "kind", "THRIFT")).isEmpty();
    assertThat(client.list("kind", "SQL").json().path("totalCount").asInt()).isEqualTo(1);
  }

  @Test
  void showsTheMomentWhenTheWalkStarted() throws Exception {
    put(6);
    workspace.afterPage(1, () -> workspace.remove("sc-0"));
    workspace.afterPage(2, () -> workspace.move("sc-5", 0));

    assertThat(client.walk("maxResults", "2"))
        .containsExactly("sc-0", "sc-1", "sc-2", "sc-3", "sc-4", "sc-5");
    assertThat(client.walk("maxResults", "2"))
        .containsExactly("sc-5", "sc-1", "sc-2", "sc-3", "sc-4");
  }

  @Test
  void missesASessionWhenTheListShiftsBetweenPages() throws Exception {
    put(6);
    workspace.paging(Paging.OFFSET).afterPage(1, () -> workspace.remove("sc-0"));

    assertThat(client.walk("maxResults", "2"))
        .containsExactly("sc-0", "sc-1", "sc-3", "sc-4", "sc-5");
  }

  @Test
  void missesOneAndDoublesAnotherWhenASessionMovesBetweenPages() throws Exception {
    put(6);
    workspace.paging(Paging.OFFSET).afterPage(1, () -> workspace.move("sc-5", 0));

    assertThat(client.walk("maxResults", "2"))
        .containsExactly("sc-0", "sc-1", "sc-1", "sc-2", "sc-3", "sc-4");
  }

  @Test
  void keepsTheOrderOfCreation() throws Exception {
    put(3);
    workspace.update("sc-1", s -> s.state("Stopped"));
    workspace.put(FakeSession.sql("sc-0").name("replaced"));
    workspace.put(FakeSession.sql("sc-9"));
    assertThat(client.walk()).containsExactly("sc-0", "sc-1", "sc-2", "sc-9");

    workspace.move("sc-9", 1);
    assertThat(client.walk()).containsExactly("sc-0", "sc-9", "sc-1", "sc-2");
    workspace.clear();
    assertThat(client.walk()).isEmpty();
  }

  @Test
  void showsChangesInTheNextListing() throws Exception {
    workspace.put(FakeSession.sql("sc-1"));
    workspace.update("sc-1", s -> s.state("Error").stateChangeReason("500", "boom"));

    var session = client.list().json().path("sessionClusters").path(0);

    assertThat(session.path("state").asText()).isEqualTo("Error");
    assertThat(session.path("stateChangeReason").path("message").asText()).isEqualTo("boom");
    assertThat(session.path("workspaceId").asText()).isEqualTo("w-1234abcd");
  }

  @Test
  void sendsWhatNoServiceShould() throws Exception {
    workspace.put(
        FakeSession.bare("sc-1").field("gmtCreate", "2024-09-01 06:23:01").field("new", "field"));
    workspace.put(FakeSession.sql("sc-2").without("name"));

    var sessions = client.list().json().path("sessionClusters");

    assertThat(sessions.path(0).path("gmtCreate").asText()).isEqualTo("2024-09-01 06:23:01");
    assertThat(sessions.path(0).path("new").asText()).isEqualTo("field");
    assertThat(sessions.path(1).has("name")).isFalse();
  }

  @Test
  void saysWhichSessionIsUnknown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> workspace.remove("sc-1"))
        .withMessage("w-1234abcd has no session sc-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> workspace.update("sc-1", s -> s.state("Stopped")));
  }

  private void put(int sessions) {
    List<FakeSession> all =
        IntStream.range(0, sessions).mapToObj(i -> FakeSession.sql("sc-" + i)).toList();
    workspace.put(all);
  }
}
