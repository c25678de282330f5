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
package io.sessionclusters.programs.bench;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import java.util.Map;

/** A control plane with what {@code deploy/} installs, a fake API, and a namespace with a key. */
record BenchCluster(ControlPlane plane, BenchCloudProcess cloud) implements AutoCloseable {

  static final String NAMESPACE = "bench";

  /** The Secret of {@link BenchCloud#KEY_ID}. */
  static final String SECRET = "cloud-key";

  static BenchCluster start() {
    BenchCluster cluster = new BenchCluster(ControlPlane.start(), BenchCloudProcess.start());
    DeployedControlPlane.deploy(cluster.plane);
    cluster.plane.kubectl().run("create", "namespace", NAMESPACE);
    cluster.putKey(SECRET, BenchCloud.KEY_ID);
    return cluster;
  }

  /** Puts a key of the fake API into a Secret. */
  void putKey(String secret, String keyId) {
    plane
        .admin()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(secret)
                .endMetadata()
                .withStringData(
                    Map.of("accessKeyId", keyId, "accessKeySecret", BenchCloud.KEY_SECRET))
                .build())
        .createOr(NonDeletingOperation::update);
  }

  /** The operator's account. */
  Config account() {
    return plane.serviceAccount(
        DeployedControlPlane.OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR);
  }

  /**
   * A source as YAML, to be applied with others.
   *
   * @param workspace its number
   * @param fields more of the specification, as in {@code suspend: true, interval: 1s}
   */
  String source(String name, int workspace, String secret, String fields) {
    return """
    ---
    apiVersion: sessionclusters.io/v1alpha1
    kind: SessionClusterSource
    metadata: {name: %s, namespace: %s}
    spec:
      {regionId: %s, workspaceId: %s, endpoint: "http://127.0.0.1:%d",
       credentials: {secretRef: {name: %s}}, %s}
    """
        .formatted(
            name,
            NAMESPACE,
            BenchCloud.REGION,
            BenchCloud.workspace(workspace),
            cloud.port(),
            secret,
            fields);
  }

  void apply(String yaml) {
    plane.kubectl().runWithInput(yaml, "apply", "-f", "-");
  }

  @Override
  public void close() {
    cloud.close();
    plane.close();
  }
}
