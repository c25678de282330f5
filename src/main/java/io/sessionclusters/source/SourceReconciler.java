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

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.cloud.EndpointPolicy;
import io.sessionclusters.event.EventRecorder;
import io.sessionclusters.event.EventSender;
import io.sessionclusters.event.SessionEvent;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.kubernetes.LogContext;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorItemStore;
import io.sessionclusters.mirror.MirrorStore;
import io.sessionclusters.mirror.StaleMirrors;
import io.sessionclusters.mirror.Staleness;
import io.sessionclusters.mirror.WriteProbe;
import io.sessionclusters.source.PollSpec.InvalidSpecException;
import io.sessionclusters.source.SourceState.Ending;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import io.sessionclusters.status.SourceStatusFactory;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the mirrors of each source: whenever a source is due, one poll, its status, and the alarm
 * for the next one. Level-triggered: nothing must be remembered between polls to be right.
 */
public final class SourceReconciler implements Reconciler<SessionClusterSource> {

  private static final Logger log = LoggerFactory.getLogger(SourceReconciler.class);

  /** Objects a page of an informer's list: bounds the memory of a start. */
  public static final long INFORMER_PAGE = 500;

  private static final PollOutcome NO_ANSWER =
      PollOutcome.failed(Reason.WRITE_FAILED, "Kubernetes did not answer; it is asked again soon.");

  private final Map<ResourceID, SourceState> states = new ConcurrentHashMap<>();
  private final Set<ResourceID> awaitsLeadership = ConcurrentHashMap.newKeySet();
  private final KubernetesClient client;
  private final PollMetrics metrics;
  private final LivenessWatchdog watch;
  private final PollTimer timer;
  private final MirrorStore store;
  private final SourcePoll polls;
  private final StaleMirrors staleMirrors;
  private final WriteProbe writes;
  private final SourceStatusWriter statuses;
  private final EventRecorder events;
  private final EndpointPolicy endpoints;
  private final Set<String> watchNamespaces;
  private final Duration minimumInterval;
  private final BooleanSupplier leading;
  private final Clock wall;
  private final Clock steady;
  private final DoubleSupplier chance;
  private Function<ResourceID, Optional<SessionClusterSource>> cache = id -> Optional.empty();

  /** Creates a reconciler that has seen nothing yet. */
  public SourceReconciler(ReconcilerParts parts) {
    this.client = parts.client();
    this.metrics = parts.metrics();
    this.watch = new LivenessWatchdog(parts.steady());
    this.timer = new PollTimer(parts.timers(), watch, this::onGone);
    this.store = new MirrorStore(this::onDrift, parts.steady());
    var writers = parts.writers(store, watch);
    this.polls = parts.polls(store, watch, writers);
    this.staleMirrors = new StaleMirrors(store, writers.mirrors(), parts.steady());
    this.writes = new WriteProbe(parts.client(), store);
    this.statuses = new SourceStatusWriter(parts.client());
    this.events =
        new EventRecorder(
            EventSender.to(parts.client(), writers.pause()),
            parts.settings().podName(),
            parts.wall(),
            parts.timers());
    this.endpoints = parts.endpoints();
    this.watchNamespaces = parts.settings().watchNamespaces();
    this.minimumInterval = parts.settings().minimumInterval();
    this.leading = parts.leading();
    this.wall = parts.wall();
    this.steady = parts.steady();
    this.chance = parts.chance();
  }

  @Override
  public List<EventSource<?, SessionClusterSource>> prepareEventSources(
      EventSourceContext<SessionClusterSource> context) {
    serve(context.getPrimaryCache()::get);
    List<EventSource<?, SessionClusterSource>> sources = new ArrayList<>();
    sources.add(timer);
    if (watchNamespaces.isEmpty()) {
      sources.add(mirrorInformer(null, context));
    } else {
      watchNamespaces.forEach(namespace -> sources.add(mirrorInformer(namespace, context)));
    }
    return sources;
  }

