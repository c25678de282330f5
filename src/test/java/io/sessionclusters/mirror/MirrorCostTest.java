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
package io.sessionclusters.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.WorkspaceId;
import io.sessionclusters.cloud.emr.CannedTransport;
import io.sessionclusters.cloud.emr.HttpSessionClusterLister;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.kubernetes.ApiServerClient;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a mirror costs, in bytes that are allocated: a count, which no other load changes. */
class MirrorCostTest {

  private static final int WARM_UP = 2_000;
  private static final int EVENTS = 1_000;
  private static final int SESSIONS = 100;
  private static final int POLLS = 10;

  private static final Credentials KEY = new Credentials("id", new SecretValue("secret"), null);

  private static final ListQuery QUERY =
      new ListQuery(
          URI.create("http://127.0.0.1"),
          new RegionId(Mirrors.REGION),
          new WorkspaceId(Mirrors.WORKSPACE),
          null,
          null,
          null);

  /** 12,900 are measured; the client's own way, by trees of maps, takes 26,900. */
  private static final long MOST_BYTES_AN_EVENT = 20_000;

  /** 1,440 are measured: a page is read, and each session is compared with its mirror. */
  private static final long MOST_BYTES_A_SESSION = 3_000;

  @Test
  void aSessionOfAnUnchangedPollIsReadAndComparedAndNotMapped() throws InterruptedException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var lister = CannedTransport.lister(page())) {
      OneSource source = new OneSource();
      source.listed(true, list(lister));
      for (int poll = 0; poll < WARM_UP / SESSIONS; poll++) {
        source.listed(true, list(lister));
      }
      // Those of all threads: pages are read on threads of their own.
      long before = threads.getTotalThreadAllocatedBytes();

      int writes = 0;
      for (int poll = 0; poll < POLLS; poll++) {
        writes += source.listed(true, list(lister)).writes().size();
      }

      assertThat((threads.getTotalThreadAllocatedBytes() - before) / POLLS / SESSIONS)
          .isLessThan(MOST_BYTES_A_SESSION);
      assertThat(writes).isZero();
    }
  }

  private static List<CloudSession> list(HttpSessionClusterLister lister)
      throws InterruptedException {
    return ((Listing.Complete) lister.list(QUERY, KEY, Duration.ofMinutes(1))).sessions();
  }

  private static byte[] page() {
    ObjectNode page = new ObjectMapper().createObjectNode();
    for (int i = 0; i < SESSIONS; i++) {
      page.withArray("sessionClusters").add(FakeSession.sql("sc-" + i).json());
    }
    return page.put("totalCount", SESSIONS).toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anEventOfAWatchBecomesAStoredMirrorWithoutTrees() {
    Config nowhere = Config.empty();
    try (KubernetesClient client = ApiServerClient.of(nowhere)) {
      KubernetesSerialization serialization = client.getKubernetesSerialization();
      MirrorStore store = new MirrorStore(_ -> {}, Clock.systemUTC());
      List<String> warmUp = WatchEvents.of(0, WARM_UP);
      List<String> events = WatchEvents.of(WARM_UP, EVENTS);
      see(store, serialization, warmUp);
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();

      see(store, serialization, events);

      assertThat((threads.getCurrentThreadAllocatedBytes() - before) / EVENTS)
          .isLessThan(MOST_BYTES_AN_EVENT);
      assertThat(store.get("team-a", "sc-7").mirror())
          .isNotNull()
          .satisfies(mirror -> assertThat(mirror.state()).isEqualTo("Running"));
    }
  }

  private static void see(
      MirrorStore store, KubernetesSerialization serialization, List<String> events) {
    for (String text : events) {
      WatchEvent event = serialization.unmarshal(text, WatchEvent.class);
      store.see((SessionCluster) event.getObject());
    }
  }
}
