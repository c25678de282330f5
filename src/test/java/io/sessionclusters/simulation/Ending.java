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

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How each history ends: all is well within a bound, and then stays so, quietly. */
final class Ending {

  private static final Duration LOOK = Duration.ofMinutes(1);

  /** Long enough for two of the statuses that are written every five minutes. */
  private static final Duration QUIET = Duration.ofMinutes(7);

  /** Of so many endings one is played whole; the others sleep where only the same polls come. */
  private static final int WHOLE = 8;

  private Ending() {}

  /**
   * Plays the end of a history in which all faults have ended, and asks all oracles.
   *
   * @return the promises that were broken
   */
  static List<String> judge(Stage stage) {
    Duration interval = Duration.ZERO;
    Duration timeout = Duration.ZERO;
    for (ObjectNode source : stage.api().all(Kind.SOURCE)) {
      Spec spec = Spec.of(source);
      interval = spec.interval().compareTo(interval) > 0 ? spec.interval() : interval;
      timeout = spec.timeout().compareTo(timeout) > 0 ? spec.timeout() : timeout;
    }
    Duration left = ConvergenceOracle.bound(interval, timeout);
    long calm = stage.kernel().nanoTime();
    while (left.isPositive() && !(isListed(stage, calm) && isWell(stage))) {
      stage.runFor(LOOK);
      left = left.minus(LOOK);
    }
    // What was well at that moment may still be about to be written again.
    stage.runFor(LOOK.plus(interval));
    long quietFrom = stage.kernel().nanoTime();
    if (stage.kernel().random().nextInt(WHOLE) == 0) {
      stage.runFor(QUIET);
    } else {
      doze(stage, interval.multipliedBy(11).dividedBy(10).plusSeconds(5));
    }
    List<String> broken = stage.verdict();
    new ConvergenceOracle(quietFrom, stage.kernel().nanoTime())
        .judge(stage.facts(), b -> broken.add("(i) " + b));
    return broken;
  }

  /** Two polls of each source, and between them the time after which statuses are written again. */
  private static void doze(Stage stage, Duration poll) {
    stage.runFor(poll);
    stage.kernel().runUntil(stage::isIdle, LOOK);
    stage.sleep(ConvergenceOracle.STEP);
    stage.runFor(poll);
  }

  /** Whether each source was listed since: before, what is well may only not have been seen. */
  private static boolean isListed(Stage stage, long since) {
    return stage.api().all(Kind.SOURCE).stream()
        .filter(source -> !Facts.isDeleting(source))
        .map(Spec::of)
        .filter(spec -> !spec.suspend() && spec.valid())
        .allMatch(
            spec ->
                stage.facts().served().walks().stream()
                    .anyMatch(walk -> walk.ended >= since && spec.asks(walk.question)));
  }

  private static boolean isWell(Stage stage) {
    for (ObjectNode source : stage.api().all(Kind.SOURCE)) {
      String token = source.path("status").path("pendingPrune").path("token").asText();
      if (!token.isEmpty()
          && token.equals(Facts.annotation(source, "sessionclusters.io/confirm-prune"))) {
        return false; // What was confirmed is still to be done.
      }
    }
    List<String> open = new ArrayList<>();
    new ConvergenceOracle(0, stage.kernel().nanoTime()).judgeState(stage.facts(), open::add);
    return open.isEmpty();
  }
}
