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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the guard holds stays: a mirror that was missing when a {@code pendingPrune} was stored is
 * not removed, whatever is restarted or edited, until a token that was told is confirmed or {@code
 * maxPercent} rises, or its session was there again meanwhile.
 */
final class GuardOracle implements Oracle {

  /** What is held of one source. */
  private static final class Held {
    /** Uid of the mirror, and when it was found held. */
    final Map<String, Long> mirrors = new HashMap<>();

    final Set<String> tokens = new HashSet<>();

    /** The token that the source bears, if it confirms what was held; else empty. */
    String confirmedBy = "";

    /** Uids of those that were held when that token came. */
    final Set<String> confirmed = new HashSet<>();
  }

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    Map<String, Held> all = new HashMap<>();
    for (Change change : facts.changes()) {
      if (change.verb().equals("restore")) {
        all.clear();
      } else if (change.kind() == Kind.SOURCE) {
        follow(facts, change, all.computeIfAbsent(change.uid(), u -> new Held()));
      } else if (change.byOperator() && Facts.removes(change) && change.before() != null) {
        String source = Facts.controller(change.before());
        Held held = source == null ? null : all.get(source);
        Long since = held == null ? null : held.mirrors.get(change.uid());
        if (since != null && isGone(facts, change.before(), since, change.at().toNanos())) {
          broken.accept(
              "%s %s removed the mirror of %s, which the guard of %s held since %s"
                  .formatted(
                      Facts.when(change.at()),
                      change.by(),
                      Facts.sessionId(change.before()),
                      facts.nameOf(String.valueOf(source)),
                      Facts.when(since)));
        }
      }
    }
  }

  /** Neither in the cloud since, nor shown by any answer, however old what it showed. */
  private static boolean isGone(Facts facts, ObjectNode mirror, long since, long now) {
    SimPlace place = Facts.place(mirror);
    String id = Facts.sessionId(mirror);
    return facts.cloud().absentThroughout(place, id, since, now, session -> true)
        && facts.served().sights(place, id).stream()
            .noneMatch(sight -> sight.at() >= since && sight.at() <= now);
  }

  private static void follow(Facts facts, Change change, Held held) {
    ObjectNode after = change.after();
    if (after == null) {
      held.mirrors.clear();
      return;
    }
    ObjectNode before = change.before();
    Spec spec = Spec.of(after);
    String asked = Facts.annotation(after, "sessionclusters.io/confirm-prune");
    boolean isConfirmed = held.tokens.contains(asked);
    if (!held.confirmedBy.equals(isConfirmed ? asked : "")) {
      held.confirmedBy = isConfirmed ? asked : "";
      held.confirmed.clear();
      held.confirmed.addAll(isConfirmed ? held.mirrors.keySet() : Set.of());
    }
    if (isConfirmed || (before != null && spec.maxPercent() > Spec.of(before).maxPercent())) {
      held.mirrors.clear();
    }
    JsonNode pending = after.path("status").path("pendingPrune");
    String token = pending.path("token").asText("");
    boolean said = held.tokens.contains(token);
    if (!token.isEmpty() && !said && change.byOperator()) {
      held.tokens.add(token);
      hold(facts, change, spec, held);
    }
  }

  /**
   * Held are the mirrors that the status names, or, where it names none, those that the last whole
   * listing lacked; of them those whose sessions are really gone.
   */
  private static void hold(Facts facts, Change change, Spec spec, Held held) {
    long now = change.at().toNanos();
    Served.Walk last = lastWalk(facts, spec, now);
    if (last == null) {
      return;
    }
    Set<String> named = new HashSet<>();
    JsonNode after = change.after();
    if (after != null) {
      after
          .path("status")
          .path("pendingPrune")
          .path("sessions")
          .forEach(s -> named.add(s.asText()));
    }
    facts
        .mirrors(change.uid(), now)
        .forEach(
            (id, mirror) -> {
              if ((named.isEmpty() ? !last.sessions.containsKey(id) : named.contains(id))
                  && !Facts.isVanished(mirror)
                  && !Facts.isDeleting(mirror)
                  && isGone(facts, mirror, last.began, now)) {
                // A token counts for what it names, though more is held by the time it is seen.
                if (!held.confirmed.contains(Facts.uid(mirror))) {
                  held.mirrors.putIfAbsent(Facts.uid(mirror), now);
                }
              }
            });
  }

  static Served.@Nullable Walk lastWalk(Facts facts, Spec spec, long now) {
    Served.Walk last = null;
    for (Served.Walk walk : facts.served().walks()) {
      if (walk.ended >= 0 && walk.ended <= now && spec.asks(walk.question)) {
        last = walk;
      }
    }
    return last;
  }
}
