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

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.config.OperatorSettings.LeaderElection;
import io.sessionclusters.time.SteppedTimers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeadershipTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  private final SteppedTimers timers = new SteppedTimers();
  private final StoredLease stored = new StoredLease();
  private final AtomicInteger led = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();
  private final Leadership own = candidate("own");

  @Test
  void aLeaseThatNobodyMadeIsTakenAtOnce() throws InterruptedException {
    own.round(stored);

    assertThat(own.isLeading()).isTrue();
    assertThat(stored.holder()).isEqualTo("own");
    assertThat(led).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {-86_400, -300, -15, 0, 300, 86_400})
  void aDeadHoldersLeaseRunsOutWhateverTimeItsClockSaid(int ahead) throws InterruptedException {
    stored.hold("dead", NOW.plusSeconds(ahead));

    for (int elapsed = 0; elapsed < 15; elapsed++) {
      own.round(stored);
      assertThat(own.isLeading()).as("after %d s", elapsed).isFalse();
      timers.advance(Duration.ofSeconds(1));
    }
    own.round(stored);

    assertThat(own.isLeading()).isTrue();
    assertThat(stored.holder()).isEqualTo("own");
    assertThat(stored.transitions()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(ints = {-300, 0, 300})
  void aLivingHoldersLeaseDoesNotRunOutWhateverTimeItsClockSays(int ahead)
      throws InterruptedException {
    for (int renewal = 0; renewal < 30; renewal++) {
      stored.hold("living", NOW.plusSeconds(ahead + 2L * renewal));
      own.round(stored);
      timers.advance(Duration.ofSeconds(2));
    }

    assertThat(own.isLeading()).isFalse();
    assertThat(stored.holder()).isEqualTo("living");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "own"})
  void aLeaseThatWasGivenBackOrIsOnesOwnIsTakenAtOnce(String holder) throws InterruptedException {
    stored.hold(holder, NOW);

    own.round(stored);

    assertThat(own.isLeading()).isTrue();
  }

  @Test
  void aLeaderThatCannotRenewLeadsNoMoreAfterTheDeadline() throws InterruptedException {
    own.round(stored);
    stored.failing = 500;
    for (int i = 0; i < 4; i++) {
      timers.advance(Duration.ofSeconds(2));
      own.round(stored);
      assertThat(own.isLeading()).isTrue();
    }
    assertThat(lost).hasValue(0);

    timers.advance(Duration.ofSeconds(2));
    assertThat(own.isLeading()).as("before it has noticed").isFalse();
    own.round(stored);

    assertThat(lost).hasValue(1);
  }

  @Test
  void aLeaderThatSleptThroughItsLeaseLeadsNoMoreWhenItWakes() throws InterruptedException {
    own.round(stored);
    Leadership other = candidate("other");
    other.round(stored);
    timers.advance(Duration.ofSeconds(15));
    other.round(stored);
    assertThat(other.isLeading()).isTrue();

    assertThat(own.isLeading()).isFalse();
    own.round(stored);

    assertThat(lost).hasValue(1);
    assertThat(stored.holder()).isEqualTo("other");
  }

  @Test
  void aLeaderWhoseLeaseSomebodyTookLeadsNoMore() throws InterruptedException {
    own.round(stored);
    stored.hold("thief", NOW);

    own.round(stored);

    assertThat(own.isLeading()).isFalse();
    assertThat(lost).hasValue(1);
    assertThat(stored.holder()).isEqualTo("thief");
  }

  @Test
  void whoWasFasterLeads() throws InterruptedException {
    stored.beforeUpdate = () -> stored.hold("faster", NOW);
    stored.hold("", NOW);

    own.round(stored);

    assertThat(own.isLeading()).isFalse();
    assertThat(stored.holder()).isEqualTo("faster");
  }

  @Test
  void isGivenBackOnlyByItsHolder() throws InterruptedException {
    own.round(stored);
    own.stop();
    assertThat(own.isLeading()).isFalse();
    own.release(stored);
    assertThat(stored.holder()).isEmpty();

    stored.hold("other", NOW);
    own.release(stored);

    assertThat(stored.holder()).isEqualTo("other");
    assertThat(lost).hasValue(0);
  }

  private Leadership candidate(String identity) {
    return new Leadership(
        new LeaderElection("operators", "lease", identity),
        Clock.fixed(NOW, ZoneOffset.UTC),
        timers,
        led::incrementAndGet,
        lost::incrementAndGet);
  }

  /** A lease as an API server keeps it. */
  private static final class StoredLease implements LeaseClient {

    private @Nullable Lease lease;
    private int version;
    private int failing;
    private Runnable beforeUpdate = () -> {};

    void hold(String holder, Instant renewed) {
      lease =
          new LeaseBuilder()
              .withNewMetadata()
              .withName("lease")
              .withResourceVersion(Integer.toString(++version))
              .endMetadata()
              .withNewSpec()
              .withHolderIdentity(holder)
              .withLeaseDurationSeconds(15)
              .withLeaseTransitions(7)
              .withRenewTime(ZonedDateTime.ofInstant(renewed, ZoneOffset.UTC))
              .endSpec()
              .build();
    }

    String holder() {
      return Objects.requireNonNull(lease).getSpec().getHolderIdentity();
    }

    int transitions() {
      return Objects.requireNonNull(lease).getSpec().getLeaseTransitions();
    }

    @Override
    public @Nullable Lease get() {
      if (failing > 0) {
        throw new KubernetesClientException("refused", failing, null);
      }
      return lease == null ? null : new LeaseBuilder(lease).build();
    }

    @Override
    public void create(Lease created) {
      store(created);
    }

    @Override
    public void update(Lease updated) {
      beforeUpdate.run();
      String expected = updated.getMetadata().getResourceVersion();
      if (!Integer.toString(version).equals(expected)) {
        throw new KubernetesClientException("conflict", 409, null);
      }
      store(updated);
    }

    private void store(Lease object) {
      lease =
          new LeaseBuilder(object)
              .editMetadata()
              .withResourceVersion(Integer.toString(++version))
              .endMetadata()
              .build();
    }
  }
}
