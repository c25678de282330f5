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
package io.sessionclusters.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operator's real classes run in the simulation, and what befalls them there. */
class SimulationTest {

  static final Duration MINUTE = Duration.ofMinutes(1);

  private final List<World> worlds = new ArrayList<>();
  private final StaticCloud cloud =
      new StaticCloud().with("sc-1", "Running").with("sc-2", "Stopped").with("sc-3", "Running");

  @AfterEach
  void close() {
    worlds.forEach(World::close);
  }

  private World world(long seed) {
    World world = new World(seed);
    worlds.add(world);
    world.cloud(cloud);
    return world;
  }

  static ObjectNode source(String name) {
    ObjectNode source = JsonNodeFactory.instance.objectNode();
    source.put("apiVersion", Kind.SOURCE.apiVersion()).put("kind", Kind.SOURCE.kindName());
    source.putObject("metadata").put("namespace", "team").put("name", name);
    source
        .putObject("spec")
        .put("regionId", "cn-hangzhou")
        .put("workspaceId", "w-1")
        .put("interval", "1m")
        .put("timeout", "1m");
    return source;
  }

  private static Stream<String> states(World world) {
    return world.api().all(Kind.MIRROR).stream()
        .map(
            m ->
                m.path("metadata").path("name").asText()
                    + " "
                    + m.path("status").path("state").asText());
  }

  private static String ready(World world) {
    JsonNode source = world.api().all(Kind.SOURCE).getFirst();
    for (JsonNode condition : source.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText() + " " + condition.path("reason").asText();
      }
    }
    return "";
  }

  private static long writes(World world) {
    return world.api().served().stream().filter(s -> s.request().isWrite()).count();
  }

  private static void assertSynced(World world) {
    assertThat(states(world))
        .as(world::story)
        .containsExactly("sc-1 Running", "sc-2 Stopped", "sc-3 Running");
    assertThat(ready(world)).as(world::story).isEqualTo("True Succeeded");
    world.processes().forEach(p -> assertThat(p.thrown()).isEmpty());
  }

  @Test
  void mirrorsAppearThenNothingIsWrittenAnyMore() {
    World world = world(1);
    world.api().create("anna", source("all"));
    world.process("a").start();
    world.runFor(Duration.ofMinutes(2));
    assertSynced(world);

    world.process("a").kill();
    world.process("a").start();
    world.runFor(Duration.ofMinutes(10));
    assertSynced(world);
    long before = writes(world);
    int requests = cloud.requests();
    world.runFor(Duration.ofMinutes(10));
    assertSynced(world);
    assertThat(cloud.requests()).isGreaterThan(requests + 8);
    // The source's status may be written for the time of its last listing.
    assertThat(writes(world) - before).as(world::story).isLessThanOrEqualTo(2);
    assertThat(
            world.api().history().stream()
                .filter(c -> c.kind() == Kind.MIRROR && c.at().compareTo(MINUTE) > 0))
        .as(world::story)
        .isEmpty();
  }

  @Test
  void aSeedGivesTheSameHistoryEachTime() {
    List<List<String>> traces = new ArrayList<>();
    for (long seed : new long[] {7, 7, 8}) {
      World world = world(seed);
      world.api().create("anna", source("all"));
      world.api().create("anna", source("others"));
      world.process("a").start();
      world.process("b").start();
      world.runFor(Duration.ofMinutes(3));
      traces.add(world.kernel().trace());
    }
    assertThat(traces.get(0)).hasSizeGreaterThan(20).isEqualTo(traces.get(1));
    assertThat(traces.get(0)).isNotEqualTo(traces.get(2));
  }

  /** With others beside it on other threads, too. */
  @Test
  void historiesOnOtherThreadsChangeNothing() throws InterruptedException {
    Map<Long, List<String>> alone = new ConcurrentHashMap<>();
    HistoryRuns.run(1, 30, seed -> alone.put(seed, trace(seed)));
    HistoryRuns.run(1, 30, seed -> assertThat(trace(seed)).isEqualTo(alone.get(seed)));
    assertThat(alone).hasSize(30);
  }

  private List<String> trace(long seed) {
    try (World world = new World(seed)) {
      world.cloud(new StaticCloud().with("sc-1", "Running").with("sc-2", "Running"));
      world.api().create("anna", source("all"));
      world.process("a").start();
      world.runFor(Duration.ofMinutes(3));
      return world.kernel().trace();
    }
  }

  /** Ends the process at each request of a first listing, in each way. */
  @Test
  void endedAtAnyRequestItConverges() {
    Duration second = Duration.ofSeconds(1);
    int replays = 0;
    for (Boundary.Act act :
        List.of(
            new Boundary.KillBefore(second),
            new Boundary.KillAfter(second),
            new Boundary.LoseAnswer(),
            new Boundary.Stale(3, Duration.ofSeconds(20)))) {
      for (int number = 1; ; number++) {
        World world = world(number);
        world.api().create("anna", source("all"));
        world.plan(new Boundary("a", 1, number, act));
        world.process("a").start();
        world.runFor(Duration.ofSeconds(30));
        if (!world.boundaries().isEmpty()) {
          break;
        }
        world.runFor(Duration.ofMinutes(5));
        assertSynced(world);
        assertThat(world.process("a").lives())
            .isEqualTo(
                act instanceof Boundary.KillBefore || act instanceof Boundary.KillAfter ? 2 : 1);
        replays++;
        world.close();
      }
    }
    assertThat(replays).isGreaterThan(40);
  }
}
