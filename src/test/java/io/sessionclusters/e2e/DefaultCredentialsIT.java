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

import io.sessionclusters.fakecloud.FakeKeyServer;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.FakeSts;
import io.sessionclusters.fakecloud.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's own key: wherever it lies, and however that changes while the operator runs. */
class DefaultCredentialsIT {

  private static final String ROLE = "acs:ram::1234567890123456:role/operator";
  private static final String PROVIDER = "acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1";
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path home;
  @AutoClose private final Scene scene = Scene.withoutOperator();
  @AutoClose private final FakeSts sts = FakeSts.start(scene.cloud);
  @AutoClose private final FakeKeyServer server = FakeKeyServer.start();

  @BeforeEach
  void putOneSession() {
    scene.workspace.put(FakeSession.sql("sc-0").state("Running"));
    List.of("LTAI-1", "LTAI-2").forEach(id -> scene.cloud.addKey(id, "secret-of-" + id));
  }

  @Test
  void theEnvironmentsKeyServesTheOperatorsNamespace() throws Exception {
    try (var _ =
        start(
            Map.of(
                "ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI-1",
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret-of-LTAI-1"))) {
      applySource("1h");
      scene.awaitReady("hangzhou");
    }
    assertThat(scene.keyIds()).containsOnly("LTAI-1");
  }

  @Test
  void theOperatorsKeyServesNoNamespaceThatIsNotNamed() throws Exception {
    try (var _ =
        start(
            Map.of(
                "AMBIENT_NAMESPACES",
                "team-a,team-b",
                "ALIBABA_CLOUD_CREDENTIALS_URI",
                server.uri().toString()))) {
      applySource("1s");
      scene.awaitReady(
          "hangzhou",
          "False CredentialsNotFound: No credentials: set spec.credentials.secretRef, or allow this"
              + " namespace in AMBIENT_NAMESPACES.");
      scene.letPollsPass(2);
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void withoutAnyKeyTheSourceSaysWhatToDo() throws Exception {
    try (var _ = start(Map.of())) {
      applySource("1h");
      scene.awaitReady(
          "hangzhou",
          "False CredentialsNotFound: No credentials: the operator has no access key of its own."
              + " Set spec.credentials.secretRef.");
    }
  }

  @Test
  void aServiceAccountsTokenIsReadAnewForEachKey() throws Exception {
    Path token = Files.writeString(home.resolve("token"), "first.token");
    sts.putRoleOfServiceAccount(ROLE, PROVIDER, "first.token");
    sts.setLifetime(Duration.ofSeconds(4));
    try (var _ = start(serviceAccount(token))) {
      applySource("1s");
      scene.awaitReady("hangzhou");

      Files.writeString(token, "second.token");
      sts.putRoleOfServiceAccount(ROLE, PROVIDER, "second.token");
      Scene.eventually().until(() -> scene.keyIds().contains("STS.issued-3"));
    }
    assertThat(scene.events("SourceFailing")).isEmpty();
    assertThat(sts.requests())
        .extracting(FakeSts.Request::action)
        .containsOnly("AssumeRoleWithOIDC");
  }

  @Test
  void aTokenThatIsRefusedIsToldAndNotShown() throws Exception {
    Path token = Files.writeString(home.resolve("token"), "hush.hush.hush");
    sts.putRoleOfServiceAccount(ROLE, PROVIDER, "another.token");
    try (var _ = start(serviceAccount(token))) {
      applySource("1h");
      scene.awaitReady(
          "hangzhou", "False AuthenticationFailed: STS returned no temporary credentials. ");
      assertThat(scene.condition("hangzhou", "Ready"))
          .contains("service account", "AuthenticationFail.OIDCToken.Expired")
          .doesNotContain("hush");
    }
  }

  /** The vendor's own chain gives no key at all in this case. */
  @Test
  void aKeyServesOnWhileItsRenewalFails() throws Exception {
    Path token = Files.writeString(home.resolve("token"), "a.token");
    sts.putRoleOfServiceAccount(ROLE, PROVIDER, "a.token");
    sts.setLifetime(Duration.ofSeconds(18));
    try (var _ = start(serviceAccount(token))) {
      applySource("1s");
      scene.awaitReady("hangzhou");

      sts.faults().always(Fault.error("ServiceUnavailable"));
      Scene.eventually().until(() -> sts.attempts() >= 2);
      scene.awaitListings(1);
      sts.faults().clear();
      Scene.eventually().until(() -> scene.keyIds().contains("STS.issued-2"));
    }
    assertThat(scene.events("SourceFailing")).isEmpty();
  }

  @Test
  void aProfileFileThatChangesCountsAtTheNextPoll() throws Exception {
    Path file = home.resolve("mounted.ini");
    writeProfile(file, "LTAI-1");
    try (var _ = start(Map.of("ALIBABA_CLOUD_CREDENTIALS_FILE", file.toString()))) {
      applySource("1h");
      scene.awaitReady("hangzhou");

      writeProfile(file, "LTAI-2");
      scene.cloud.removeKey("LTAI-1");
      scene.poll("hangzhou");
      assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: ");
    }
    assertThat(scene.keyIds()).containsExactly("LTAI-1", "LTAI-2");
  }

  @Test
  void whoComesFirstInTheChainCountsFromTheMomentItIsThere() throws Exception {
    putTemporaryKey("STS.uri");
    Path file = Files.createDirectories(home.resolve(".alibabacloud")).resolve("credentials.ini");
    try (var _ = start(Map.of("ALIBABA_CLOUD_CREDENTIALS_URI", server.uri().toString()))) {
      applySource("1h");
      scene.awaitReady("hangzhou");

      writeProfile(file, "LTAI-1");
      scene.poll("hangzhou");
      Files.delete(file);
      scene.poll("hangzhou");
    }
    assertThat(scene.keyIds()).containsExactly("STS.uri", "LTAI-1", "STS.uri");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aCredentialsUriThatFailsIsTriedAgainAndNotShown() throws Exception {
    putTemporaryKey("STS.uri");
    server.answer(503, "{\"AccessKeySecret\": \"hush\"}");
    try (var _ = start(Map.of("ALIBABA_CLOUD_CREDENTIALS_URI", server.uri().toString()))) {
      applySource("1h");
      scene.awaitReady(
          "hangzhou",
          "False CloudUnavailable: Failed to obtain temporary credentials: the credentials URI, on"
              + " 127.0.0.1, gives no key.");
      assertThat(scene.condition("hangzhou", "Ready")).doesNotContain("hush");

      server.recover();
      scene.awaitReady("hangzhou");
    }
  }

  @Test
  void aKeyThatTheCloudRejectsIsFetchedAnewInTheSameListing() throws Exception {
    putTemporaryKey("STS.old");
    try (var _ = start(Map.of("ALIBABA_CLOUD_CREDENTIALS_URI", server.uri().toString()))) {
      applySource("1h");
      scene.awaitReady("hangzhou");

      scene.cloud.removeKey("STS.old");
      putTemporaryKey("STS.new");
      scene.poll("hangzhou");
      assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: ");
    }
    assertThat(scene.keyIds()).containsExactly("STS.old", "STS.old", "STS.new");
    assertThat(scene.events("SourceFailing")).isEmpty();
  }

  @Test
  void aRoleAndTheKeyThatAssumesItAreBothRenewedInOneListing() throws Exception {
    String role = "acs:ram::6543210987654321:role/reader";
    Path token = Files.writeString(home.resolve("token"), "a.token");
    sts.putRoleOfServiceAccount(ROLE, PROVIDER, "a.token");
    sts.putRole(role, null, "STS.issued-1", "STS.issued-3");
    try (var _ = start(serviceAccount(token))) {
      scene.applySource(
          "hangzhou", "interval: 1h", "credentials: {assumeRole: {roleArn: '" + role + "'}}");
      scene.awaitReady("hangzhou");

      scene.cloud.expireToken("STS.issued-1");
      scene.cloud.expireToken("STS.issued-2");
      scene.poll("hangzhou");
      assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: ");
    }
    assertThat(scene.keyIds()).containsExactly("STS.issued-2", "STS.issued-2", "STS.issued-4");
    assertThat(scene.events("SourceFailing")).isEmpty();
  }

  private KeyedOperator start(Map<String, String> variables) throws InterruptedException {
    var environment = new HashMap<>(Map.of("HOME", home.toString()));
    environment.putAll(variables);
    return KeyedOperator.start(scene, sts, environment);
  }

  private static Map<String, String> serviceAccount(Path token) {
    return Map.of(
        "ALIBABA_CLOUD_ROLE_ARN", ROLE,
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER,
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE", token.toString());
  }

  private void applySource(String interval) {
    scene.applySource("hangzhou", "interval: " + interval, "credentials: null");
  }

  /** Has the cloud know a temporary key, and the credentials URI give it out. */
  private void putTemporaryKey(String id) {
    scene.cloud.addTemporaryKey(id, "secret-of-" + id, "token-of-" + id);
    server.put(id, "secret-of-" + id, "token-of-" + id, HOUR, "no-role");
  }

  private static void writeProfile(Path file, String id) throws IOException {
    Files.writeString(
        file,
        """
        [default]
        enable = true
        type = access_key
        access_key_id = %1$s
        access_key_secret = secret-of-%1$s
        """
            .formatted(id));
  }
}
