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
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.support.ApiServerProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator's permissions are taken away while it runs, and given back. */
class PermissionsIT {

  private static final String ACCOUNT = "operator";
  private static final String CLUSTER_ROLE = "session-cluster-operator";

  private final Scene scene = Scene.withoutOperator();
  private final ApiServerProxy proxy = ApiServerProxy.inFrontOf(scene.plane);
  private OperatorProcess operator;

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
    operator = OperatorProcess.start(scene, account());
    scene.applySource("hangzhou", "interval: 1s", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");
  }

  @AfterEach
  void close() {
    operator.close();
    proxy.close();
    scene.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sessionclusters        | create | WriteDenied | cannot create resource"
            + " \"sessionclusters\"",
        "sessionclusters        | delete | WriteDenied | cannot delete resource"
            + " \"sessionclusters\"",
        "sessionclusters/status | update | WriteDenied | cannot update resource"
            + " \"sessionclusters/status\"",
        "secrets                | get    | CredentialsNotFound | grant it get on secrets",
      })
  void whatIsMissingIsSaidAndMadeUpFor(
      String resource, String verb, String reason, String permission) {
    grant(without(resource, verb));
    scene.workspace.put(FakeSession.sql("sc-3"));
    scene.workspace.update("sc-2", s -> s.state("Stopped"));
    scene.workspace.remove("sc-1");

    scene.awaitReady("hangzhou", "False " + reason);
    assertThat(scene.condition("hangzhou", "Ready")).contains(permission);

    grant(deployed());
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates()));
    scene.awaitReady("hangzhou");
    assertThat(operator.isAlive()).isTrue();
  }

  @Test
  void aStatusThatMayNotBeWrittenIsInTheLogAndTheMirrorsAreKept() {
    grant(without("sessionclustersources/status", "patch"));
    scene.workspace.update("sc-2", s -> s.state("Stopped"));
    scene.workspace.put(FakeSession.sql("sc-3"));

    Scene.eventually()
        .until(
            () ->
                operator.log().contains("cannot patch resource \"sessionclustersources/status\""));
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates()));

    grant(deployed());
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.status("hangzhou").sessionClusters()).isEqualTo(3));
    assertThat(operator.isAlive()).isTrue();
  }

  /** Watches that are under way go on; the operator meets it when they end. */
  @Test
  void aWatchThatMayNotBeTakenUpAgainIsInTheLogAndThePollsGoOn() {
    grant(without("sessionclusters", "watch"));
    proxy.cutConnections();

    Scene.eventually()
        .untilAsserted(
            () ->
                assertThat(operator.log())
                    .contains("the operator may not watch sessionclusters.sessionclusters.io"));
    scene.workspace.update("sc-2", s -> s.state("Stopped"));
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates()));

    grant(deployed());
    Scene.eventually()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(operator.log()).contains("all is watched again"));
    assertThat(operator.isAlive()).isTrue();
  }

  @Test
  void anOperatorThatMayNotReadMirrorsAtItsStartSaysSoAndWaits() {
    operator.close();
    grant(without("sessionclusters", "list"));
    operator = OperatorProcess.start(scene, account());
    Scene.eventually()
        .untilAsserted(
            () ->
                assertThat(operator.log())
                    .contains("the operator may not list sessionclusters.sessionclusters.io")
                    .contains("cannot list resource \"sessionclusters\""));

    grant(deployed());
    scene.workspace.update("sc-2", s -> s.state("Stopped"));
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-2", "Stopped"));
    assertThat(operator.isAlive()).isTrue();
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
