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

import io.sessionclusters.fakecloud.FakeSession;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Two namespaces, one operator: what is one's is hidden from the other and out of its reach. */
class TenantsIT {

  @AutoClose private final Scene a = Scene.withoutOperator();
  @AutoClose private final Scene b = Scene.withoutOperator();

  @Test
  void aSecretOfAnotherNamespaceIsNoSecretOfThisOne() {
    b.addKey("only-in-b", "LTAI-b", "secret-of-b");
    a.cloud.addKey("LTAI-b", "secret-of-b");
    try (var _ = OperatorProcess.start(a, b)) {
      a.applySource("hangzhou", "interval: 1s", "credentials: {secretRef: {name: only-in-b}}");
      a.awaitReady("hangzhou", "False CredentialsNotFound: ");

      assertThat(a.condition("hangzhou", "Ready")).doesNotContain(b.namespace(), "LTAI-b");
      assertThat(a.cloud.requests()).isEmpty();
      // A path in the name leads nowhere.
      String secretsOfB = "../../" + b.namespace() + "/secrets/only-in-b";
      a.applySource("traversing", "credentials: {secretRef: {name: " + secretsOfB + "}}");
      a.awaitReady(
          "traversing",
          "False InvalidConfiguration: spec.credentials.secretRef.name is not a valid Secret"
              + " name.");
      assertThat(a.cloud.requests()).isEmpty();
    }
  }

  @Test
  void sameNamesInTwoNamespacesAreStrangers() {
    a.workspace.put(FakeSession.sql("sc-shared").name("of a"));
    b.workspace.put(FakeSession.sql("sc-shared").name("of b"));
    b.workspace.put(FakeSession.sql("sc-b-only").name("of b"));
    try (OperatorProcess operator = OperatorProcess.start(a, b)) {
      b.applySource("hangzhou", "interval: 1s");
      b.awaitReady("hangzhou");
      // Left in b without an owner, with the label of a source that only a has.
      b.applySource("orphaned", "interval: 1s", "filter: {kind: NOTEBOOK}");
      b.workspace.put(FakeSession.notebook("sc-orphan"));
      b.kubectl("delete", "sscs", "hangzhou");
      Scene.eventually().until(() -> b.mirrors().containsKey("sc-orphan"));
      b.kubectl("delete", "sscs", "orphaned", "--cascade=orphan");
      Scene.eventually()
          .until(() -> b.mirror("sc-orphan").getMetadata().getOwnerReferences().isEmpty());
      b.applySource("hangzhou", "interval: 1h", "filter: {kind: SQL}");
      b.awaitReady("hangzhou");
      Map<String, String> before = versions(b);
      assertThat(before).containsOnlyKeys("sc-shared", "sc-b-only", "sc-orphan");

      a.applySource("hangzhou", "interval: 1s", "transitionInterval: 1s");
      a.applySource("orphaned", "interval: 1s", "filter: {kind: NOTEBOOK}");
      a.awaitReady("hangzhou");
      a.awaitReady("orphaned");
      assertThat(a.mirrors()).containsOnlyKeys("sc-shared");
      assertThat(a.mirror("sc-shared").getStatus().name()).isEqualTo("of a");

      // Everything of a goes: its session, then its sources.
      a.workspace.remove("sc-shared");
      Scene.eventually().until(() -> a.mirrors().isEmpty());
      a.kubectl("delete", "sscs", "--all");
      a.workspace.put(FakeSession.sql("sc-shared").name("of a again"));
      a.applySource("hangzhou", "interval: 1s");
      Scene.eventually().until(() -> a.mirrors().containsKey("sc-shared"));

      assertThat(versions(b)).isEqualTo(before);
      assertThat(everythingIn(a)).doesNotContain(b.namespace(), "sc-b-only", "sc-orphan", "of b");
      assertThat(operator.isAlive()).isTrue();
    }
  }

  /** An owner reference names no namespace: it counts in that of the object only. */
  @Test
  void anOwnerInAnotherNamespaceOwnsNothing() {
    a.workspace.put(FakeSession.sql("sc-1").name("of a"));
    try (var _ = OperatorProcess.start(a, b)) {
      a.applySource("hangzhou", "interval: 1s", "transitionInterval: 1s");
      a.awaitReady("hangzhou");
      // Held by a finalizer, or the garbage collector would remove what has no owner.
      String stranger =
          """
          apiVersion: sessionclusters.io/v1alpha1
          kind: SessionCluster
          metadata:
            namespace: %s
            name: sc-2
            finalizers: [example.org/hold]
            labels:
              app.kubernetes.io/managed-by: session-cluster-operator
              sessionclusters.io/source: hangzhou
            ownerReferences:
            - {apiVersion: sessionclusters.io/v1alpha1, kind: SessionClusterSource,
               name: hangzhou, uid: %s, controller: true, blockOwnerDeletion: false}
          spec: {regionId: cn-hangzhou, workspaceId: w-1234abcd, sessionClusterId: sc-2}
          """
              .formatted(b.namespace(), a.uid("hangzhou"));
      b.kubectl()
          .runWithInput(
              stranger,
              "--as=system:kube-controller-manager",
              "--as-group=system:masters",
              "create",
              "-f",
              "-");
      a.workspace.put(FakeSession.sql("sc-2").name("of a"));
      Scene.eventually().until(() -> a.mirrors().containsKey("sc-2"));
      a.workspace.remove("sc-2");
      Scene.eventually().until(() -> !a.mirrors().containsKey("sc-2"));

      // Whoever else deletes it, the operator never wrote to it.
      assertThat(b.mirror("sc-2").getStatus()).isNull();
      // The source's status comes after the removal.
      Scene.eventually()
          .untilAsserted(
              () ->
                  assertThat(a.condition("hangzhou", "Ready"))
                      .isEqualTo("True Succeeded: 1 session is mirrored."));
      assertThat(a.kubectl("get", "sscs,events,ssc", "-o", "yaml")).doesNotContain(b.namespace());

      b.kubectlPastThePolicy(
          "patch", "ssc", "sc-2", "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}");
    }
  }

  private static Map<String, String> versions(Scene scene) {
    return Scene.byName(
        scene.mirrors().values().stream(),
        m -> m.getMetadata().getName(),
        m -> m.getMetadata().getUid() + " " + m.getMetadata().getResourceVersion());
  }

  private static String everythingIn(Scene scene) {
    return scene.kubectl("get", "sscs,ssc,events,configmaps,leases", "-o", "yaml");
  }
}
