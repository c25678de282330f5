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

import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;

/** Who does not lead writes nothing, but for what it was about to write when it lost its lease. */
record LeaderOracle(Collection<SimProcess> processes) implements Oracle {

  /** An object and its status, or a Secret and what is looked up for it. */
  private static final Duration LAST_WRITE = Duration.ofMillis(200);

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    for (SimProcess process : processes) {
      for (Change change : facts.changes()) {
        if (change.by().equals(process.actor())
            && change.kind() != Kind.EVENT
            && !process.ledBetween(change.at().minus(LAST_WRITE), change.at())) {
          broken.accept(
              "%s %s: %s of the %s %s, and it does not lead"
                  .formatted(
                      Facts.when(change.at()),
                      change.by(),
                      change.verb(),
                      change.kind(),
                      change.name()));
        }
      }
    }
  }
}
