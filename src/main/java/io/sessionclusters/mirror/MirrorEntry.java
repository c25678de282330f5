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

import io.sessionclusters.kubernetes.ResourceVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A mirror and what is known of the operator's own writes to it.
 *
 * @param mirror as last seen; null before its creation was seen
 * @param written null if nothing was written since the start, or to this uid
 * @param writes how many are under way just now
 * @param deletingSince when the API server was asked to delete it, if its end was not seen yet; it
 *     counts for {@link #LAG}, because what answers may be something else than the API server
 * @param ahead null if {@code mirror} is what the informer showed last
 * @param barred uids of which the answers to the writes under way do not count
 */
public record MirrorEntry(
    @Nullable Mirror mirror,
    @Nullable LastApplied written,
    int writes,
    @Nullable Instant deletingSince,
    @Nullable Ahead ahead,
    Set<String> barred) {

  /** The longest that events are behind the answers of writes, unless the watch is broken. */
  static final Duration LAG = Duration.ofSeconds(30);

  /**
   * The informer is behind the answer of an own write.
   *
   * @param shown version that the informer showed last of this uid; null if it has shown none
   * @param passedOver what it showed since the answer; null if nothing
   * @param since when it showed that first
   */
  record Ahead(@Nullable String shown, @Nullable Mirror passedOver, @Nullable Instant since) {}

  static final MirrorEntry EMPTY = new MirrorEntry(null, null, 0, null, null, Set.of());

  MirrorEntry withWritten(@Nullable LastApplied w) {
    return new MirrorEntry(mirror, w, writes, deletingSince, ahead, barred);
  }

  MirrorEntry withDeleting(@Nullable Instant since) {
    return new MirrorEntry(mirror, written, writes, since, ahead, barred);
  }

  /** Whether the API server was asked to delete it and its end was not seen yet. */
  public boolean deleting() {
    return deletingSince != null;
  }

  private MirrorEntry withAhead(@Nullable Mirror m, @Nullable Ahead a) {
    return new MirrorEntry(m, written, writes, deletingSince, a, barred);
  }

  /** The answers to the writes that are under way no longer count for that uid. */
  private MirrorEntry barring(@Nullable String uid) {
    if (uid == null || writes == 0) {
      return this;
    }
    Set<String> all = new HashSet<>(barred);
    all.add(uid);
    return new MirrorEntry(mirror, written, writes, deletingSince, ahead, Set.copyOf(all));
  }

  /** A write of the operator's own has begun. */
  MirrorEntry begun() {
    return new MirrorEntry(mirror, written, writes + 1, deletingSince, ahead, barred);
  }

  /** One has ended; null if nothing is known of what it wrote. */
  MirrorEntry ended(@Nullable LastApplied w) {
    return new MirrorEntry(
        mirror,
        w != null && mirror != null && barred.isEmpty() ? w : written,
        writes - 1,
        deletingSince,
        ahead,
        writes == 1 ? Set.of() : barred);
  }

  /** The informer shows the mirror. */
  MirrorEntry shown(Mirror seen, Instant now) {
    if (mirror == null || !mirror.uid().equals(seen.uid())) {
      MirrorEntry other = barring(mirror == null ? null : mirror.uid());
      return new MirrorEntry(seen, null, writes, null, null, other.barred);
    }
    String shown = ahead == null ? mirror.resourceVersion() : ahead.shown();
    String version = seen.resourceVersion();
    // Only a list does that. A deletion may belong to a lost history, too, and is asked for again
    // if need be.
    boolean listed = shown != null && !ResourceVersion.isLater(version, shown);
    MirrorEntry next = listed ? barring(seen.uid()).withDeleting(null) : this;
    boolean caughtUp = !ResourceVersion.isLater(mirror.resourceVersion(), version);
    boolean wentBack = shown != null && ResourceVersion.isLater(shown, version);
    if (ahead == null || caughtUp || wentBack) {
      return next.withAhead(seen, null);
    }
    return next.withAhead(
        mirror, new Ahead(version, seen, Objects.requireNonNullElse(ahead.since(), now)));
  }

  /** The API server has answered a write with what it stored. */
  MirrorEntry answered(Mirror answer, boolean created) {
    boolean other = mirror == null ? !created : !mirror.uid().equals(answer.uid());
    if (other || barred.contains(answer.uid())) {
      return barring(answer.uid());
    }
    if (mirror == null) {
      return withAhead(answer, new Ahead(null, null, null));
    }
    return ResourceVersion.isLater(answer.resourceVersion(), mirror.resourceVersion())
        ? withAhead(
            answer, new Ahead(ahead == null ? mirror.resourceVersion() : ahead.shown(), null, null))
        : this;
  }

  /** The informer shows that the mirror was deleted. */
  MirrorEntry deleted() {
    return new MirrorEntry(
        null, null, writes, null, null, barring(mirror == null ? null : mirror.uid()).barred);
  }

  /** Whether an event that should have come within {@link #LAG} has not. */
  boolean isOverdue(Clock steady) {
    return isOverdue(ahead == null ? null : ahead.since(), steady)
        || isOverdue(deletingSince, steady);
  }

  private static boolean isOverdue(@Nullable Instant since, Clock steady) {
    return since != null && !since.plus(LAG).isAfter(steady.instant());
  }

  /** What the informer shows counts again, where the event of an own write is overdue. */
  MirrorEntry settled(Clock steady) {
    MirrorEntry settled =
        ahead != null && ahead.passedOver() != null && isOverdue(ahead.since(), steady)
            ? withAhead(ahead.passedOver(), null)
            : this;
    return isOverdue(deletingSince, steady) ? settled.withDeleting(null) : settled;
  }

  /** The status that was written last, or else the one that is there; null if neither is known. */
  @Nullable StatusSummary summary() {
    if (written != null) {
      return written.sent();
    }
    return mirror == null ? null : mirror.summary();
  }

  /** Whether the API server holds something other than what was written. */
  boolean isDrifted() {
    return writes == 0 && mirror != null && differsFrom(mirror);
  }

  /** Whether a mirror is not what was written to it; not while it is being deleted. */
  boolean differsFrom(Mirror now) {
    return written != null && !deleting() && !(written.matches(now) && now.isWellFormed());
  }

  /** Whether there is nothing to remember. */
  boolean isNothing() {
    return mirror == null && writes == 0;
  }

  /** Whether an informer has shown it under its uid. */
  boolean wasShown() {
    return mirror != null && (ahead == null || ahead.shown() != null);
  }
}
