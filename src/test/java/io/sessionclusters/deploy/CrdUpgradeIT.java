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
package io.sessionclusters.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.sessionclusters.SessionClusterOperator;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.fakecloud.FakeCloud;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.FakeWorkspace;
import io.sessionclusters.support.ApiServerMetrics;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.ReadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * The CRDs of this tree in the place of earlier ones, which are kept in the test resources: the
 * objects that are there stay as they are, and the operator, running or started anew, writes none
 * of them again.
 */
class CrdUpgradeIT {

  private static final Path PREVIOUS = Path.of("src/test/resources/previous-crds");
  private static final int SESSIONS = 30;

  @AutoClose private final ControlPlane plane = ControlPlane.start();
  @AutoClose private final FakeCloud cloud = FakeCloud.start();
  private final FakeWorkspace workspace = cloud.workspace("cn-hangzhou", "w-1234abcd");

  @Test
  void nothingIsRewritten() throws Exception {
    cloud.addKey("LTAI-test", "test-secret");
    IntStream.range(0, SESSIONS)
        .forEach(i -> workspace.put(FakeSession.thrift("sc-" + i).state("Running")));
    DeployedControlPlane.deploy(plane);
    for (Path crds : previous()) {
      plane.kubectl().run("apply", "--server-side", "--force-conflicts", "-f", crds.toString());
      applySource();
      try (SessionClusterOperator _ = startOperator()) {
        awaitSettled();
        Map<String, String> before = versions();
        assertThat(before).as("mirrors and their source").hasSize(SESSIONS + 1);
        ApiServerMetrics metrics = plane.metrics();

        plane.kubectl().run("apply", "-k", "crds");
        awaitListings(3);

        assertThat(versions()).as("after the CRDs of %s", crds).isEqualTo(before);
        assertThat(plane.metrics().writes("sessionclusters"))
            .isEqualTo(metrics.writes("sessionclusters"));
      }
      Map<String, String> before = versions();
      try (SessionClusterOperator _ = startOperator()) {
        awaitListings(3);

        assertThat(versions()).as("after a restart").isEqualTo(before);
      }
      plane.kubectl().run("delete", "sscs", "hangzhou", "-n", "default", "--cascade=foreground");
      await().atMost(Duration.ofSeconds(60)).until(() -> versions().isEmpty());
    }
  }

  private SessionClusterOperator startOperator() throws InterruptedException {
    return SessionClusterOperator.start(
        ReadSettings.of(
            "--watch-namespaces=default", "--allowed-endpoints=127.0.0.1:" + cloud.port()),
        plane.serviceAccount(
            DeployedControlPlane.OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR),
        Map.of());
  }

  private void applySource() {
    plane
        .kubectl()
        .runWithInput(
            """
            apiVersion: v1
            kind: Secret
            metadata: {namespace: default, name: key}
            stringData: {accessKeyId: LTAI-test, accessKeySecret: test-secret}
            ---
            apiVersion: sessionclusters.io/v1alpha1
            kind: SessionClusterSource
            metadata: {namespace: default, name: hangzhou}
            spec:
              regionId: cn-hangzhou
              workspaceId: w-1234abcd
              endpoint: http://127.0.0.1:%d
              interval: 1s
              credentials: {secretRef: {name: key}}
            """
                .formatted(cloud.port()),
            "apply",
            "-f",
            "-");
  }

  /** All mirrors are there, and some listings since have changed nothing more. */
  private void awaitSettled() {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(versions()).hasSize(SESSIONS + 1));
    plane
        .kubectl()
        .run("wait", "--for=condition=Ready", "sscs/hangzhou", "-n", "default", "--timeout=30s");
    awaitListings(2);
  }

  private void awaitListings(int more) {
    int target = cloud.listings(workspace) + more;
    await().atMost(Duration.ofSeconds(60)).until(() -> cloud.listings(workspace) >= target);
  }

  /** The resourceVersions of all objects of the two types by kind and name. */
  private Map<String, String> versions() {
    KubernetesClient admin = plane.admin();
    return Stream.concat(
            admin.resources(SessionCluster.class).inAnyNamespace().list().getItems().stream(),
            admin.resources(SessionClusterSource.class).inAnyNamespace().list().getItems().stream())
        .collect(
            Collectors.toMap(
                o -> o.getKind() + "/" + o.getMetadata().getName(),
                o -> o.getMetadata().getResourceVersion(),
                (a, b) -> a,
                TreeMap::new));
  }

  private static Iterable<Path> previous() throws IOException {
    try (Stream<Path> releases = Files.list(PREVIOUS)) {
      return releases.sorted().toList();
    }
  }
}
