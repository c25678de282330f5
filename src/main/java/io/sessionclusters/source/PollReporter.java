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

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.event.EventRecorder;
import io.sessionclusters.event.SessionEvent;
import io.sessionclusters.kubernetes.ApiServerErrors;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.mirror.WriteProbe;
import io.sessionclusters.source.SourcePoll.Changes;
import io.sessionclusters.source.SourcePoll.Planned;
import io.sessionclusters.source.SourcePoll.Result;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import io.sessionclusters.status.SourceStatusFactory;
import io.sessionclusters.status.SourceStatusFactory.Polled;
import io.sessionclusters.status.SourceStatusWriter;
import io.sessionclusters.status.StatusCache;
import io.sessionclusters.time.TimeSource;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports polls: in the status of their source, then in the log, in events and in metrics. */
final class PollReporter {

  private static final Logger log = LoggerFactory.getLogger(PollReporter.class);

  private static final PollOutcome NO_RESPONSE =
      PollOutcome.failed(
          Reason.WRITE_FAILED, "The API server did not respond; the request is retried soon.");

  private final SourceStatusWriter statuses;
  private final WriteProbe probe;
  private final EventRecorder events;
  private final PollMetrics metrics;
  private final TimeSource time;

  PollReporter(
      SourceStatusWriter statuses,
      WriteProbe probe,
      EventRecorder events,
      PollMetrics metrics,
      TimeSource time) {
    this.statuses = statuses;
    this.probe = probe;
    this.events = events;
    this.metrics = metrics;
    this.time = time;
  }

  /** Reports that a new source or generation is being listed, before the API has responded. */
  void announce(SourcePoll poll) {
    StatusCache cache = poll.state().status();
    Long observed = cache.status(poll.source()).observedGeneration();
    if (observed != null && observed == poll.generation()) {
      return;
    }
    PollOutcome outcome = PollOutcome.failed(Reason.PROGRESSING, "Listing sessions.");
    try {
      statuses.write(poll.source(), cache, next(poll.source(), poll.spec(), cache, outcome));
    } catch (KubernetesClientException e) {
      // The mirrors do not depend on it; whether a status can be written is reported after the
      // poll.
      log.debug("status not announced: {}", ApiServerErrors.message(e));
    }
  }

  /**
   * Reports that the prune guard has tripped. First of all: were the process to end now, what it
   * creates would make the loss look small.
   *
   * @throws KubernetesClientException if the API server refuses
   */
  void hold(Planned planned) {
    PendingPrune pending = planned.pending();
    if (pending == null || planned.stored() != null) {
      return;
    }
    SourcePoll poll = planned.poll();
    StatusCache cache = poll.state().status();
    SessionClusterSourceStatus before = cache.status(poll.source());
    PollOutcome tripped = PollOutcomes.tripped(planned, pending);
    SessionClusterSourceStatus next =
        SourceStatusFactory.next(
            before, new Polled(poll.generation(), null, null), tripped, time.wallTime());
    if (statuses.write(poll.source(), cache, SourceStatusFactory.holding(next, pending))) {
      log.atWarn().addKeyValue("reason", tripped.reason()).log(tripped.message());
      events.recordReadyTransition(poll.source(), before, next);
    }
  }

  /**
   * Reports the result of a poll: first in the status, then in events about mirrors.
   *
   * @return the result that was reported: another one if the status could not be written
   */
  Result report(SourcePoll poll, Result result) {
    return switch (result) {
      case Result.Reported(PollOutcome outcome, Changes changes) -> {
        Result reported = report(poll, probed(poll, outcome));
        recordEvents(poll, changes);
        yield reported;
      }
      case Result.Inconclusive inconclusive -> {
        Result reported = inconclusive(poll, inconclusive);
        recordEvents(poll, inconclusive.changes());
        yield reported;
      }
      case Result.Dropped _ -> {
        log.info(
            "poll dropped: the source changed, this process no longer leads, or the listing is too"
                + " old");
        metrics.ended(PollMetrics.Unreported.DROPPED);
        yield result;
      }
      case Result.Postponed _ -> {
        log.debug("listing postponed: the account pauses");
        metrics.ended(PollMetrics.Unreported.POSTPONED);
        yield result;
      }
    };
  }

