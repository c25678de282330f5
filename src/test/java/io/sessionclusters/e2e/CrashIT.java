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

import io.sessionclusters.fakecloud.LivelyWorkspace;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Killed at any instant and started again, the operator converges and makes nothing anew. */
class CrashIT {

  private static final int CRASHES = Integer.getInteger("crashes", 5);
  private static final long SEED = Long.getLong("crashes.seed", 1);

  @Test
  @Timeout(1800)
  void killedAgainAndAgainItMirrorsTheCloudAndMakesNoMirrorAnew() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    try (Scene scene = Scene.withoutOperator()) {
      LivelyWorkspace lively = LivelyWorkspace.of(scene.workspace, 40, SEED, Clock.systemUTC());
      scene.applySource("hangzhou", "interval: 1s", "prune: {maxPercent: 100}");
      Map<String, String> uids = new HashMap<>();
      Set<String> sessions = new HashSet<>(scene.cloudStates().keySet());

      for (int crash = 0; crash < CRASHES; crash++) {
        // Somewhere in its life: before it lists, in the first sync, or some polls later.
        int mirrors = crash == 0 ? random.nextInt(sessions.size()) : 0;
        int listings = scene.cloud.listings(scene.workspace) + random.nextInt(3);
        try (OperatorProcess operator = OperatorProcess.start(scene)) {
          Scene.eventually()
              .atMost(Duration.ofSeconds(60))
              .until(
                  () ->
                      scene.cloud.listings(scene.workspace) >= listings
                          && scene.mirrors().size() >= mirrors);
          operator.kill();
        }
        assertSurvivorsKeepTheirUids(scene, uids, sessions);
        for (int tick = random.nextInt(6); tick > 0; tick--) {
          lively.tick();
        }
        sessions.retainAll(scene.cloudStates().keySet());
        sessions.addAll(scene.cloudStates().keySet());
      }

      try (OperatorProcess _ = OperatorProcess.start(scene)) {
        Scene.eventually()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(
                () ->
                    assertThat(scene.mirroredStates())
                        .as("seed %d: mirrors after the last start", SEED)
                        .isEqualTo(scene.cloudStates()));
        assertSurvivorsKeepTheirUids(scene, uids, sessions);
      }
    }
  }

  /** A mirror that was there before, of a session that never left, must be the same object. */
  private static void assertSurvivorsKeepTheirUids(
      Scene scene, Map<String, String> uids, Set<String> sessions) {
    Map<String, String> now = scene.mirrorUids();
    uids.forEach(
        (name, uid) -> {
          if (sessions.contains(name)) {
            assertThat(now).as("seed %d: uid of %s", SEED, name).containsEntry(name, uid);
          }
        });
    uids.putAll(now);
    uids.keySet().retainAll(sessions);
  }
}
