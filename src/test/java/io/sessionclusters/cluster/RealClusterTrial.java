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
package io.sessionclusters.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.FakeWorkspace;
import io.sessionclusters.support.TestNamespace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of a release in a whole cluster, step by step; each step stands on those before it. Not
 * part of a build: {@code mvn verify -Pcluster}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealClusterTrial {

  private static final String REGION = "cn-hangzhou";
  private static final String WORKSPACE = "w-1234abcd";
  private static final int SESSIONS = 120;

  /** After a kill; the lease itself lasts 15 s. */
  private static final Duration TAKEOVER = Duration.ofSeconds(20);

  /** The last one first. */
  private static final Deque<AutoCloseable> OPENED = new ArrayDeque<>();

  @TempDir private static Path folder;

  private static RealCluster cluster;
  private static FakeWorkspace workspace;
  private static TestNamespace namespace;
  private static MirrorJournal journal;

  @BeforeAll
  static void installBesideACloud() {
    RealCluster.loadImage();
    cluster = RealCluster.prepare(folder);
    OPENED.push(cluster);
    workspace = cluster.cloud.workspace(REGION, WORKSPACE);
    IntStream.range(0, SESSIONS).forEach(i -> workspace.put(FakeSession.thrift("sc-" + i)));
    cluster.cloud.addKey("LTAI-test", "test-secret");
    cluster.install();
    namespace = TestNamespace.create(cluster.client);
    OPENED.push(namespace);
    cluster
        .client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace.name())
                .withName("key")
                .endMetadata()
                .withStringData(
                    Map.of("accessKeyId", "LTAI-test", "accessKeySecret", "test-secret"))
                .build())
        .create();
    journal = new MirrorJournal(cluster.client, namespace.name());
    OPENED.push(journal);
  }

  @AfterAll
  static void leaveTheClusterAsItWas() throws Exception {
    for (AutoCloseable last : OPENED) {
      last.close();
    }
  }

  @Test
  @Order(1)
  void aPodIsReadyWithTheChartsOwnSecuritySettings() {
    Pod pod = cluster.awaitPods(1).getFirst();

    assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
        .isEqualTo("RuntimeDefault");
    assertThat(pod.getSpec().getContainers().getFirst().getSecurityContext())
        .satisfies(
            security -> {
              assertThat(security.getReadOnlyRootFilesystem()).isTrue();
              assertThat(security.getAllowPrivilegeEscalation()).isFalse();
              assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
            });
    assertThat(restarts(pod)).isZero();
  }

  @Test
  @Order(2)
  void itsProbesAndMetricsAnswer() {
    Pod pod = cluster.awaitPods(1).getFirst();

    assertThat(cluster.ask(pod, 8081, "/livez")).isNotEmpty();
    assertThat(cluster.ask(pod, 8081, "/readyz")).isNotEmpty();
    assertThat(cluster.ask(pod, 8080, "/metrics"))
        .contains("\nsessioncluster_operator_", "\njvm_memory_used_bytes");
  }

  @Test
  @Order(3)
  void theCloudIsMirrored() {
    cluster
        .client
        .resource(
            """
            apiVersion: sessionclusters.io/v1alpha1
            kind: SessionClusterSource
            metadata: {name: trial, namespace: %s}
            spec:
              regionId: %s
              workspaceId: %s
              endpoint: %s
              interval: 1s
              transitionInterval: 1s
              credentials: {secretRef: {name: key}}
            """
                .formatted(namespace.name(), REGION, WORKSPACE, cluster.endpoint()))
        .create();
    awaitMirrors();

    workspace.update("sc-1", session -> session.state("Stopped"));
    workspace.remove("sc-2");
    awaitMirrors();
    assertThat(journal.changes())
        .filteredOn(change -> change.endsWith(" deleted"))
        .containsExactly("sc-2 deleted");
  }

  @Test
  @Order(4)
  void aKilledPodIsReplacedAndNoMirrorIsWrong() {
    Pod pod = cluster.awaitPods(1).getFirst();
    cluster.kill(pod);
    workspace.update("sc-3", session -> session.state("Stopped"));

    assertThat(cluster.awaitPods(1)).doesNotContain(pod);
    awaitMirrors();
    assertThat(journal.changes()).containsExactly("sc-3 Stopped");
  }

  @Test
  @Order(5)
  void aRestartedKubeletChangesNothing() {
    String restart = RealCluster.optional("cluster.restart.kubelet");
    // Only who runs the cluster knows how to restart its kubelet; all else can be tried without.
    assumeFalse(restart.isEmpty(), "no command to restart the kubelet is given");
    Pod before = cluster.awaitPods(1).getFirst();
    RealCluster.run(restart);
    workspace.update("sc-4", session -> session.state("Stopped"));

    awaitMirrors();
    Pod after = cluster.awaitPods(1).getFirst();
    assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
    assertThat(restarts(after)).isEqualTo(restarts(before));
    assertThat(journal.changes()).containsExactly("sc-4 Stopped");
  }

  @Test
  @Order(6)
  void anUpgradeToTwoPodsRewritesNothing() {
    List<Pod> before = cluster.awaitPods(1);
    cluster.upgrade("{replicaCount: 2, leaderElection: {enabled: true}, log: {format: json}}");

    assertThat(cluster.awaitPods(2))
        .extracting(RealClusterTrial::name)
        .doesNotContain(name(before.getFirst()));
    RealCluster.eventually().until(() -> cluster.pods().stream().anyMatch(RealClusterTrial::leads));
    workspace.update("sc-5", session -> session.state("Stopped"));
    awaitMirrors();
    assertThat(journal.changes()).containsExactly("sc-5 Stopped");
  }

  @Test
  @Order(7)
  void whenTheLeaderIsKilledTheOtherTakesOver() {
    List<Pod> pods = cluster.awaitPods(2);
    Pod leader = pods.stream().filter(RealClusterTrial::leads).findFirst().orElseThrow();
    cluster.kill(leader);
    workspace.update("sc-6", session -> session.state("Stopped"));

    RealCluster.eventually()
        .atMost(TAKEOVER)
        .untilAsserted(() -> assertThat(journal.states()).isEqualTo(cloudStates()));
    assertThat(cluster.leader()).isNotEqualTo(name(leader)).isIn(names(cluster.pods()));
    assertThat(journal.changes()).containsExactly("sc-6 Stopped");
    cluster.awaitPods(2);
  }

  @Test
  @Order(8)
  void anUninstallLeavesTheDefinitionsAndNoMirror() {
    cluster.client.resources(SessionClusterSource.class).inNamespace(namespace.name()).delete();
    RealCluster.eventually().until(() -> journal.states().isEmpty());
    cluster.uninstall();

    RealCluster.eventually().until(() -> cluster.pods().isEmpty());
    assertThat(cluster.definitions()).hasSize(2);
    cluster.deleteDefinitions();
    RealCluster.eventually().until(() -> cluster.definitions().isEmpty());
  }

  private static void awaitMirrors() {
    RealCluster.eventually()
        .untilAsserted(() -> assertThat(journal.states()).isEqualTo(cloudStates()));
  }

  private static Map<String, String> cloudStates() {
    return workspace.sessions().stream()
        .collect(Collectors.toMap(FakeSession::id, FakeSession::state));
  }

  private static boolean leads(Pod pod) {
    return name(pod).equals(cluster.leader());
  }

  private static List<String> names(List<Pod> pods) {
    return pods.stream().map(RealClusterTrial::name).toList();
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }

  private static int restarts(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
  }
}
