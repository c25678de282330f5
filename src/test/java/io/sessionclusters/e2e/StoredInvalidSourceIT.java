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

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.sessionclusters.fakecloud.FakeSession;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sources that an older CRD let in and that today's would refuse. */
class StoredInvalidSourceIT {

  /** The wrong line of each source, and what its condition must say. */
  private static final Map<String, String> WRONG =
      new TreeMap<>(
          Map.of(
              "prune: {maxPercent: many}", "spec.prune.maxPercent ",
              "prune: {maxPercent: 400}", "spec.prune.maxPercent ",
              "prune: {policy: Keep}", "spec.prune.policy ",
              "regionId: Bad Region", "spec.regionId ",
              "workspaceId: ../../etc", "spec.workspaceId ",
              "interval: 5 parsecs", "spec.interval ",
              "transitionInterval: soon", "spec.transitionInterval ",
              "timeout: 100000h", "spec.timeout ",
              "suspend: sometimes", "spec.suspend ",
              "filter: [SQL]", "spec.filter "));

  @AutoClose private final Scene scene = Scene.withoutOperator();

  private CustomResourceDefinitionSpec strict = new CustomResourceDefinitionSpec();

  @BeforeEach
  void loosenTheCrd() {
    strict = crd().get().getSpec();
    crd()
        .edit(
            crd -> {
              JSONSchemaProps schema =
                  crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
              schema.setXKubernetesValidations(null);
              schema
                  .getProperties()
                  .put(
                      "spec",
                      new JSONSchemaPropsBuilder()
                          .withXKubernetesPreserveUnknownFields(true)
                          .build());
              return crd;
            });
    scene.workspace.put(FakeSession.sql("sc-0"));
  }

  @AfterEach
  void restoreTheCrd() {
    crd()
        .edit(
            crd -> {
              crd.setSpec(strict);
              return crd;
            });
    Scene.eventually()
        .until(
            () ->
                scene
                    .kubectl()
                    .tryRunWithInput(
                        scene.sourceYaml("probe", "regionId: Bad Region"),
                        "create",
                        "--dry-run=server",
                        "-f",
                        "-")
                    .stderr()
                    .contains("spec.regionId"));
  }

  @Test
  void theOperatorSurvivesThemAndSaysWhatIsWrong() {
    WRONG.keySet().forEach(line -> store(name(line), line));
    restoreTheCrd();

    scene.startOperator();
    scene.applySource("good", "interval: 1s");
    scene.awaitReady("good");
    WRONG.forEach(
        (line, problem) -> scene.awaitReady(name(line), "False InvalidConfiguration: " + problem));
    scene.awaitListings(2);
    assertThat(scene.mirrors()).containsOnlyKeys("sc-0");
    assertThat(scene.condition("good", "Ready")).startsWith("True Succeeded");
  }

  @Test
  void oneThatComesLaterIsToldTooAndCanBeMended() {
    scene.startOperator();
    scene.applySource("good", "interval: 1s");
    scene.awaitReady("good");

    store("bad", "prune: {maxPercent: many}");
    scene.awaitReady("bad", "False InvalidConfiguration: spec.prune.maxPercent ");
    scene.awaitListings(2);

    restoreTheCrd();
    scene.kubectl("delete", "sscs", "good");
    Scene.eventually().until(() -> scene.mirrors().isEmpty());
    scene.editSource("bad", "{\"prune\":{\"maxPercent\":10}}");
    scene.awaitReady("bad");
    assertThat(scene.mirrors()).containsOnlyKeys("sc-0");
  }

  /** The API server takes a moment to see the changed CRD. */
  private void store(String name, String line) {
    Scene.eventually()
        .until(
            () ->
                scene
                        .kubectl()
                        .tryRunWithInput(
                            scene.sourceYaml(name, line), "apply", "--validate=false", "-f", "-")
                        .exitCode()
                    == 0);
  }

  private static String name(String line) {
    return "bad-" + Integer.toHexString(line.hashCode());
  }

  private Resource<CustomResourceDefinition> crd() {
    return scene
        .admin()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("sessionclustersources.sessionclusters.io");
  }
}
