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
package io.sessionclusters.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Filter;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Prune;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.PrunePolicy;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.EndpointPolicy;
import io.sessionclusters.cloud.KeyAnswer;
import io.sessionclusters.cloud.RequestPacer;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.SimulatedCloud;
import io.sessionclusters.cloud.SimulatedCloud.Count;
import io.sessionclusters.kubernetes.ApiServerPause;
import io.sessionclusters.reconcile.SourceQuery.InvalidSpecException;
import io.sessionclusters.time.SystemTimers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** One random history of a cloud, of a source that lists it, and of the mirrors. */
final class CloudHistory {

  private static final Duration TRANSITION = Duration.ofSeconds(10);
  private static final String NAMESPACE = "spark";

  /** Never asked: the credentials are ambient and no mirror is foreign. */
  private static final KubernetesClient NO_CLIENT =
      new KubernetesClientBuilder().withConfig(Config.empty()).build();

  private final long seed;
  private final RandomGenerator random;
  private final SimulatedCloud cloud;
  private final TestClock clock = new TestClock(Instant.parse("2026-11-22T08:00:00Z"));
  private final MirrorObjects objects = new MirrorObjects();
  private final SessionClusterSource source = new SessionClusterSource();
  private final PrunePolicy policy;
  private MirrorStore store = new MirrorStore(drifted -> {}, Clock.systemUTC());
  private SourceState state = new SourceState("uid");
  private @Nullable String kind;
  private long generation = 1;
  private int pollBegan;
  private int removals;

  CloudHistory(long seed) {
    this.seed = seed;
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    cloud = new SimulatedCloud(random, 1 + random.nextInt(4), 3 + random.nextInt(14));
    policy = random.nextInt(4) == 0 ? PrunePolicy.Retain : PrunePolicy.Delete;
  }

  /**
   * Plays it.
   *
   * @return number of mirrors that were removed or marked
   */
  int play() throws InterruptedException {
    for (int n = random.nextInt(20); n > 0; n--) {
      cloud.change();
    }
    cloud.count(pick(Count.values()));
    for (int n = 10 + random.nextInt(20); n > 0; n--) {
      disturb();
      poll(null);
      clock.advance(Duration.ofMillis(random.nextLong(TRANSITION.toMillis() * 2)));
    }
    settle();
    return removals;
  }

  private void disturb() {
    switch (random.nextInt(14)) {
      case 0 -> restart();
      case 1 -> {
        kind = random.nextBoolean() ? null : "SQL";
        generation++;
      }
      case 2 -> cloud.loseMost();
      case 3 -> cloud.count(pick(Count.values()));
      default -> cloud.change();
    }
  }

  /** All is quiet: two complete listings later only what a person has to confirm is left. */
  private void settle() throws InterruptedException {
    cloud.calmDown();
    boolean habit = random.nextBoolean();
    cloud.count(habit ? Count.ONE_TOO_MANY : pick(Count.HONEST, Count.ABSENT));
    // What a backend counts becomes a habit after three listings; only then do two more count.
    for (int n = habit ? 3 : 0; n > 0; n--) {
      poll(null);
      clock.advance(TRANSITION);
    }
    poll(null);
    clock.advance(TRANSITION);
    String token = poll(null);
    if (token != null) {
      clock.advance(TRANSITION);
      assertThat(poll(token)).as("seed %d: released by its token", seed).isNull();
    }
    Set<String> mirrored = new HashSet<>(objects.names());
    if (policy == PrunePolicy.Retain) {
      mirrored.removeAll(objects.vanished());
    }
    assertThat(mirrored).as("seed %d: mirrors when all is quiet", seed).isEqualTo(cloud.ids(kind));
    cloud
        .states(kind)
        .forEach(
            (id, state) ->
                assertThat(objects.state(id))
                    .as("seed %d: state of %s", seed, id)
                    .isEqualTo(state));
  }

  /** What a restarted operator knows: what the API server has. */
  private void restart() {
    store = new MirrorStore(drifted -> {}, Clock.systemUTC());
    objects.all().forEach(store::see);
    state = new SourceState("uid");
  }

  /** Polls, and returns the token of the removals that are held. */
  private @Nullable String poll(@Nullable String confirm) throws InterruptedException {
    source.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(NAMESPACE)
            .withName("source")
            .withUid("uid")
            .withGeneration(generation)
            .withAnnotations(
                confirm == null ? Map.of() : Map.of(SessionClusterSource.CONFIRM_PRUNE, confirm))
            .build());
    pollBegan = cloud.clock();
    SourcePoll polls =
        new SourcePoll(
            new CredentialsReader(
                NO_CLIENT,
                () ->
                    new KeyAnswer.Found(
                        new Credentials("id", new SecretValue("secret"), null), null),
                Set.of("*"),
                (base, role) -> new KeyAnswer.Found(base, null)),
            RequestPacer.UNPACED,
            cloud,
            new ListingSlots(1),
            store,
            this::write,
            new ConnectionSecrets(
                NO_CLIENT,
                new ApiServerPause(clock, SystemTimers.INSTANCE),
                new WriteSlots(1, () -> {}),
                store,
                this::write,
                null,
                clock,
                clock),
            new ForeignMirrors(NO_CLIENT),
            PollMetrics.NONE,
            clock,
            clock);
    SourcePoll.Result result =
        polls.poll(
            source, query(), state, new ListingSlots.Turn(false, clock.instant()), () -> true);
    assertThat(result).isInstanceOf(SourcePoll.Result.Polled.class);
    return state.absences().token();
  }

  private SourceQuery query() {
    try {
      return SourceQuery.of(
          new SessionClusterSourceSpec(
              "cn-hangzhou",
              "w-1",
              null,
              null,
              kind == null ? null : new Filter(kind, null, null, null),
              "1m",
              "10s",
              "1m",
              null,
              new Prune(policy, 50),
              null,
              null,
              null),
          EndpointPolicy.OWN_HOSTS_ONLY,
          Duration.ZERO);
    } catch (InvalidSpecException e) {
      throw new IllegalStateException(e);
    }
  }

  private WriteReport write(
      ResourceID id,
      String uid,
      java.util.List<MirrorWrite> writes,
      java.util.function.BooleanSupplier stillWanted) {
    for (MirrorWrite write : writes) {
      switch (write) {
        case MirrorWrite.Create create -> store.see(objects.create(id, uid, create));
        case MirrorWrite.Update update -> store.see(objects.update(id, uid, update));
        case MirrorWrite.Unlink unlink -> throw new AssertionError(unlink);
        case MirrorWrite.MarkVanished mark -> {
          assertGone(mark.mirror());
          store.forget(NAMESPACE, mark.name());
          store.see(objects.markVanished(mark.name(), clock.instant()));
        }
        case MirrorWrite.Delete delete -> {
          assertGone(delete.mirror());
          objects.delete(delete.name());
          store.beginDelete(NAMESPACE, delete.name());
          store.gone(NAMESPACE, delete.name());
        }
      }
    }
    return new WriteReport(writes, java.util.List.of(), 0, 0, false);
  }

  private void assertGone(Mirror mirror) {
    removals++;
    String id = mirror.sessionClusterId();
    boolean wanted = cloud.ids(kind).contains(id);
    assertThat(!wanted || cloud.wasAbsentSince(id, pollBegan))
        .as("seed %d: %s was removed though the cloud had it all the time", seed, id)
        .isTrue();
  }

  @SafeVarargs
  private <T> T pick(T... options) {
    return options[random.nextInt(options.length)];
  }
}
