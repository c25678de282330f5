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
import java.util.function.Consumer;

/**
 * Promise 8: to a namespace that nothing befalls, nothing happens. Its mirrors are made once and
 * never written again, its source never leaves Ready once it was, and it is listed at its interval
 * but for the times in which no process could work.
 */
record NeighbourOracle(String namespace) implements Oracle {

  /** Beside an interval: jitter, a place among others, the cloud's own time. */
  private static final Duration LATE = Duration.ofSeconds(30);

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    boolean ready = false;
    for (Change change : facts.changes()) {
      if (!change.namespace().equals(namespace) || !change.byOperator()) {
        continue;
      }
      long now = change.at().toNanos();
      boolean troubled = facts.troubled(now - GRACE.toNanos(), now);
      ObjectNode after = change.after();
      if (change.kind() == Kind.SOURCE && after != null) {
        boolean is = Facts.saysTrue(after, "Ready");
        if (ready && !is && !troubled) {
          broken.accept(
              "%s %s says of the neighbour %s"
                  .formatted(
                      Facts.when(now),
                      change.by(),
                      ConvergenceOracle.describe(Facts.condition(after, "Ready"))));
        }
        ready |= is;
      } else if (change.kind() == Kind.MIRROR && Facts.removes(change)) {
        broken.accept(
            "%s %s removed the neighbour's mirror %s"
                .formatted(Facts.when(now), change.by(), change.name()));
      }
    }
    listings(facts, broken);
  }

  private void listings(Facts facts, Consumer<String> broken) {
    for (String source : facts.sources()) {
      if (!facts.nameOf(source).startsWith(namespace + "/")) {
        continue;
      }
      ObjectNode first = facts.at(source, facts.born(source));
      if (first == null) {
        continue;
      }
      Spec spec = Spec.of(first);
      long most = spec.interval().multipliedBy(11).dividedBy(10).plus(LATE).toNanos();
      long last = -1;
      for (Served.Walk walk : facts.served().walks()) {
        if (!spec.asks(walk.question)) {
          continue;
        }
        if (last >= 0 && walk.began - last > most && !facts.troubled(last, walk.began)) {
          broken.accept(
              "%s the neighbour was not listed since %s"
                  .formatted(Facts.when(walk.began), Facts.when(last)));
        }
        last = walk.began;
      }
    }
  }
}
