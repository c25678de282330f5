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
import org.junit.jupiter.api.Test;

class MirrorsIT {

  @Test
  void aSessionBecomesAMirror() {
    try (Scene scene = Scene.start()) {
      scene.workspace.put(FakeSession.sql("sc-first").name("nightly etl").state("Running"));
      scene.applySource("hangzhou", "interval: 1s");
      scene.awaitReady("hangzhou");
      System.out.println(scene.kubectl("get", "sessionclusters"));
      System.out.println(scene.kubectl("get", "sessionclusters", "-o", "yaml"));
      System.out.println(scene.kubectl("get", "sessionclustersources", "-o", "wide"));
      assertThat(scene.mirroredStates())
          .containsExactly(java.util.Map.entry("sc-first", "Running"));
    }
  }
}
