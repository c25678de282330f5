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

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.sessionclusters.chart.Chart;
import io.sessionclusters.chart.HelmRelease;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.support.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release of the chart in a cluster, from its installation to what an uninstall leaves. */
class HelmReleaseIT {

  private static final String NAME = "session-cluster-operator";
  private static final String MIRRORS = "sessionclusters.sessionclusters.io";
  private static final String SOURCES = "sessionclustersources.sessionclusters.io";

  /** Definitions come and go, so it is nobody else's. */
  @AutoClose private static final ControlPlane PLANE = ControlPlane.start();

  private final HelmRelease release = new HelmRelease(NAME, NAME, PLANE.kubeconfig());

  @TempDir private Path folder;

  @Test
  void installUpgradeUninstall() throws IOException {
    release.install(anOlderChart());
    PLANE.startControllerManager();
    try (Scene scene = Scene.withoutOperator(PLANE)) {
      String settings =
          "operator: {allowedEndpoints: ['127.0.0.1:%d'], ambientNamespaces: ['%s']}"
              .formatted(scene.cloud.port(), scene.namespace());
      release.upgrade(folder, settings);
      giveTheOperatorItsKey(scene);
      scene.workspace.put(FakeSession.sql("sc-1").state("Running"));
      scene.workspace.put(FakeSession.sql("sc-2").state("Stopped"));
      Map<String, String> written;
      try (OperatorProcess operator = OperatorProcess.startPod(PLANE, deployment())) {
        scene.applySource("hangzhou", "interval: 1s", "credentials: {}");
        scene.awaitReady("hangzhou");
        assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates());
        awaitReadOnlyMirrors();
        written = versions(scene);

        release.upgrade(
            Chart.FOLDER,
            settings,
            "{watchNamespaces: ['%s'], log: {level: debug}}".formatted(scene.namespace()));
        operator.terminate();
      }

      assertThat(PLANE.kubectl().run("get", "crd", MIRRORS, "-o", "yaml")).contains("Web UI");
      assertThat(PLANE.kubectl().tryRun("get", "clusterrole", NAME).stderr()).contains("NotFound");
      try (OperatorProcess operator = OperatorProcess.startPod(PLANE, deployment())) {
        scene.awaitListings(3);
        assertThat(versions(scene)).isEqualTo(written);
        assertThat(operator.log()).contains("DEBUG");
        scene.workspace.update("sc-2", session -> session.state("Running"));
        ObservedNamespace.eventually()
            .untilAsserted(() -> assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates()));

        List<String> uninstall = commands("## Uninstall");
        assertThat(uninstall).hasSize(5);
        uninstall.subList(0, 2).forEach(this::run);
        assertThat(scene.mirrors()).isEmpty();
        assertThat(operator.log()).doesNotContain(" ERROR ");
        run(uninstall.get(2));
        assertThat(left())
            .containsExactly(
                "customresourcedefinition.apiextensions.k8s.io/" + MIRRORS,
                "customresourcedefinition.apiextensions.k8s.io/" + SOURCES);
        uninstall.subList(3, 5).forEach(this::run);
      }
      assertThat(left()).isEmpty();
      assertThat(PLANE.kubectl().tryRun("get", "namespace", NAME).stderr()).contains("NotFound");
    }
  }

  /** The API server needs a moment to see a new admission policy. */
  private static void awaitReadOnlyMirrors() {
    ObservedNamespace.eventually()
        .until(
            () ->
                PLANE
                    .kubectl()
                    .tryRun("delete", "ssc", "--all", "-A", "--dry-run=server")
                    .stderr()
                    .contains("is a read-only mirror"));
  }

  /** What is left when the sources were not deleted first, and that a later release takes over. */
  @Test
  void uninstalledTooSoonAndInstalledAgain() {
    release.install(Chart.FOLDER);
    HelmRelease second = new HelmRelease("second", "second", PLANE.kubeconfig());
    String all =
        """
        replicaCount: 2
        leaderElection: {enabled: true}
        crds: {install: false}
        watchNamespaces: [default]
        podDisruptionBudget: {enabled: true}
        networkPolicy: {enabled: true}
        metrics: {service: {enabled: true}}
        operator: {connectionSecrets: true}
        rrsa: {enabled: true, roleName: reader}
        imagePullSecrets: [{name: pull}]
        nodeSelector: {kubernetes.io/os: linux}
        tolerations: [{key: dedicated, operator: Exists}]
        affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}
        topologySpreadConstraints:
          - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}
        extraEnv: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
        extraVolumes: [{name: ca, emptyDir: {}}]
        extraVolumeMounts: [{name: ca, mountPath: /ca}]
        """;
    String notes = second.install(Chart.FOLDER, all);
    String source = notes.substring(notes.indexOf("  apiVersion:"), notes.indexOf("  END"));

    assertThat(PLANE.kubectl().runWithInput(source, "create", "-n", "default", "-f", "-"))
        .contains("sessionclustersource.sessionclusters.io/analytics created");
    assertThat(strategyOfTheSecond()).isEqualTo("RollingUpdate");
    second.upgrade(Chart.FOLDER, "crds: {install: false}");
    assertThat(strategyOfTheSecond()).isEqualTo("Recreate");
    second.uninstall();
    assertThat(left()).anyMatch(object -> object.endsWith("/" + NAME + "-read-only"));
    assertThat(left()).noneMatch(object -> object.contains("second"));

    assertThat(release.uninstall()).contains("kept due to the resource policy");
    release.install(Chart.FOLDER);
    assertThat(PLANE.kubectl().run("get", "sscs", "analytics", "-n", "default"))
        .contains("w-1234abcd");

    release.uninstall();
    PLANE.kubectl().run("delete", "crd", MIRRORS, SOURCES);
  }

  private static String strategyOfTheSecond() {
    return PLANE
        .kubectl()
        .run(
            "get",
            "deployment",
            "second-session-cluster-operator",
            "-n",
            "second",
            "-o",
            "jsonpath={.spec.strategy.type}");
  }

  /** The page says that one command does it. Who ends namespaces may not run yet. */
  @Test
  void withoutHelm() {
    PLANE.kubectl().run("apply", "-k", "deploy");
    assertThat(left()).hasSizeGreaterThan(8);

    PLANE.kubectl().run("delete", "-k", "deploy", "--wait=false");

    // Before it ends a definition the API server looks for what is left of its kind: slow on a busy
    // machine.
    ObservedNamespace.eventually()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(left()).isEmpty());
    PLANE
        .kubectl()
        .tryRunWithInput(
            """
            {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "%s"}}
            """
                .formatted(NAME),
            "replace",
            "--raw=/api/v1/namespaces/" + NAME + "/finalize",
            "-f",
            "-");
    ObservedNamespace.eventually()
        .until(
            () -> PLANE.kubectl().tryRun("get", "namespace", NAME).stderr().contains("NotFound"));
  }

  /** The chart with definitions that lack a field and a column. */
  private Path anOlderChart() throws IOException {
    try (Stream<Path> files = Files.walk(Chart.FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(Chart.FOLDER.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Path definition = folder.resolve("files/crds/" + MIRRORS + ".yaml");
    String today = Files.readString(definition);
    String older = today.replaceFirst("(?m)^    - jsonPath: .status.webUI\\n(      .*\\n)+", "");
    assertThat(older).isNotEqualTo(today).doesNotContain("Web UI");
    Files.writeString(definition, older);
    return folder;
  }

  private void giveTheOperatorItsKey(Scene scene) {
    scene.cloud.addKey("LTAI-operator", "operator-secret");
    PLANE
        .admin()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAME)
                .withName(NAME + "-credentials")
                .endMetadata()
                .withStringData(
                    Map.of("accessKeyId", "LTAI-operator", "accessKeySecret", "operator-secret"))
                .build())
        .create();
  }

  private Deployment deployment() {
    return PLANE.admin().apps().deployments().inNamespace(NAME).withName(NAME).require();
  }

  private static Map<String, String> versions(Scene scene) {
    return ObservedNamespace.byName(
        scene.mirrors().values().stream(),
        mirror -> mirror.getMetadata().getName(),
        mirror -> mirror.getMetadata().getResourceVersion());
  }

  /** What the releases brought and is still there. */
  private List<String> left() {
    return PLANE
        .kubectl()
        .run(
            "get",
            "crd,clusterrole,clusterrolebinding,validatingadmissionpolicy,"
                + "validatingadmissionpolicybinding,deployment,serviceaccount,role,rolebinding,"
                + "service,networkpolicy,poddisruptionbudget,configmap,lease",
            "--all-namespaces",
            "-l",
            "app.kubernetes.io/part-of=session-cluster-operator",
            "-o",
            "name")
        .lines()
        .toList();
  }

  /** The commands of the first code block below a heading of a page. */
  private static List<String> commands(String heading) throws IOException {
    String page = Files.readString(Path.of("src/site/markdown/installation.md"));
    String section = page.substring(page.indexOf("\n" + heading + "\n"));
    int start = section.indexOf("```sh\n") + 6;
    return section
        .substring(start, section.indexOf("```", start))
        .lines()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  private void run(String command) {
    List<String> words = List.of(command.split(" ", -1));
    if (words.getFirst().equals("kubectl")) {
      PLANE.kubectl().run(words.subList(1, words.size()).toArray(String[]::new));
    } else {
      assertThat(command).isEqualTo("helm uninstall " + NAME + " --namespace " + NAME);
      release.uninstall();
    }
  }
}
