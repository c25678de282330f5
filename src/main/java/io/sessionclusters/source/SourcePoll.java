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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.connection.ConnectionReport;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorPlan;
import io.sessionclusters.mirror.PlanInput;
import io.sessionclusters.prune.ListingWindow;
import io.sessionclusters.source.ListingConcurrencyLimiter.Priority;
import io.sessionclusters.status.PollOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One poll of a source, and the records that its steps hand on: {@link Listed}, {@link Planned},
 * {@link Written}, {@link Pruned}, {@link Result}. Each has the one before it.
 *
 * @param priority the source's place among those that wait for the same account
 * @param isFirst whether the source was never listed before
 * @param current whether the source in the cache is still the one that is polled
 */
record SourcePoll(
    SessionClusterSource source,
    PollSpec spec,
    SourceState state,
    Priority priority,
    boolean isFirst,
    BooleanSupplier current) {

  /**
   * All pages were read.
   *
   * @param credentials that they were read with
   * @param when they were read
   * @param lister keeps memory for the listing until it is closed
   */
  record Listed(
      SourcePoll poll,
      Credentials credentials,
      Listing listing,
      ListingWindow when,
      SessionClusterLister lister)
      implements AutoCloseable {

    /** When it is too old for anything to be written by it. */
    Instant until() {
      return when.ended().plus(poll.spec().timeout());
    }

    /** Whether what it shows may still be written. */
    boolean isWanted(Instant now) {
      return poll.isCurrent() && until().isAfter(now);
    }

    @Override
    public void close() {
      lister.release(listing);
    }
  }

  /**
   * It is known what is to be written.
   *
   * @param pending what the prune guard holds; null if nothing
   * @param secrets what came of the connection Secrets, once their mirrors are written
   */
  record Planned(
      Listed listed,
      PlanInput input,
      MirrorPlan plan,
      @Nullable PendingPrune pending,
      Supplier<ConnectionReport> secrets) {

    SourcePoll poll() {
      return listed.poll();
    }

    /** What the source's status said to be held. */
    @Nullable PendingPrune stored() {
      return input.limits().pending();
    }

    /** Whether a confirmation was given that names another set than is held. */
    boolean isWrongToken() {
      String token = input.limits().confirmToken();
      return token != null && !token.isEmpty();
    }
  }

  /** Mirrors and connection Secrets are created and updated. */
  record Written(Planned planned, WriteResult<MirrorChange> mirrors, ConnectionReport secrets) {}

  /**
   * Mirrors are deleted, too.
   *
   * @param mirrors all writes of them
   * @param awaiting number of missing mirrors that nothing holds and that are not deleted yet
   */
  record Pruned(Written written, WriteResult<MirrorChange> mirrors, int awaiting) {

    Planned planned() {
      return written.planned();
    }
  }

  /** The result of a poll. */
  sealed interface Result {

    /** There is an outcome to report. */
    record Reported(PollOutcome outcome, Changes changes) implements Result {}

    /**
     * The listing settled nothing, though all that it shows is mirrored. That is no failure: the
     * next listing comes as usual.
     *
     * @param outcome reported in the condition; null if that stays as it is
     * @param unsettled whether a short interval pays
     */
    record Inconclusive(@Nullable PollOutcome outcome, boolean unsettled, Changes changes)
        implements Result {}

    /**
     * The rest of the poll was dropped: the source is no longer what was polled, this process no
     * longer leads, or the listing grew too old. Or what would end it cannot be written.
     *
     * @param retryAfter how long the API server asked to wait; null if it did not
     */
    record Dropped(@Nullable Duration retryAfter) implements Result {
      Dropped() {
        this(null);
      }
    }

    /** The account pauses, as the API asked: the source waits without being listed. */
    record Postponed(Duration pause) implements Result {}

    static Result of(PollOutcome outcome) {
      return new Reported(outcome, Changes.NONE);
    }
  }

  /**
   * What happened to mirrors, for events.
   *
   * @param done the writes
   * @param held those that the guard keeps from now on
   */
  record Changes(List<MirrorChange> done, List<Mirror> held) {
    static final Changes NONE = new Changes(List.of(), List.of());
  }

  /** A poll ends before its last step. */
  static final class PollEndedException extends Exception {
    private final transient Result result;

    PollEndedException(Result result) {
      super(result.getClass().getSimpleName());
      this.result = result;
    }

    Result result() {
      return result;
    }
  }

  ResourceID id() {
    return ResourceID.fromResource(source);
  }

  String uid() {
    return source.getMetadata().getUid();
  }

  String namespace() {
    return source.getMetadata().getNamespace();
  }

  long generation() {
    return source.generation();
  }

  boolean isCurrent() {
    return current.getAsBoolean();
  }
}
