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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
   * condition tells of the outage itself.
   */
  static final Duration AFTER_REFUSALS = Duration.ofMinutes(1);

  private final MirrorStore store;
  private final MirrorWrites writer;
  private final StaleRateLimiter pace = new StaleRateLimiter();
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
    if (!stillWanted.getAsBoolean()) {
      pace.forget(id);
      return null;
    }
    Instant now = steady.instant();
    Staleness.Verdict verdict =
        staleness.judge(() -> store.controlledBy(namespace, uid), staleAfter, now);
    if (verdict.due().isEmpty()) {
      pace.forget(id);
      return verdict.next();
    }
    StaleRateLimiter.Turn turn = pace.next(id, verdict.due().size(), now);
    if (turn.isAfter(now)) {
      return sooner(Duration.between(now, turn.at()), verdict.next());
    }
    int count = Math.min(turn.writes(), verdict.due().size());
    WriteResult report =
        writer.write(id, uid, List.copyOf(verdict.due().subList(0, count)), stillWanted);
    log.atInfo()
        .addKeyValue("marked", report.done().size())
        .addKeyValue("left", verdict.due().size() - count)
        .log("mirrors marked stale: no listing has shown their sessions for staleAfter");
    if (!report.refusals().isEmpty()) {
      log.warn("mirrors could not be marked stale: {}", report.refusals().getFirst().message());
      pace.postpone(id, verdict.due().size(), steady.instant().plus(AFTER_REFUSALS));
      return sooner(AFTER_REFUSALS, verdict.next());
    }
    if (count == verdict.due().size()) {
      // Also what met another object than was known is looked at again.
      return report.stale() > 0 ? sooner(AFTER_REFUSALS, verdict.next()) : verdict.next();
    }
    Instant then = steady.instant();
    StaleRateLimiter.Turn after = pace.next(id, verdict.due().size() - count, then);
    return sooner(
        after.isAfter(then) ? Duration.between(then, after.at()) : Duration.ZERO, verdict.next());
  }

  /** Nothing is to be marked for a source that is gone. */
  public void forget(ResourceID source) {
    pace.forget(source);
  }

  private static Duration sooner(Duration one, @Nullable Duration other) {
    return other == null || one.compareTo(other) < 0 ? one : other;
  }
}
