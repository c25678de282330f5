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
package io.sessionclusters.mirror;

import io.sessionclusters.mirror.MirrorChange.MarkStale;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Since when nothing has confirmed the mirrors of one source. All that the last listing showed
 * share its time; only one that it lacked has its own.
 *
 * <p>May be lost at any time: then the source's status says when it was last listed, and a mirror
 * that the listings lack grows stale later, never earlier. Used by one poll at a time.
 */
public final class Staleness {

  /** When a listing showed something, by the clock that measures and by the one that is shown. */
  public record Shown(Instant steady, Instant wall) {}

  /**
   * What is to be done.
   *
   * @param due mirrors to mark now; the longest unconfirmed are not first
   * @param next time until another one grows stale; null if none will as long as nothing is listed
   */
  record DueMarks(List<MarkStale> due, @Nullable Duration next) {
    static final DueMarks NOTHING = new DueMarks(List.of(), null);
  }

  private @Nullable Shown last;

  /** By uid: what the last listing lacked, and when it was shown before. */
  private Map<String, Shown> missing = Map.of();

  private @Nullable Instant resumed;
  private boolean suspended;

  /** The source is suspended: nothing grows stale meanwhile. */
  public void suspend() {
    suspended = true;
  }

  /**
   * The source is listed, be it for the first time in this process or after it was suspended.
   *
   * @param now by both clocks
   * @param lastListed by the wall clock, as the source's status says; null if it does not
   */
  public void begin(Shown now, @Nullable Instant lastListed) {
    if (last == null) {
      Duration since =
          lastListed == null || lastListed.isAfter(now.wall())
              ? Duration.ZERO
              : Duration.between(lastListed, now.wall());
      last = new Shown(now.steady().minus(since), now.wall().minus(since));
    }
    if (suspended) {
      suspended = false;
      resumed = now.steady();
    }
  }

  /**
   * All pages of a listing came.
   *
   * @param listing when it ended
   * @param uids of the mirrors whose sessions it showed
   * @param mirrors all of the source, as they were before the listing's own writes
   */
  public void listed(Shown listing, Set<String> uids, List<Mirror> mirrors) {
    Shown before = Objects.requireNonNullElse(last, listing);
    Map<String, Shown> lacking = new HashMap<>();
    for (Mirror mirror : mirrors) {
      if (!uids.contains(mirror.uid())) {
        lacking.put(mirror.uid(), missing.getOrDefault(mirror.uid(), before));
      }
    }
    missing = lacking.isEmpty() ? Map.of() : lacking;
    last = listing;
  }

  /**
   * Judges.
   *
   * @param mirrors all of the source; asked for only if one of them may have grown stale
   * @param staleAfter zero for never
   * @param now by the steady clock
   */
  DueMarks judge(Supplier<List<Mirror>> mirrors, Duration staleAfter, Instant now) {
    if (suspended || staleAfter.isZero() || last == null) {
      return DueMarks.NOTHING;
    }
    Duration first = untilStale(last, staleAfter, now);
    for (Shown shown : missing.values()) {
      first = Collections.min(List.of(untilStale(shown, staleAfter, now), first));
    }
    return first.isPositive()
        ? new DueMarks(List.of(), first)
        : each(mirrors.get(), staleAfter, now);
  }

  private DueMarks each(List<Mirror> mirrors, Duration staleAfter, Instant now) {
    List<MarkStale> due = new ArrayList<>();
    Duration next = null;
    for (Mirror mirror : mirrors) {
      // What has vanished says already that the API no longer shows it.
      if (mirror.isStale() || mirror.vanished()) {
        continue;
      }
      Shown shown = missing.getOrDefault(mirror.uid(), Objects.requireNonNull(last));
      Duration wait = untilStale(shown, staleAfter, now);
      if (wait.isPositive()) {
        next = next == null ? wait : Collections.min(List.of(wait, next));
      } else {
        due.add(new MarkStale(mirror, shown.wall()));
      }
    }
    return new DueMarks(due, next);
  }

  private Duration untilStale(Shown shown, Duration staleAfter, Instant now) {
    Instant from = resumed != null && resumed.isAfter(shown.steady()) ? resumed : shown.steady();
    return Duration.between(now, from.plus(staleAfter));
  }
}
