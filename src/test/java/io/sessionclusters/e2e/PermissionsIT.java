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

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.support.ApiServerProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The operator's permissions are taken away while it runs, each in its turn, and given back: it
 * says which is missing, ends for none, and needs them all.
 */
class PermissionsIT {

  private static final String ACCOUNT = "operator";
  private static final String CLUSTER_ROLE = "session-cluster-operator";

  private final Scene scene = Scene.withoutOperator();
  private final ApiServerProxy proxy = ApiServerProxy.inFrontOf(scene.plane);

  @BeforeEach
  void anOperatorThatIsOnlyOfThisNamespace() {
    scene
        .admin()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(scene.namespace())
                .withName(ACCOUNT)
                .endMetadata()
                .build())
        .create();
    scene
        .admin()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(scene.namespace())
                .withName(ACCOUNT)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", ACCOUNT)
                .addNewSubject(null, "ServiceAccount", ACCOUNT, scene.namespace())
                .build())
        .create();
    grant(deployed());
    scene.workspace.put(FakeSession.sql("sc-1").state("Running"));
    scene.workspace.put(FakeSession.sql("sc-2").state("Running"));
    scene.applySource("hangzhou", "interval: 1s", "transitionInterval: 1s");
  }

  @AfterEach
  void close() {
    proxy.close();
    scene.close();
  }

  /**
   * A permission and what comes of its lack.
   *
   * @param use has the operator need it
   * @param said in the condition Ready
   */
  record Need(String resource, String verb, Consumer<PermissionsIT> use, String said) {
    @Override
    public String toString() {
      return verb + " " + resource;
    }
  }

  private static Stream<Need> needs() {
    return Stream.of(
        new Need(
            "sessionclusters",
            "create",
            it -> it.scene.workspace.put(FakeSession.sql("sc-3")),
            "WriteDenied: 1 of 3 mirrors could not be written. The first:"
                + " sessionclusters.sessionclusters.io is forbidden: User"
                + " \"system:serviceaccount:NAMESPACE:operator\" cannot create resource"
                + " \"sessionclusters\" in API group"),
        new Need(
            "sessionclusters",
            "delete",
            it -> it.scene.workspace.remove("sc-1"),
            "cannot delete resource \"sessionclusters\""),
        new Need(
            "sessionclusters",
            "patch",
            it -> it.label("sc-1", SessionCluster.MANAGED_BY_LABEL + "=somebody-else"),
            "cannot patch resource \"sessionclusters\""),
        new Need(
            "sessionclusters",
            "get",
            it -> {
              it.scene.editSource("hangzhou", "{\"prune\": {\"policy\": \"Retain\"}}");
              it.scene.workspace.remove("sc-1");
            },
            "cannot get resource \"sessionclusters\""),
        new Need(
            "sessionclusters",
            "mirror",
            it -> it.scene.workspace.update("sc-1", s -> s.state("Stopped")),
            "SessionCluster sc-1 is a read-only mirror"),
        new Need(
            "sessionclusters/status",
            "update",
            it -> it.scene.workspace.update("sc-1", s -> s.state("Stopped")),
            "cannot update resource \"sessionclusters/status\""),
        new Need(
            "sessionclustersources",
            "get",
            it -> it.scene.workspace.put(it.mirrorOfAnotherSource()),
            "cannot get resource \"sessionclustersources\""),
        new Need(
            "secrets",
            "get",
            it -> {},
            "CredentialsNotFound: Cannot read Secret cloud-key: grant the operator get on"
                + " secrets."));
  }

  @ParameterizedTest
  @MethodSource("needs")
  void whatIsMissingIsSaidAndMadeUpFor(Need need) {
    scene.startOperator(account());
    scene.awaitReady("hangzhou");
    grant(without(need.resource(), need.verb()));
    need.use().accept(this);

    Scene.eventually()
        .untilAsserted(
            () ->
                assertThat(scene.condition("hangzhou", "Ready"))
                    .startsWith("False ")
                    .contains(need.said().replace("NAMESPACE", scene.namespace())));

    grant(deployed());
    Scene.eventually()
        .untilAsserted(
            () ->
                assertThat(scene.condition("hangzhou", "Ready"))
                    .matches("(True Succeeded|False Conflict).*"));
    assertThat(scene.mirroredStates()).containsAllEntriesOf(scene.cloudStates());
  }

  /** Those that the log tells about, since no status can. */
  private static final List<String> LOGGED =
      List.of(
          "patch sessionclustersources/status",
          "create events",
          "watch sessionclusters",
          "watch sessionclustersources",
          "list sessionclusters",
          "list sessionclustersources");

  @Test
  void nothingIsGrantedThatIsNotNeeded() {
    assertThat(deployed())
        .flatMap(
            rule ->
                rule.getResources().stream()
                    .flatMap(r -> rule.getVerbs().stream().map(v -> v + " " + r))
                    .toList())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(needs().map(Need::toString), LOGGED.stream()).toList());
  }

  @Test
  void whatNoStatusCanTellIsInTheLogAndTheMirrorsAreKept() {
    try (OperatorProcess operator = OperatorProcess.start(scene, account())) {
      scene.awaitReady("hangzhou");
      grant(without("sessionclustersources/status", "patch"));
      scene.workspace.update("sc-2", s -> s.state("Stopped"));
      scene.workspace.put(FakeSession.sql("sc-3"));
      awaitLog(operator, "cannot patch resource \"sessionclustersources/status\"");
      awaitFaithful();

      grant(without("events", "create"));
      scene.workspace.update("sc-2", s -> s.state("Running"));
      awaitLog(operator, "cannot create resource \"events\"");
      awaitFaithful();

      // Watches that are under way go on; the operator meets it when they end.
      for (String resource : List.of("sessionclusters", "sessionclustersources")) {
        grant(without(resource, "watch"));
        proxy.cutConnections();
        awaitLog(operator, "missing permission: watch " + resource + ".sessionclusters.io");
        scene.workspace.update("sc-2", s -> s.state(resource));
        awaitFaithful();
      }

      grant(deployed());
      awaitLog(operator, "watch re-established");
      Scene.eventually()
          .untilAsserted(() -> assertThat(scene.status("hangzhou").sessionClusters()).isEqualTo(3));
      assertThat(operator.isAlive()).isTrue();
    }
  }

  @Test
  void anOperatorThatMayNotReadAtItsStartSaysSoAndWaits() {
    grant(without("sessionclusters", "list"));
    try (OperatorProcess operator = OperatorProcess.start(scene, account())) {
      awaitLog(operator, "missing permission: list sessionclusters.sessionclusters.io");
      awaitLog(operator, "cannot list resource \"sessionclusters\"");

      grant(without("sessionclustersources", "list"));
      awaitLog(operator, "missing permission: list sessionclustersources.sessionclusters.io");

      grant(deployed());
      scene.awaitReady("hangzhou");
      assertThat(operator.isAlive()).isTrue();
    }
  }

  /** An operator whose mirrors all are right would else look well until the first change. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create | cannot create resource \"sessionclusters\"",
        "mirror | is a read-only mirror",
      })
  void anOperatorThatMayNotWriteSaysSoAfterItsFirstListing(String verb, String message) {
    scene.startOperator(account());
    scene.awaitReady("hangzhou");
    scene.stopOperator();
    grant(without("sessionclusters", verb));
    scene.startOperator(account());

    scene.awaitReady("hangzhou", "False WriteDenied: Cannot create SessionClusters: ");
    assertThat(scene.condition("hangzhou", "Ready"))
        .contains(message)
        .contains("Grant the rules in deploy/rbac.yaml");

    grant(deployed());
    scene.awaitReady("hangzhou");
    assertThat(scene.mirrors()).containsOnlyKeys("sc-1", "sc-2");
  }

  private void awaitFaithful() {
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates()));
  }

  private static void awaitLog(OperatorProcess operator, String text) {
    Scene.eventually().untilAsserted(() -> assertThat(operator.log()).contains(text));
  }

  private void label(String mirror, String label) {
    scene.kubectlPastThePolicy("label", "--overwrite", "ssc", mirror, label);
  }

  /** Makes a mirror that a living source controls, and returns the session that it stands for. */
  private FakeSession mirrorOfAnotherSource() {
    scene.applySource("other", "suspend: true");
    scene
        .kubectl()
        .runWithInput(
            """
            apiVersion: sessionclusters.io/v1alpha1
            kind: SessionCluster
            metadata:
              name: sc-3
              namespace: %s
              ownerReferences:
                - apiVersion: sessionclusters.io/v1alpha1
                  kind: SessionClusterSource
                  name: other
                  uid: %s
                  controller: true
            spec: {regionId: cn-hangzhou, workspaceId: w-1234abcd, sessionClusterId: sc-3}
            status: {state: Running}
            """
                .formatted(scene.namespace(), scene.uid("other")),
            "create",
            "--as=system:kube-controller-manager",
            "--as-group=system:masters",
            "-f",
            "-");
    return FakeSession.sql("sc-3").state("");
  }

  private Config account() {
    Config account = scene.plane.serviceAccount(scene.namespace(), ACCOUNT);
    account.setMasterUrl(proxy.url());
    return account;
  }

  private List<PolicyRule> deployed() {
    return scene.admin().rbac().clusterRoles().withName(CLUSTER_ROLE).require().getRules();
  }

  /** The rules of {@code deploy/} but for that verb on that resource. */
  private List<PolicyRule> without(String resource, String verb) {
    List<PolicyRule> rules = new ArrayList<>();
    for (PolicyRule rule : deployed()) {
      if (rule.getResources().contains(resource)) {
        List<String> verbs = new ArrayList<>(rule.getVerbs());
        assertThat(verbs.remove(verb)).as("%s %s", verb, resource).isTrue();
        if (!verbs.isEmpty()) {
          rules.add(new PolicyRuleBuilder(rule).withVerbs(verbs).build());
        }
      } else {
        rules.add(rule);
      }
    }
    return rules;
  }

  private void grant(List<PolicyRule> rules) {
    Role role =
        new RoleBuilder()
            .withNewMetadata()
            .withNamespace(scene.namespace())
            .withName(ACCOUNT)
            .endMetadata()
            .withRules(rules)
            .build();
    scene.admin().resource(role).createOr(NonDeletingOperation::update);
  }
}
