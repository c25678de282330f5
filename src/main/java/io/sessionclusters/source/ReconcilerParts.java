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
import io.sessionclusters.cloud.EndpointPolicy;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.connection.ConnectionSecrets;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.kubernetes.BoundedWriteExecutor;
import io.sessionclusters.kubernetes.KubernetesWrites;
import io.sessionclusters.mirror.MirrorStore;
import io.sessionclusters.mirror.MirrorWriter;
import io.sessionclusters.mirror.OwnershipConflicts;
import io.sessionclusters.time.MonotonicClock;
import io.sessionclusters.time.Timers;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * What the reconciler is made of.
 *
 * @param client for mirrors, statuses, events and Secrets
 * @param lister the cloud
 * @param pacer the same that the lister asks before each request
 * @param ambient the operator's own credentials and those of roles, asked for at each poll that
 *     uses them
 * @param metrics told of what happens
 * @param leading whether this process may write
 * @param wall for times that are shown
 * @param steady for times that are measured, see {@link MonotonicClock}
 * @param timers wait, by the same time
 * @param chance numbers from 0 to 1, another one each time, for the jitter of retries
 */
public record ReconcilerParts(
    KubernetesClient client,
    SessionClusterLister lister,
    RateLimiter pacer,
    CredentialsProvider ambient,
    OperatorSettings settings,
    PollMetrics metrics,
    BooleanSupplier leading,
    Clock wall,
    Clock steady,
    Timers timers,
    DoubleSupplier chance) {

  EndpointPolicy endpoints() {
    return new EndpointPolicy(settings.allowedEndpoints());
  }

  /** What writes to Kubernetes, bounded and paused all together. */
  record Writers(ApiServerThrottle pause, BoundedWriteExecutor slots, MirrorWriter mirrors) {}

  Writers writers(MirrorStore store, LivenessWatchdog watch) {
    ApiServerThrottle pause = new ApiServerThrottle(steady, timers);
    BoundedWriteExecutor slots =
        new BoundedWriteExecutor(settings.limits().writesInFlight(), watch::step);
    return new Writers(
        pause,
        slots,
        new MirrorWriter(new KubernetesWrites(client, pause, slots), store, metrics, wall));
  }

  SourcePoll polls(MirrorStore store, LivenessWatchdog watch, Writers writers) {
    return new SourcePoll(
        new CredentialsReader(client, ambient, settings.ambientNamespaces()),
        pacer,
        new SteppingLister(lister, watch),
        new ListingConcurrencyLimiter(settings.limits().listingsInFlight()),
        store,
        writers.mirrors(),
        new ConnectionSecrets(
            new KubernetesWrites(client, writers.pause(), writers.slots()),
            settings.connectionSecrets(),
            steady),
        new OwnershipConflicts(client),
        metrics,
        wall,
        steady);
  }

  /** Each listing that ends is a step of the loop. */
  private record SteppingLister(SessionClusterLister lister, LivenessWatchdog watch)
      implements SessionClusterLister {

    @Override
    public Listing list(ListQuery query, Credentials credentials, Duration timeout)
        throws InterruptedException {
      Listing listing = lister.list(query, credentials, timeout);
      watch.step();
      return listing;
    }

    @Override
    public void release(Listing listing) {
      lister.release(listing);
    }
  }
}
