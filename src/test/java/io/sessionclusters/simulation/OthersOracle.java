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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Nothing of others is written: the operator changes the status of sources, mirrors that a source
 * controls or that an orphaning deletion left, events, and Secrets that it made itself; of a mirror
 * nothing changes that belongs to another namespace's source.
 */
final class OthersOracle implements Oracle {

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    Set<String> madeByOperator = new HashSet<>();
    Map<String, String> everControlled = new HashMap<>();
    for (Change change : facts.changes()) {
      if (change.after() != null && change.kind() == Kind.MIRROR) {
        String owner = Facts.controller(change.after());
        if (owner != null) {
          everControlled.putIfAbsent(change.uid(), owner);
        }
      }
      if (!change.byOperator()) {
        continue;
      }
      if (change.before() == null) {
        madeByOperator.add(change.uid());
      }
      String fault = fault(facts, change, madeByOperator);
      if (!fault.isEmpty()) {
        broken.accept(
            "%s %s: %s of %s %s/%s, %s"
                .formatted(
                    Facts.when(change.at()),
                    change.by(),
                    change.verb(),
                    change.kind(),
                    change.namespace(),
                    change.name(),
                    fault));
      }
    }
  }

  private static String fault(Facts facts, Change change, Set<String> own) {
    ObjectNode before = change.before();
    ObjectNode after = change.after();
    return switch (change.kind()) {
      case EVENT -> "";
      case SECRET -> own.contains(change.uid()) ? "" : "which it did not make";
      case SOURCE ->
          before == null || after == null
              ? "which is a person's"
              : before.path("spec").equals(after.path("spec"))
                      && before
                          .path("metadata")
                          .path("annotations")
                          .equals(after.path("metadata").path("annotations"))
                      && before
                          .path("metadata")
                          .path("labels")
                          .equals(after.path("metadata").path("labels"))
                  ? ""
                  : "of which only the status is its own";
      case MIRROR -> before == null ? "" : ofMirror(facts, change, before, own);
    };
  }

  private static String ofMirror(Facts facts, Change change, ObjectNode before, Set<String> own) {
    String owner = Facts.controller(before);
    if (owner == null) {
      return own.contains(change.uid()) ? "" : "which it did not make and nobody controls";
    }
    if (!facts.isSource(owner)) {
      return "which is controlled by something else";
    }
    ObjectNode source = facts.at(owner, change.at().toNanos() - GRACE.toNanos());
    boolean gone =
        facts.at(owner, change.at().toNanos()) == null
            && source == null
            && facts.born(owner) < change.at().toNanos() - GRACE.toNanos();
    return gone && !facts.troubled(change.at().toNanos() - GRACE.toNanos(), change.at().toNanos())
        ? "whose source is gone"
        : "";
  }
}
