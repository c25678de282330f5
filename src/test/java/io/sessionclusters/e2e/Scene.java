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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.sessionclusters.SessionClusterOperator;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.fakecloud.FakeCloud;
import io.sessionclusters.fakecloud.FakeSession;
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
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private final OperatorSettings.Limits limits;
  private final Set<String> furtherEndpoints;
  private @Nullable SessionClusterOperator operator;

  private Scene(OperatorSettings.Limits limits, String... furtherEndpoints) {
    this.limits = limits;
    this.furtherEndpoints = Set.of(furtherEndpoints);
    addKey(SECRET, "LTAI-test", "test-secret");
  }

  /** Has the cloud know an access key, and puts it into a Secret. */
  void addKey(String secret, String id, String value) {
    cloud.addKey(id, value);
    putSecret(secret, Map.of("accessKeyId", id, "accessKeySecret", value));
  }

  /** With the operator running. */
  static Scene start() {
    return start(OperatorSettings.Limits.DEFAULTS);
  }

  /**
   * The same, with other limits.
   *
   * @param furtherEndpoints that sources may name beside the cloud's
   */
  static Scene start(OperatorSettings.Limits limits, String... furtherEndpoints) {
    Scene scene = new Scene(limits, furtherEndpoints);
    scene.startOperator();
    return scene;
  }

  /** With the operator not started yet. */
  static Scene withoutOperator() {
    return new Scene(OperatorSettings.Limits.DEFAULTS);
  }

  void startOperator() {
    OperatorSettings settings =
        new OperatorSettings(
            Set.of(namespace()),
            Set.of(),
            Stream.concat(Stream.of("127.0.0.1:" + cloud.port()), furtherEndpoints.stream())
                .collect(Collectors.toSet()),
            limits,
            null);
    try {
      operator =
          SessionClusterOperator.start(
              settings,
              plane.serviceAccount(
                  DeployedControlPlane.OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR),
              Map.of());
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while the operator started", e);
    }
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

  /** Kills the operator, as far as that can be done to a part of this process, and starts it. */
  void restartOperator() {
    stopOperator();
    startOperator();
  }

  /** Makes a Secret, or replaces it. */
  void putSecret(String name, Map<String, String> data) {
    admin()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace())
                .withName(name)
                .endMetadata()
                .withStringData(data)
                .build())
        .createOr(NonDeletingOperation::update);
  }

  /**
   * Applies a source of the scene's workspace, with its key, from the scene's cloud.
   *
   * @param specLines one field each, {@code name: value}, more than these or others in their place
   */
  void applySource(String name, String... specLines) {
    kubectl().runWithInput(sourceYaml(name, specLines), "apply", "-f", "-");
  }

  /** What {@link #applySource} applies. */
  String sourceYaml(String name, String... specLines) {
    Map<String, String> spec = new TreeMap<>();
    Stream.concat(
            Stream.of(
                "regionId: " + REGION,
                "workspaceId: " + WORKSPACE,
                "endpoint: " + cloud.endpoint(),
                "credentials: {secretRef: {name: " + SECRET + "}}"),
            Stream.of(specLines))
        .forEach(line -> spec.put(line.substring(0, line.indexOf(':')), "  " + line));
    return """
    apiVersion: sessionclusters.io/v1alpha1
    kind: SessionClusterSource
    metadata:
      name: %s
      namespace: %s
    spec:
    %s
    """
        .formatted(name, namespace(), String.join("\n", spec.values()));
  }

  /** Edits a source by a merge patch of its spec, in JSON. */
  void editSource(String name, String spec) {
    kubectl("patch", "sscs", name, "--type=merge", "-p", "{\"spec\":" + spec + "}");
  }

  /** Has a source polled now, by its annotation, and waits until that poll has come to its end. */
  void poll(String source) {
    String request = UUID.randomUUID().toString();
    kubectl(
        "annotate", "--overwrite", "sscs", source, "sessionclusters.io/requested-at=" + request);
    eventually().until(() -> request.equals(status(source).lastHandledRequest()));
  }

  Kubectl kubectl() {
    return plane.kubectl();
  }

  /** Runs kubectl in the scene's namespace. */
  String kubectl(String... arguments) {
    return kubectl().run(inNamespace(arguments));
  }

  /** The same as the one user whom the admission policy lets write to mirrors by hand. */
  String kubectlPastThePolicy(String... arguments) {
    return kubectl().run(pastThePolicy(arguments));
  }

  Kubectl.Result tryKubectlPastThePolicy(String... arguments) {
    return kubectl().tryRun(pastThePolicy(arguments));
  }

  private String[] pastThePolicy(String... arguments) {
    return inNamespace(
        Stream.concat(
                Stream.of("--as=system:kube-controller-manager", "--as-group=system:masters"),
                Stream.of(arguments))
            .toArray(String[]::new));
  }

  private String[] inNamespace(String... arguments) {
    return Stream.concat(Stream.of("-n", namespace()), Stream.of(arguments)).toArray(String[]::new);
  }

  KubernetesClient admin() {
    return plane.admin();
  }

  /** The mirrors by name. */
  Map<String, SessionCluster> mirrors() {
    return byName(
        admin().resources(SessionCluster.class).inNamespace(namespace()).list().getItems().stream(),
        m -> m.getMetadata().getName(),
        m -> m);
  }

  /** One mirror, which must be there. */
  SessionCluster mirror(String name) {
    return admin()
        .resources(SessionCluster.class)
        .inNamespace(namespace())
        .withName(name)
        .require();
  }

  /** Status, reason and message of a condition of a mirror; empty if it has none. */
  String mirrorCondition(String name, String type) {
    SessionClusterStatus status = mirror(name).getStatus();
    return status == null ? "" : text(status.conditions(), type);
  }

  /** The states of the mirrors by name, as the cloud's own are told by {@link #cloudStates}. */
  Map<String, String> mirroredStates() {
    return byName(
        mirrors().values().stream(),
        m -> m.getMetadata().getName(),
        m -> m.getStatus() == null ? "" : String.valueOf(m.getStatus().state()));
  }

  Map<String, String> cloudStates() {
    return byName(workspace.sessions().stream(), FakeSession::id, FakeSession::state);
  }

  /** The uids of the mirrors by name: another uid is another object. */
  Map<String, String> mirrorUids() {
    return byName(
        mirrors().values().stream(), m -> m.getMetadata().getName(), m -> m.getMetadata().getUid());
  }

  private static <T, V> Map<String, V> byName(
      Stream<T> objects, Function<T, String> name, Function<T, V> value) {
    return objects.collect(Collectors.toMap(name, value, (a, b) -> a, TreeMap::new));
  }

  /** The status of a source; empty while it has none. */
  SessionClusterSourceStatus status(String source) {
    SessionClusterSource object = source(source);
    return object.getStatus() == null ? SessionClusterSourceStatus.EMPTY : object.getStatus();
  }

  String uid(String source) {
    return source(source).getMetadata().getUid();
  }

  String resourceVersion(String source) {
    return source(source).getMetadata().getResourceVersion();
  }

  private SessionClusterSource source(String name) {
    return admin()
        .resources(SessionClusterSource.class)
        .inNamespace(namespace())
        .withName(name)
        .require();
  }

  /** The types of the conditions that a source has. */
  List<String> conditionTypes(String source) {
    List<Condition> conditions = status(source).conditions();
    return conditions == null ? List.of() : conditions.stream().map(Condition::getType).toList();
  }

  /** Status, reason and message of a condition of a source; empty while there is none. */
  String condition(String source, String type) {
    return text(status(source).conditions(), type);
  }

  /** Status, reason and message of a condition; empty if there is none. */
  private static String text(@Nullable List<Condition> conditions, String type) {
    return (conditions == null ? List.<Condition>of() : conditions)
        .stream()
            .filter(c -> c.getType().equals(type))
            .map(c -> c.getStatus() + " " + c.getReason() + ": " + c.getMessage())
            .findFirst()
            .orElse("");
  }

  /** Waits until the source, as it is now, has been listed and all is well. */
  void awaitReady(String source) {
    awaitReady(source, "True Succeeded");
  }

  /** Waits until the condition Ready of the source, as it is now, begins like that. */
  void awaitReady(String source, String start) {
    eventually()
        .untilAsserted(
            () -> {
              SessionClusterSource now = source(source);
              assertThat(status(source).observedGeneration())
                  .isEqualTo(now.getMetadata().getGeneration());
              assertThat(condition(source, "Ready")).startsWith(start);
            });
  }

  /** How many listings of the workspace have begun so far, queries by id not included. */
  int listings() {
    return Math.toIntExact(
        cloud.requests(workspace).stream()
            .filter(request -> request.call().query("nextToken").isEmpty())
            .filter(request -> request.call().query("sessionClusterId").isEmpty())
            .count());
  }

  /** Waits until so many further listings of the workspace have begun. */
  void awaitListings(int more) {
    int target = listings() + more;
    eventually().until(() -> listings() >= target);
  }

  /** Whether the cloud was asked for that session by its id. */
  boolean isAskedFor(String sessionClusterId) {
    return cloud.requests(workspace).stream()
        .anyMatch(request -> sessionClusterId.equals(request.call().query("sessionClusterId")));
  }

  /**
   * Lets time pass: so many polls, a second each, of a source of its own in another workspace and
   * with another key, so that neither errors nor pauses of the scene's concern it.
   */
  void letPollsPass(int polls) {
    FakeWorkspace other = cloud.workspace(REGION, "w-metronome");
    addKey("metronome-key", "LTAI-metronome", "metronome-secret");
    applySource(
        "metronome",
        "workspaceId: w-metronome",
        "interval: 1s",
        "credentials: {secretRef: {name: metronome-key}}");
    int target = cloud.listings(other) + polls + 1;
    eventually().until(() -> cloud.listings(other) >= target);
  }

  /** Whether the namespaces of earlier tests are gone, so that nobody but this scene writes. */
  boolean isAlone() {
    return admin().namespaces().list().getItems().stream()
        .noneMatch(n -> n.getStatus().getPhase().equals("Terminating"));
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
