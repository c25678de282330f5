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

import io.fabric8.kubernetes.api.model.ObjectMeta;
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
import io.sessionclusters.kubernetes.ApiServerErrors;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.kubernetes.LogContext;
import io.sessionclusters.mirror.MirrorItemStore;
import io.sessionclusters.mirror.MirrorStore;
import io.sessionclusters.mirror.StaleMirrors;
import io.sessionclusters.mirror.Staleness;
import io.sessionclusters.source.ListingConcurrencyLimiter.Priority;
import io.sessionclusters.source.PollSpec.InvalidSpecException;
import io.sessionclusters.source.Schedule.Request;
import io.sessionclusters.source.SourcePoll.Listed;
import io.sessionclusters.source.SourcePoll.Planned;
import io.sessionclusters.source.SourcePoll.PollEndedException;
import io.sessionclusters.source.SourcePoll.Pruned;
import io.sessionclusters.source.SourcePoll.Result;
import io.sessionclusters.source.SourcePoll.Written;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import io.sessionclusters.status.SourceStatusFactory;
import io.sessionclusters.status.StatusCache;
import io.sessionclusters.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
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

  /**
   * What a poll is done by.
   *
   * @param stale marks the mirrors that nothing has confirmed for long, after the poll
   */
  record PollSteps(
      SourceLister lister,
      MirrorUpdater mirrors,
      Pruner pruner,
      PollReporter reporter,
      StaleMirrors stale) {}

  /** What is known between reconciles, and what starts them. */
  record PollLoop(PollTimer timer, SourceStates states, MirrorStore store) {}

  private final Set<ResourceID> awaitsLeadership = ConcurrentHashMap.newKeySet();
  private final PollSteps steps;
  private final PollLoop loop;
  private final PollMetrics metrics;
  private final BooleanSupplier leading;
  private final EndpointPolicy endpoints;
  private final Set<String> watchNamespaces;
  private final Duration minimumInterval;
  private final TimeSource time;
  private Function<ResourceID, Optional<SessionClusterSource>> cache = id -> Optional.empty();

  /** Creates a reconciler that has seen nothing yet. */
  SourceReconciler(
      PollSteps steps, PollLoop loop, ReconcilerFactory.OperatorContext operator, TimeSource time) {
    this.steps = steps;
    this.loop = loop;
    this.metrics = operator.metrics();
    this.leading = operator.leading();
    this.endpoints = new EndpointPolicy(operator.settings().allowedEndpoints());
    this.watchNamespaces = operator.settings().watchNamespaces();
    this.minimumInterval = operator.settings().minimumInterval();
    this.time = time;
    loop.timer().onDeleted(this::forget);
  }

  @Override
  public List<EventSource<?, SessionClusterSource>> prepareEventSources(
      EventSourceContext<SessionClusterSource> context) {
    lookUpSourcesIn(context.getPrimaryCache()::get);
    List<EventSource<?, SessionClusterSource>> sources = new ArrayList<>();
    sources.add(loop.timer());
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
  public void lookUpSourcesIn(Function<ResourceID, Optional<SessionClusterSource>> sources) {
    this.cache = sources;
  }

  /** The mirrors that are known; whoever watches them feeds it. */
  public MirrorStore store() {
    return loop.store();
  }

  /** Asks for a reconcile when a source is due; the framework starts and stops it. */
  public PollTimer timer() {
    return loop.timer();
  }

  @Override
  public UpdateControl<SessionClusterSource> reconcile(
      SessionClusterSource source, Context<SessionClusterSource> context)
      throws InterruptedException {
    reconcile(source);
    return UpdateControl.noUpdate();
  }

  /**
   * Does what is due for a source, if this process leads.
   *
   * @param source as it is in the cache
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void reconcile(SessionClusterSource source) throws InterruptedException {
    ResourceID id = ResourceID.fromResource(source);
    if (source.isMarkedForDeletion()) {
      loop.timer().onResourceDeleted(source);
      return;
    }
    // In this order, or one that comes while leadership begins would be missed.
    awaitsLeadership.add(id);
    if (!leading.getAsBoolean()) {
      loop.timer().forget(id);
      return;
    }
    awaitsLeadership.remove(id);
    SourceState state = loop.states().of(source);
    state.status().observe(source);
    loop.timer().begin(id);
    try (var _ = LogContext.of(id)) {
      reconcileSource(source, state);
    } catch (KubernetesClientException e) {
      log.warn("status not written: {}", ApiServerErrors.message(e));
      requeue(source, state, new Result.Dropped(ApiServerThrottle.askedBy(e)));
    } finally {
      loop.timer().end(id);
      publishMetrics(source, state);
      // What a source that was deleted meanwhile has left behind would stay indefinitely.
      if (cached(id).isEmpty()) {
        loop.timer().onResourceDeleted(source);
      }
    }
  }

  private void reconcileSource(SessionClusterSource source, SourceState state)
      throws InterruptedException {
    if (source.getSpec() != null && Boolean.TRUE.equals(source.getSpec().suspend())) {
      suspend(source, state);
      return;
    }
    PollSpec spec = validateOrReport(source, state);
    SourcePoll poll = spec == null ? null : beginOrWait(source, spec, state);
    if (poll == null) {
      return;
    }
    metrics.underWay(1);
    try {
      Result result = poll(poll);
      Result reported = steps.reporter().report(poll, result);
      requeue(source, state, reported);
    } finally {
      metrics.underWay(-1);
    }
  }

  /** Lists, plans, writes and prunes: each step takes what the one before it returned. */
  private Result poll(SourcePoll poll) throws InterruptedException {
    try (Listed listed =
        steps.lister().list(poll, any -> steps.mirrors().clearSuspicions(poll, any))) {
      Planned planned = steps.mirrors().plan(listed);
      steps.reporter().hold(planned);
      Written written = steps.mirrors().write(planned);
      Pruned pruned = steps.pruner().prune(written);
      return steps.mirrors().result(pruned);
    } catch (PollEndedException e) {
      return e.result();
    } catch (KubernetesClientException e) {
      return Result.of(PollReporter.unanswered(e));
    }
  }

  private void suspend(SessionClusterSource source, SourceState state) {
    loop.timer().forget(ResourceID.fromResource(source));
    state.staleness().suspend();
    steps.reporter().suspended(source, state.status());
  }

  /** The source's spec, with all defaults; null if it cannot work: then that is reported. */
  private @Nullable PollSpec validateOrReport(SessionClusterSource source, SourceState state)
      throws InterruptedException {
    StatusCache status = state.status();
    state
        .staleness()
        .begin(
            new Staleness.Shown(time.now(), time.wallTime()),
            SourceStatusFactory.lastListTime(status.status(source)));
    try {
      PollSpec spec = PollSpec.of(source.getSpec(), endpoints, minimumInterval);
      status.interval(spec.intervals().interval());
      publishMetrics(source, state);
      return spec;
    } catch (InvalidSpecException e) {
      loop.timer().forget(ResourceID.fromResource(source));
      status.interval(null);
      PollOutcome outcome = PollOutcome.failed(Reason.INVALID_CONFIGURATION, e.problem());
      steps.reporter().report(source, null, status, outcome);
      wake(source, null, markStale(source, state));
      return null;
    }
  }

  /** Begins the poll that is due; null if none is yet: then its alarm is set. */
  private @Nullable SourcePoll beginOrWait(
      SessionClusterSource source, PollSpec spec, SourceState state) throws InterruptedException {
    SessionClusterSourceStatus status = state.status().status(source);
    Request asked = SourceUpdateFilter.asked(source);
    Schedule schedule = state.schedule();
    Duration interval = spec.intervals().interval();
    Duration wait =
        schedule.dueIn(
            asked, dueAfterRestart(status, asked, interval), state.prune().state(), time.now());
    if (wait.isPositive()) {
      wake(source, wait, markStale(source, state));
      return null;
    }
    boolean isFirst = status.lastListTime() == null;
    Priority priority = schedule.priority(asked, isFirst, interval, wait.negated(), time.now());
    SourcePoll poll =
        new SourcePoll(source, spec, state, priority, isFirst, () -> isCurrent(source));
    steps.reporter().announce(poll);
    schedule.beginPoll(asked, spec.intervals());
    loop.timer().listing(poll.id(), spec.timeout());
    return poll;
  }

  /** A source that nothing is remembered of is due an interval after its last known listing. */
  private Duration dueAfterRestart(
      SessionClusterSourceStatus status, Request asked, Duration interval) {
    Instant listed = SourceStatusFactory.lastListTime(status);
    PendingPrune held = status.pendingPrune();
    boolean confirms =
        held != null && held.token() != null && held.token().equals(asked.confirmToken());
    boolean requests =
        asked.request() != null && !asked.request().equals(status.lastHandledRequest());
    boolean listedThis = Objects.equals(status.observedGeneration(), asked.generation());
    if (listed == null || !listedThis || confirms || requests) {
      return Duration.ZERO;
    }
    Duration since = Duration.between(listed, time.wallTime());
    // Never later than an interval from now, whatever the clocks say.
    return since.isNegative() ? interval : interval.minus(since);
  }

  private void requeue(SessionClusterSource source, SourceState state, Result result)
      throws InterruptedException {
    Duration stale = markStale(source, state);
    double chance = time.chance().getAsDouble();
    wake(source, state.schedule().endPoll(result, chance, time.now()), stale);
  }

  /** The last that is done for a source: marks the mirrors that nothing has confirmed for long. */
  private @Nullable Duration markStale(SessionClusterSource source, SourceState state)
      throws InterruptedException {
    Duration staleAfter = PollSpec.staleAfter(source.getSpec(), minimumInterval);
    return steps.stale().mark(source, state.staleness(), staleAfter, () -> isCurrent(source));
  }

  /**
   * Sets the alarm of a source for whichever comes first: its poll, or a mirror that grows stale.
   */
  private void wake(
      SessionClusterSource source, @Nullable Duration poll, @Nullable Duration stale) {
    Duration first = poll == null || (stale != null && stale.compareTo(poll) < 0) ? stale : poll;
    if (first != null) {
      loop.timer().wake(ResourceID.fromResource(source), first);
    }
  }

  private void publishMetrics(SessionClusterSource source, SourceState state) {
    metrics.source(
        ResourceID.fromResource(source),
        state.status().snapshot(source),
        () -> loop.store().countControlledBy(state.uid()));
  }

  /** This process leads: all sources that were seen while it did not are reconciled. */
  public void lead() {
    for (ResourceID id : Set.copyOf(awaitsLeadership)) {
      awaitsLeadership.remove(id);
      loop.timer().wake(id, Duration.ZERO);
    }
  }

  /** What is stuck so that only a restart of the process fixes it; empty if nothing is. */
  public Optional<String> stuck() {
    return loop.timer().stuck(id -> cached(id).isPresent());
  }

  private Optional<SessionClusterSource> cached(ResourceID id) {
    return cache.apply(id).filter(source -> !source.isMarkedForDeletion());
  }

  /** Whether the source in the cache is still the one that is polled, and ours to poll. */
  private boolean isCurrent(SessionClusterSource polled) {
    ObjectMeta metadata = polled.getMetadata();
    return leading.getAsBoolean()
        && cached(ResourceID.fromResource(polled))
            .map(SessionClusterSource::getMetadata)
            .filter(now -> now.getUid().equals(metadata.getUid()))
            .filter(now -> Objects.equals(now.getGeneration(), metadata.getGeneration()))
            .isPresent();
  }

  private void forget(SessionClusterSource source) {
    ResourceID id = ResourceID.fromResource(source);
    loop.states().forget(id);
    steps.stale().forget(id);
    awaitsLeadership.remove(id);
    metrics.sourceDeleted(id);
  }

  /** Feeds the store; none of its events starts a poll, the store reports drift itself. */
  private InformerEventSource<SessionCluster, SessionClusterSource> mirrorInformer(
      @Nullable String namespace, EventSourceContext<SessionClusterSource> context) {
    var configuration =
        InformerEventSourceConfiguration.from(SessionCluster.class, SessionClusterSource.class)
            .withName(namespace == null ? "mirrors" : "mirrors-" + namespace)
            .withItemStore(new MirrorItemStore(loop.store(), namespace))
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
}
