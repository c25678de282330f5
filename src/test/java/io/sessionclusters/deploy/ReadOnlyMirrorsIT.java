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

import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.Kubectl;
import io.sessionclusters.support.TestNamespace;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admission policy of {@code deploy/}: who may write mirrors. */
class ReadOnlyMirrorsIT {

  private static final ControlPlane PLANE = DeployedControlPlane.get();
  private static final Kubectl KUBECTL = PLANE.kubectl();
  private static final String MESSAGE =
      "SessionCluster sc-1 is a read-only mirror: change session SC-sc-1 of workspace w-1234abcd"
          + " (cn-hangzhou) in EMR Serverless Spark, or the SessionClusterSource that mirrors it";
  private static final String STATUS = "{\"status\":{\"state\":\"Running\"}}";
  private static final String LABEL = "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}";

  private TestNamespace namespace;
  private String sourceUid = "";

  @BeforeEach
  void createSourceAndMirror() {
    namespace = TestNamespace.create(PLANE.admin());
    KUBECTL.runWithInput(Mirrors.sourceYaml(namespace.name(), "analytics"), "create", "-f", "-");
    sourceUid =
        KUBECTL.run(
            "get", "sscs", "analytics", "-n", namespace.name(), "-o", "jsonpath={.metadata.uid}");
    KUBECTL.runWithInput(mirror("sc-1"), asOperator("create", "-f", "-"));
  }

  @AfterEach
  void deleteNamespace() {
    namespace.close();
  }

  @Test
  void aClusterAdministratorIsToldWhereToGoInstead() {
    assertRefused(
        KUBECTL.tryRun(
            "patch", "ssc", "sc-1", "-n", namespace.name(), "--type=merge", "-p", LABEL));
    assertRefused(
        KUBECTL.tryRun(
            "patch",
            "ssc",
            "sc-1",
            "-n",
            namespace.name(),
            "--subresource=status",
            "--type=merge",
            "-p",
            STATUS));
    assertRefused(KUBECTL.tryRun("delete", "ssc", "sc-1", "-n", namespace.name()));
    assertRefused(KUBECTL.tryRun("delete", "--raw", collection()));
    KUBECTL.runWithInput(mirror("sc-2"), asOperator("create", "-f", "-"));
    KUBECTL.run(asOperator("delete", "ssc", "sc-1", "-n", namespace.name()));
    assertRefused(KUBECTL.tryRunWithInput(mirror("sc-1"), "create", "-f", "-"));
  }

  @Test
  void theOperatorMayDoAllThatItDoes() {
    KUBECTL.run(
        asOperator("patch", "ssc", "sc-1", "-n", namespace.name(), "--type=merge", "-p", LABEL));
    // The operator replaces the status; a patch is not among what it may do.
    KUBECTL.runWithInput(
        KUBECTL.run("get", "ssc", "sc-1", "-n", namespace.name(), "-o", "yaml")
            + "\nstatus: {state: Running}\n",
        asOperator("replace", "--subresource=status", "-f", "-"));

    assertThat(
            KUBECTL.run(
                "get",
                "ssc",
                "-n",
                namespace.name(),
                "--field-selector=status.state=Running",
                "-o",
                "name"))
        .isEqualTo("sessioncluster.sessionclusters.io/sc-1\n");
    KUBECTL.run(asOperator("delete", "ssc", "sc-1", "-n", namespace.name()));
  }

  @Test
  void aServiceAccountWithWildcardsIsRefused() {
    KUBECTL.run("create", "serviceaccount", "gitops", "-n", namespace.name());
    KUBECTL.run(
        "create",
        "rolebinding",
        "gitops",
        "-n",
        namespace.name(),
        "--clusterrole=cluster-admin",
        "--serviceaccount=" + namespace.name() + ":gitops");

    assertRefused(
        KUBECTL.tryRun(
            Mirrors.as(
                namespace.name(),
                "gitops",
                "patch",
                "ssc",
                "sc-1",
                "-n",
                namespace.name(),
                "--type=merge",
                "-p",
                LABEL)));
  }

