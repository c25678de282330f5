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
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * No status claims what was not done: what the guard holds is named, and Ready True speaks of the
 * mirrors that are still there though their sessions are not.
 */
final class RemovalWordsOracle implements Oracle {

  private static final int MOST_NAMED = 20;

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    for (Change change : facts.changes()) {
      ObjectNode after = change.after();
      if (change.kind() != Kind.SOURCE || !change.byOperator() || after == null) {
        continue;
      }
      String fault = held(after, change.before());
      if (fault.isEmpty()) {
        fault = awaiting(facts, change, after);
      }
      if (!fault.isEmpty()) {
        broken.accept(
            "%s %s says of %s: %s"
                .formatted(
                    Facts.when(change.at()), change.by(), facts.nameOf(change.uid()), fault));
      }
    }
  }

  private static String held(ObjectNode source, @Nullable ObjectNode before) {
    JsonNode pending = source.path("status").path("pendingPrune");
    if (!pending.isObject()
        || (before != null && pending.equals(before.path("status").path("pendingPrune")))) {
      return "";
    }
    Set<String> named = new HashSet<>();
    pending.path("sessions").forEach(session -> named.add(session.asText()));
    return named.size() == Math.min(pending.path("count").asInt(), MOST_NAMED)
        ? ""
        : "%d mirrors are held, and it names %s".formatted(pending.path("count").asInt(), named);
  }

  /** Mirrors of sessions that were gone before the last listing began, and that nothing holds. */
  private static String awaiting(Facts facts, Change change, ObjectNode source) {
    long now = change.at().toNanos();
    JsonNode ready = Facts.condition(source, "Ready");
    Spec spec = Spec.of(source);
    Served.Walk last = GuardOracle.lastWalk(facts, spec, now);
    if (!ready.path("reason").asText().equals("Succeeded")
        || ready.path("message").asText().contains("deletion")
        || last == null
        || spec.suspend()
        || !isNews(source, change.before())
        || facts.troubled(now - GRACE.toNanos(), now)) {
      return "";
    }
    Set<String> left =
        facts.mirrors(change.uid(), now).entrySet().stream()
            .filter(e -> !Facts.isVanished(e.getValue()) && !Facts.isDeleting(e.getValue()))
            .filter(e -> !facts.touched(Facts.uid(e.getValue()), last.began - GRACE.toNanos(), now))
            .filter(
                e ->
                    facts
                        .cloud()
                        .absentThroughout(
                            Facts.place(e.getValue()),
                            e.getKey(),
                            last.began - GRACE.toNanos(),
                            now,
                            session -> true))
            .filter(e -> !last.sessions.containsKey(e.getKey()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    return left.isEmpty()
        ? ""
        : "'%s', and nothing of the mirrors of %s".formatted(ready.path("message").asText(), left);
  }

  /** Whether it tells of a listing, and not only that one was asked for. */
  private static boolean isNews(ObjectNode source, @Nullable ObjectNode before) {
    return before == null
        || !source
            .path("status")
            .path("lastListTime")
            .equals(before.path("status").path("lastListTime"));
  }
}
