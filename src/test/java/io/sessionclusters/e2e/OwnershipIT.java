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

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.sessionclusters.fakecloud.FakeSession;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Whose mirror it is, with the real garbage collector. */
class OwnershipIT {

  @AutoClose private final Scene scene = Scene.start();

  @Test
  void deletingTheSourceRemovesItsMirrors() {
    putSessions(5);
    applyFilter("jia", "kind: SQL");
    scene.awaitReady("jia");
    assertThat(scene.mirrors()).hasSize(5);

    scene.kubectl("delete", "sscs", "jia");

    Scene.eventually().until(() -> scene.mirrors().isEmpty());
  }

  @Test
  void sourcesThatOverlapTakeNothingFromEachOther() {
    putSessions(7);
    scene.workspace.put(FakeSession.notebook("sc-notebook"));
    applyFilter("jia", "kind: SQL");
    scene.awaitReady("jia");
    Map<String, String> uids = scene.mirrorUids();
    scene.applySource("yi", "interval: 1s");
    scene.awaitReady("yi", "False Conflict: ");

    assertThat(scene.condition("yi", "Ready"))
        .isEqualTo(
            "False Conflict: 7 SessionClusters already exist and are not managed by this source:"
                + " sc-0 (controlled by SessionClusterSource jia), sc-1 (controlled by"
                + " SessionClusterSource jia), sc-2 (controlled by SessionClusterSource jia), sc-3"
                + " (controlled by SessionClusterSource jia), sc-4 (controlled by"
                + " SessionClusterSource jia) and 2 more.");
    assertThat(scene.condition("yi", "Stalled")).isEmpty();
    assertThat(scene.mirrors()).hasSize(8);
    assertThat(scene.mirrorUids()).containsAllEntriesOf(uids);
    assertThat(scene.mirrors())
        .allSatisfy(
            (name, mirror) ->
                assertThat(ownerOf(name)).isEqualTo(name.equals("sc-notebook") ? "yi" : "jia"));

    // What one of them no longer wants is the other's to mirror.
    scene.kubectl("delete", "sscs", "jia");
    scene.awaitReady("yi");
    assertThat(scene.mirrors()).hasSize(8);
    assertThat(scene.mirrors().keySet()).allSatisfy(n -> assertThat(ownerOf(n)).isEqualTo("yi"));
    assertThat(scene.mirrorUids().values()).doesNotContainAnyElementsOf(uids.values());
  }

  @Test
  void aSourceMadeAgainUnderItsNameGetsMirrorsOfItsOwn() {
    putSessions(5);
    scene.applySource("jia", "interval: 1s");
    scene.awaitReady("jia");
    Map<String, String> uids = scene.mirrorUids();
    String uid = scene.uid("jia");

    scene.kubectl("delete", "sscs", "jia");
    scene.applySource("jia", "interval: 1s");
    scene.awaitReady("jia");

    assertThat(scene.uid("jia")).isNotEqualTo(uid);
    assertThat(scene.mirrors()).hasSize(5);
    assertThat(scene.mirrorUids().values()).doesNotContainAnyElementsOf(uids.values());
    assertThat(scene.mirrors().values())
        .allSatisfy(
            m ->
                assertThat(m.getMetadata().getOwnerReferences())
                    .extracting(OwnerReference::getUid)
                    .containsExactly(scene.uid("jia")));
  }

  @Test
  void whatAGoneSourceLeftIsLeftToTheGarbageCollector() {
    putSessions(2);
    scene.applySource("jia", "interval: 1s");
    scene.awaitReady("jia");
    String uid = scene.mirrorUids().get("sc-0");

    // The garbage collector deletes it, but it stays until its finalizer is gone.
    holdBack("[\"example.org/hold\"]");
    scene.kubectl("delete", "sscs", "jia");
    scene.applySource("jia", "interval: 1s");
    scene.awaitReady("jia", "False Conflict: ");
    assertThat(scene.condition("jia", "Ready"))
        .endsWith(": Waiting for garbage collection of 1 mirrors owned by a deleted source.");
    assertThat(scene.mirrorUids()).containsEntry("sc-0", uid).hasSize(2);

    holdBack("null");
    scene.awaitReady("jia");
    assertThat(scene.mirrors()).hasSize(2);
    assertThat(scene.mirrorUids()).doesNotContainEntry("sc-0", uid);
  }

