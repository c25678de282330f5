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

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRule;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.TestNamespace;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code kubectl apply -k deploy}: what it installs, and what that may do. */
class DeployIT {

  private static final ControlPlane PLANE = DeployedControlPlane.get();
  private static final String OPERATOR_NAMESPACE = DeployedControlPlane.OPERATOR_NAMESPACE;

  private TestNamespace namespace;

  @BeforeEach
  void createNamespace() {
    namespace = TestNamespace.create(PLANE.admin());
  }

  @AfterEach
  void deleteNamespace() {
    namespace.close();
  }

  @Test
  void applyingItAgainChangesNothing() {
    String before = installedVersions();

    PLANE.kubectl().run("apply", "-k", "deploy");

    assertThat(installedVersions()).isEqualTo(before);
    assertThat(before.lines()).hasSizeGreaterThan(10);
  }

  @Test
  void thePodFitsTheRestrictedProfileOfItsNamespace() {
    PodTemplateSpec template =
        PLANE
            .admin()
            .apps()
            .deployments()
            .inNamespace(OPERATOR_NAMESPACE)
            .withName("session-cluster-operator")
            .get()
            .getSpec()
            .getTemplate();

    assertThat(
            PLANE
                .admin()
                .resource(
                    new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(OPERATOR_NAMESPACE)
                        .withName("from-template")
                        .endMetadata()
                        .withSpec(template.getSpec())
                        .build())
                .dryRun()
                .create()
                .getSpec()
                .getContainers())
        .singleElement()
        .satisfies(
            container ->
                assertThat(container.getImage())
                    .isEqualTo("session-cluster-operator:0.1.0-SNAPSHOT"));
  }

  @Test
  void theOperatorMayDoThisInEveryNamespaceAndNothingElse() {
    assertThat(operatorRules(namespace.name()))
        .containsExactlyInAnyOrder(
            "get sessionclusters.io/sessionclustersources",
            "list sessionclusters.io/sessionclustersources",
            "watch sessionclusters.io/sessionclustersources",
            "patch sessionclusters.io/sessionclustersources/status",
            "get sessionclusters.io/sessionclusters",
            "list sessionclusters.io/sessionclusters",
            "watch sessionclusters.io/sessionclusters",
            "create sessionclusters.io/sessionclusters",
            "patch sessionclusters.io/sessionclusters",
            "delete sessionclusters.io/sessionclusters",
            "mirror sessionclusters.io/sessionclusters",
            "update sessionclusters.io/sessionclusters/status",
            "get /secrets",
            "create events.k8s.io/events");
  }

  @Test
  void inItsOwnNamespaceItMayAlsoHoldALease() {
    Set<String> more = operatorRules(OPERATOR_NAMESPACE);
    more.removeAll(operatorRules(namespace.name()));

    assertThat(more)
        .containsExactlyInAnyOrder(
            "get coordination.k8s.io/leases",
            "create coordination.k8s.io/leases",
            "update coordination.k8s.io/leases");
  }

  /** Server-side apply to a subresource is a PATCH of what exists already. */
  @Test
  void theOperatorMayApplyTheStatusOfASource() {
    PLANE
        .kubectl()
        .runWithInput(Mirrors.sourceYaml(namespace.name(), "analytics"), "create", "-f", "-");
    Condition ready =
        new ConditionBuilder()
            .withType("Ready")
            .withStatus("True")
            .withReason("Succeeded")
            .withMessage("")
            .withLastTransitionTime("2026-11-22T08:00:00Z")
            .build();
    GenericKubernetesResource status =
        new GenericKubernetesResourceBuilder()
            .withApiVersion("sessionclusters.io/v1alpha1")
            .withKind("SessionClusterSource")
            .withNewMetadata()
            .withNamespace(namespace.name())
            .withName("analytics")
            .endMetadata()
            .addToAdditionalProperties("status", Map.of("conditions", List.of(ready)))
            .build();

    try (KubernetesClient operator = operator()) {
      operator
          .resource(status)
          .subresource("status")
          .patch(PatchContext.of(PatchType.SERVER_SIDE_APPLY));
    }

    assertThat(
            PLANE.kubectl().run("get", "sscs", "analytics", "-n", namespace.name(), "--no-headers"))
        .contains("Succeeded");
  }

