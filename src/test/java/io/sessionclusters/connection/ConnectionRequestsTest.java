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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.connection.ConnectionRequests.Owner;
import io.sessionclusters.connection.ConnectionRequests.SecretResult;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.mapping.Ownership;
import io.sessionclusters.mirror.Mirrors;
import io.sessionclusters.simulation.InstantApiServer;
import io.sessionclusters.time.SystemTimers;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionRequestsTest {

  private static final String NAME = "sc-1-connection";
  private static final Owner OWNER = new Owner("sc-1", "uid-1");
  private static final Connection CONNECTION =
      new Connection(Map.of("token", secret("opensesame")));
  private static final OwnerReference OURS = controller("SessionCluster", "sc-1", "uid-1");

  @AutoClose private final InstantApiServer server = new InstantApiServer();
  private final ConnectionRequests requests =
      new ConnectionRequests(
          server.client(),
          new ApiServerThrottle(Clock.systemUTC(), SystemTimers.INSTANCE),
          Mirrors.SOURCE,
          () -> true);

  @Test
  void oneThatIsMissingIsMade() throws Exception {
    assertThat(requests.keep(NAME, OWNER, CONNECTION)).isEqualTo(SecretResult.KEPT);

    Secret made = find();
    assertThat(made.getType()).isEqualTo("sessionclusters.io/connection");
    assertThat(made.getData()).isEqualTo(CONNECTION.encoded());
    assertThat(made.getMetadata().getLabels()).isEqualTo(Ownership.labels("adhoc"));
    assertThat(made.getMetadata().getOwnerReferences()).containsExactly(OURS);
  }

  @Test
  void oneThatIsRightIsOnlyRead() throws Exception {
    requests.keep(NAME, OWNER, CONNECTION);
    server.requests();

    assertThat(requests.keep(NAME, OWNER, CONNECTION)).isEqualTo(SecretResult.KEPT);

    assertThat(server.requests()).containsExactly("get secrets " + NAME);
  }

  /** A second owner would keep the token beyond the mirror's end. */
  @Test
  void noOtherOwnerStays() throws Exception {
    put(OURS, owner("ConfigMap", "keeps-it"));

    assertThat(requests.keep(NAME, OWNER, CONNECTION)).isEqualTo(SecretResult.KEPT);

    assertThat(find().getMetadata().getOwnerReferences()).containsExactly(OURS);
    assertThat(find().getData()).isEqualTo(CONNECTION.encoded());
  }

  static Stream<OwnerReference> others() {
    return Stream.of(
        controller("SessionCluster", "sc-2", "uid-1"),
        controller("ConfigMap", "sc-1", "uid-1"),
        new OwnerReferenceBuilder(OURS).withApiVersion("example.org/v1").build(),
        new OwnerReferenceBuilder(OURS).withController(false).build());
  }

  @ParameterizedTest
  @MethodSource("others")
  void oneThatAnotherControlsIsNeitherChangedNorRemoved(OwnerReference owner) throws Exception {
    Secret theirs = put(owner);

    assertThat(requests.keep(NAME, OWNER, CONNECTION)).isEqualTo(SecretResult.TAKEN);
    requests.remove(NAME, OWNER);

    assertThat(find()).isEqualTo(theirs);
  }

  @Test
  void oneOfAnEarlierMirrorAwaitsCollection() throws Exception {
    Secret earlier = put(controller("SessionCluster", "sc-1", "uid-0"));

    assertThat(requests.keep(NAME, OWNER, CONNECTION)).isEqualTo(SecretResult.AWAITS_COLLECTION);
    requests.remove(NAME, OWNER);

    assertThat(find()).isEqualTo(earlier);
  }

  @Test
  void oneOfOursThatIsBeingDeletedAwaitsItsEnd() throws Exception {
    server.edit(put(OURS), s -> s.getMetadata().setFinalizers(List.of("example.org/hold")));
    server.delete(find());

    assertThat(requests.keep(NAME, OWNER, CONNECTION)).isEqualTo(SecretResult.AWAITS_COLLECTION);
  }

  @Test
  void aTypeThatCannotBeChangedIsMadeAnew() throws Exception {
    Secret opaque = put(OURS);

    assertThat(requests.keep(NAME, OWNER, CONNECTION)).isEqualTo(SecretResult.KEPT);

    assertThat(find().getType()).isEqualTo(Connection.SECRET_TYPE);
    assertThat(find().getMetadata().getUid()).isNotEqualTo(opaque.getMetadata().getUid());
  }

  @Test
  void oursIsRemovedAndOneThatIsNotThereIsNoError() throws Exception {
    requests.keep(NAME, OWNER, CONNECTION);

    requests.remove(NAME, OWNER);
    assertThat(server.find(named())).isNull();

    requests.remove(NAME, OWNER);
  }

  @Test
  void noRefusalQuotesTheTokenThatWasSentOrStored() throws Exception {
    server.refuse("create", 403, "Forbidden", "opensesame? b3BlbnNlc2FtZQ== is forbidden");
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> requests.keep(NAME, OWNER, CONNECTION))
        .satisfies(
            e -> {
              assertThat(e.getCode()).isEqualTo(403);
              assertThat(e.getStatus().getMessage())
                  .isEqualTo("%1$s? %1$s is forbidden".formatted(SecretValue.REDACTED));
            })
        .withMessageNotContaining("opensesame")
        .withNoCause();

    server.refuseNothing();
    requests.keep(NAME, OWNER, CONNECTION);
    server.refuse("delete", 403, "Forbidden", "it holds opensesame");
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> requests.remove(NAME, OWNER))
        .withMessageNotContaining("opensesame");
  }

  private Secret put(OwnerReference... owners) {
    return server.create(
        new SecretBuilder(named())
            .editMetadata()
            .withOwnerReferences(owners)
            .endMetadata()
            .withType("Opaque")
            .addToData("token", "dGhlaXJz")
            .build());
  }

  private Secret find() {
    return Objects.requireNonNull(server.find(named()));
  }

  private static Secret named() {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(Mirrors.NAMESPACE)
        .withName(NAME)
        .endMetadata()
        .build();
  }

  private static OwnerReference controller(String kind, String name, String uid) {
    return Ownership.controller(kind, name, uid);
  }

  private static OwnerReference owner(String kind, String name) {
    return new OwnerReferenceBuilder()
        .withApiVersion("v1")
        .withKind(kind)
        .withName(name)
        .withUid("uid-of-" + name)
        .build();
  }

  private static SecretValue secret(String value) {
    return new SecretValue(value);
  }
}