  private PollOutcome probed(SourcePoll poll, PollOutcome outcome) {
    try {
      return probe.check(outcome, poll.source());
    } catch (KubernetesClientException e) {
      return unanswered(e);
    }
  }

  private Result report(SourcePoll poll, PollOutcome outcome) {
    StatusCache cache = poll.state().status();
    PollOutcome reported = outcome;
    try {
      report(poll.source(), poll.spec(), cache, outcome);
    } catch (KubernetesClientException e) {
      log.warn("status not written: {}", ApiServerErrors.message(e));
      reported = outcome.reason().isReconciling() ? outcome : outcome(e);
    }
    metrics.polled(reported.reason());
    if (outcome.tally() != null
        && !reported.reason().isReconciling()
        && reported.reason() != Reason.CONFLICT) {
      cache.succeeded(time.wallTime());
    }
    return Result.of(reported);
  }

  /** Where the condition stays as it is, only what asked for this listing is answered. */
  private Result inconclusive(SourcePoll poll, Result.Inconclusive result) {
    SessionClusterSource source = poll.source();
    StatusCache cache = poll.state().status();
    try {
      if (result.outcome() != null) {
        report(source, poll.spec(), cache, result.outcome());
        metrics.polled(result.outcome().reason());
      } else {
        log.debug("listing inconclusive; the condition stays as it is");
        String request = SourceUpdateFilter.request(source);
        statuses.write(source, cache, SourceStatusFactory.handled(cache.status(source), request));
        metrics.ended(PollMetrics.Unreported.INCONCLUSIVE);
      }
      return result;
    } catch (KubernetesClientException e) {
      return report(poll, unanswered(e));
    }
  }

  /**
   * Reports an outcome in the status, if it differs, and then in the log and, where the condition
   * changed its status or reason, in an event.
   *
   * @param spec null if the source's cannot be used
   * @throws KubernetesClientException if the API server refuses
   */
  void report(
      SessionClusterSource source,
      @Nullable PollSpec spec,
      StatusCache cache,
      PollOutcome outcome) {
    SessionClusterSourceStatus before = cache.status(source);
    PollOutcome stable = cache.withStableMessage(outcome, source, time.now());
    if (statuses.write(source, cache, next(source, spec, cache, stable))) {
      cache.reported(time.now());
      log.atInfo().addKeyValue("reason", outcome.reason()).log(outcome.message());
      events.recordReadyTransition(source, before, cache.status(source));
    }
  }

  /** Reports that a source is suspended. */
  void suspended(SessionClusterSource source, StatusCache cache) {
    statuses.write(
        source, cache, SourceStatusFactory.suspended(cache.status(source), source.generation()));
  }

  private SessionClusterSourceStatus next(
      SessionClusterSource source,
      @Nullable PollSpec spec,
      StatusCache cache,
      PollOutcome outcome) {
    Polled polled =
        new Polled(
            source.generation(),
            spec == null ? null : spec.listing().endpoint().toString(),
            outcome.reason() == Reason.PROGRESSING ? null : SourceUpdateFilter.request(source));
    SessionClusterSourceStatus next =
        SourceStatusFactory.next(cache.status(source), polled, outcome, time.wallTime());
    cache.cacheStatus(next);
    return next;
  }

  /** Of a source's first listing only what is held. */
  private void recordEvents(SourcePoll poll, Changes changes) {
    if (!poll.isFirst()) {
      SessionEvent.of(changes.done()).forEach(event -> events.record(poll.source(), event));
    }
    SessionEvent.ofHeld(changes.held()).forEach(event -> events.record(poll.source(), event));
  }

  /** The outcome when a request beside the writes of mirrors was refused or failed. */
  static PollOutcome unanswered(KubernetesClientException e) {
    log.warn("request to the API server failed: {}", ApiServerErrors.message(e));
    return outcome(e);
  }

  private static PollOutcome outcome(KubernetesClientException e) {
    String problem = e.getStatus() == null ? null : e.getStatus().getMessage();
    if (problem == null) {
      return NO_RESPONSE.retryAfter(ApiServerThrottle.askedBy(e));
    }
    return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        ? PollOutcome.failed(Reason.WRITE_DENIED, problem)
        : PollOutcome.failed(
                Reason.WRITE_FAILED, "The API server rejected a request: %s".formatted(problem))
            .retryAfter(ApiServerThrottle.askedBy(e));
  }
}
