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
package io.sessionclusters.connection;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.connection.ConnectionRequests.Owner;
import io.sessionclusters.connection.ConnectionRequests.SecretResult;
import io.sessionclusters.kubernetes.BoundedWriteExecutor;
import io.sessionclusters.kubernetes.BoundedWriteExecutor.Effect;
import io.sessionclusters.kubernetes.KubernetesWrites;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mapping.MirrorName;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.SecretStep;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the connection Secrets of the Thrift sessions of a source, each as a step of its mirror's
 * write. No informer watches Secrets: they are read by name, while nothing changes once in a check
 * period. One whose name another has, or that waits for the garbage collector, is read with each
 * listing: who frees the name should not wait an hour.
 */
public final class ConnectionSecrets {

  private final KubernetesWrites writes;
  private final OperatorSettings.@Nullable ConnectionSecretSettings settings;
  private final Clock steady;

  /**
   * @param settings null if no source may have Secrets; then those that are there are removed
   */
  public ConnectionSecrets(
      KubernetesWrites writes,
      OperatorSettings.@Nullable ConnectionSecretSettings settings,
      Clock steady) {
    this.writes = writes;
    this.settings = settings;
    this.steady = steady;
  }

  /**
   * Begins with those of one listing.
   *
   * @param asked whether the source asks for Secrets
   * @param checks is kept from listing to listing
   * @param stillWanted asked after each pause that the API server asks for
   */
  public OfListing begin(
      ResourceID source, boolean asked, ConnectionChecks checks, BooleanSupplier stillWanted) {
    return new OfListing(source, asked, checks, stillWanted);
  }

  /**
   * The Secrets of one listing.
   *
   * <p>The Secret of a mirror whose session the listing does not show is left alone, whether that
   * mirror is suspected, held or kept: nothing new is known of it. Where the source wants no
   * Secrets, those of all its mirrors go, and their statuses say which have one, after a restart
   * too. (No status names yet one that was made just before a crash: if the feature is switched off
   * just then it goes with its mirror only.)
   */
  public final class OfListing implements SecretStep.Planner {

    private final boolean asked;
    private final @Nullable Duration checkPeriod;
    private final ConnectionChecks checks;
    private final ConnectionRequests requests;
    private final BoundedWriteExecutor.Outcomes<String> outcomes;
    private final Instant now = steady.instant();
    private final Digest.Builder digests = new Digest.Builder();
    private final Set<String> mirrors = ConcurrentHashMap.newKeySet();
    private final NavigableSet<String> taken = new ConcurrentSkipListSet<>();
    private final AtomicInteger awaited = new AtomicInteger();

    private OfListing(
        ResourceID source, boolean asked, ConnectionChecks checks, BooleanSupplier stillWanted) {
      this.asked = asked;
      this.checkPeriod = asked && settings != null ? settings.checkPeriod() : null;
      this.checks = checks;
      this.requests =
          new ConnectionRequests(writes.client(), writes.throttle(), source, stillWanted);
      this.outcomes = new BoundedWriteExecutor.Outcomes<>(source, Function.identity());
    }

    @Override
    public SecretStep of(@Nullable CloudSession session, @Nullable Mirror mirror) {
      String known = mirror == null ? "" : mirror.uid();
      boolean kept = checks.isKept(known);
      boolean named = kept || (mirror != null && mirror.refersToSecret());
      if (kept) {
        mirrors.add(known);
      }
      if (checkPeriod == null) {
        return named ? removal() : SecretStep.NONE;
      }
      if (session == null) {
        return new SecretStep(named, null);
      }
      Digest digest = Connection.digest(session, digests);
      if (kept && !checks.isDue(known, digest, now, checkPeriod)) {
        return new SecretStep(true, null);
      }
      Connection connection = Connection.of(session);
      if (connection == null) {
        return named ? removal() : SecretStep.NONE;
      }
      return new SecretStep(
          named || mirror == null,
          (name, uid) -> {
            boolean done =
                outcomes.run(
                    MirrorName.ofSecret(name),
                    secret -> keep(secret, new Owner(name, uid), connection, digest));
            return done ? checks.isKept(uid) : named;
          });
    }

    private Effect keep(String secret, Owner owner, Connection connection, Digest digest)
        throws InterruptedException {
      SecretResult result = requests.keep(secret, owner, connection);
      if (result == SecretResult.KEPT) {
        mirrors.add(owner.uid());
        checks.kept(owner.uid(), digest, now);
        return Effect.WRITTEN;
      }
      checks.forget(owner.uid());
      if (result == SecretResult.TAKEN) {
        taken.add(secret);
      } else {
        awaited.incrementAndGet();
      }
      return Effect.NONE;
    }

    private SecretStep removal() {
      return new SecretStep(
          true,
          (name, uid) ->
              !outcomes.run(
                  MirrorName.ofSecret(name),
                  secret -> {
                    requests.remove(secret, new Owner(name, uid));
                    checks.forget(uid);
                    return Effect.WRITTEN;
                  }));
    }

    /** What came of them, once the mirrors are written. */
    public ConnectionReport report() {
      checks.retain(mirrors);
      return new ConnectionReport(
          asked && settings == null, outcomes.soFar(), List.copyOf(taken), awaited.get());
    }
  }
}
