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
import io.sessionclusters.fakecloud.Fault;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** SIGTERM, which Kubernetes follows by SIGKILL after 30 seconds. */
class StopIT {

  private static final Duration GRACE_PERIOD = Duration.ofSeconds(30);

  /** Of a process that ends by SIGTERM. */
  private static final int TERMINATED = 143;

  @AutoClose private final Scene scene = Scene.withoutOperator();

  @Test
  void inTheFirstSyncItEndsInTimeAndTheNextGoesOn() {
    int sessions = 800;
    IntStream.range(0, sessions).forEach(i -> scene.workspace.put(FakeSession.sql("sc-" + i)));
    scene.applySource("hangzhou", "interval: 1h");
    try (OperatorProcess operator = OperatorProcess.start(scene)) {
      Scene.eventually().until(() -> !scene.mirrors().isEmpty());

      assertThatItEndsInTime(operator);
    }
    Map<String, String> survivors = scene.mirrorUids();
    assertThat(survivors).hasSizeLessThan(sessions);

    try (OperatorProcess _ = OperatorProcess.start(scene)) {
      scene.awaitReady("hangzhou");
      assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates());
      assertThat(scene.mirrorUids()).containsAllEntriesOf(survivors);
    }
  }

  @Test
  void inAListingThatHangsItEndsInTime() {
    scene.cloud.faults().always(Fault.delay(Duration.ofMinutes(1)));
    scene.applySource("hangzhou", "interval: 1s");
    try (OperatorProcess operator = OperatorProcess.start(scene)) {
      scene.awaitListings(1);

      assertThatItEndsInTime(operator);
    }
  }

  private static void assertThatItEndsInTime(OperatorProcess operator) {
    operator.terminate();
    Scene.eventually().atMost(GRACE_PERIOD).until(() -> !operator.isAlive());
    assertThat(operator.exitStatus()).isEqualTo(TERMINATED);
  }
}