  private void holdBack(String finalizers) {
    scene.kubectlPastThePolicy(
        "patch",
        "ssc",
        "sc-0",
        "--type=merge",
        "-p",
        "{\"metadata\":{\"finalizers\":" + finalizers + "}}");
  }

  @Test
  void orphansAreAdoptedAndThenJudgedLikeAnyMirror() {
    putSessions(5);
    scene.applySource("jia", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("jia");
    Map<String, String> uids = scene.mirrorUids();

    scene.kubectl("delete", "sscs", "jia", "--cascade=orphan");
    scene.workspace.remove("sc-4");
    Scene.eventually()
        .until(
            () ->
                scene.mirrors().values().stream()
                    .allMatch(m -> m.getMetadata().getOwnerReferences().isEmpty()));
    scene.applySource("jia", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("jia");

    assertThat(scene.mirrorUids()).isEqualTo(uids);
    assertThat(scene.mirrors().keySet()).allSatisfy(n -> assertThat(ownerOf(n)).isEqualTo("jia"));
    Scene.eventually().until(() -> scene.mirrors().size() == 4);
    uids.remove("sc-4");
    assertThat(scene.mirrorUids()).isEqualTo(uids);
  }

  @Test
  void anObjectThatNobodyOfOursMadeIsNotTouched() {
    putSessions(2);
    scene
        .kubectl()
        .runWithInput(
            """
            apiVersion: sessionclusters.io/v1alpha1
            kind: SessionCluster
            metadata: {namespace: %s, name: sc-0}
            spec: {regionId: cn-hangzhou, workspaceId: w-1234abcd, sessionClusterId: sc-0}
            """
                .formatted(scene.namespace()),
            "--as=system:kube-controller-manager",
            "--as-group=system:masters",
            "create",
            "-f",
            "-");
    scene.applySource("jia", "interval: 1s");
    scene.awaitReady("jia", "False Conflict: ");

    assertThat(scene.condition("jia", "Ready"))
        .endsWith(
            "1 SessionClusters already exist and are not managed by this source: sc-0 (no"
                + " controller).");
    assertThat(scene.mirror("sc-0").getMetadata().getGeneration()).isEqualTo(1);
    assertThat(scene.mirror("sc-0").getStatus()).isNull();
    assertThat(scene.mirroredStates()).containsEntry("sc-1", "Running");

    // An administrator may delete a mirror that nothing controls.
    scene.kubectl("delete", "ssc", "sc-0");
    scene.awaitReady("jia");
    assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates());
  }

  @Test
  void aQueryOfAnotherWorkspaceReplacesTheMirrors() {
    putSessions(2);
    scene
        .cloud
        .workspace(Scene.REGION, "w-other")
        .put(FakeSession.sql("sc-0").workspaceId("w-other"));
    scene.applySource("jia", "interval: 1s");
    scene.awaitReady("jia");

    scene.editSource("jia", "{\"workspaceId\":\"w-other\"}");

    Scene.eventually()
        .untilAsserted(
            () -> {
              assertThat(scene.mirrors()).containsOnlyKeys("sc-0");
              assertThat(scene.mirror("sc-0").getSpec().workspaceId()).isEqualTo("w-other");
            });
  }

  private String ownerOf(String mirror) {
    List<OwnerReference> owners = scene.mirror(mirror).getMetadata().getOwnerReferences();
    assertThat(owners).hasSize(1);
    return owners.getFirst().getName();
  }

  private void applyFilter(String name, String filter) {
    scene.applySource(name, "interval: 1s", "filter: {" + filter + "}");
  }

  private void putSessions(int count) {
    IntStream.range(0, count).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
  }
}
