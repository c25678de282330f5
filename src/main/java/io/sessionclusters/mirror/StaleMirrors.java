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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.kubernetes.WriteResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks the mirrors that nothing has confirmed for their source's {@code staleAfter}: after all
 * other writes of the source, few at a time over all sources, and each mirror once.
 */
public final class StaleMirrors {

  private static final Logger log = LoggerFactory.getLogger(StaleMirrors.class);

  /**
   * What is refused is tried again so long after, whatever polls there are in between: the source's
   * condition reports the outage itself.
   */
  static final Duration AFTER_REFUSALS = Duration.ofMinutes(1);

  private final MirrorStore store;
  private final MirrorWrites writer;
  private final MarkSpacing spacing = new MarkSpacing();
  private final Clock steady;

  public StaleMirrors(MirrorStore store, MirrorWrites writer, Clock steady) {
    this.store = store;
    this.writer = writer;
    this.steady = steady;
  }

  /**
   * Marks what has grown stale and may be written now.
   *
   * @param staleAfter zero for never
   * @param stillWanted asked before each write: whether the source is what it was, and ours
   * @return time until the next look at the source's mirrors; null if nothing will grow stale
   * @throws InterruptedException if the calling thread is interrupted
   */
  public @Nullable Duration mark(
      SessionClusterSource source,
      Staleness staleness,
      Duration staleAfter,
      BooleanSupplier stillWanted)
      throws InterruptedException {
    ResourceID id = ResourceID.fromResource(source);
    String uid = source.getMetadata().getUid();
    String namespace = source.getMetadata().getNamespace();
    Instant now = steady.instant();
    Staleness.DueMarks marks =
        stillWanted.getAsBoolean()
            ? staleness.judge(() -> store.controlledBy(namespace, uid), staleAfter, now)
            : Staleness.DueMarks.NOTHING;
    int due = marks.due().size();
    if (due == 0) {
      spacing.forget(id);
      return marks.next();
    }
    MarkSpacing.Reservation reservation = spacing.next(id, due, now);
    if (reservation.at().isAfter(now)) {
      return sooner(reservation.wait(now), marks.next());
    }
    int left = Math.max(due - reservation.writes(), 0);
    WriteResult<MirrorChange> result =
        writer.write(id, uid, List.copyOf(marks.due().subList(0, due - left)), stillWanted);
    log.atInfo()
        .addKeyValue("marked", result.done().size())
        .addKeyValue("left", left)
        .log("mirrors marked stale: no listing has shown their sessions for staleAfter");
    if (!result.refusals().isEmpty()) {
      log.warn("marking mirrors stale failed: {}", result.refusals().getFirst().message());
      spacing.postpone(id, due, steady.instant().plus(AFTER_REFUSALS));
      return sooner(AFTER_REFUSALS, marks.next());
    }
    if (left > 0) {
      Instant then = steady.instant();
      return sooner(spacing.next(id, left, then).wait(then), marks.next());
    }
    // What met another object than was known is judged again, too.
    return !result.superseded().isEmpty() ? sooner(AFTER_REFUSALS, marks.next()) : marks.next();
  }

  /** Nothing is to be marked for a source that no longer exists. */
  public void forget(ResourceID source) {
    spacing.forget(source);
  }

  private static Duration sooner(Duration one, @Nullable Duration other) {
    return other == null ? one : Collections.min(List.of(one, other));
  }

  /**
   * Spreads the marks of stale mirrors over time, all sources together: in an outage each mirror of
   * the cluster is written, and no one waits for it. Thread-safe.
   */
  static final class MarkSpacing {

    /** Writes of one reservation. */
    static final int BATCH = 50;

    /** Of the time that the next reservation waits: ten writes a second. */
    static final Duration PER_WRITE = Duration.ofMillis(100);

    /**
     * A source's place.
     *
     * @param at by the steady clock
     * @param writes that may be done then
     */
    record Reservation(Instant at, int writes) {
      Duration wait(Instant now) {
        return at.isAfter(now) ? Duration.between(now, at) : Duration.ZERO;
      }
    }

    private final Map<ResourceID, Reservation> reservations = new HashMap<>();
    private Instant free = Instant.MIN;

    /**
     * The source's next reservation, behind those of all others that wait. One that has come is
     * used up by asking for it.
     *
     * @param writes that it would do
     */
    synchronized Reservation next(ResourceID source, int writes, Instant now) {
      Reservation reservation = reservations.get(source);
      if (reservation == null) {
        reservation = new Reservation(free.isAfter(now) ? free : now, Math.min(writes, BATCH));
        free = reservation.at().plus(PER_WRITE.multipliedBy(reservation.writes()));
        reservations.put(source, reservation);
      }
      if (!reservation.at().isAfter(now)) {
        reservations.remove(source);
      }
      return reservation;
    }

    /**
     * What the source wrote was refused: not before then again, however often it is asked.
     *
     * @param writes that it would do
     */
    synchronized void postpone(ResourceID source, int writes, Instant until) {
      reservations.put(source, new Reservation(until, Math.min(writes, BATCH)));
    }

    /** The source has nothing to write any more. */
    synchronized void forget(ResourceID source) {
      reservations.remove(source);
    }
  }
}
