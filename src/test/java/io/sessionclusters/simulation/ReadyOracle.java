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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Ready True is said only of what the world shows. Whenever a status with Ready True of the
 * source's own generation and {@code n} sessions is stored, there is a whole listing of its query
 * that ended shortly before, that showed {@code n} sessions which match, and each of them has a
 * mirror in the store that is not being deleted and whose state an answer since that listing's
 * begin showed; except for mirrors that another client touched since.
 */
final class ReadyOracle implements Oracle {

  static final String STALLED_WATCHES = "stalled watches";
  static final String PAUSED = "paused";

  /** The troubles in which a process sees nothing of what others do. */
  private static final Set<String> BLIND = Set.of(STALLED_WATCHES, PAUSED);

  /** How long an answer counts that no watch confirms. */
  private static final long TRUST = 30 * 1_000_000_000L;

  /** How long a poll takes at the most from its listing's end to its status. */
  private static final long WINDOW = 6 * 60 * 1_000_000_000L;

  /** Listings of two polls, each of which is repeated once. */
  private static final int MOST_TORN = 2 * 2;

  private final List<Long> starts;

  /**
   * Judges what is said.
   *
   * @param starts of processes: none knows which listings settled nothing before it
   */
  ReadyOracle(List<Long> starts) {
    this.starts = starts;
  }

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    for (Change change : facts.changes()) {
      ObjectNode after = change.after();
      if (change.kind() != Kind.SOURCE
          || !change.byOperator()
          || after == null
          || Facts.same(
              after.path("status"),
              change.before() == null ? null : change.before().path("status"))) {
        continue;
      }
      JsonNode ready = Facts.condition(after, "Ready");
      boolean ofThis =
          ready.path("status").asText().equals("True")
              && ready.path("observedGeneration").asLong()
                  == after.path("metadata").path("generation").asLong();
      if (ofThis
          && !Spec.of(after).suspend()
          && !Facts.isDeleting(after)
          && !staysAsItWas(facts, change, after)) {
        judge(facts, change, after, broken);
      }
    }
  }

  /**
   * Whether a write only answers a request for a listing, and this has settled nothing: "Torn is no
   * failure: the next poll comes at the usual interval, Ready stays as it was for two of them", and
   * {@code lastHandledRequest} is "recorded at each attempt, whether it succeeds or not".
   */
  private boolean staysAsItWas(Facts facts, Change change, ObjectNode after) {
    if (change.before() == null
        || !Facts.same(withoutRequest(change.before()), withoutRequest(after))) {
      return false;
    }
    long now = change.at().toNanos();
    long since = starts.stream().filter(start -> start <= now).max(Long::compare).orElse(0L);
    String process = change.by().substring(SimProcess.ACTOR.length());
    Spec spec = Spec.of(after);
    for (Served.Walk walk : facts.served().walks()) {
      boolean settles =
          walk.ended >= 0
              && walk.ended <= now
              && walk.question.process().equals(process)
              && spec.asks(walk.question)
              && !walk.isTorn();
      since = settles ? Math.max(since, walk.ended) : since;
    }
    long settled = since;
    long torn =
        facts.served().asks().stream()
            .filter(ask -> ask.at() >= settled && ask.at() <= now)
            .filter(ask -> ask.question().process().equals(process) && spec.asks(ask.question()))
            .count();
    return torn > 0 && torn <= MOST_TORN;
  }

  private static JsonNode withoutRequest(ObjectNode source) {
    JsonNode status = source.path("status").deepCopy();
    if (status instanceof ObjectNode fields) {
      fields.remove("lastHandledRequest");
    }
    return status;
  }

  private static void judge(
      Facts facts, Change change, ObjectNode source, Consumer<String> broken) {
    Spec spec = Spec.of(source);
    long now = change.at().toNanos();
    int count = source.path("status").path("sessionClusters").asInt(-1);
    String why = "no whole listing ended shortly before";
    Map<String, ObjectNode> mirrors = facts.mirrors(change.uid(), now);
    for (int i = facts.served().walks().size() - 1; i >= 0; i--) {
      Served.Walk walk = facts.served().walks().get(i);
      if (walk.ended < 0 || walk.ended > now || !spec.asks(walk.question)) {
        continue;
      }
      if (walk.ended < now - WINDOW) {
        break;
      }
      String fault = fault(facts, change, spec, count, walk, mirrors);
      if (fault.isEmpty()) {
        return;
      }
      if (why.startsWith("no whole")) {
        why = fault;
      }
    }
    broken.accept(
        "%s %s says Ready of %s with %d sessions: %s"
            .formatted(Facts.when(now), change.by(), facts.nameOf(change.uid()), count, why));
  }

  private static String fault(
      Facts facts,
      Change change,
      Spec spec,
      int count,
      Served.Walk walk,
      Map<String, ObjectNode> mirrors) {
    long now = change.at().toNanos();
    int certain = 0;
    int open = 0;
    for (SimSession session : walk.sessions.values()) {
      if (spec.nameRegex() != null && walk.incomplete.contains(session.id())) {
        open++;
        continue;
      }
      if (!spec.matches(session)) {
        continue;
      }
      certain++;
      ObjectNode mirror = mirrors.get(session.id());
      if (mirror == null) {
        if (!wasTaken(facts, change.uid(), session.id(), walk.began, now)) {
          return session.id() + " has no mirror";
        }
      } else if (Facts.isDeleting(mirror)) {
        if (!facts.touched(Facts.uid(mirror), unseenSince(facts, walk.began, now), now)) {
          return "the mirror of " + session.id() + " is being deleted";
        }
      } else if (!statesSince(facts, session.id(), walk).contains(Facts.state(mirror))
          && !facts.touched(Facts.uid(mirror), unseenSince(facts, walk.began, now), now)) {
        return "the mirror of %s says '%s', which no answer since %s said"
            .formatted(session.id(), Facts.state(mirror), Facts.when(walk.began));
      }
    }
    return count >= certain && count <= certain + open
        ? ""
        : "the listing that ended at %s showed %d".formatted(Facts.when(walk.ended), certain);
  }

  /** From when on the operator need not know yet what others did. */
  private static long unseenSince(Facts facts, long began, long now) {
    return Math.min(began, facts.troubledSince(BLIND, now)) - GRACE.toNanos();
  }

  /**
   * Whether somebody else took a mirror away, and the operator need not know yet; or the operator
   * itself, whose own deletion counts for no longer than {@link #TRUST} without a watch that shows
   * it: what answered it may have been something else than the API server.
   */
  private static boolean wasTaken(Facts facts, String source, String id, long began, long now) {
    long since = unseenSince(facts, began, now);
    boolean blind = facts.troubledSince(BLIND, now) < now;
    for (Change change : facts.changes()) {
      long at = change.at().toNanos();
      if (change.kind() == Kind.MIRROR
          && change.before() != null
          && (!change.byOperator() || (blind && at <= now - TRUST))
          && at >= since
          && at <= now
          && Facts.sessionId(change.before()).equals(id)
          && source.equals(Facts.controller(change.before()))) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> statesSince(Facts facts, String id, Served.Walk walk) {
    Set<String> states = new HashSet<>();
    for (Served.Sight sight : facts.served().sights(walk.question.place(), id)) {
      if (sight.at() >= walk.began) {
        states.add(
            sight.without().contains(CloudQuirks.Omission.STATE) ? "" : sight.session().state());
      }
    }
    return states;
  }
}
