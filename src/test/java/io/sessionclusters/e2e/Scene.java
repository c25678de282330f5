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
package io.sessionclusters.e2e;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.sessionclusters.SessionClusterOperator;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.fakecloud.FakeCloud;
import io.sessionclusters.fakecloud.FakeWorkspace;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.Kubectl;
import io.sessionclusters.support.TestNamespace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** A namespace of its own, a cloud of its own, and an operator that serves just the two. */
final class Scene implements AutoCloseable {

  static final String REGION = "cn-hangzhou";
  static final String WORKSPACE = "w-1234abcd";
  static final String SECRET = "cloud-key";

  final ControlPlane plane = DeployedControlPlane.get();
  final FakeCloud cloud = FakeCloud.start();
  final FakeWorkspace workspace = cloud.workspace(REGION, WORKSPACE);
  private final TestNamespace namespace = TestNamespace.create(plane.admin());
  private @Nullable SessionClusterOperator operator;

  private Scene() {
    cloud.addKey("LTAI-test", "test-secret");
    plane
        .admin()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace())
                .withName(SECRET)
                .endMetadata()
                .addToStringData("accessKeyId", "LTAI-test")
                .addToStringData("accessKeySecret", "test-secret")
                .build())
        .create();
  }

  /** With the operator running. */
  static Scene start() {
    Scene scene = new Scene();
    scene.startOperator();
    return scene;
  }

  /** With the operator not started yet. */
  static Scene withoutOperator() {
    return new Scene();
  }

  void startOperator() {
    OperatorSettings settings =
        new OperatorSettings(
            Set.of(namespace()),
            Set.of(),
            Set.of("127.0.0.1:" + cloud.port()),
            OperatorSettings.Limits.DEFAULTS);
    operator =
        SessionClusterOperator.start(
            settings,
            plane.serviceAccount(
                DeployedControlPlane.OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR),
            Map.of());
  }

  void stopOperator() {
    if (operator != null) {
      operator.close();
      operator = null;
    }
  }

  String namespace() {
    return namespace.name();
  }

  /** Applies a source that lists the scene's workspace, with more spec lines as YAML. */
  void applySource(String name, String... specLines) {
    String more =
        java.util.Arrays.stream(specLines).map(l -> "  " + l + "\n").collect(Collectors.joining());
    kubectl()
        .runWithInput(
            """
            apiVersion: sessionclusters.io/v1alpha1
            kind: SessionClusterSource
            metadata:
              name: %s
              namespace: %s
            spec:
              regionId: %s
              workspaceId: %s
              endpoint: %s
              credentials: {secretRef: {name: %s}}
            """
                    .formatted(name, namespace(), REGION, WORKSPACE, cloud.endpoint(), SECRET)
                + more,
            "apply",
            "-f",
            "-");
  }

  Kubectl kubectl() {
    return plane.kubectl();
  }

  /** Runs kubectl in the scene's namespace. */
  String kubectl(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "-n";
    all[1] = namespace();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return kubectl().run(all);
  }

  KubernetesClient admin() {
    return plane.admin();
  }

  NonNamespaceOperation<SessionCluster, ?, Resource<SessionCluster>> mirrorResources() {
    MixedOperation<SessionCluster, ?, Resource<SessionCluster>> all =
        admin().resources(SessionCluster.class);
    return all.inNamespace(namespace());
  }

  /** The mirrors by name. */
  Map<String, SessionCluster> mirrors() {
    return admin()
        .resources(SessionCluster.class)
        .inNamespace(namespace())
        .list()
        .getItems()
        .stream()
        .collect(
            Collectors.toMap(
                m -> m.getMetadata().getName(), Function.identity(), (a, b) -> a, TreeMap::new));
  }

  /** The states of the mirrors by name, as the cloud's own are told by {@link #cloudStates}. */
  Map<String, String> mirroredStates() {
    Map<String, String> states = new TreeMap<>();
    mirrors()
        .forEach(
            (name, m) ->
                states.put(
                    name, m.getStatus() == null ? "" : String.valueOf(m.getStatus().state())));
    return states;
  }

  Map<String, String> cloudStates() {
    return workspace.sessions().stream()
        .collect(Collectors.toMap(s -> s.id(), s -> s.state(), (a, b) -> a, TreeMap::new));
  }

  @Nullable SessionClusterSource source(String name) {
    return admin()
        .resources(SessionClusterSource.class)
        .inNamespace(namespace())
        .withName(name)
        .get();
  }

  /** Status, reason and message of a condition of a source; empty while there is none. */
  String condition(String source, String type) {
    SessionClusterSource object = source(source);
    List<Condition> conditions =
        object == null || object.getStatus() == null || object.getStatus().conditions() == null
            ? List.of()
            : object.getStatus().conditions();
    return conditions.stream()
        .filter(c -> c.getType().equals(type))
        .map(c -> c.getStatus() + " " + c.getReason() + ": " + c.getMessage())
        .findFirst()
        .orElse("");
  }

  void awaitReady(String source) {
    eventually().until(() -> condition(source, "Ready"), c -> c.startsWith("True Succeeded"));
  }

  /** Waits until so many further listings of the workspace have begun. */
  void awaitListings(int more) {
    int target = cloud.listings(workspace) + more;
    eventually().until(() -> cloud.listings(workspace) >= target);
  }

  static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
  }

  @Override
  public void close() {
    stopOperator();
    namespace.close();
    cloud.close();
  }
}