  /**
   * Looks sources up there from now on.
   *
   * @param sources by namespace and name, as last seen
   */
  public void serve(Function<ResourceID, Optional<SessionClusterSource>> sources) {
    this.cache = sources;
  }

  /** The mirrors that are known; whoever watches them feeds it. */
  public MirrorStore store() {
    return store;
  }

  /** Asks for a reconcile when a source is due; the framework starts and stops it. */
  public PollTimer timer() {
    return timer;
  }

  @Override
  public UpdateControl<SessionClusterSource> reconcile(
      SessionClusterSource source, Context<SessionClusterSource> context)
      throws InterruptedException {
    reconcile(source);
    return UpdateControl.noUpdate();
  }

  /**
   * Does what is due for a source.
   *
   * @param source as it is in the cache
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void reconcile(SessionClusterSource source) throws InterruptedException {
    ResourceID id = ResourceID.fromResource(source);
    if (source.isMarkedForDeletion()) {
      timer.onResourceDeleted(source);
      return;
    }
    // In this order, or one that comes while leadership begins would be missed.
    awaitsLeadership.add(id);
    if (!leading.getAsBoolean()) {
      timer.forget(id);
      return;
    }
    awaitsLeadership.remove(id);
    SourceState state = stateOf(source);
    watch.begin(id);
    try (var _ = LogContext.of(id)) {
      lookOrLater(source, state);
    } finally {
      watch.end(id);
      show(source, state);
      // What a source that was deleted meanwhile has left behind would stay for ever.
      if (cache.apply(id).filter(now -> !now.isMarkedForDeletion()).isEmpty()) {
        timer.onResourceDeleted(source);
      }
    }
  }

  /** This process leads: all sources that were seen while it did not are looked at. */
  public void lead() {
    for (ResourceID id : Set.copyOf(awaitsLeadership)) {
      awaitsLeadership.remove(id);
      timer.wake(id, Duration.ZERO);
    }
  }

  private void lookOrLater(SessionClusterSource source, SourceState state)
      throws InterruptedException {
    try {
      look(source, state);
    } catch (KubernetesClientException e) {
      log.warn("the status could not be written: {}", e.getMessage());
      Duration wait =
          Schedule.backOff(
              state.failuresWithThis(), chance.getAsDouble(), ApiServerThrottle.askedBy(e));
      schedule(source, state, wait, Ending.FAILED, null);
    }
  }

  private void look(SessionClusterSource source, SourceState state) throws InterruptedException {
    if (source.getSpec() != null && Boolean.TRUE.equals(source.getSpec().suspend())) {
      timer.forget(ResourceID.fromResource(source));
      state.staleness().suspend();
      write(source, state, SourceStatusFactory.suspended(state.status(source), generation(source)));
      return;
    }
    state
        .staleness()
        .begin(
            new Staleness.Shown(steady.instant(), wall.instant()),
            SourceStatusFactory.lastListTime(state.status(source)));
    PollSpec query;
    try {
      query = PollSpec.of(source.getSpec(), endpoints, minimumInterval);
    } catch (InvalidSpecException e) {
      timer.forget(ResourceID.fromResource(source));
      state.interval(null);
      report(source, null, state, PollOutcome.failed(Reason.INVALID_CONFIGURATION, e.problem()));
      wake(source, null, markStale(source, state));
      return;
    }
    state.interval(query.intervals().interval());
    show(source, state);
    Duration wait = dueIn(source, query, state);
    if (wait.isPositive()) {
      wake(source, wait, markStale(source, state));
      return;
    }
    announce(source, query, state);
    poll(source, query, state, wait.negated());
  }

