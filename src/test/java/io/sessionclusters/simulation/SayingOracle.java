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
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What single fields say: where a mirror is first written for a session that runs, SINCE is the
 * session's own start; what vanished says so in its state and in both conditions; and a guard names
 * what it holds, up to twenty.
 */
final class SayingOracle implements Oracle {

  private static final int MOST_NAMED = 20;

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    for (Change change : facts.changes()) {
      ObjectNode after = change.after();
      if (after == null || !change.byOperator()) {
        continue;
      }
      String fault =
          switch (change.kind()) {
            case MIRROR -> since(change, after) + vanished(change, after);
            case SOURCE -> held(facts, change, after);
            case SECRET, EVENT -> "";
          };
      if (!fault.isEmpty()) {
        broken.accept(
            "%s %s: %s %s %s"
                .formatted(
                    Facts.when(change.at()), change.by(), change.kind(), change.name(), fault));
      }
    }
  }

  /** A start that lies ahead of the operator's clock is not believed. */
  private static String since(Change change, ObjectNode mirror) {
    JsonNode running = Facts.condition(mirror, "Running");
    boolean first =
        change.before() == null || Facts.condition(change.before(), "Running").isMissingNode();
    String start = mirror.path("status").path("startTime").asText("");
    if (!first
        || start.isEmpty()
        || !running.path("status").asText().equals("True")
        || Instant.parse(start).isAfter(change.wall())) {
      return "";
    }
    String since = running.path("lastTransitionTime").asText();
    return Instant.parse(since).equals(Instant.parse(start))
        ? ""
        : "runs since %s by its first status, and started at %s".formatted(since, start);
  }

  private static String vanished(Change change, ObjectNode mirror) {
    if (!Facts.isVanished(mirror)
        || (change.before() != null && Facts.isVanished(change.before()))) {
      return "";
    }
    boolean whole =
        Facts.state(mirror).equals("Vanished")
            && Facts.condition(mirror, "Synced").path("status").asText().equals("False")
            && Facts.condition(mirror, "Synced").path("reason").asText().equals("Vanished")
            && Facts.condition(mirror, "Running").path("status").asText().equals("Unknown");
    return whole ? "" : "says only in part that its session has vanished: " + mirror.path("status");
  }

  private static String held(Facts facts, Change change, ObjectNode source) {
    JsonNode pending = source.path("status").path("pendingPrune");
    JsonNode before =
        change.before() == null ? pending : change.before().path("status").path("pendingPrune");
    if (!pending.isObject() || pending.equals(before)) {
      return "";
    }
    int count = pending.path("count").asInt();
    Set<String> named = new HashSet<>();
    pending.path("sessions").forEach(id -> named.add(id.asText()));
    if (named.size() != Math.min(MOST_NAMED, count)
        || pending.path("sessions").size() != named.size()) {
      return "holds %d and names %s".formatted(count, named);
    }
    named.removeAll(facts.mirrors(change.uid(), change.at().minus(GRACE).toNanos()).keySet());
    named.removeAll(facts.mirrors(change.uid(), change.at().toNanos()).keySet());
    named.removeIf(id -> isOrphan(facts, change, id));
    boolean troubled = facts.troubled(change.at().minus(GRACE).toNanos(), change.at().toNanos());
    return named.isEmpty() || troubled ? "" : "holds what has no mirror: " + named;
  }

  /** Whether a mirror without controller is there, which the source adopts in the same poll. */
  private static boolean isOrphan(Facts facts, Change change, String id) {
    return facts.changes().stream()
        .filter(c -> c.kind() == Kind.MIRROR && c.namespace().equals(change.namespace()))
        .map(c -> facts.at(c.uid(), change.at().toNanos()))
        .anyMatch(m -> m != null && Facts.controller(m) == null && Facts.sessionId(m).equals(id));
  }
}
