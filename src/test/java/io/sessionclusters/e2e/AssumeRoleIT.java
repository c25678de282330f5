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

import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.FakeSts;
import io.sessionclusters.fakecloud.FakeWorkspace;
import io.sessionclusters.fakecloud.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Roles of other accounts, assumed with the key of a Secret or with the operator's own. */
class AssumeRoleIT {

  private static final String ROLE = "acs:ram::1234567890123456:role/reader";
  private static final String SECRET_AND_ROLE =
      "credentials: {secretRef: {name: cloud-key}, assumeRole: {roleArn: '" + ROLE + "'}}";
  private static final String ROLE_ONLY = "credentials: {assumeRole: {roleArn: '" + ROLE + "'}}";

  @AutoClose private final Scene scene = Scene.withoutOperator();
  @AutoClose private final FakeSts sts = FakeSts.start(scene.cloud);

  @BeforeEach
  void putOneSession() {
    scene.workspace.put(FakeSession.sql("sc-0").state("Running"));
    sts.putRole(ROLE, null, "LTAI-test");
  }

  @Test
  void anotherAccountIsReadWithTheRolesKeyAndNotWithTheSecrets() throws Exception {
    sts.putRole(ROLE, "tenant-1", "LTAI-test");
    try (var _ = KeyedOperator.start(scene, sts, Map.of())) {
      scene.applySource(
          "hangzhou",
          "interval: 1s",
          "credentials: {secretRef: {name: cloud-key}, assumeRole: {roleArn: '"
              + ROLE
              + "', externalId: tenant-1}}");
      scene.awaitReady("hangzhou");
      scene.awaitListings(3);
    }

    assertThat(scene.mirrors()).containsOnlyKeys("sc-0");
    assertThat(scene.keyIds()).containsOnly("STS.issued-1");
    assertThat(sts.requests())
        .containsExactly(
            new FakeSts.Request(
                "AssumeRole", ROLE, "tenant-1", "session-cluster-operator", "LTAI-test"));
  }

  @Test
  void allSourcesOfOneKeyAndRoleShareOneSession() throws Exception {
    sts.faults().once(Fault.delay(Duration.ofSeconds(1)));
    try (var _ = KeyedOperator.start(scene, sts, Map.of())) {
      List<String> names = List.of("a", "b", "c", "d", "e");
      names.forEach(
          name -> {
            scene.cloud.workspace(Scene.REGION, "w-" + name).put(FakeSession.sql("sc-" + name));
            scene.applySource(name, "workspaceId: w-" + name, SECRET_AND_ROLE);
          });
      names.forEach(scene::awaitReady);
      assertThat(sts.requests()).hasSize(1);

      scene.applySource(
          "other-id",
          "credentials: {secretRef: {name: cloud-key}, assumeRole: {roleArn: '"
              + ROLE
              + "', externalId: tenant-2}}");
      scene.awaitReady("other-id");
      assertThat(sts.requests()).hasSize(2);
    }
  }

  /** A session belongs to whoever has the secret of the key, not to who knows its id. */
  @Test
  void whoeverKnowsOnlyTheIdOfAKeyGetsNoSessionOfIt() throws Exception {
    try (var _ = KeyedOperator.start(scene, sts, Map.of())) {
      scene.applySource("owner", "interval: 1h", SECRET_AND_ROLE);
      scene.awaitReady("owner");

      scene.putSecret("guessed", Map.of("accessKeyId", "LTAI-test", "accessKeySecret", "guess"));
      scene.applySource("thief", "interval: 1h", SECRET_AND_ROLE.replace("cloud-key", "guessed"));
      scene.awaitReady(
          "thief", "False AuthenticationFailed: STS returned no temporary credentials. ");
    }
    assertThat(sts.issued()).hasSize(1);
  }

  @Test
  void aWrongExternalIdIsToldAndMendedByAnEdit() throws Exception {
    sts.putRole(ROLE, "tenant-1", "LTAI-test");
    try (var _ = KeyedOperator.start(scene, sts, Map.of())) {
      scene.applySource("hangzhou", "interval: 1h", SECRET_AND_ROLE);
      scene.awaitReady(
          "hangzhou",
          "False PermissionDenied: STS returned no temporary credentials. Cannot assume the role");
      assertThat(scene.conditionTypes("hangzhou")).containsExactly("Ready");

      scene.editSource(
          "hangzhou", "{\"credentials\":{\"assumeRole\":{\"externalId\":\"tenant-1\"}}}");
      scene.awaitReady("hangzhou");
    }
  }

  @Test
  void aRoleThatDoesNotExistIsTold() throws Exception {
    try (var _ = KeyedOperator.start(scene, sts, Map.of())) {
      scene.applySource("hangzhou", "interval: 1h", SECRET_AND_ROLE.replace("reader", "nobody"));
      scene.awaitReady("hangzhou", "False PermissionDenied: ");
      assertThat(scene.condition("hangzhou", "Ready")).contains("EntityNotExist.Role");
    }
  }