  /** A source that nothing is remembered of is due an interval after its last known listing. */
  private Duration dueIn(SessionClusterSource source, PollSpec query, SourceState state) {
    Instant listed = SourceStatusFactory.lastListTime(state.status(source));
    Duration interval = query.intervals().interval();
    Duration unknown = Duration.ZERO;
    PendingPrune held = state.status(source).pendingPrune();
    boolean confirms =
        held != null
            && held.token() != null
            && held.token()
                .equals(SourceUpdateFilter.annotation(source, SessionClusterSource.CONFIRM_PRUNE));
    boolean listedThis =
        Objects.equals(state.status(source).observedGeneration(), generation(source));
    if (listed != null && listedThis && !confirms) {
      Duration since = Duration.between(listed, wall.instant());
      // Never later than an interval from now, whatever the clocks say.
      unknown = since.isNegative() ? interval : interval.minus(since);
    }
    return state.dueIn(
        generation(source),
        SourceUpdateFilter.request(source),
        state.status(source).lastHandledRequest(),
        SourceUpdateFilter.annotation(source, SessionClusterSource.CONFIRM_PRUNE),
        unknown,
        steady.instant());
  }

  /** Says that a new source or generation is being listed, before the cloud has answered. */
  private void announce(SessionClusterSource source, PollSpec query, SourceState state) {
    SessionClusterSourceStatus status = state.status(source);
    if (!Objects.equals(status.observedGeneration(), generation(source))) {
      PollOutcome report =
          PollOutcome.failed(Reason.PROGRESSING, "The session clusters are being listed.");
      try {
        write(source, state, tell(source, state, query, report));
      } catch (KubernetesClientException e) {
        // The mirrors do not depend on it; whether a status can be written is said after the poll.
        log.debug("not announced: {}", e.getMessage());
      }
    }
  }

  private void poll(
      SessionClusterSource source, PollSpec query, SourceState state, Duration overdue)
      throws InterruptedException {
    boolean first = state.status(source).lastListTime() == null;
    String request = SourceUpdateFilter.request(source);
    ListingConcurrencyLimiter.Turn turn =
        state.turn(
            first,
            generation(source),
            request,
            query.intervals().interval(),
            steady.instant(),
            overdue);
    state.beginPoll(generation(source), request, query.intervals().transitionInterval());
    state.answers(SourceUpdateFilter.annotation(source, SessionClusterSource.CONFIRM_PRUNE));
    watch.listing(ResourceID.fromResource(source), query.timeout());
    metrics.underWay(1);
    try {
      switch (polls.poll(source, query, state, turn, caller(source, state))) {
        case SourcePoll.Result.Polled polled -> {
          try {
            finish(source, query, state, writes.check(polled.report(), source));
          } finally {
            tell(source, first, polled.done(), polled.held());
          }
        }
        case SourcePoll.Result.Inconclusive inconclusive -> {
          try {
            finish(source, query, state, inconclusive);
          } finally {
            tell(source, first, inconclusive.done(), List.of());
          }
        }
        case SourcePoll.Result.Postponed postponed -> {
          log.debug("postponed: the account pauses");
          metrics.ended(PollMetrics.Ending.POSTPONED);
          schedule(source, state, postponed.pause(), Ending.PUT_OFF, postponed.pause());
        }
        case SourcePoll.Result.Dropped _ -> {
          log.info(
              "the rest of the plan was dropped: the source changed, or the listing is too old");
          metrics.ended(PollMetrics.Ending.DROPPED);
          schedule(source, state, backOff(state, null), Ending.FAILED, null);
        }
      }
    } catch (KubernetesClientException e) {
      log.warn("Kubernetes did not answer: {}", e.getMessage());
      finish(source, query, state, unanswered(e));
    } finally {
      metrics.underWay(-1);
    }
  }

  private SourcePoll.Caller caller(SessionClusterSource source, SourceState state) {
    return new SourcePoll.Caller() {
      @Override
      public boolean isCurrent() {
        return SourceReconciler.this.isCurrent(source);
      }

      @Override
      public boolean exists() {
        SessionClusterSource now = client.resource(source).get();
        return now != null
            && now.getMetadata().getUid().equals(source.getMetadata().getUid())
            && !now.isMarkedForDeletion();
      }

      @Override
      public void hold(PendingPrune pending, PollOutcome report) {
        SessionClusterSourceStatus before = state.status(source);
        SessionClusterSourceStatus next =
            SourceStatusFactory.next(
                before, generation(source), null, null, report, wall.instant());
        if (write(source, state, SourceStatusFactory.holding(next, pending))) {
          events.recordTurn(source, before, next);
        }
      }
    };
  }

