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
package io.sessionclusters.source;

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.connection.ConnectionChecks;
import io.sessionclusters.kubernetes.ResourceVersion;
import io.sessionclusters.mirror.Staleness;
import io.sessionclusters.prune.LastVerified;
import io.sessionclusters.prune.ListingHistory;
import io.sessionclusters.prune.PruneState;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import io.sessionclusters.status.SourceStatusFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the operator remembers of one source between its polls. All of it may be lost at any time:
 * it saves work or delays a removal, nothing else. Times are by the steady clock.
 *
 * <p>One poll of a source runs at a time; only {@link #drifted} comes from elsewhere.
 */
public final class SourceState {

  /** How a poll ended. */
  enum Ending {
    /** The listing came. */
    PASSED,
    /** It is tried again, later and later. */
    FAILED,
    /** Nothing was tried. */
    PUT_OFF
  }

  /** A condition whose words alone change is not written more often than that. */
  private static final Duration SAYS_AGAIN = Duration.ofMinutes(1);

  private final String uid;
  private long polledGeneration;
  private @Nullable Instant due;

  /** When a source that this process has never polled is due at the latest. */
  private @Nullable Instant firstDue;

  private @Nullable Instant pausedUntil;
  private @Nullable Instant lastListed;
  private @Nullable Instant expeditedAt;
  private boolean listedByLastPoll;
  private Duration transitionInterval = PollSpec.DEFAULT_TRANSITION_INTERVAL;
  private @Nullable String handledRequest;
  private int failures;
  private boolean drifted;
  private PruneState absences = PruneState.NONE;
  private ListingHistory listings = ListingHistory.NONE;
  private final LastVerified lastAsked = new LastVerified();
  private int inconclusive;
  private final ConnectionChecks connections = new ConnectionChecks();
  private final Staleness staleness = new Staleness();
  private SessionClusterSourceStatus status = SessionClusterSourceStatus.EMPTY;
  private @Nullable String statusVersion;
  private @Nullable String cachedVersion;
  private @Nullable String reportedToken;
  private boolean lookedAtForeign;
  private @Nullable Duration interval;
  private @Nullable SessionClusterSourceStatus told;
  private @Nullable Instant lastSuccess;
  private @Nullable Instant saidAt;
  private @Nullable String answeredToken;

  SourceState(String uid) {
    this.uid = uid;
  }

  String uid() {
    return uid;
  }

  /** The later of the status in the cache and of the one that was written last. */
  synchronized SessionClusterSourceStatus status(SessionClusterSource cached) {
    String version = cached.getMetadata().getResourceVersion();
    if (cachedVersion != null && ResourceVersion.isLater(cachedVersion, version)) {
      // A backup was put back: what was written is of a history that is lost.
      statusVersion = null;
    }
    cachedVersion = version;
    if (statusVersion != null && !ResourceVersion.isLater(version, statusVersion)) {
      return status;
    }
    return Objects.requireNonNullElse(cached.getStatus(), SessionClusterSourceStatus.EMPTY);
  }

  /**
   * A status was written.
   *
   * @param written by this process
   * @param stored the whole, of which another process may have written other parts
   */
  synchronized void wroteStatus(
      SessionClusterSourceStatus written,
      @Nullable SessionClusterSourceStatus stored,
      String resourceVersion) {
    reportedToken = token(written);
    // Not all of what is stored: an older CRD may have pruned it.
    status =
        stored == null || Objects.equals(token(stored), reportedToken)
            ? written
            : SourceStatusFactory.holding(written, stored.pendingPrune());
    statusVersion = resourceVersion;
  }

  /** Whether it was this process that reported what a status says to be held. */
  synchronized boolean hasReported(@Nullable PendingPrune pending) {
    return pending != null && Objects.equals(pending.token(), reportedToken);
  }

  private static @Nullable String token(SessionClusterSourceStatus status) {
    return status.pendingPrune() == null ? null : status.pendingPrune().token();
  }

  /**
   * Time until the next poll is due.
   *
   * @param generation of the source: another one than was polled is due at once
   * @param request value of {@code requested-at}: another one than was handled is due at once
   * @param handledBefore the request that the status says was handled, by whichever process
   * @param confirmToken value of {@code confirm-prune}: while something is held, that of the held
   *     set is due at once, and so is any other that was not answered yet
   * @param unknown the time until then if nothing is remembered, as after a restart
   * @return zero or less if it is due
   */
  synchronized Duration dueIn(
      long generation,
      @Nullable String request,
      @Nullable String handledBefore,
      @Nullable String confirmToken,
      Duration unknown,
      Instant now) {
    if (pausedUntil != null && pausedUntil.isAfter(now)) {
      return Duration.between(now, pausedUntil);
    }
    if (polledGeneration == 0) {
      if (request != null && !request.equals(handledBefore)) {
        return Duration.ZERO;
      }
      // By the clock that does not jump: one that was set back would put it off again and again.
      Instant first = now.plus(unknown);
      firstDue = firstDue == null || first.isBefore(firstDue) ? first : firstDue;
      return Duration.between(now, firstDue);
    }
    if (generation != polledGeneration
        || (request != null && !request.equals(handledRequest))
        || isToBeAnswered(confirmToken)
        || due == null) {
      return Duration.ZERO;
    }
    return Duration.between(now, due);
  }

  /**
   * The source's place among those that wait for the same account. An edit or a request goes ahead
   * of others, but no more than once per interval: a script that edits in a loop starves nobody.
   *
   * @param neverListed whether the source is new
   */
  synchronized ListingConcurrencyLimiter.Turn turn(
      boolean neverListed,
      long generation,
      @Nullable String request,
      Duration interval,
      Instant now,
      Duration overdue) {
    // After a restart nothing is known of any source; then only the new ones go ahead.
    boolean asked =
        polledGeneration == 0
            ? neverListed
            : generation != polledGeneration
                || (request != null && !request.equals(handledRequest));
    boolean expedited = asked && (expeditedAt == null || !expeditedAt.plus(interval).isAfter(now));
    if (expedited) {
      expeditedAt = now;
    }
    return new ListingConcurrencyLimiter.Turn(expedited, now.minus(overdue));
  }

  private boolean isToBeAnswered(@Nullable String confirmToken) {
    return confirmToken != null
        && !absences.held().isEmpty()
        && (confirmToken.equals(absences.token()) || !confirmToken.equals(answeredToken));
  }

  /** The poll that begins answers that value of {@code confirm-prune}. */
  synchronized void answers(@Nullable String confirmToken) {
    answeredToken = confirmToken;
  }

  /** A poll begins: edits and hand edits from now on ask for another one. */
  synchronized void beginPoll(long generation, @Nullable String request, Duration ofTransitions) {
    polledGeneration = generation;
    handledRequest = request;
    transitionInterval = ofTransitions;
    drifted = false;
    listedByLastPoll = false;
    due = null;
  }

  /** All pages of a listing came. */
  synchronized void listed(Instant when) {
    lastListed = when;
    listedByLastPoll = true;
  }

  /**
   * A poll ended.
   *
   * @param next time until the next one; null if only an edit brings it
   * @param ending whether the back-off grows, ends, or stays as it is
   * @param pause that the server asked for, which nothing goes through; null if none
   * @return time until the next one, brought forward by hand edits if this one listed
   */
  synchronized @Nullable Duration endPoll(
      @Nullable Duration next, Ending ending, @Nullable Duration pause, Instant now) {
    failures =
        switch (ending) {
          case PASSED -> 0;
          case FAILED -> failures + 1;
          case PUT_OFF -> failures;
        };
    pausedUntil = pause == null ? null : now.plus(Schedule.atMostMax(pause));
    if (next == null) {
      due = Instant.MAX;
      return null;
    }
    boolean hurry = drifted && listedByLastPoll && transitionInterval.compareTo(next) < 0;
    Duration wait = hurry ? transitionInterval : next;
    due = now.plus(wait);
    return wait;
  }

  /**
   * A mirror was changed by another hand: the next listing comes earlier, unless the last one
   * failed. Then the schedule is that of the failure, and the next listing mends the mirror anyway.
   *
   * @return time until the next poll; null if the schedule stays as it is
   */
  synchronized @Nullable Duration drifted(Instant now) {
    drifted = true;
    if (due == null || lastListed == null || !listedByLastPoll) {
      return null;
    }
    Instant earlier = lastListed.plus(transitionInterval);
    if (!earlier.isBefore(due)) {
      return null;
    }
    due = earlier;
    return Duration.between(now, earlier);
  }

  /** A condition was written. */
  synchronized void said(Instant when) {
    saidAt = when;
  }

  /**
   * The report with the words that the condition has already, if only they differ and were written
   * a moment ago. What Kubernetes says of its refusals changes with each try (which write was the
   * first of them, a webhook's request id); each change would be a write.
   */
  synchronized PollOutcome repeats(
      PollOutcome report, SessionClusterSourceStatus before, Instant now) {
    Condition ready = SourceStatusFactory.condition(before.conditions(), SourceStatusFactory.READY);
    return ready != null
            && ready.getMessage() != null
            && report.reason().isOfKubernetes()
            && report.reason().value().equals(ready.getReason())
            && Objects.equals(ready.getObservedGeneration(), polledGeneration)
            && saidAt != null
            && saidAt.plus(SAYS_AGAIN).isAfter(now)
        ? report.saying(ready.getMessage())
        : report;
  }

  /** What a poll came to, be it written to the status or not. */
  synchronized void told(SessionClusterSourceStatus next) {
    told = next;
  }

  /** All of a complete listing is mirrored, at that time of the wall clock. */
  synchronized void succeeded(Instant when) {
    lastSuccess = when;
  }

  /** The time between two listings; null while the source's spec cannot be used. */
  synchronized void interval(@Nullable Duration ofListings) {
    interval = ofListings;
  }

  /** The source in figures. */
  synchronized SourceMetricsSnapshot figures(SessionClusterSource source) {
    SessionClusterSourceStatus now = told == null ? status(source) : told;
    Condition ready = SourceStatusFactory.condition(now.conditions(), SourceStatusFactory.READY);
    Reason reason = ready == null ? null : Reason.of(ready.getReason());
    if (told == null && lastSuccess == null && reason == Reason.SUCCEEDED) {
      // Of an earlier process. A listing that was not mirrored has moved the time, too.
      lastSuccess = SourceStatusFactory.lastListTime(now);
    }
    return new SourceMetricsSnapshot(
        reason,
        now.states(),
        now.pendingPrune() == null ? 0 : Objects.requireNonNullElse(now.pendingPrune().count(), 0),
        source.getSpec() != null && Boolean.TRUE.equals(source.getSpec().suspend()),
        interval,
        lastSuccess);
  }

  /** Failures in a row if this poll fails too. */
  synchronized int failuresWithThis() {
    return failures + 1;
  }

  public synchronized PruneState absences() {
    return absences;
  }

  synchronized void remember(PruneState next) {
    absences = next;
  }

  public ConnectionChecks connections() {
    return connections;
  }

  Staleness staleness() {
    return staleness;
  }

  synchronized ListingHistory listings() {
    return listings;
  }

  synchronized void remember(ListingHistory next) {
    listings = next;
  }

  LastVerified lastAsked() {
    return lastAsked;
  }

  /** Polls in a row whose listing settled nothing. */
  synchronized int inconclusive() {
    return inconclusive;
  }

  synchronized void inconclusive(boolean isInconclusive) {
    inconclusive = isInconclusive ? inconclusive + 1 : 0;
  }

  /**
   * Whether the mirrors in the way that wait for the garbage collector deserve an early second
   * look: the first time only.
   */
  synchronized boolean isFirstLookAtForeign(boolean any) {
    boolean first = any && !lookedAtForeign;
    lookedAtForeign = any;
    return first;
  }
}
