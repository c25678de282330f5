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
package io.sessionclusters.kubernetes;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.config.OperatorSettings.LeaderElection;
import io.sessionclusters.time.TimeLimiter;
import io.sessionclusters.time.Timers;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process may write, where several run: the one that holds the lease leads.
 *
 * <p>As client-go does it, a lease has run out when no change of it was seen for its duration, by
 * the own monotonic clock. The times that are written in it are for people: the clock of who wrote
 * them may be any time ahead or behind. So a standby that has just started waits for the whole
 * duration, unless the lease has no holder or is its own, from before a restart.
 *
 * <p>A process that loses the lease ends at once and is started again as a standby: what it has in
 * flight must not meet what the new leader does. On shutdown the lease is released, so that the
 * standby takes over without waiting for it to run out.
 */
public final class Leadership {

  private static final Logger log = LoggerFactory.getLogger(Leadership.class);

  /** A standby takes over at most this long, and a retry, after the leader was killed. */
  static final Duration LEASE_DURATION = Duration.ofSeconds(15);

  /** A leader that could not renew for that long leads no more. */
  static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);

  static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

  private final LeaderElection election;
  private final Clock wall;
  private final Timers timers;
  private final TimeLimiter limiter;
  private final Runnable onLeading;
  private final Runnable onLost;
  private @Nullable Thread thread;

  /** What of the lease was seen last, and when that was first seen. */
  private @Nullable LeaseSpec observed;

  private long observedAt;
  private @Nullable String reported;

  /** When the request that renewed the lease last was sent. */
  private volatile long renewedAt;

  private volatile boolean leading;
  private volatile boolean stopping;

  /**
   * Creates a standby.
   *
   * @param wall for the times in the lease, which people read
   * @param timers for those that count
   * @param onLeading called when this process begins to lead, and after each renewal
   * @param onLost called when the lease was lost without being asked for
   */
  public Leadership(
      LeaderElection election, Clock wall, Timers timers, Runnable onLeading, Runnable onLost) {
    this.election = election;
    this.wall = wall;
    this.timers = timers;
    this.limiter = new TimeLimiter(timers);
    this.onLeading = onLeading;
    this.onLost = onLost;
  }

  /** Whether this process may write just now; no longer as soon as it slept through its lease. */
  public boolean isLeading() {
    return leading && !stopping && !isOver(renewedAt, RENEW_DEADLINE);
  }

  /** Begins to compete. */
  public void start(LeaseClient leases) {
    thread = Thread.ofVirtual().name("leader-election").start(() -> run(leases));
  }

  /** From now on this process does not lead, and losing the lease is no accident. */
  public void stop() {
    stopping = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void run(LeaseClient leases) {
    try {
      while (!stopping) {
        round(leases);
        timers.sleep(RETRY_PERIOD);
      }
    } catch (InterruptedException e) {
      // Stopped.
    }
  }

  /** Tries once to take the lease or to renew it, and says what came of it. */
  void round(LeaseClient leases) throws InterruptedException {
    Duration limit = RENEW_DEADLINE;
    if (leading) {
      limit = limit.minusNanos(timers.nanoTime() - renewedAt);
    }
    Boolean held =
        limit.isPositive() ? limiter.call("lease", limit, () -> hold(leases), () -> {}) : null;
    if (stopping) {
      return;
    }
    if (Boolean.TRUE.equals(held)) {
      if (!leading) {
        leading = true;
        log.atInfo().addKeyValue("identity", election.identity()).log("leading");
      }
      onLeading.run();
    } else if (leading && (isOthers() || isOver(renewedAt, RENEW_DEADLINE))) {
      leading = false;
      log.error("lease lost; the process exits so that it writes nothing more");
      onLost.run();
    }
  }

  /** Whether the lease is this process's, renewed just now. */
  private boolean hold(LeaseClient leases) {
    try {
      Lease lease = leases.get();
      long sent = timers.nanoTime();
      if (lease == null) {
        leases.create(
            new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(election.namespace())
                .withName(election.leaseName())
                .endMetadata()
                .withSpec(renewed(null))
                .build());
      } else {
        observe(lease.getSpec());
        if (isOthers() && !isOver(observedAt, LEASE_DURATION)) {
          return false;
        }
        lease.setSpec(renewed(lease.getSpec()));
        leases.update(lease);
        observe(lease.getSpec());
      }
      renewedAt = sent;
      reported = null;
      return true;
    } catch (KubernetesClientException e) {
      // Another process was faster; the next round reads its lease.
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        report(ApiServerErrors.message(e));
      }
      return false;
    } catch (RuntimeException e) {
      // A lease may hold anything; a thread that ended here would never lead, or renew, again.
      report("unexpected: " + e);
      return false;
    }
  }

  private void observe(@Nullable LeaseSpec spec) {
    if (observed != null && observed.equals(spec)) {
      return;
    }
    String before = observed == null ? null : observed.getHolderIdentity();
    observed = spec;
    observedAt = timers.nanoTime();
    if (isOthers() && spec != null && !Objects.equals(before, spec.getHolderIdentity())) {
      log.atInfo().addKeyValue("leader", spec.getHolderIdentity()).log("another process leads");
    }
  }

  private boolean isOthers() {
    String holder = observed == null ? null : observed.getHolderIdentity();
    return holder != null && !holder.isEmpty() && !holder.equals(election.identity());
  }

  private LeaseSpec renewed(@Nullable LeaseSpec before) {
    ZonedDateTime now = wall.instant().truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
    LeaseSpec ours =
        before != null && election.identity().equals(before.getHolderIdentity()) ? before : null;
    Integer transitions = before == null ? null : before.getLeaseTransitions();
    int count = Objects.requireNonNullElse(transitions, 0);
    LeaseSpec spec = new LeaseSpec();
    spec.setHolderIdentity(election.identity());
    spec.setLeaseDurationSeconds(Math.toIntExact(LEASE_DURATION.toSeconds()));
    spec.setAcquireTime(ours == null ? now : ours.getAcquireTime());
    spec.setRenewTime(now);
    spec.setLeaseTransitions(ours != null || before == null ? count : count + 1);
    return spec;
  }

  private boolean isOver(long since, Duration duration) {
    return timers.nanoTime() - since >= duration.toNanos();
  }

  private void report(String problem) {
    if (!problem.equals(reported)) {
      log.warn("lease renewal failed: {}", problem);
    }
    reported = problem;
  }

  /** Gives the lease back, if it is this process's; to be called after {@link #stop}. */
  public void release(LeaseClient leases) {
    try {
      if (thread != null) {
        // A last renewal must not come after it.
        thread.join(RETRY_PERIOD);
      }
      Lease lease = leases.get();
      if (lease != null && election.identity().equals(lease.getSpec().getHolderIdentity())) {
        lease.getSpec().setHolderIdentity("");
        // Only this very version: a standby may take it at any moment.
        leases.update(lease);
      }
    } catch (KubernetesClientException e) {
      log.warn(
          "lease release failed; a standby must wait for expiry: {}", ApiServerErrors.message(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
