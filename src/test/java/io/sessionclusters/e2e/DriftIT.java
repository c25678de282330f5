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
import io.sessionclusters.support.Kubectl;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What gets past the admission policy is undone, and soon: the interval is an hour, so a listing
 * comes only because it was brought forward.
 */
class DriftIT {

  @AutoClose private final Scene scene = Scene.start();

  private String uid = "";

  @BeforeEach
  void mirrorTwoSessions() {
    scene.workspace.put(FakeSession.sql("sc-edited").state("Running"));
    scene.workspace.put(FakeSession.sql("sc-other").state("Running"));
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");
    uid = scene.mirror("sc-edited").getMetadata().getUid();
  }

  @Test
  void anAdministratorIsRefused() {
    Kubectl.Result result =
        scene
            .kubectl()
            .tryRun("-n", scene.namespace(), "label", "ssc", "sc-edited", "team=analytics");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.stderr())
        .contains("change session sc-edited of workspace w-1234abcd (cn-hangzhou)");
  }

  @Test
  void anEditedStatusIsUndone() {
    edit("--subresource=status", "{\"status\":{\"state\":\"Stopped\",\"queueName\":null}}");
    assertUndone();
  }

  @Test
  void anEditedConditionIsUndone() {
    edit("--subresource=status", "{\"status\":{\"conditions\":[]}}");
    assertUndone();
  }

  @Test
  void aRemovedStatusIsUndone() {
    edit("--subresource=status", "{\"status\":null}");
    assertUndone();
  }

  @Test
  void aRemovedLabelIsUndone() {
    edit("--subresource=", "{\"metadata\":{\"labels\":{\"sessionclusters.io/source\":null}}}");
    assertUndone();
  }

  @Test
  void aRemovedOwnerIsUndone() {
    edit("--subresource=", "{\"metadata\":{\"ownerReferences\":null}}");
    assertUndone();
  }

  @Test
  void aDeletedMirrorReturns() {
    scene.kubectlPastThePolicy("delete", "ssc", "sc-edited");
    Scene.eventually().until(() -> scene.mirrors().containsKey("sc-edited"));
    uid = scene.mirror("sc-edited").getMetadata().getUid();
    assertUndone();
  }

  @Test
  void anEditWhileTheOperatorIsDownIsUndoneByTheNextListing() {
    scene.stopOperator();
    edit("--subresource=status", "{\"status\":{\"state\":\"Stopped\"}}");
    scene.startOperator();
    scene.poll("hangzhou");
    assertUndone();
  }

  private void edit(String where, String patch) {
    scene.kubectlPastThePolicy("patch", "ssc", "sc-edited", "--type=merge", where, "-p", patch);
  }

  private void assertUndone() {
    Scene.eventually()
        .untilAsserted(
            () -> {
              var mirror = scene.mirror("sc-edited");
              var untouched = scene.mirror("sc-other");
              assertThat(mirror.getMetadata().getUid()).isEqualTo(uid);
              assertThat(mirror.getMetadata().getLabels())
                  .isEqualTo(untouched.getMetadata().getLabels());
              assertThat(mirror.getMetadata().getOwnerReferences())
                  .isEqualTo(untouched.getMetadata().getOwnerReferences());
              assertThat(mirror.getStatus()).isNotNull();
              assertThat(mirror.getStatus().state()).isEqualTo("Running");
              assertThat(mirror.getStatus().queueName()).isEqualTo("dev_queue");
              assertThat(mirror.getStatus().conditions()).hasSize(2);
            });
  }
}
