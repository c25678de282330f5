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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Once all faults have ended and {@link #bound} went by, each source has exactly the mirrors of the
 * sessions that match, each saying the truth; what a guard holds or Retain keeps stands beside
 * them; the conditions say so; and nothing is written any more but each source's status, at most
 * every five minutes.
 */
final class ConvergenceOracle implements Oracle {

  /** How often a status may be written of which only {@code lastListTime} changes. */
  static final Duration STEP = Duration.ofMinutes(5);

  private final long quietFrom;
  private final long end;

  /**
   * Judges the state at the end of a history.
   *
   * @param quietFrom since when nothing may be written any more
   */
  ConvergenceOracle(long quietFrom, long end) {
    this.quietFrom = quietFrom;
    this.end = end;
  }

  /**
   * How long it may take: what any server asked for is at most 5 minutes, and so is any back-off;
   * then five listings, two of which confirm a removal and three of which learn how a backend
   * counts, and a restart between.
   */
  static Duration bound(Duration longestInterval, Duration longestTimeout) {
    return Duration.ofMinutes(12)
        .plus(longestInterval.multipliedBy(11).dividedBy(10).plus(longestTimeout).multipliedBy(7));
  }

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    judgeState(facts, broken);
    judgeQuiet(facts, broken);
  }

  /** Judges but whether it is quiet. */
  void judgeState(Facts facts, Consumer<String> broken) {
    for (String uid : facts.sources()) {
      ObjectNode source = facts.at(uid, end);
      if (source != null && !Facts.isDeleting(source)) {
        judge(facts, uid, source, fault -> broken.accept(facts.nameOf(uid) + ": " + fault));
      }
    }
  }

  private void judge(Facts facts, String uid, ObjectNode source, Consumer<String> broken) {
    Spec spec = Spec.of(source);
    JsonNode ready = Facts.condition(source, "Ready");
    String reason = ready.path("reason").asText();
    long generation = source.path("metadata").path("generation").asLong();
    if (source.path("status").path("observedGeneration").asLong() != generation) {
      broken.accept("its status is not of its generation " + generation);
    }
    if (spec.suspend()) {
      if (!Facts.condition(source, "Reconciling").isMissingNode()) {
        broken.accept("suspended, and still Reconciling");
      }
      return;
    }
    if (!spec.valid()) {
      if (!reason.equals("InvalidConfiguration")) {
        broken.accept("it cannot work, and says " + reason);
      }
      return;
    }
    CloudQuirks quirks = facts.cloud().quirks(spec.place());
    Map<String, ObjectNode> mirrors = facts.mirrors(uid, end);
    Map<String, String> taken =
        taken(facts, uid, source.path("metadata").path("namespace").asText());
    Set<String> expected = new HashSet<>();
    boolean conflict = false;
    for (SimSession session : facts.cloud().in(spec.place())) {
      if (!spec.matches(session)) {
        continue;
      }
      expected.add(session.id());
      ObjectNode mirror = mirrors.get(session.id());
      if (mirror == null || !mirror.path("metadata").path("name").asText().equals(name(session))) {
        if (taken.containsKey(name(session))) {
          conflict = true;
        } else {
          broken.accept(session.id() + " has no mirror; Ready says " + describe(ready));
        }
      } else if (!Facts.isDeleting(mirror)) {
        String fault = untrue(mirror, session);
        if (!fault.isEmpty()) {
          broken.accept(
              "the mirror of " + session.id() + " " + fault + "; Ready: " + describe(ready));
        }
      }
    }
    // A listing that shows nothing and counts something proves nothing.
    boolean silent =
        quirks.total == CloudQuirks.Total.HIGH
            && (spec.id() == null || quirks.totalOffForIds)
            && facts.cloud().in(spec.place()).stream().noneMatch(s -> listed(spec, s));
    int held = source.path("status").path("pendingPrune").path("count").asInt(0);
    Set<String> extra = new HashSet<>();
    mirrors.forEach(
        (id, mirror) -> {
          if (!expected.contains(id) && !Facts.isVanished(mirror)) {
            extra.add(id);
          }
        });
    if (!silent && extra.size() > held) {
      broken.accept(
          "mirrors of what is gone are still there: %s, held are %d; Ready says %s"
              .formatted(extra, held, describe(ready)));
    }
    if (silent) {
      return;
    }
    String right = held > 0 ? "PruneGuardTripped" : conflict ? "Conflict" : "Succeeded";
    boolean fits = reason.equals(right) || (held > 0 && conflict && reason.equals("Conflict"));
    if (!fits) {
      broken.accept("Ready says " + describe(ready) + " instead of " + right);
    }
    if (reason.equals("Succeeded")
        && source.path("status").path("sessionClusters").asInt(-1) != expected.size()) {
      broken.accept(
          "it counts %d instead of %d"
              .formatted(source.path("status").path("sessionClusters").asInt(-1), expected.size()));
    }
    if (fits && !Facts.condition(source, "Reconciling").isMissingNode()) {
      broken.accept("Reconciling, though nothing is under way");
    }
  }

  /** Whether the API itself lists it for this query. */
  private static boolean listed(Spec spec, SimSession session) {
    return (spec.kind() == null || spec.kind().equals(session.kind()))
        && (spec.queueName() == null || spec.queueName().equals(session.queueName()))
        && (spec.id() == null || spec.id().equals(session.id()));
  }

  /** All ids here are names already. */
  private static String name(SimSession session) {
    return session.id();
  }

  /** Names of mirrors in a namespace that are not the source's own. */
  private Map<String, String> taken(Facts facts, String source, String namespace) {
    var names = new HashMap<String, String>();
    for (Change change : facts.changes()) {
      if (change.kind() == Kind.MIRROR && change.namespace().equals(namespace)) {
        ObjectNode now = facts.at(change.uid(), end);
        if (now != null && !source.equals(Facts.controller(now))) {
          names.put(change.name(), change.uid());
        }
        if (now != null && Facts.isDeleting(now)) {
          names.put(change.name(), change.uid());
        }
      }
    }
    return names;
  }

  private static String untrue(ObjectNode mirror, SimSession session) {
    JsonNode status = mirror.path("status");
    String fault = differs(status, "name", session.name());
    fault += differs(status, "kind", session.kind());
    fault += differs(status, "queueName", session.queueName());
    fault += differs(status, "state", session.state());
    fault += differs(status, "userName", "user " + session.revision());
    fault += differs(status, "createTime", time(session.gmtCreate()));
    fault += differs(status, "startTime", time(session.startTime()));
    if (!Facts.saysTrue(mirror, "Synced")) {
      fault += " is not Synced: " + describe(Facts.condition(mirror, "Synced"));
    }
    if (Facts.saysTrue(mirror, "Running") != session.state().equals("Running")) {
      fault += " says Running wrongly";
    }
    return fault;
  }

  private static @Nullable String time(@Nullable Long millis) {
    return millis == null
        ? null
        : Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String differs(JsonNode status, String field, @Nullable String right) {
    String said = status.path(field).isTextual() ? status.path(field).asText() : null;
    return java.util.Objects.equals(said, right)
        ? ""
        : " says %s '%s' instead of '%s'".formatted(field, said, right);
  }

  static String describe(JsonNode condition) {
    return condition.path("status").asText()
        + "/"
        + condition.path("reason").asText()
        + " ("
        + condition.path("message").asText()
        + ")";
  }

  private void judgeQuiet(Facts facts, Consumer<String> broken) {
    Map<String, Integer> statuses = new HashMap<>();
    for (Change change : facts.changes()) {
      if (change.at().toNanos() < quietFrom || !change.byOperator()) {
        continue;
      }
      switch (change.kind()) {
        case EVENT -> {}
        case SOURCE -> statuses.merge(change.uid(), 1, Integer::sum);
        case MIRROR, SECRET -> {
          if (!growsStale(facts, change)) {
            broken.accept(
                "%s %s: %s of %s %s, though all is quiet"
                    .formatted(
                        Facts.when(change.at()),
                        change.by(),
                        change.verb(),
                        change.kind(),
                        change.name()));
          }
        }
      }
    }
    long most = (end - quietFrom) / STEP.toNanos() + 1;
    statuses.forEach(
        (uid, count) -> {
          if (count > most) {
            broken.accept(
                "the status of %s is written %d times in %s s, though all is quiet"
                    .formatted(facts.nameOf(uid), count, Facts.when(end - quietFrom)));
          }
        });
  }

  /** Whether a mirror that no listing can show any more says that nothing confirms it. */
  private static boolean growsStale(Facts facts, Change change) {
    ObjectNode after = change.after();
    String owner = after == null ? null : Facts.controller(after);
    ObjectNode source =
        owner == null || !facts.isSource(owner) ? null : facts.at(owner, change.at().toNanos());
    return after != null
        && source != null
        && !isShown(facts, source, after)
        && Facts.condition(after, "Synced").path("reason").asText().equals("Stale");
  }

  private static boolean isShown(Facts facts, ObjectNode source, ObjectNode mirror) {
    Spec spec = Spec.of(source);
    SimPlace place = Facts.place(mirror);
    return spec.valid()
        && spec.place().equals(place)
        && facts.cloud().in(place).stream()
            .anyMatch(s -> s.id().equals(Facts.sessionId(mirror)) && spec.matches(s));
  }
}
