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
import io.sessionclusters.fakecloud.Fault;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a source says of itself, and that one that cannot work harms nothing. */
class SourceStatusIT {

  @AutoClose private final Scene scene = Scene.start();

  @BeforeEach
  void putOneSession() {
    scene.workspace.put(FakeSession.sql("sc-0").state("Running"));
  }

  @Test
  void sourcesThatCannotWorkSaySoAndDisturbNobody() {
    makeSecret("without-id", "accessKeySecret=x");
    makeSecret("empty-value", "accessKeyId=x", "accessKeySecret=");
    makeSecret("two-lines", "accessKeyId=x", "accessKeySecret=hidden\nhidden");
    makeSecret("accented", "accessKeyId=hidd\u00ebn", "accessKeySecret=x");
    makeSecret("wrong-key", "accessKeyId=LTAI-test", "accessKeySecret=hidden-mistake");
    scene.applySource("good", "interval: 1s");
    scene.awaitReady("good");
    Map<String, String> mirrors = scene.mirrorUids();

    assertCannotWork("endpoint: https://example.com", "InvalidConfiguration: spec.endpoint");
    assertCannotWork("endpoint: http://example.com", "InvalidConfiguration: spec.endpoint");
    assertCannotWork("filter: {nameRegex: '('}", "InvalidConfiguration: spec.filter.nameRegex");
    assertCannotWork(
        "credentials: null", "CredentialsNotFound: No credentials: set spec.credentials.secretRef");
    assertCannotWork(secretRef("none"), "CredentialsNotFound: Secret none does not exist.");
    assertCannotWork(
        secretRef("without-id"),
        "CredentialsNotFound: Secret without-id: key accessKeyId is missing.");
    assertCannotWork(
        secretRef("empty-value"),
        "CredentialsNotFound: Secret empty-value: key accessKeySecret is empty.");
    assertCannotWork(
        secretRef("two-lines"),
        "AuthenticationFailed: Secret two-lines: key accessKeySecret contains whitespace or");
    assertCannotWork(
        secretRef("accented"),
        "AuthenticationFailed: Secret accented: key accessKeyId contains whitespace or");
    assertCannotWork(
        secretRef("wrong-key"), "AuthenticationFailed: The API rejected the access key");
    assertCannotWork("workspaceId: w-elsewhere", "RequestRejected: ");

    scene.awaitListings(2);
    assertThat(scene.mirrorUids()).isEqualTo(mirrors);
    assertThat(scene.condition("good", "Ready")).startsWith("True Succeeded");
  }

  private void assertCannotWork(String specLine, String why) {
    scene.kubectl("delete", "sscs", "bad", "--ignore-not-found");
    scene.applySource("bad", specLine);
    scene.awaitReady("bad", "False " + why);

    assertThat(scene.condition("bad", "Ready")).doesNotContain("hidden");
    assertThat(scene.condition("bad", "Stalled").isEmpty())
        .isEqualTo(!why.startsWith("InvalidConfiguration"));
    assertThat(scene.condition("bad", "Reconciling")).isEmpty();
  }

  private static String secretRef(String name) {
    return "credentials: {secretRef: {name: " + name + "}}";
  }

  private void makeSecret(String name, String... values) {
    scene.kubectl(
        Stream.concat(
                Stream.of("create", "secret", "generic", name),
                Stream.of(values).map(value -> "--from-literal=" + value))
            .toArray(String[]::new));
  }

  @Test
  void aSourceThatWorksNoLongerKeepsItsMirrors() {
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");
    Map<String, String> mirrors = scene.mirrorUids();

    scene.editSource("hangzhou", "{\"endpoint\":\"https://example.com\"}");
    scene.awaitReady("hangzhou", "False InvalidConfiguration: ");
    scene.letPollsPass(2);

    assertThat(scene.mirrorUids()).isEqualTo(mirrors);
    assertThat(scene.mirroredStates()).isEqualTo(Map.of("sc-0", "Running"));
  }

  @Test
  void editingASourceThatCannotWorkMendsIt() {
    scene.applySource("hangzhou", "interval: 1h", "filter: {nameRegex: '('}");
    scene.awaitReady("hangzhou", "False InvalidConfiguration: ");
    assertThat(scene.condition("hangzhou", "Stalled")).startsWith("True InvalidConfiguration: ");
    assertThat(scene.listings()).isZero();

    scene.editSource("hangzhou", "{\"filter\":null}");
    scene.awaitReady("hangzhou");

    assertThat(scene.condition("hangzhou", "Stalled")).isEmpty();
    assertThat(scene.mirrors()).containsOnlyKeys("sc-0");
  }

  @Test
  void aMendedSecretIsNoticedAtTheNextPoll() {
    scene.applySource("hangzhou", "interval: 1s", secretRef("later"));
    scene.awaitReady("hangzhou", "False CredentialsNotFound: ");

    makeSecret("later", "accessKeyId=LTAI-test", "accessKeySecret=test-secret");

    scene.awaitReady("hangzhou");
  }

  @Test
  void conditionsFollowKstatus() {
    var slow = scene.cloud.faults().once(Fault.delay(Duration.ofSeconds(2)));
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou", "Unknown Progressing: ");
    assertThat(scene.condition("hangzhou", "Reconciling")).startsWith("True Progressing: ");
    assertThat(scene.condition("hangzhou", "Stalled")).isEmpty();
    Scene.eventually().until(() -> slow.applied() == 1);

    scene.awaitReady("hangzhou");
    assertThat(scene.conditionTypes("hangzhou")).containsExactly("Ready");

    scene.cloud.faults().once(Fault.error("InternalError"));
    scene.poll("hangzhou");
    assertThat(scene.condition("hangzhou", "Ready")).startsWith("False CloudUnavailable: ");
    assertThat(scene.condition("hangzhou", "Reconciling"))
        .startsWith("True ProgressingWithRetry: ");
    assertThat(scene.conditionTypes("hangzhou")).containsExactlyInAnyOrder("Ready", "Reconciling");

    scene.awaitReady("hangzhou");
    assertThat(scene.conditionTypes("hangzhou")).containsExactly("Ready");
  }

  @Test
  void aFailureSaysTheSameFromPollToPollAndNothingSecret() {
    scene.cloud.faults().always(Fault.error("SignatureDoesNotMatch"));
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou", "False AuthenticationFailed: ");
    String first = scene.condition("hangzhou", "Ready");
    var version = scene.resourceVersion("hangzhou");

    scene.awaitListings(3);

    assertThat(scene.condition("hangzhou", "Ready")).isEqualTo(first);
    assertThat(scene.resourceVersion("hangzhou")).isEqualTo(version);
    assertThat(scene.kubectl("get", "sscs", "hangzhou", "-o", "yaml"))
        .doesNotContain("test-secret", "LTAI-test", "ACS3-HMAC-SHA256", "x-acs-");
  }
}
