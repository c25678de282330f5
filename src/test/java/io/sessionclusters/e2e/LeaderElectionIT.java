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
package io.sessionclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.Scrape;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaderElectionIT {

  private static final String LEASE = "session-cluster-operator";
  private static final String LEADING = "sessioncluster_operator_leader{lease=\"" + LEASE + "\"}";

  private final int port = FreePort.any();
  private final Scene scene = Scene.withoutOperator();
  private OperatorProcess first;
  private OperatorProcess second;

  @BeforeEach
  void twoOperators() {
    grantLeases();
    scene.workspace.put(FakeSession.sql("sc-1").state("Running"));
    scene.applySource("hangzhou", "interval: 1s");
    first = OperatorProcess.startCandidate(scene, "operator-0");
    Scene.eventually().until(() -> holder().equals("operator-0"));
    scene.awaitReady("hangzhou");
    second = OperatorProcess.startCandidate(scene, "operator-1", port);
    Scene.eventually().until(() -> second.log().contains("started"));
  }

  @AfterEach
  void close() {
    second.close();
    first.close();
    scene.close();
  }

  @Test
  void theStandbyTakesOverFromAKilledLeader() {
    assertThat(Scrape.page(port, "/readyz")).isEqualTo("ok\n");
    assertThat(Scrape.page(port, "/livez")).isEqualTo("ok\n");
    assertThat(Scrape.from(port).value(LEADING)).isZero();
    assertThat(Scrape.from(port).text()).doesNotContain("source=\"hangzhou\"");
    first.kill();
    scene.workspace.update("sc-1", s -> s.state("Stopped"));

    Scene.eventually()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Stopped"));
    assertThat(holder()).isEqualTo("operator-1");
    assertThat(Scrape.from(port).value(LEADING)).isEqualTo(1);
    assertThat(Scrape.from(port).text()).contains("source=\"hangzhou\"");
  }

  @Test
  void aLeaderThatIsToldToStopHandsOverWithoutWaitingForTheLeaseToRunOut() {
    first.terminate();
    Scene.eventually().until(() -> !first.isAlive());
    scene.workspace.update("sc-1", s -> s.state("Stopped"));

    // Its last renewal would hold the lease for 15 seconds more.
    Scene.eventually()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Stopped"));
    assertThat(first.exitStatus()).isEqualTo(143);
  }

  @Test
  void aLeaderThatSleptThroughItsLeaseWakesUpAndEndsWithoutHarm() {
    String uid = scene.mirror("sc-1").getMetadata().getUid();
    first.freeze();
    scene.workspace.update("sc-1", s -> s.state("Stopped"));
    scene.workspace.put(FakeSession.sql("sc-2").state("Running"));
    Scene.eventually()
        .untilAsserted(
            () ->
                assertThat(scene.mirroredStates())
                    .containsEntry("sc-1", "Stopped")
                    .containsEntry("sc-2", "Running"));

    first.wake();

    Scene.eventually().until(() -> !first.isAlive());
    assertThat(first.exitStatus()).isEqualTo(1);
    scene.awaitListings(2);
    assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates());
    assertThat(scene.mirror("sc-1").getMetadata().getUid()).isEqualTo(uid);
  }

  /** A clock 15 s ahead takes every renewal for one of 15 s ago. */
  @Test
  void aStandbyWhoseClockIsAheadTakesNothingFromALivingLeader() {
    // Longer than a lease: by the written times it could be taken at any moment. Not so often that
    // the leader's own renewals would always meet another version.
    await()
        .pollInterval(Duration.ofMillis(700))
        .atMost(Duration.ofSeconds(40))
        .during(Duration.ofSeconds(20))
        .until(
            () -> {
              age(Duration.ofSeconds(15));
              return holder().equals("operator-0");
            });

    assertThat(first.isAlive()).isTrue();
    assertThat(second.log()).doesNotContain("leading identity=operator-1");
  }

  @ParameterizedTest
  @ValueSource(ints = {-300, 300})
  void aDeadLeadersLeaseRunsOutWhateverItsClockSaid(int seconds) {
    first.kill();
    age(Duration.ofSeconds(-seconds));
    scene.workspace.update("sc-1", s -> s.state("Stopped"));

    // Not at once either: that would be to believe a clock that is behind.
    await()
        .atMost(Duration.ofSeconds(20))
        .during(Duration.ofSeconds(8))
        .until(() -> holder().equals("operator-0"));
    Scene.eventually()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Stopped"));
    assertThat(holder()).isEqualTo("operator-1");
  }

  /** Somebody gives the lease away while its holder lives: both lead until that one notices. */
  @Test
  void twoThatLeadForAMomentDoNoHarm() {
    Map<String, String> uids = scene.mirrorUids();
    Scene.eventually()
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              edit(lease -> lease.getSpec().setHolderIdentity("operator-1"));
              return second.log().contains("leading identity=operator-1");
            });
    int change = 0;
    while (first.isAlive() || change < 2) {
      String state = ++change % 2 == 0 ? "Running" : "Stopped";
      scene.workspace.update("sc-1", s -> s.state(state));
      Scene.eventually()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", state));
    }

    assertThat(first.exitStatus()).isEqualTo(1);
    scene.awaitListings(2);
    assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates());
    assertThat(scene.mirrorUids()).isEqualTo(uids);
    scene.awaitReady("hangzhou");
  }

  /** Has the lease look as a clock sees it that is so much ahead. */
  private void age(Duration ahead) {
    edit(lease -> lease.getSpec().setRenewTime(ZonedDateTime.now(ZoneOffset.UTC).minus(ahead)));
  }

  private void edit(Consumer<Lease> change) {
    try {
      scene
          .admin()
          .leases()
          .inNamespace(scene.namespace())
          .withName(LEASE)
          .edit(
              lease -> {
                change.accept(lease);
                return lease;
              });
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      // Renewed at the same moment; the next round is in time.
    }
  }

  private String holder() {
    Lease lease = scene.admin().leases().inNamespace(scene.namespace()).withName(LEASE).get();
    String holder = lease == null ? null : lease.getSpec().getHolderIdentity();
    return holder == null ? "" : holder;
  }

  /** The role of {@code deploy/} is for the operator's own namespace; each test has its own. */
  private void grantLeases() {
    var role =
        scene
            .admin()
            .rbac()
            .roles()
            .inNamespace(DeployedControlPlane.OPERATOR_NAMESPACE)
            .withName("session-cluster-operator-leases")
            .require();
    DeployedControlPlane.grant(scene.admin(), scene.namespace(), "leases", role.getRules());
  }
}
