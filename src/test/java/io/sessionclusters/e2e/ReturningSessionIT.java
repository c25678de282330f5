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

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.Fault;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions that are there again, or that only seem to be gone. */
class ReturningSessionIT {

  @AutoClose private final Scene scene = Scene.start();

  @BeforeEach
  void threeSessions() {
    for (int i = 0; i < 3; i++) {
      scene.workspace.put(FakeSession.sql("sc-" + i).name("etl-" + i));
    }
  }

  @Test
  void aSessionThatReturnsWhileItsMirrorHangsIsSaidAndMirroredAsSoonAsTheNameIsFree() {
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");
    String uid = scene.mirrorUids().get("sc-1");
    finalizers("[\"example.com/keep\"]");
    FakeSession session = scene.workspace.remove("sc-1");
    scene.poll("hangzhou");
    Scene.eventually()
        .until(() -> scene.mirror("sc-1").getMetadata().getDeletionTimestamp() != null);

    scene.workspace.put(session);
    scene.poll("hangzhou");
    scene.awaitReady("hangzhou", "False Conflict: ");
    assertThat(scene.condition("hangzhou", "Ready"))
        .isEqualTo(
            "False Conflict: Mirrors of listed sessions still being deleted: 1 (first: sc-1). They"
                + " are created again once their finalizers are removed.");
    scene.awaitListings(2);
    assertThat(scene.mirrorUids()).containsEntry("sc-1", uid);

    finalizers("[]");
    Scene.eventually()
        .untilAsserted(
            () ->
                assertThat(scene.mirrorUids())
                    .containsKey("sc-1")
                    .doesNotContainEntry("sc-1", uid));
    scene.awaitReady("hangzhou");
    assertThat(scene.mirrorCondition("sc-1", "Synced")).startsWith("True Listed: ");
  }

  @Test
  void aSessionThatComesWithoutItsNameKeepsItsMirrorAndARenamedOneLosesIt() {
    scene.applySource("hangzhou", "interval: 1s", "filter: {nameRegex: \"^etl-\"}");
    scene.awaitReady("hangzhou");
    Map<String, String> uids = scene.mirrorUids();

    var fault =
        scene
            .cloud
            .faults()
            .always(
                Fault.editedPage(
                    "without names",
                    page ->
                        page.withArray("sessionClusters")
                            .forEach(session -> ((ObjectNode) session).remove("name"))));
    scene.awaitListings(6);
    assertThat(scene.mirrorUids()).isEqualTo(uids);

    fault.clear();
    scene.workspace.update("sc-1", s -> s.name("adhoc"));
    Scene.eventually().until(() -> !scene.mirrors().containsKey("sc-1"));
    uids.remove("sc-1");
    assertThat(scene.mirrorUids()).isEqualTo(uids);
  }

  private void finalizers(String json) {
    scene.kubectlPastThePolicy(
        "patch",
        "ssc",
        "sc-1",
        "--type=merge",
        "-p",
        "{\"metadata\":{\"finalizers\":%s}}".formatted(json));
  }
}
