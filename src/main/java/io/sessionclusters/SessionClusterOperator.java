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

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.cloud.AccountPacer;
import io.sessionclusters.cloud.ClientSettings;
import io.sessionclusters.cloud.EnvironmentCredentials;
import io.sessionclusters.cloud.HttpSessionClusterLister;
import io.sessionclusters.cloud.RequestPacer;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.reconcile.ReconcilerParts;
import io.sessionclusters.reconcile.SourceChanges;
import io.sessionclusters.reconcile.SourceReconciler;
import io.sessionclusters.reconcile.SteadyClock;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator in one object: started when it is made, stopped when it is closed. */
public final class SessionClusterOperator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SessionClusterOperator.class);

  /** An informer that cannot sync says so and is tried again; the operator does not end for it. */
  private static final Duration CACHE_SYNC_TIMEOUT = Duration.ofSeconds(30);

  /** Of the framework's retry, which only unexpected exceptions reach. */
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

  /** Objects a page of an informer's list: bounds the memory of a start. */
  private static final long INFORMER_PAGE = 500;

  private final KubernetesClient client;
  private final HttpSessionClusterLister lister;
  private final ExecutorService executor;
  private final Operator operator;

  private SessionClusterOperator(
      KubernetesClient client,
      HttpSessionClusterLister lister,
      ExecutorService executor,
      Operator operator) {
    this.client = client;
    this.lister = lister;
    this.executor = executor;
    this.operator = operator;
  }

  /**
   * Starts the operator; returns when its informers have synced, or were given up on for now.
   *
   * @param kubernetes where and as whom to work
   * @param environment the process's variables: access key, proxy, pod name
   */
  public static SessionClusterOperator start(
      OperatorSettings settings, Config kubernetes, Map<String, String> environment) {
    KubernetesClient client = new KubernetesClientBuilder().withConfig(kubernetes).build();
    RequestPacer pacer =
        new AccountPacer(
            settings.limits().requestsPerSecond(),
            settings.limits().requestBurst(),
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextDouble());
    HttpSessionClusterLister lister =
        new HttpSessionClusterLister(
            ClientSettings.defaults(), environment, Clock.systemUTC(), pacer);
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    Operator operator =
        new Operator(
            o ->
                o.withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withExecutorService(executor)
                    .withStopOnInformerErrorDuringStartup(false)
                    .withCacheSyncTimeout(CACHE_SYNC_TIMEOUT));
    SourceReconciler reconciler =
        new SourceReconciler(
            new ReconcilerParts(
                client,
                lister,
                pacer,
                () -> EnvironmentCredentials.read(environment),
                settings,
                () -> true,
                environment.getOrDefault("POD_NAME", "session-cluster-operator"),
                Clock.systemUTC(),
                SteadyClock.startingAt(Clock.systemUTC(), System::nanoTime)));
    operator.register(reconciler, c -> configure(c, settings));
    operator.start();
    log.info("started settings={}", settings);
    return new SessionClusterOperator(client, lister, executor, operator);
  }

  private static void configure(
      ControllerConfigurationOverrider<SessionClusterSource> controller,
      OperatorSettings settings) {
    controller
        // Annotations are part of the interface, so changes beside the generation count.
        .withGenerationAware(false)
        .withOnUpdateFilter(SourceChanges::askForPoll)
        .withInformerListLimit(INFORMER_PAGE)
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

  @Override
  public void close() {
    operator.stop();
    executor.shutdownNow();
    lister.close();
    client.close();
  }
}
