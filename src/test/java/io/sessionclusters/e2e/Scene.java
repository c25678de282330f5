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

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.sessionclusters.SessionClusterOperator;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.fakecloud.FakeCloud;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.FakeWorkspace;
import io.sessionclusters.support.ApiServerProxy;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.ReadSettings;
import io.sessionclusters.support.RecordCopy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A namespace of its own, a cloud of its own, and an operator that serves just the two. */
public final class Scene extends ObservedNamespace {

  static final String REGION = "cn-hangzhou";
  static final String WORKSPACE = "w-1234abcd";
  static final String SECRET = "cloud-key";

  final FakeCloud cloud;
  public final FakeWorkspace workspace;
  private final OperatorSettings.Limits limits;
  private final Set<String> furtherEndpoints;
  private @Nullable SessionClusterOperator operator;

  private Scene(
      ControlPlane plane,
      FakeCloud cloud,
      OperatorSettings.Limits limits,
      String... furtherEndpoints) {
    super(plane);
    this.cloud = cloud;
    this.workspace = cloud.workspace(REGION, WORKSPACE);
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
    return start(ReadSettings.of().limits());
  }

  /**
   * The same, with other limits.
   *
   * @param furtherEndpoints that sources may name beside the cloud's
   */
  static Scene start(OperatorSettings.Limits limits, String... furtherEndpoints) {
    Scene scene =
        new Scene(DeployedControlPlane.get(), FakeCloud.start(), limits, furtherEndpoints);
    scene.startOperator();
    return scene;
  }

  /** With the operator not started yet. */
  static Scene withoutOperator() {
    return withoutOperator(DeployedControlPlane.get());
  }

  /** The same on a control plane of the test's own. */
  static Scene withoutOperator(ControlPlane plane) {
    return withoutOperator(plane, FakeCloud.start());
  }

  /** The same with a cloud of the test's own, which the scene closes. */
  public static Scene withoutOperator(ControlPlane plane, FakeCloud cloud) {
    return new Scene(plane, cloud, ReadSettings.of().limits());
  }

  void startOperator() {
    startOperator(settings());
  }

  /** Starts the operator by way of a proxy. */
  void startOperator(ApiServerProxy proxy) {
    startOperator(settings(), proxy);
  }

  /** The same with other settings than {@link #settings()}. */
  void startOperator(OperatorSettings settings, ApiServerProxy proxy) {
    Config account =
        plane.serviceAccount(
            DeployedControlPlane.OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR);
    account.setMasterUrl(proxy.url());
    startOperator(settings, account);
  }

  /** Starts the operator as somebody else than the account of {@code deploy/}. */
  void startOperator(Config account) {
    startOperator(settings(), account);
  }

  /** Starts the operator with other settings than {@link #settings()}. */
  void startOperator(OperatorSettings settings) {
    startOperator(
        settings,
        plane.serviceAccount(
            DeployedControlPlane.OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR));
  }

  private void startOperator(OperatorSettings settings, Config account) {
    try {
      operator = SessionClusterOperator.start(settings, account, Map.of());
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while the operator started", e);
    }
  }

  /** For the scene's namespace and the scene's cloud. */
  OperatorSettings settings() {
    String endpoints =
        Stream.concat(Stream.of("127.0.0.1:" + cloud.port()), furtherEndpoints.stream())
            .collect(Collectors.joining(","));
    return RecordCopy.with(
        ReadSettings.of("--watch-namespaces=" + namespace(), "--allowed-endpoints=" + endpoints),
        "limits",
        limits);
  }

  void stopOperator() {
    if (operator != null) {
      operator.close();
      operator = null;
    }
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
  public void applySource(String name, String... specLines) {
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

  Map<String, String> cloudStates() {
    return byName(workspace.sessions().stream(), FakeSession::id, FakeSession::state);
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

  /** The ids of the keys that the workspace was listed with, one a request. */
  List<String> keyIds() {
    return cloud.requests(workspace).stream()
        .map(request -> String.valueOf(request.keyId()))
        .toList();
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

  @Override
  public void close() {
    stopOperator();
    super.close();
    cloud.close();
  }
}
