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
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.connection.ConnectionSecrets;
import io.sessionclusters.event.EventRecorder;
import io.sessionclusters.event.EventSender;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.kubernetes.BoundedWriteExecutor;
import io.sessionclusters.kubernetes.KubernetesWrites;
import io.sessionclusters.mirror.MirrorStore;
import io.sessionclusters.mirror.MirrorWriter;
import io.sessionclusters.mirror.OwnershipConflicts;
import io.sessionclusters.mirror.StaleMirrors;
import io.sessionclusters.mirror.WriteProbe;
import io.sessionclusters.prune.AbsenceVerifier;
import io.sessionclusters.status.SourceStatusWriter;
import io.sessionclusters.time.TimeSource;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The composition root of the reconciler, for the operator and for the simulation alike. */
public final class ReconcilerFactory {

  private ReconcilerFactory() {}

  /**
   * What the API is called by.
   *
   * @param limiter the same that the lister asks before each request
   * @param ambient the operator's own credentials and those of roles, asked for at each poll that
   *     uses them
   */
  public record CloudAccess(
      SessionClusterLister lister, RateLimiter limiter, CredentialsProvider ambient) {}

  /**
   * The process that reconciles.
   *
   * @param leading whether this process may write
   */
  public record OperatorContext(
      OperatorSettings settings, PollMetrics metrics, BooleanSupplier leading) {}

  /**
   * Creates a reconciler that has seen nothing yet.
   *
   * @param client for mirrors, statuses, events and Secrets
   */
  public static SourceReconciler create(
      KubernetesClient client, CloudAccess cloud, OperatorContext operator, TimeSource time) {
    OperatorSettings settings = operator.settings();
    OperatorSettings.Limits limits = settings.limits();
    var timer = new PollTimer(time.timers(), time.steady());
    var states = new SourceStates(timer, time.steady());
    var store = new MirrorStore(states::drifted, time.steady());
    var throttle = new ApiServerThrottle(time.steady(), time.timers());
    var executor = new BoundedWriteExecutor(limits.writesInFlight(), timer::step);
    var writes = new KubernetesWrites(client, throttle, executor);
    var writer = new MirrorWriter(writes, store, operator.metrics(), time.wall());
    var lister = new SteppingLister(cloud.lister(), timer);
    var listings = new ListingConcurrencyLimiter(limits.listingsInFlight(), cloud.limiter());
    var credentials = new CredentialsReader(client, cloud.ambient(), settings.ambientNamespaces());
    var connections = new ConnectionSecrets(writes, settings.connectionSecrets(), time.steady());
    var events =
        new EventRecorder(
            EventSender.to(client, throttle), settings.podName(), time.wall(), time.timers());
    var steps =
        new SourceReconciler.PollSteps(
            new SourceLister(credentials, listings, lister, operator.metrics(), time.steady()),
            new MirrorUpdater(store, writer, connections, new OwnershipConflicts(client), time),
            new Pruner(new AbsenceVerifier(lister), listings, writer, time.steady()),
            new PollReporter(
                new SourceStatusWriter(client, operator.leading()),
                new WriteProbe(client, store),
                events,
                operator.metrics(),
                time),
            new StaleMirrors(store, writer, time.steady()));
    return new SourceReconciler(
        steps, new SourceReconciler.PollLoop(timer, states, store), operator, time);
  }

  /** Each listing that ends is a step of the loop. */
  private record SteppingLister(SessionClusterLister lister, PollTimer timer)
      implements SessionClusterLister {

    @Override
    public Listing list(ListQuery query, Credentials credentials, Duration timeout)
        throws InterruptedException {
      Listing listing = lister.list(query, credentials, timeout);
      timer.step();
      return listing;
    }

    @Override
    public void release(Listing listing) {
      lister.release(listing);
    }
  }
}
