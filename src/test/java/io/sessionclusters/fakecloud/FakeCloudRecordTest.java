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
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the fake remembers of its requests. */
class FakeCloudRecordTest {

  private final FakeCloud cloud = FakeCloud.start();
  private final FakeWorkspace workspace = cloud.workspace("cn-hangzhou", "w-1234abcd");
  private final SigningClient client = new SigningClient(cloud.endpoint(), "id", "secret");

  @BeforeEach
  void prepare() {
    cloud.addKey("id", "secret");
    for (int i = 0; i < 5; i++) {
      workspace.put(FakeSession.sql("sc-" + i));
    }
  }

  @AfterEach
  void close() {
    client.close();
    cloud.close();
  }

  @Test
  void remembersEachRequest() throws Exception {
    Instant now = Instant.parse("2026-11-22T00:00:00Z");
    cloud.setClock(Clock.fixed(now, ZoneOffset.UTC));
    client.at(Clock.fixed(now, ZoneOffset.UTC));
    client.list("queueName", "a b", "maxResults", "2");

    assertThat(cloud.requests())
        .singleElement()
        .returns(now, RecordedRequest::time)
        .returns("w-1234abcd", RecordedRequest::workspaceId)
        .returns(
            Map.of("queueName", "a b", "maxResults", "2", "regionId", "cn-hangzhou"),
            RecordedRequest::query)
        .returns(1, RecordedRequest::page)
        .returns("id", RecordedRequest::keyId)
        .returns(200, RecordedRequest::status)
        .returns("", RecordedRequest::errorCode)
        .returns("", RecordedRequest::fault)
        .returns(1, RecordedRequest::connection);
  }

  @Test
  void countsListingsForEachWorkspace() throws Exception {
    var sameIdElsewhere = cloud.workspace("cn-beijing", "w-1234abcd");
    client.walk("maxResults", "2");
    client.walk("maxResults", "2");
    client.list("regionId", "cn-beijing");
    cloud.faults().once(Fault.error("Throttling"));
    client.list();

    assertThat(cloud.listings(workspace)).isEqualTo(3);
    assertThat(cloud.requests(workspace)).hasSize(7);
    assertThat(cloud.listings(sameIdElsewhere)).isEqualTo(1);
    assertThat(cloud.requestCount()).isEqualTo(8);

    cloud.forgetRequests();
    assertThat(cloud.listings(workspace)).isZero();
    assertThat(cloud.requests()).isEmpty();
    assertThat(cloud.requestCount()).isZero();
  }

  @Test
  void tellsRequestsApartThatComeAtTheSameTime() throws Exception {
    cloud.faults().always(Fault.delay(Duration.ofSeconds(30)));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var listings = new ArrayList<Future<SigningClient.Reply>>();
      for (int i = 0; i < 7; i++) {
        listings.add(threads.submit(() -> client.list()));
      }
      await().until(() -> cloud.requestsInFlight() == 7);
      cloud.stopListening();
      assertThat(listings).allSatisfy(each -> assertThat(each).failsWithin(Duration.ofSeconds(10)));
    }

    assertThat(cloud.requestsInFlight()).isZero();
    assertThat(cloud.peakRequestsInFlight()).isEqualTo(7);
    assertThat(cloud.requests())
        .extracting(RecordedRequest::connection)
        .doesNotHaveDuplicates()
        .hasSize(7);
  }

  @Test
  void holdsNoMoreThan200Connections() throws Exception {
    List<RawConnection> connections = new ArrayList<>();
    try {
      for (int i = 0; i < 210; i++) {
        connections.add(new RawConnection(cloud));
      }
      await().until(() -> cloud.openConnections() == 200);

      connections.removeFirst().close();
      await().until(() -> cloud.connectionCount() == 201);
      assertThat(cloud.openConnections()).isEqualTo(200);
    } finally {
      for (RawConnection connection : connections) {
        connection.close();
      }
    }
  }

  @Test
  void bearsManyClientsWhileSessionsChange() throws Exception {
    workspace.maxPageSize(2);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var walks = new ArrayList<Future<List<String>>>();
      for (int i = 0; i < 20; i++) {
        int number = i;
        walks.add(threads.submit(() -> client.walk()));
        threads.execute(() -> workspace.update("sc-1", s -> s.name("name " + number)));
      }
      for (Future<List<String>> walk : walks) {
        assertThat(walk.get()).containsExactly("sc-0", "sc-1", "sc-2", "sc-3", "sc-4");
      }
    }
    assertThat(cloud.listings(workspace)).isEqualTo(20);
    assertThat(cloud.requestCount()).isEqualTo(60);
  }
}
