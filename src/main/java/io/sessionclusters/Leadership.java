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

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.sessionclusters.config.OperatorSettings.LeaderElection;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process may write, where several run: the one that holds the lease leads.
 *
 * <p>A process that loses the lease ends at once and is started again as a standby: what it has in
 * flight must not meet what the new leader does. One that is told to stop gives the lease back, so
 * that the standby takes over without waiting for it to run out.
 */
final class Leadership {

  private static final Logger log = LoggerFactory.getLogger(Leadership.class);

  /** A standby takes over at most this long, and a retry, after the leader was killed. */
  private static final Duration LEASE_DURATION = Duration.ofSeconds(15);

  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

  private final LeaderElection election;
  private final Runnable onLost;
  private volatile boolean leading;
  private volatile boolean stopping;

  /**
   * Creates a standby.
   *
   * @param onLost called when the lease was lost without being asked for
   */
  Leadership(LeaderElection election, Runnable onLost) {
    this.election = election;
    this.onLost = onLost;
  }

  boolean isLeading() {
    return leading && !stopping;
  }

  LeaderElectionConfiguration configuration() {
    return new LeaderElectionConfiguration(
        election.leaseName(),
        election.namespace(),
        LEASE_DURATION,
        RENEW_DEADLINE,
        RETRY_PERIOD,
        election.identity(),
        new LeaderCallbacks(this::started, this::stopped, this::changed),
        false);
  }

  /** From now on this process does not lead, and losing the lease is no accident. */
  void stop() {
    stopping = true;
  }

  /** Gives the lease back, if it is this process's. */
  void release(KubernetesClient client) {
    try {
      Lease lease =
          client.leases().inNamespace(election.namespace()).withName(election.leaseName()).get();
      if (lease != null && election.identity().equals(lease.getSpec().getHolderIdentity())) {
        lease.getSpec().setHolderIdentity("");
        // Only this very version: a standby may take it at any moment.
        client
            .resource(lease)
            .lockResourceVersion(lease.getMetadata().getResourceVersion())
            .update();
      }
    } catch (KubernetesClientException e) {
      log.warn(
          "the lease could not be given back, a standby waits for its end: {}", e.getMessage());
    }
  }

  private void started() {
    leading = true;
    log.atInfo().addKeyValue("identity", election.identity()).log("leading");
  }

  private void stopped() {
    leading = false;
    if (!stopping) {
      log.error("the lease was lost; this process ends so that it writes nothing more");
      onLost.run();
    }
  }

  private void changed(String leader) {
    log.atInfo().addKeyValue("leader", leader).log("another process leads");
  }
}
