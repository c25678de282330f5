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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Promise 3, the way to a removal: since a listing last showed the session to the process, at least
 * two whole listings, {@code transitionInterval} apart, lacked it, and a query by its id was
 * answered with an explicit empty list. Judged where no edit changed what is asked for and the
 * service serves queries by id.
 */
final class ProofOracle implements Oracle {

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    for (Change change : facts.changes()) {
      if (change.byOperator() && Facts.removes(change) && change.before() != null) {
        String fault = fault(facts, change, change.before());
        if (fault != null) {
          broken.accept(
              "%s %s removed the mirror of %s: %s"
                  .formatted(
                      Facts.when(change.at()),
                      change.by(),
                      Facts.sessionId(change.before()),
                      fault));
        }
      }
    }
  }

  private static @Nullable String fault(Facts facts, Change change, ObjectNode mirror) {
    String source = Facts.controller(mirror);
    if (source == null || !facts.isSource(source)) {
      return null;
    }
    long removed = change.at().toNanos();
    var now = facts.at(source, removed);
    if (now == null) {
      return null;
    }
    Spec spec = Spec.of(now);
    String id = Facts.sessionId(mirror);
    SimPlace place = Facts.place(mirror);
    long born = facts.born(change.uid());
    if (!spec.place().equals(place)
        || spec.id() != null
        || !facts.always(source, Math.max(born, facts.born(source)), removed, spec::listsAs)
        || facts.cloud().quirks(place).everRefusedIds) {
      return null;
    }
    String process = change.by().substring(SimProcess.ACTOR.length());
    long shown = 0;
    for (Served.Sight sight : facts.served().sights(place, id)) {
      boolean seen =
          sight.at() <= removed
              && sight.question().process().equals(process)
              && spec.matches(sight.session());
      if (seen && spec.asks(sight.question())) {
        shown = sight.at();
      }
    }
    List<Served.Walk> lacking = new ArrayList<>();
    for (Served.Walk walk : facts.served().walks()) {
      if (walk.ended >= 0
          && walk.ended <= removed
          && walk.began >= shown
          && walk.question.process().equals(process)
          && spec.asks(walk.question)) {
        lacking.add(walk);
      }
    }
    long apart = lacking.size() < 2 ? -1 : lacking.getLast().ended - lacking.getFirst().began;
    if (apart < spec.transitionInterval().toNanos()) {
      return "it was last shown at %s, and %d listings lacked it since"
          .formatted(Facts.when(shown), lacking.size());
    }
    boolean proven = false;
    for (Served.Reply reply : facts.served().replies()) {
      proven |=
          id.equals(reply.question().id())
              && reply.question().place().equals(place)
              && isProof(reply, spec)
              && reply.answered() <= removed
              && reply.asked() >= lacking.getFirst().ended;
    }
    return proven ? null : "no query by its id was answered with nothing";
  }

  /** An explicit empty list, or the session itself as one that does not match any more. */
  private static boolean isProof(Served.Reply reply, Spec spec) {
    return reply.shown().isEmpty()
        ? reply.explicitNothing()
        : reply.shown().stream().noneMatch(spec::matches);
  }
}