  /** Says in events what happened; none of a source's first listing. */
  private void tell(
      SessionClusterSource source, boolean first, List<MirrorChange> done, List<Mirror> held) {
    if (!first) {
      SessionEvent.of(done).forEach(event -> events.record(source, event));
    }
    SessionEvent.ofHeld(held).forEach(event -> events.record(source, event));
  }

  private Duration backOff(SourceState state, @Nullable Duration asked) {
    return Schedule.backOff(state.failuresWithThis(), chance.getAsDouble(), asked);
  }

  /** Where the condition stays as it is, only what asked for this listing is answered. */
  private void finish(
      SessionClusterSource source,
      PollSpec query,
      SourceState state,
      SourcePoll.Result.Inconclusive inconclusive)
      throws InterruptedException {
    metrics.ended(PollMetrics.Ending.INCONCLUSIVE);
    if (inconclusive.report().isPresent()) {
      report(source, query, state, inconclusive.report().get());
    } else {
      log.debug("the listing settled nothing; the condition stays as it is");
      String request = SourceUpdateFilter.request(source);
      write(source, state, SourceStatusFactory.handled(state.status(source), request));
    }
    Duration next =
        Schedule.inconclusive(
            inconclusive.isUnsettled(),
            query.intervals(),
            Schedule.jitter(source.getMetadata().getUid()));
    schedule(source, state, next, Ending.PASSED, null);
  }

  private void finish(
      SessionClusterSource source, PollSpec query, SourceState state, PollOutcome report)
      throws InterruptedException {
    PollOutcome written = report;
    try {
      report(source, query, state, report);
    } catch (KubernetesClientException e) {
      log.warn("the status could not be written: {}", e.getMessage());
      written = report.reason().isReconciling() ? report : unanswered(e);
    }
    boolean failed = written.reason().isReconciling();
    metrics.polled(written.reason());
    if (report.tally() != null && !failed && written.reason() != Reason.CONFLICT) {
      state.succeeded(wall.instant());
    }
    Duration next =
        Schedule.next(
                written,
                query.intervals(),
                state.failuresWithThis(),
                Schedule.jitter(source.getMetadata().getUid()),
                chance.getAsDouble())
            .orElse(null);
    schedule(source, state, next, failed ? Ending.FAILED : Ending.PASSED, written.retryAfter());
  }

  /** What a poll came to when a request beside the writes of mirrors was refused or failed. */
  private static PollOutcome unanswered(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN && e.getStatus() != null
        ? PollOutcome.failed(Reason.WRITE_DENIED, String.valueOf(e.getStatus().getMessage()))
        : NO_ANSWER.retryAfter(ApiServerThrottle.askedBy(e));
  }

  /** Writes the status if it differs, and says so in the log and, where it turned, in an event. */
  private void report(
      SessionClusterSource source,
      @Nullable PollSpec query,
      SourceState state,
      PollOutcome report) {
    SessionClusterSourceStatus before = state.status(source);
    PollOutcome said = state.repeats(report, before, steady.instant());
    if (write(source, state, tell(source, state, query, said))) {
      state.said(steady.instant());
      log.atInfo().addKeyValue("reason", report.reason()).log(report.message());
      events.recordTurn(source, before, state.status(source));
    }
  }

  /** A process that does not lead any more leaves the status to the one that does. */
  private boolean write(
      SessionClusterSource source, SourceState state, SessionClusterSourceStatus status) {
    return leading.getAsBoolean() && statuses.write(source, state, status);
  }

  private void schedule(
      SessionClusterSource source,
      SourceState state,
      @Nullable Duration next,
      Ending ending,
      @Nullable Duration pause)
      throws InterruptedException {
    Duration stale = markStale(source, state);
    wake(source, state.endPoll(next, ending, pause, steady.instant()), stale);
  }

