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
package io.sessionclusters.support;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A control plane with {@code deploy/} applied, as a cluster administrator would. It is not the one
 * that other tests share, because its admission policy refuses what they do to mirrors by hand.
 */
public final class DeployedControlPlane {

  public static final String OPERATOR_NAMESPACE = "session-cluster-operator";
  public static final String OPERATOR = "session-cluster-operator";

  private static final String PROBE =
      """
      apiVersion: sessionclusters.io/v1alpha1
      kind: SessionCluster
      metadata: {namespace: default, name: probe}
      spec: {regionId: cn-hangzhou, workspaceId: w-1, sessionClusterId: probe}
      """;

  private static @Nullable ControlPlane plane;

  private DeployedControlPlane() {}

  /** The control plane of this JVM, started on the first call. */
  public static synchronized ControlPlane get() {
    ControlPlane current = plane;
    if (current == null) {
      current = ControlPlane.start();
      Runtime.getRuntime().addShutdownHook(new Thread(current::close, "deployed-stop"));
      deploy(current);
      plane = current;
    }
    return current;
  }

  /** Applies {@code deploy/} and waits until all of it is in force. */
  public static void deploy(ControlPlane plane) {
    plane.kubectl().run("apply", "-k", "deploy");
    plane.startControllerManager();
    awaitPolicy(plane.kubectl());
  }

  /** Grants the operator's account more, in one namespace. */
  public static void grant(
      KubernetesClient admin, String namespace, String role, List<PolicyRule> rules) {
    admin
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(role)
                .endMetadata()
                .withRules(rules)
                .build())
        .create();
    admin
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(role)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", role)
                .addNewSubject(null, "ServiceAccount", OPERATOR, OPERATOR_NAMESPACE)
                .build())
        .create();
  }

  /** The API server needs a moment to see a new admission policy. */
  private static void awaitPolicy(Kubectl kubectl) {
    await("admission policy")
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                kubectl
                    .tryRunWithInput(PROBE, "create", "--dry-run=server", "-f", "-")
                    .stderr()
                    .contains("is a read-only mirror"));
  }
}
