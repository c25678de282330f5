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

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.sessionclusters.fakecloud.FakeSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A namespace that is full, and one that is going away. */
class NamespaceLimitsIT {

  @AutoClose private final Scene scene = Scene.start();

  @Test
  void aFullNamespaceTakesWhatItCanAndTheRestWhenThereIsRoom() {
    limitMirrors(2);
    for (int i = 0; i < 4; i++) {
      scene.workspace.put(FakeSession.sql("sc-" + i).state("Running"));
    }
    scene.applySource("hangzhou", "interval: 1s", "transitionInterval: 1s");

    scene.awaitReady("hangzhou", "False WriteDenied");
    Scene.eventually().until(() -> scene.mirrors().size() == 2);
    assertThat(scene.condition("hangzhou", "Ready"))
        .contains("2 of 4 mirrors could not be written. The first: ")
        .contains("exceeded quota: mirrors");
    // What is there is kept up to date.
    String mirror = scene.mirrors().keySet().iterator().next();
    scene.workspace.update(mirror, s -> s.state("Stopped"));
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry(mirror, "Stopped"));

    limitMirrors(10);
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates()));
    scene.awaitReady("hangzhou");
  }

  @Test
  void aNamespaceThatIsJustFullIsWell() {
    for (int i = 1; i <= 2; i++) {
      scene.workspace.put(FakeSession.sql("sc-" + i).state("Running"));
    }
    scene.applySource("hangzhou", "interval: 1s", "transitionInterval: 1s");
    Scene.eventually().until(() -> scene.mirrors().size() == 2);
    limitMirrors(2);

    // Whether writes are refused is tried anew, and a new mirror would be.
    scene.restartOperator();

    scene.awaitListings(2);
    scene.awaitReady("hangzhou");
  }

  @Test
  void aNamespaceThatIsDeletedGoesWithItsMirrorsAndDisturbsNobody() {
    scene.stopOperator();
    try (Scene other = Scene.withoutOperator();
        OperatorProcess operator = OperatorProcess.start(scene, other)) {
      for (Scene each : List.of(scene, other)) {
        each.workspace.put(FakeSession.sql("sc-1").state("Running"));
        each.applySource("hangzhou", "interval: 1s");
        each.awaitReady("hangzhou");
      }

      other.admin().namespaces().withName(other.namespace()).delete();

      Scene.eventually()
          .atMost(Duration.ofSeconds(60))
          .until(() -> scene.admin().namespaces().withName(other.namespace()).get() == null);
      scene.workspace.update("sc-1", s -> s.state("Stopped"));
      Scene.eventually()
          .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Stopped"));
      scene.awaitReady("hangzhou");
      assertThat(operator.isAlive()).isTrue();
    }
  }

  private void limitMirrors(int count) {
    String resource = "count/sessionclusters.sessionclusters.io";
    ResourceQuota quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withNamespace(scene.namespace())
            .withName("mirrors")
            .endMetadata()
            .withNewSpec()
            .withHard(Map.of(resource, new Quantity(Integer.toString(count))))
            .endSpec()
            .build();
    scene.admin().resource(quota).createOr(NonDeletingOperation::update);
    // The API server counts against the quota once the controller has counted what is there.
    Scene.eventually()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              ResourceQuota now = scene.admin().resource(quota).get();
              return now.getStatus() != null
                  && now.getStatus().getUsed() != null
                  && quota.getSpec().getHard().equals(now.getStatus().getHard())
                  && now.getStatus().getUsed().containsKey(resource);
            });
  }
}
