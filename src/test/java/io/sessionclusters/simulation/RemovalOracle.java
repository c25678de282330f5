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
import java.util.List;
import java.util.function.Consumer;

/**
 * Promise 3: a session that was in the cloud all the time, and that every version of its source's
 * spec asked for, keeps its mirror, and the mirror its uid, whatever the API answered.
 */
final class RemovalOracle implements Oracle {

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    for (Change change : facts.changes()) {
      if (change.byOperator() && Facts.removes(change) && change.before() != null) {
        judge(facts, change, change.before(), broken);
      }
    }
  }

  private static void judge(
      Facts facts, Change change, ObjectNode mirror, Consumer<String> broken) {
    String source = Facts.controller(mirror);
    if (source == null || !facts.isSource(source)) {
      return;
    }
    long removed = change.at().toNanos();
    long born = facts.born(change.uid());
    String id = Facts.sessionId(mirror);
    SimPlace place = Facts.place(mirror);
    List<Facts.Version> specs = facts.during(source, born, removed);
    boolean wanted =
        specs.stream()
            .filter(v -> v.object() != null)
            .map(v -> Spec.of(v.object()))
            .allMatch(
                spec ->
                    spec.place().equals(place)
                        && facts.cloud().throughout(place, id, born, removed, spec::matches));
    if (wanted) {
      broken.accept(
          "%s %s the mirror of %s, which was in the cloud and asked for since %s"
              .formatted(Facts.when(removed), change.by(), id, Facts.when(born)));
    }
  }
}
