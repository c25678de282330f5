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
package io.sessionclusters.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.Conditions;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.kubernetes.ResourceVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A source's status as this process knows it: the later of the one in the informer's cache and the
 * one that was written last. Belongs to the one reconcile of the source that is under way; may be
 * lost at any time.
 */
public final class StatusCache {

  /** A condition of which only the message changes is not written more often than that. */
  private static final Duration SAME_MESSAGE = Duration.ofMinutes(1);

  /** So many polls in a row may settle nothing before the condition says so. */
  private static final int MOST_INCONCLUSIVE = 2;

  private SessionClusterSourceStatus written = SessionClusterSourceStatus.EMPTY;

  /** Of what was written; null if nothing was, or in a history that is lost. */
  private @Nullable String writtenVersion;

  private @Nullable String cachedVersion;
  private @Nullable String reportedToken;
  private @Nullable Instant reportedAt;
  private int inconclusive;

  /** The outcome of the last poll, be it written or not; null before the first. */
  private @Nullable SessionClusterSourceStatus latest;

  private @Nullable Instant lastSuccess;
  private @Nullable Duration interval;

  /** The informer's cache shows the source. */
  public void observe(SessionClusterSource cached) {
    String version = cached.getMetadata().getResourceVersion();
    if (cachedVersion != null && ResourceVersion.isLater(cachedVersion, version)) {
      // A backup was restored: what was written is of a history that is lost.
      writtenVersion = null;
    }
    cachedVersion = version;
    if (latest == null && lastSuccess == null && reason(status(cached)) == Reason.SUCCEEDED) {
      // Of an earlier process. A listing that was not mirrored has moved the time, too.
      lastSuccess = SourceStatusFactory.lastListTime(status(cached));
    }
  }

  /** The later of the status in the cache and the one that was written last. */
  public SessionClusterSourceStatus status(SessionClusterSource cached) {
    String version = cached.getMetadata().getResourceVersion();
    return writtenVersion != null && !ResourceVersion.isLater(version, writtenVersion)
        ? written
        : Objects.requireNonNullElse(cached.getStatus(), SessionClusterSourceStatus.EMPTY);
  }

  /**
   * A status was written.
   *
   * @param status as this process wrote it
   * @param stored the whole, of which another process may have written other parts
   */
  void wrote(
      SessionClusterSourceStatus status,
      @Nullable SessionClusterSourceStatus stored,
      String resourceVersion) {
    reportedToken = token(status);
    // Not all of what is stored: an older CRD may have pruned it.
    written =
        stored == null || Objects.equals(token(stored), reportedToken)
            ? status
            : SourceStatusFactory.holding(status, stored.pendingPrune());
    writtenVersion = resourceVersion;
  }

  /** Whether it was this process that reported what a status says to be held. */
  public boolean hasReported(@Nullable PendingPrune pending) {
    return pending != null && Objects.equals(pending.token(), reportedToken);
  }

  private static @Nullable String token(SessionClusterSourceStatus status) {
    return status.pendingPrune() == null ? null : status.pendingPrune().token();
  }

  /** The outcome of a poll was written. */
  public void reported(Instant when) {
    reportedAt = when;
  }

  /**
   * The outcome with the message that the condition has already, if only that differs and was
   * written a moment ago. What Kubernetes says of its refusals changes with each try (which write
   * was the first of them, a webhook's request ID); each change would be a write.
   */
  public PollOutcome withStableMessage(
      PollOutcome outcome, SessionClusterSource source, Instant now) {
    Condition ready = ready(status(source));
    return ready != null
            && ready.getMessage() != null
            && outcome.reason().isOfKubernetes()
            && outcome.reason().value().equals(ready.getReason())
            && Objects.equals(ready.getObservedGeneration(), source.getMetadata().getGeneration())
            && reportedAt != null
            && reportedAt.plus(SAME_MESSAGE).isAfter(now)
        ? outcome.withMessage(ready.getMessage())
        : outcome;
  }

  /** Whether a listing that settles nothing leaves the condition as it is: twice in a row. */
  public boolean isPatient() {
    return inconclusive < MOST_INCONCLUSIVE;
  }

  /** A poll listed, and settled something or nothing. */
  public void settled(boolean isSettled) {
    inconclusive = isSettled ? 0 : inconclusive + 1;
  }

  /** Caches the outcome of a poll, be it written to the status or not. */
  public void cacheStatus(SessionClusterSourceStatus next) {
    latest = next;
  }

  /** All of a complete listing is mirrored, at that time of the wall clock. */
  public void succeeded(Instant when) {
    lastSuccess = when;
  }

  /** The time between two listings; null while the source's spec cannot be used. */
  public void interval(@Nullable Duration ofListings) {
    interval = ofListings;
  }

  /** The source in figures. */
  public SourceMetricsSnapshot snapshot(SessionClusterSource source) {
    SessionClusterSourceStatus status = latest == null ? status(source) : latest;
    PendingPrune pending = status.pendingPrune();
    return new SourceMetricsSnapshot(
        reason(status),
        status.states(),
        pending == null ? 0 : Objects.requireNonNullElse(pending.count(), 0),
        source.getSpec() != null && Boolean.TRUE.equals(source.getSpec().suspend()),
        interval,
        lastSuccess);
  }

  private static @Nullable Condition ready(SessionClusterSourceStatus status) {
    return Conditions.find(status.conditions(), SourceStatusFactory.READY);
  }

  private static @Nullable Reason reason(SessionClusterSourceStatus status) {
    Condition ready = ready(status);
    return ready == null ? null : Reason.of(ready.getReason());
  }
}
