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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each scenario is played once, and then once for each request in it and for each thing that can
 * happen there: the process ends before the request, or after it and before its answer; the answer
 * is lost; the process's watches show nothing new around it. After Sieve (OSDI '22).
 */
class BoundaryReplayTest {

  /**
   * Of the replays each so-manieth is played, for a person who waits; the build plays all. No
   * divisor of the number of acts, so that each act has its turn.
   */
  private static final int EVERY = Integer.getInteger("replays.every", 7);

  private static final Duration RESTART = Duration.ofSeconds(1);

  private static final List<Boundary.Act> ACTS =
      List.of(
          new Boundary.KillBefore(RESTART),
          new Boundary.KillAfter(RESTART),
          new Boundary.LoseAnswer(),
          new Boundary.DeletedMeanwhile(Duration.ofSeconds(2)),
          new Boundary.LoseLease(Duration.ofSeconds(3), RESTART),
          new Boundary.Stale(3, Duration.ofSeconds(8)));

  /** The three requests before which the watches stall are at most an interval apart. */
  private static final Duration STALE_BEFORE = Duration.ofSeconds(30);

  /** To start again, to see what is new, and to end what was begun by older news. */
  private static final Duration TO_RECOVER = Duration.ofSeconds(30);

  /** More than these say the same in other words. */
  private static final int MOST_SHOWN = 5;

  @BeforeAll
  static void quiet() {
    LogMarks.begin();
  }

  @AfterAll
  static void loud() {
    LogMarks.end();
  }

  @ParameterizedTest
  @EnumSource
  void holdsWhereverItIsBroken(Scenario scenario) throws Exception {
    Stage whole = new Stage(1, true);
    List<Scenario.Boundaries> boundaries = scenario.play(whole);
    assertThat(scenario.end(whole)).as(whole.world()::story).isEmpty();
    List<Callable<@Nullable String>> replays = new ArrayList<>();
    for (Scenario.Boundaries of : boundaries) {
      for (int number = of.from(); number <= of.to(); number++) {
        for (Boundary.Act act : ACTS) {
          Boundary boundary = new Boundary(of.process(), 1, number, act);
          replays.add(() -> replay(scenario, boundary));
        }
      }
    }
    assertThat(replays).hasSizeGreaterThan(ACTS.size() * 3);
    List<String> failed =
        Carriers.all(
            IntStream.range(0, replays.size())
                .filter(i -> i % EVERY == 0)
                .mapToObj(replays::get)
                .toList());
    assertThat(failed.subList(0, Math.min(MOST_SHOWN, failed.size())))
        .as("%d of %d replays failed", failed.size(), replays.size())
        .isEmpty();
    assertThat(LogMarks.found()).isEmpty();
  }

  private static @Nullable String replay(Scenario scenario, Boundary boundary) {
    List<String> broken = play(scenario, boundary, new Stage(1, false));
    if (broken.isEmpty()) {
      return null;
    }
    Stage again = new Stage(1, true);
    play(scenario, boundary, again);
    return "%s, %s:%n%s%n%s"
        .formatted(
            scenario,
            boundary,
            String.join("\n", broken),
            String.join("\n", again.kernel().trace()));
  }

  private static List<String> play(Scenario scenario, Boundary boundary, Stage stage) {
    try {
      stage.world().plan(boundary, () -> stage.troubleAround(STALE_BEFORE, TO_RECOVER, "replay"));
      scenario.play(stage);
      return scenario.end(stage);
    } catch (RuntimeException | AssertionError e) {
      return List.of(e + " " + e.getCause());
    } finally {
      stage.close();
    }
  }
}
