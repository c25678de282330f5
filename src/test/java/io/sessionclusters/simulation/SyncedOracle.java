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
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;

/**
 * A mirror says Synced True only as long as an answer showed the session in that state within the
 * source's {@code staleAfter}, and a little, in which the news is written. A process that starts
 * may count from its start. Nothing grows stale while a source is suspended, cannot work, or is
 * being deleted.
 */
final class SyncedOracle implements Oracle {

  /** Beside an interval and a time-out. */
  private static final Duration TO_WRITE = Duration.ofMinutes(3);

  private final List<Long> starts;
  private final long end;

  /**
   * Judges up to a moment.
   *
   * @param starts of processes
   */
  SyncedOracle(List<Long> starts, long end) {
    this.starts = starts;
    this.end = end;
  }

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    for (Change change : facts.changes()) {
      if (change.kind() == Kind.MIRROR && change.after() != null && change.byOperator()) {
        judgeWrite(facts, change, change.after(), broken);
      }
    }
    var uids = new java.util.LinkedHashSet<String>();
    facts.changes().stream().filter(c -> c.kind() == Kind.MIRROR).forEach(c -> uids.add(c.uid()));
    for (String uid : uids) {
      List<Facts.Version> versions = facts.versions(uid);
      for (int i = 0; i < versions.size(); i++) {
        long until = i + 1 < versions.size() ? versions.get(i + 1).from() : end;
        judgeTime(facts, versions.get(i), until, broken);
      }
    }
  }

  private static void judgeWrite(
      Facts facts, Change change, ObjectNode mirror, Consumer<String> broken) {
    ObjectNode before = change.before();
    boolean news =
        Facts.saysTrue(mirror, "Synced")
            && (before == null
                || !Facts.saysTrue(before, "Synced")
                || !Facts.state(before).equals(Facts.state(mirror)));
    if (!news) {
      return;
    }
    String id = Facts.sessionId(mirror);
    long now = change.at().toNanos();
    boolean seen = false;
    for (Served.Sight sight : facts.served().sights(Facts.place(mirror), id)) {
      seen |= sight.at() <= now && shows(sight, mirror);
    }
    if (!seen) {
      broken.accept(
          "%s %s says '%s' of %s, which no answer ever said"
              .formatted(Facts.when(now), change.by(), Facts.state(mirror), id));
    }
  }

  private void judgeTime(Facts facts, Facts.Version version, long until, Consumer<String> broken) {
    ObjectNode mirror = version.object();
    String source = mirror == null ? null : Facts.controller(mirror);
    if (mirror == null
        || source == null
        || !facts.isSource(source)
        || !Facts.saysTrue(mirror, "Synced")
        || Facts.isDeleting(mirror)) {
      return;
    }
    List<Long> confirmed = new ArrayList<>(starts);
    confirmed.add(version.from());
    for (Served.Sight sight : facts.served().sights(Facts.place(mirror), Facts.sessionId(mirror))) {
      if (shows(sight, mirror)) {
        confirmed.add(sight.at());
      }
    }
    confirmed.removeIf(at -> at > until);
    confirmed.sort(null);
    IdentityHashMap<ObjectNode, Spec> specs = new IdentityHashMap<>();
    for (int i = 0; i < confirmed.size(); i++) {
      long from = confirmed.get(i);
      long next = i + 1 < confirmed.size() ? confirmed.get(i + 1) : until;
      ObjectNode owner = facts.at(source, Math.max(from, version.from()));
      if (owner == null) {
        continue;
      }
      Spec spec = specs.computeIfAbsent(owner, Spec::of);
      long grown = from + spec.staleAfter().toNanos();
      long late =
          grown
              + spec.interval().multipliedBy(11).dividedBy(10).toNanos()
              + spec.timeout().toNanos()
              + TO_WRITE.toNanos();
      if (!spec.staleAfter().isZero()
          && next > late
          && late >= version.from() + TO_WRITE.toNanos()
          && !facts.troubled(grown - GRACE.toNanos(), late)
          && facts.during(source, from, late).stream().allMatch(v -> works(v, spec))) {
        broken.accept(
            "%s the mirror of %s still says Synced and '%s', which was last shown at %s"
                .formatted(
                    Facts.when(late),
                    Facts.sessionId(mirror),
                    Facts.state(mirror),
                    Facts.when(from)));
        return;
      }
    }
  }

  private static boolean works(Facts.Version version, Spec spec) {
    if (version.object() == null || Facts.isDeleting(version.object())) {
      return false;
    }
    Spec then = Spec.of(version.object());
    return then.valid()
        && !then.suspend()
        && then.staleAfter().equals(spec.staleAfter())
        && then.interval().equals(spec.interval());
  }

  private static boolean shows(Served.Sight sight, ObjectNode mirror) {
    String state =
        sight.without().contains(CloudQuirks.Omission.STATE) ? "" : sight.session().state();
    return state.equals(Facts.state(mirror));
  }
}
