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
import java.util.function.Consumer;

/**
 * A mirror that is kept though its session is gone counts as no running one, whoever reads it; and
 * one that is first written for a session that runs says since when it runs, not since when it is
 * mirrored.
 */
final class MirrorWordsOracle implements Oracle {

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    boolean oneHistory = true;
    for (Change change : facts.changes()) {
      oneHistory &= !change.verb().equals("restore");
      ObjectNode after = change.after();
      if (change.kind() != Kind.MIRROR || !change.byOperator() || after == null) {
        continue;
      }
      ObjectNode before = change.before();
      // "PATCH for drifted labels or owner (a PUT on /status ignores metadata)", says the design:
      // such a write does not say anew what somebody else has written into the status before.
      boolean saysNothing =
          before != null && Facts.same(before.path("status"), after.path("status"));
      String fault = saysNothing ? "" : vanished(after);
      // What a process remembers of a history that is lost may be older than what is there now.
      if (fault.isEmpty() && oneHistory && before != null) {
        fault = since(change, before, after);
      }
      if (!fault.isEmpty()) {
        broken.accept(
            "%s %s writes of %s: %s"
                .formatted(Facts.when(change.at()), change.by(), Facts.sessionId(after), fault));
      }
    }
  }

  private static String vanished(ObjectNode mirror) {
    if (!Facts.condition(mirror, "Synced").path("reason").asText().equals("Vanished")) {
      return "";
    }
    String running = Facts.condition(mirror, "Running").path("status").asText();
    return Facts.state(mirror).equals("Vanished") && running.equals("Unknown")
        ? ""
        : "it has vanished, and its state is '%s', Running %s"
            .formatted(Facts.state(mirror), running);
  }

  private static String since(Change change, ObjectNode before, ObjectNode after) {
    JsonNode start = after.path("status").path("startTime");
    if (!Facts.condition(before, "Running").isMissingNode()
        || !Facts.saysTrue(after, "Running")
        || !start.isTextual()
        || Instant.parse(start.asText()).isAfter(change.wall())) {
      return "";
    }
    String since = Facts.condition(after, "Running").path("lastTransitionTime").asText();
    return Instant.parse(since).equals(Instant.parse(start.asText()))
        ? ""
        : "it runs since %s, and was started at %s".formatted(since, start.asText());
  }
}