  /** The last that is done for a source: marks the mirrors that nothing has confirmed for long. */
  private @Nullable Duration markStale(SessionClusterSource source, SourceState state)
      throws InterruptedException {
    return staleMirrors.mark(
        source,
        state.staleness(),
        PollSpec.staleAfter(source.getSpec(), minimumInterval),
        () -> isCurrent(source));
  }

  /**
   * Sets the alarm of a source for whichever comes first: its poll, or a mirror that grows stale.
   */
  private void wake(
      SessionClusterSource source, @Nullable Duration poll, @Nullable Duration stale) {
    Duration first = poll == null || (stale != null && stale.compareTo(poll) < 0) ? stale : poll;
    if (first != null) {
      timer.wake(ResourceID.fromResource(source), first);
    }
  }

  private SessionClusterSourceStatus tell(
      SessionClusterSource source,
      SourceState state,
      @Nullable PollSpec query,
      PollOutcome report) {
    SessionClusterSourceStatus next =
        SourceStatusFactory.next(
            state.status(source),
            generation(source),
            query == null ? null : query.listing().endpoint().toString(),
            report.reason() == Reason.PROGRESSING ? null : SourceUpdateFilter.request(source),
            report,
            wall.instant());
    state.told(next);
    return next;
  }

  private void show(SessionClusterSource source, SourceState state) {
    metrics.source(
        ResourceID.fromResource(source),
        state.figures(source),
        () -> store.countControlledBy(state.uid()));
  }

  /** What is stuck so that only a restart of the process mends it; empty if nothing is. */
  public Optional<String> stuck() {
    return watch.stuck(
        id -> cache.apply(id).filter(source -> !source.isMarkedForDeletion()).isPresent());
  }

  /** Whether the source in the cache is still the one that is polled, and ours to poll. */
  private boolean isCurrent(SessionClusterSource polled) {
    return leading.getAsBoolean()
        && cache
            .apply(ResourceID.fromResource(polled))
            .filter(now -> now.getMetadata().getUid().equals(polled.getMetadata().getUid()))
            .filter(now -> generation(now) == generation(polled))
            .filter(now -> !now.isMarkedForDeletion())
            .isPresent();
  }

  private void onGone(SessionClusterSource source) {
    ResourceID id = ResourceID.fromResource(source);
    states.remove(id);
    staleMirrors.forget(id);
    awaitsLeadership.remove(id);
    metrics.sourceGone(id);
  }

  private void onDrift(ResourceID source) {
    SourceState state = states.get(source);
    Duration wait = state == null ? null : state.drifted(steady.instant());
    if (wait != null) {
      timer.wake(source, wait);
    }
  }

  /** A source that was deleted and made again under the same name is another one. */
  private SourceState stateOf(SessionClusterSource source) {
    String uid = source.getMetadata().getUid();
    return Objects.requireNonNull(
        states.compute(
            ResourceID.fromResource(source),
            (id, state) ->
                state != null && state.uid().equals(uid) ? state : new SourceState(uid)));
  }

  /** Feeds the store; none of its events starts a poll, the store reports hand edits itself. */
  private InformerEventSource<SessionCluster, SessionClusterSource> mirrorInformer(
      @Nullable String namespace, EventSourceContext<SessionClusterSource> context) {
    var configuration =
        InformerEventSourceConfiguration.from(SessionCluster.class, SessionClusterSource.class)
            .withName(namespace == null ? "mirrors" : "mirrors-" + namespace)
            .withItemStore(new MirrorItemStore(store, namespace))
            .withInformerListLimit(INFORMER_PAGE)
            .withGenericFilter(mirror -> false)
            .withSecondaryToPrimaryMapper(mirror -> Set.of())
            .withPrimaryToSecondaryMapper((SessionClusterSource source) -> Set.of());
    if (namespace == null) {
      configuration.withWatchAllNamespaces();
    } else {
      configuration.withNamespaces(namespace);
    }
    return new InformerEventSource<>(configuration.build(), context);
  }

  private static long generation(SessionClusterSource source) {
    return Objects.requireNonNullElse(source.getMetadata().getGeneration(), 0L);
  }
}
