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
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What Kubernetes refuses is said, whatever else is wrong; and it is not said again and again only
 * because its words have changed. Judged where nothing else keeps the operator from its work.
 */
final class RefusalOracle implements Oracle {

  /** The trouble in which this is judged. */
  static final String ADMISSION = "admission";

  private static final Set<String> REFUSED = Set.of("WriteDenied", "WriteFailed", "CRDOutdated");
  private static final Duration TO_SAY = Duration.ofSeconds(90);
  private static final Duration SAID_AGAIN = Duration.ofSeconds(60);

  private final List<SimApiServer.Served> requests;
  private final List<Long> starts;

  /**
   * Judges what came of requests.
   *
   * @param starts of processes: what an earlier one has said, the next one does not know
   */
  RefusalOracle(List<SimApiServer.Served> requests, List<Long> starts) {
    this.requests = requests;
    this.starts = starts;
  }

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    for (String source : facts.sources()) {
      hidden(facts, source, broken);
    }
    Map<String, Change> last = new HashMap<>();
    // The present words were not said again by a write that only answers a request.
    Map<String, Duration> said = new HashMap<>();
    for (Change change : facts.changes()) {
      ObjectNode after = change.after();
      if (change.kind() == Kind.SOURCE && after != null && change.byOperator()) {
        Change before = last.put(change.uid(), change);
        if (before == null || !said(before).equals(said(change))) {
          Duration since = said.put(change.uid(), change.at());
          if (before == null
              || since == null
              || change.at().minus(since).compareTo(SAID_AGAIN) >= 0) {
            continue;
          }
        }
        if (before != null && isRepetition(facts, before, change)) {
          broken.accept(
              "%s %s says again of %s: %s"
                  .formatted(
                      Facts.when(change.at()),
                      change.by(),
                      facts.nameOf(change.uid()),
                      ConvergenceOracle.describe(Facts.condition(after, "Ready"))));
        }
      }
    }
  }

  private void hidden(Facts facts, String source, Consumer<String> broken) {
    for (SimApiServer.Served request : requests) {
      boolean refused =
          request.code() == 403 || request.code() == 422 || request.fault() instanceof Fault.Broken;
      if (!refused
          || request.request().kind() != Kind.MIRROR
          || !request.request().verb().equals("create")
          || !request.request().body().contains("\"" + source + "\"")) {
        continue;
      }
      long from = request.at().toNanos();
      ObjectNode then = facts.at(source, from);
      if (then == null) {
        continue;
      }
      Spec spec = Spec.of(then);
      long to = from + spec.timeout().plus(TO_SAY).toNanos();
      long generation = generation(then);
      List<Facts.Version> during = facts.during(source, from, to);
      boolean same =
          during.stream()
              .allMatch(
                  v ->
                      v.object() != null
                          && !Facts.isDeleting(v.object())
                          && generation(v.object()) == generation);
      if (same
          && !spec.suspend()
          && spec.valid()
          && to < lastMoment(facts)
          && !facts.troubledBut(ADMISSION, from - GRACE.toNanos(), to)
          && during.stream().noneMatch(v -> v.object() != null && saysRefused(v.object()))) {
        broken.accept(
            "%s the mirrors of %s are refused, and until %s nothing says so; Ready said %s"
                .formatted(
                    Facts.when(from),
                    facts.nameOf(source),
                    Facts.when(to),
                    ConvergenceOracle.describe(Facts.condition(then, "Ready"))));
        return;
      }
    }
  }

  private static long lastMoment(Facts facts) {
    return facts.changes().getLast().at().toNanos();
  }

  private boolean isRepetition(Facts facts, Change before, Change now) {
    ObjectNode was = before.after();
    ObjectNode is = now.after();
    long from = before.at().toNanos();
    long to = now.at().toNanos();
    return was != null
        && is != null
        && before.by().equals(now.by())
        && to - from < SAID_AGAIN.toNanos()
        && saysRefused(is)
        && !facts.troubledBut(ADMISSION, from - GRACE.toNanos(), to)
        && starts.stream().noneMatch(start -> start >= from && start <= to)
        && !words(was).equals(words(is))
        && withoutWords(was).equals(withoutWords(is));
  }

  private static ObjectNode withoutWords(ObjectNode source) {
    ObjectNode status = source.path("status").deepCopy();
    status.remove("lastListTime");
    for (JsonNode condition : status.path("conditions")) {
      ((ObjectNode) condition).remove("message");
    }
    return status;
  }

  private static String said(Change change) {
    return change.after() == null ? "" : words(change.after());
  }

  private static String words(ObjectNode source) {
    return Facts.condition(source, "Ready").path("message").asText();
  }

  private static boolean saysRefused(ObjectNode source) {
    return REFUSED.contains(Facts.condition(source, "Ready").path("reason").asText());
  }

  private static long generation(ObjectNode object) {
    return object.path("metadata").path("generation").asLong();
  }
}