  @ParameterizedTest
  @CsvSource({
    "view, get, sessionclusters, true",
    "view, watch, sessionclustersources, true",
    "view, create, sessionclustersources, false",
    "edit, create, sessionclustersources, true",
    "edit, delete, sessionclustersources, true",
    "edit, create, sessionclusters, false",
    "edit, delete, sessionclusters, false",
    "admin, patch, sessionclustersources, true",
    "admin, update, sessionclusters, false",
    "admin, mirror, sessionclusters, false",
  })
  void aggregatedRoles(String role, String verb, String resource, boolean allowed) {
    PLANE
        .kubectl()
        .run(
            "create",
            "rolebinding",
            role,
            "-n",
            namespace.name(),
            "--clusterrole=" + role,
            "--user=a-user");

    assertThat(
            PLANE
                .admin()
                .resource(
                    new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser("a-user")
                        .withNewResourceAttributes()
                        .withNamespace(namespace.name())
                        .withGroup("sessionclusters.io")
                        .withResource(resource)
                        .withVerb(verb)
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .create()
                .getStatus()
                .getAllowed())
        .isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "with-secret", "all-fields"})
  void samplesAreValid(String sample) {
    assertThat(
            PLANE
                .kubectl()
                .run(
                    "create",
                    "--dry-run=server",
                    "--validate=strict",
                    "-n",
                    namespace.name(),
                    "-f",
                    "deploy/samples/" + sample + ".yaml"))
        .contains("sessionclustersource.sessionclusters.io/");
  }

  @Test
  void theNetworkPolicyIsValid() {
    assertThat(
            PLANE
                .kubectl()
                .run(
                    "create",
                    "--dry-run=server",
                    "--validate=strict",
                    "-f",
                    "deploy/samples/network-policy.yaml"))
        .contains("networkpolicy.networking.k8s.io/session-cluster-operator created");
  }

  private static String installedVersions() {
    return PLANE
        .kubectl()
        .run(
            "get",
            "-k",
            "deploy",
            "--no-headers",
            "-o",
            "custom-columns=KIND:.kind,NAME:.metadata.name,VERSION:.metadata.resourceVersion");
  }

  /** What RBAC grants the operator beyond what every service account has. */
  private Set<String> operatorRules(String where) {
    PLANE
        .admin()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(namespace.name())
                .withName("nobody")
                .endMetadata()
                .build())
        .createOr(existing -> existing.update());
    try (KubernetesClient operator = operator();
        KubernetesClient nobody =
            new KubernetesClientBuilder()
                .withConfig(PLANE.serviceAccount(namespace.name(), "nobody"))
                .build()) {
      Set<String> rules = rules(operator, where);
      rules.removeAll(rules(nobody, where));
      return rules;
    }
  }

  private static KubernetesClient operator() {
    return new KubernetesClientBuilder()
        .withConfig(PLANE.serviceAccount(OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR))
        .build();
  }

  private static Set<String> rules(KubernetesClient client, String where) {
    Set<String> rules = new TreeSet<>();
    for (ResourceRule rule :
        client
            .resource(
                new SelfSubjectRulesReviewBuilder()
                    .withNewSpec()
                    .withNamespace(where)
                    .endSpec()
                    .build())
            .create()
            .getStatus()
            .getResourceRules()) {
      for (String verb : rule.getVerbs()) {
        for (String group : rule.getApiGroups()) {
          for (String resource : rule.getResources()) {
            rules.add(verb + " " + group + "/" + resource);
          }
        }
      }
    }
    return rules;
  }
}