  @Test
  void withoutStsThereIsNoFirstSessionButAnOldOneServesOn() throws Exception {
    sts.stopListening();
    try (var _ = KeyedOperator.start(scene, sts, Map.of())) {
      scene.applySource("hangzhou", "interval: 1h", SECRET_AND_ROLE);
      scene.awaitReady(
          "hangzhou", "False CloudUnavailable: STS returned no temporary credentials. ");

      sts.startListening();
      scene.awaitReady("hangzhou");

      sts.stopListening();
      scene.poll("hangzhou");
      scene.poll("hangzhou");
      assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: ");
    }
    assertThat(scene.keyIds()).containsOnly("STS.issued-1");
  }

  @Test
  void aThrottledStsIsAskedNoSoonerThanItSays() throws Exception {
    sts.faults().once(Fault.error("Throttling.User").withRetryAfter(Duration.ofSeconds(4)));
    try (var _ = KeyedOperator.start(scene, sts, Map.of())) {
      scene.applySource("hangzhou", "interval: 1h", SECRET_AND_ROLE);
      scene.awaitReady("hangzhou", "False Throttled: ");
      scene.letPollsPass(2);
      assertThat(sts.attempts()).isEqualTo(1);
      scene.awaitReady("hangzhou");
    }
    assertThat(sts.attempts()).isEqualTo(2);
  }

  @Test
  void anExpiredSessionIsRenewedInTheSameListing() throws Exception {
    try (var _ = KeyedOperator.start(scene, sts, Map.of())) {
      scene.applySource("hangzhou", "interval: 1h", SECRET_AND_ROLE);
      scene.awaitReady("hangzhou");

      scene.cloud.expireToken("STS.issued-1");
      scene.poll("hangzhou");
      assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: ");
      scene.cloud.removeKey("STS.issued-2");
      scene.poll("hangzhou");
      assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: ");
    }
    assertThat(scene.keyIds())
        .containsExactly(
            "STS.issued-1", "STS.issued-1", "STS.issued-2", "STS.issued-2", "STS.issued-3");
    assertThat(scene.events("SourceFailing")).isEmpty();
  }

  @Test
  void aSessionIsRenewedBeforeItsEnd() throws Exception {
    sts.setLifetime(Duration.ofSeconds(4));
    try (var _ = KeyedOperator.start(scene, sts, Map.of())) {
      scene.applySource("hangzhou", "interval: 1s", SECRET_AND_ROLE);
      scene.awaitReady("hangzhou");
      Scene.eventually().until(() -> scene.keyIds().contains("STS.issued-3"));
    }
    assertThat(scene.events("SourceFailing")).isEmpty();
  }

  /** An attacker in a namespace of its own must not borrow the operator's rights. */
  @Test
  void whoeverMayNotUseTheOperatorsKeyCannotAssumeARoleWithIt() throws Exception {
    Map<String, String> environment =
        Map.of(
            "OPERATOR_NAMESPACE", "another-namespace",
            "ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI-test",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "test-secret");
    try (var _ = KeyedOperator.start(scene, sts, environment)) {
      scene.applySource("hangzhou", "interval: 1s", ROLE_ONLY);
      scene.awaitReady(
          "hangzhou", "False CredentialsNotFound: No credentials: set spec.credentials.secretRef");
      scene.letPollsPass(2);
    }
    assertThat(sts.attempts()).isZero();
    assertThat(scene.listings()).isZero();
  }

  @Test
  void theOperatorsOwnKeyAssumesARoleWhereItMayBeUsed() throws Exception {
    Map<String, String> environment =
        Map.of(
            "ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI-test",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "test-secret");
    try (var _ = KeyedOperator.start(scene, sts, environment)) {
      scene.applySource("hangzhou", ROLE_ONLY);
      scene.awaitReady("hangzhou");
    }
    assertThat(scene.keyIds()).containsOnly("STS.issued-1");
  }

  @Test
  void anStsThatHangsHoldsUpNobodyElse() throws Exception {
    FakeWorkspace other = scene.cloud.workspace(Scene.REGION, "w-other");
    sts.faults().always(Fault.delay(Duration.ofMinutes(1)));
    try (var _ = KeyedOperator.start(scene, sts, Map.of())) {
      for (int i = 0; i < 10; i++) {
        scene.applySource("waiting-" + i, SECRET_AND_ROLE.replace("reader", "reader-" + i));
      }
      Scene.eventually().until(() -> sts.attempts() == 10);
      scene.applySource("other", "workspaceId: w-other", "interval: 1s");
      Scene.eventually().until(() -> scene.cloud.listings(other) >= 3);
      assertThat(scene.condition("waiting-0", "Ready")).doesNotStartWith("False");
    }
  }
}
