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
package io.sessionclusters;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.cloud.credentials.DefaultCredentialsChain;
import io.sessionclusters.cloud.credentials.StsClient;
import io.sessionclusters.cloud.emr.HttpSessionClusterLister;
import io.sessionclusters.cloud.http.AccountRateLimiter;
import io.sessionclusters.cloud.http.ClientSettings;
import io.sessionclusters.cloud.http.HttpTransport;
import io.sessionclusters.cloud.http.OperatorVersion;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.config.OperatorSettings.LeaderElection;
import io.sessionclusters.kubernetes.ApiServerClient;
import io.sessionclusters.kubernetes.Leadership;
import io.sessionclusters.kubernetes.LeaseClient;
import io.sessionclusters.kubernetes.RestoreMonitor;
import io.sessionclusters.kubernetes.StartupChecks;
import io.sessionclusters.kubernetes.WatchMonitor;
import io.sessionclusters.ops.CannotBindException;
import io.sessionclusters.ops.Telemetry;
import io.sessionclusters.source.ReconcilerFactory;
import io.sessionclusters.source.SourceReconciler;
import io.sessionclusters.source.SourceUpdateFilter;
import io.sessionclusters.time.SystemTimers;
import io.sessionclusters.time.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator in one object: started once, stopped when it is closed. */
public final class SessionClusterOperator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SessionClusterOperator.class);

  /** An informer that cannot sync says so and is tried again; the operator does not end for it. */
  private static final Duration CACHE_SYNC_TIMEOUT = Duration.ofSeconds(30);

  /** Of the framework's retry, which only unexpected exceptions reach. */
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

  /** Writes under way get this long to end when the operator is stopped. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /**
   * The reconciler changes no object of the cache, so it needs no copies. The framework's, by way
   * of JSON, lose what was wrong with a spec that could not be read.
   */
  private static final Cloner UNCHANGED =
      new Cloner() {
        @Override
        public <T extends HasMetadata> T clone(T object) {
          return object;
        }
      };

  private static final TimeSource TIME =
      TimeSource.of(
          Clock.systemUTC(), SystemTimers.INSTANCE, () -> ThreadLocalRandom.current().nextDouble());

  private final Telemetry telemetry;
  private final KubernetesClient client;
  private final HttpTransport transport;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final @Nullable Leadership leadership;
  private final @Nullable LeaseClient leases;
  private final Operator operator;
  private final SourceReconciler reconciler;
  private @Nullable WatchMonitor watchMonitor;
  private @Nullable RestoreMonitor restoreMonitor;

  private SessionClusterOperator(
      OperatorSettings settings,
      Config kubernetes,
      Map<String, String> environment,
      Telemetry telemetry) {
    this.telemetry = telemetry;
    OperatorSettings.Limits limits = settings.limits();
    RateLimiter limiter =
        telemetry
            .metrics()
            .metered(
                new AccountRateLimiter(
                    limits.requestsPerSecond(),
                    limits.requestBurst(),
                    TIME.timers(),
                    TIME.chance()),
                System::nanoTime);
    ClientSettings bounds = ClientSettings.forHeap(Runtime.getRuntime().maxMemory());
    transport = new HttpTransport(bounds, environment);
    var lister =
        new HttpSessionClusterLister(bounds, transport, TIME.wall(), TIME.timers(), limiter);
    var sts = new StsClient(settings.stsEndpoint(), bounds, transport, TIME.wall(), TIME.timers());
    // After the transport: a proxy's URL that cannot be used is quoted, password and all, by
    // this one's exception, and not by the transport's.
    client = ApiServerClient.of(kubernetes);
    var ambient = new DefaultCredentialsChain(environment, sts, TIME.wall(), System::nanoTime);
    operator = new Operator(this::configure);
    reconciler =
        ReconcilerFactory.create(
            client,
            new ReconcilerFactory.CloudAccess(lister, limiter, ambient),
            new ReconcilerFactory.OperatorContext(settings, telemetry.metrics(), this::isLeading),
            TIME);
    operator.register(reconciler, controller -> configure(controller, settings));
    LeaderElection election = settings.leaderElection();
    leadership =
        election == null
            ? null
            : new Leadership(
                election,
                TIME.wall(),
                TIME.timers(),
                reconciler::lead,
                () -> Runtime.getRuntime().halt(1));
    leases = election == null ? null : LeaseClient.of(client, election);
    telemetry.metrics().leader(election == null ? null : election.leaseName(), this::isLeading);
    telemetry.liveUnless(reconciler::stuck);
  }

  /**
   * Starts the operator: waits for the API server, the CRDs and the permission to read them, and
   * returns when the informers have synced, or were given up on for now.
   *
   * @param kubernetes where and as whom to work
   * @param environment the process's variables: the operator's own access key, proxy, pod name
   * @throws InterruptedException if the calling thread is interrupted while it waits
   * @throws CannotBindException if a port of metrics or probes is taken
   */
  public static SessionClusterOperator start(
      OperatorSettings settings, Config kubernetes, Map<String, String> environment)
      throws InterruptedException {
    Telemetry telemetry = Telemetry.start(settings.ports(), OperatorVersion.current());
    try {
      return start(settings, kubernetes, environment, telemetry);
    } catch (RuntimeException | InterruptedException e) {
      // Whatever went wrong: the ports must be free for the next start.
      telemetry.close();
      throw e;
    }
  }

  private static SessionClusterOperator start(
      OperatorSettings settings,
      Config kubernetes,
      Map<String, String> environment,
      Telemetry telemetry)
      throws InterruptedException {
    var started = new SessionClusterOperator(settings, kubernetes, environment, telemetry);
    log.atInfo()
        .addKeyValue("version", OperatorVersion.current())
        .addKeyValue("java", Runtime.version())
        .addKeyValue("settings", settings)
        .log("starting");
    StartupChecks checks =
        new StartupChecks(
            started.client,
            List.of(SessionClusterSource.class, SessionCluster.class),
            settings.watchNamespaces());
    checks.await();
    // Before the informers: what they show is of the history that is seen here.
    started.restoreMonitor =
        RestoreMonitor.start(
            started.client,
            SessionClusterSource.class,
            settings.watchNamespaces(),
            () -> Runtime.getRuntime().halt(1),
            TIME.timers());
    started.operator.start();
    if (started.leadership != null && started.leases != null) {
      started.leadership.start(started.leases);
    }
    started.watchMonitor = WatchMonitor.start(started.operator.getRuntimeInfo(), checks);
    telemetry.readyUnless(started::unsynced);
    log.info("started");
    return started;
  }

  private boolean isLeading() {
    return leadership == null || leadership.isLeading();
  }

  /** A lost watch does not make it unready: what the informers have seen stays in use. */
  private Optional<String> unsynced() {
    for (RegisteredController<?> controller : operator.getRegisteredControllers()) {
      for (InformerWrappingEventSourceHealthIndicator<?> source :
          controller
              .getControllerHealthInfo()
              .unhealthyInformerEventSourceHealthIndicators()
              .values()) {
        if (!source.informerHealthIndicators().values().stream()
            .allMatch(InformerHealthIndicator::hasSynced)) {
          return Optional.of("informer cache not synced; see log");
        }
      }
    }
    return Optional.empty();
  }

  private void configure(ConfigurationServiceOverrider service) {
    service
        .withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withExecutorService(executor)
        .withMetrics(telemetry.metrics().ofFramework())
        .withResourceCloner(UNCHANGED)
        .withReconciliationTerminationTimeout(GRACE)
        .withStopOnInformerErrorDuringStartup(false)
        .withCacheSyncTimeout(CACHE_SYNC_TIMEOUT);
  }

  private static void configure(
      ControllerConfigurationOverrider<SessionClusterSource> controller,
      OperatorSettings settings) {
    controller
        // Annotations are part of the interface, so changes beside the generation count.
        .withGenerationAware(false)
        .withOnUpdateFilter(SourceUpdateFilter::askForPoll)
        .withLabelSelector(settings.shardSelector())
        .withInformerListLimit(SourceReconciler.INFORMER_PAGE)
        .withRetry(
            new GenericRetry()
                .setInitialInterval(Duration.ofSeconds(1))
                .setMaxInterval(LONGEST_RETRY.toMillis())
                .withoutMaxAttempts());
    if (settings.watchNamespaces().isEmpty()) {
      controller.watchingAllNamespaces();
    } else {
      controller.settingNamespaces(settings.watchNamespaces());
    }
  }

  /** Stops: no new writes, those under way may end, then the lease goes to whoever waits. */
  @Override
  public void close() {
    telemetry.stopping();
    if (watchMonitor != null) {
      watchMonitor.close();
    }
    if (restoreMonitor != null) {
      restoreMonitor.close();
    }
    if (leadership != null) {
      leadership.stop();
    }
    // On a thread of its own and bounded: with leader election on it was seen to wait indefinitely.
    Thread stop = Thread.ofVirtual().name("stop").start(operator::stop);
    try {
      if (!stop.join(GRACE.plusSeconds(2))) {
        log.warn("framework not stopped in time; exiting without it");
      }
      executor.shutdownNow();
      executor.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (leadership != null && leases != null) {
      leadership.release(leases);
    }
    transport.close();
    client.close();
    telemetry.close();
  }
}