  @Test
  void aServiceAccountThatMayWriteButNotMirrorIsRefused() {
    grant("writer", "get,patch");

    assertRefused(KUBECTL.tryRun(patchAs("writer")));
  }

  @Test
  void aServiceAccountThatMayMirrorIsAnOperatorWhateverItsName() {
    grant("second-operator", "get,patch,mirror");

    assertThat(KUBECTL.tryRun(patchAs("second-operator")).stderr()).isEmpty();
  }

  @Test
  void aPersonThatMayMirrorIsStillRefused() {
    KUBECTL.run(
        "create",
        "role",
        "mirror",
        "-n",
        namespace.name(),
        "--verb=get,patch,mirror",
        "--resource=sessionclusters.sessionclusters.io");
    KUBECTL.run(
        "create",
        "rolebinding",
        "mirror",
        "-n",
        namespace.name(),
        "--role=mirror",
        "--user=somebody");

    assertRefused(
        KUBECTL.tryRun(
            "patch",
            "ssc",
            "sc-1",
            "-n",
            namespace.name(),
            "--type=merge",
            "-p",
            LABEL,
            "--as=somebody"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"background", "foreground"})
  void deletingTheSourceRemovesItsMirrors(String cascade) {
    KUBECTL.run("delete", "sscs", "analytics", "-n", namespace.name(), "--cascade=" + cascade);

    awaitNoMirrors();
  }

  @Test
  void aMirrorOrphanedOnPurposeMayBeRemovedButNotChanged() {
    KUBECTL.run("delete", "sscs", "analytics", "-n", namespace.name(), "--cascade=orphan");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        KUBECTL.run(
                            "get",
                            "ssc",
                            "sc-1",
                            "-n",
                            namespace.name(),
                            "-o",
                            "jsonpath={.metadata.ownerReferences}"))
                    .isEmpty());

    assertRefused(
        KUBECTL.tryRun(
            "patch", "ssc", "sc-1", "-n", namespace.name(), "--type=merge", "-p", LABEL));
    KUBECTL.run("delete", "ssc", "sc-1", "-n", namespace.name());
    awaitNoMirrors();
  }

  @Test
  void deletingTheNamespaceRemovesItsMirrors() {
    KUBECTL.run("delete", "namespace", namespace.name(), "--timeout=30s");

    assertThat(PLANE.admin().namespaces().withName(namespace.name()).get()).isNull();
  }

  private String mirror(String name) {
    return Mirrors.ownedYaml(namespace.name(), name, "analytics", sourceUid);
  }

  private String collection() {
    return "/apis/sessionclusters.io/v1alpha1/namespaces/" + namespace.name() + "/sessionclusters";
  }

  private void grant(String account, String verbs) {
    KUBECTL.run("create", "serviceaccount", account, "-n", namespace.name());
    KUBECTL.run(
        "create",
        "role",
        account,
        "-n",
        namespace.name(),
        "--verb=" + verbs,
        "--resource=sessionclusters.sessionclusters.io");
    KUBECTL.run(
        "create",
        "rolebinding",
        account,
        "-n",
        namespace.name(),
        "--role=" + account,
        "--serviceaccount=" + namespace.name() + ":" + account);
  }

  private String[] patchAs(String account) {
    return Mirrors.as(
        namespace.name(),
        account,
        "patch",
        "ssc",
        "sc-1",
        "-n",
        namespace.name(),
        "--type=merge",
        "-p",
        LABEL);
  }

  private static String[] asOperator(String... arguments) {
    return Mirrors.as(
        DeployedControlPlane.OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR, arguments);
  }

  private static void assertRefused(Kubectl.Result result) {
    assertThat(result.stderr()).contains(MESSAGE);
    assertThat(result.exitCode()).isEqualTo(1);
  }

  private void awaitNoMirrors() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(KUBECTL.run("get", "ssc", "-n", namespace.name(), "-o", "name"))
                    .isEmpty());
  }
}
