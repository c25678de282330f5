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

import static io.sessionclusters.e2e.ThriftScene.SELDOM;
import static io.sessionclusters.e2e.ThriftScene.controlledBy;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.support.ApiServerMetrics;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Connection Secrets that cannot be kept, and what is said of it. */
class ConnectionSecretTroubleIT {

  @AutoClose private final ThriftScene thrift = ThriftScene.withoutOperator();
  private final Scene scene = thrift.scene;

  @Test
  void aSecretOfSomebodyElsesIsNeverTouched() {
    thrift.grant();
    thrift.startOperator(SELDOM);
    IntStream.range(0, 8).forEach(i -> thrift.putThrift("sc-" + i));
    thrift.putOther("sc-0");
    thrift.putHeldBack("sc-1", controlledBy("sc-other", UUID.randomUUID().toString()));
    IntStream.range(2, 7).forEach(i -> thrift.putOther("sc-" + i));
    thrift.applySource();

    scene.awaitReady("hangzhou", "False Conflict: ");
    assertThat(scene.condition("hangzhou", "Ready"))
        .isEqualTo(
            "False Conflict: 7 connection Secrets already exist and are not managed by the"
                + " operator: sc-0-connection, sc-1-connection, sc-2-connection,"
                + " sc-3-connection, sc-4-connection and 2 more.");
    assertThat(scene.conditionTypes("hangzhou")).containsExactly("Ready");
    for (int i = 0; i < 7; i++) {
      assertThat(thrift.data("sc-" + i)).isEqualTo(Map.of("theirs", "1"));
      assertThat(thrift.reference("sc-" + i)).isEmpty();
    }
    assertThat(thrift.reference("sc-7")).isEqualTo("sc-7-connection");
    assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates());

    // The next listing finds room.
    scene.kubectl("delete", "secret", "sc-0-connection");
    scene.poll("hangzhou");
    assertThat(scene.condition("hangzhou", "Ready")).contains("6 connection Secrets already exist");
    assertThat(thrift.data("sc-0")).containsEntry("token", "token-of-sc-0");
    assertThat(thrift.reference("sc-0")).isEqualTo("sc-0-connection");

    scene.editSource("hangzhou", "{\"connectionSecrets\":false}");
    scene.awaitReady("hangzhou");
    assertThat(thrift.find("sc-0")).isNull();
    assertThat(thrift.data("sc-2")).isEqualTo(Map.of("theirs", "1"));
  }

  @Test
  void oneOfAnEarlierMirrorIsLeftToTheGarbageCollector() {
    thrift.grant();
    thrift.startOperator(SELDOM);
    thrift.putThrift("sc-1");
    thrift.putHeldBack("sc-1", controlledBy("sc-1", UUID.randomUUID().toString()));
    thrift.applySource("interval: 1s");

    scene.awaitReady("hangzhou", "False Conflict: ");
    assertThat(scene.condition("hangzhou", "Ready"))
        .endsWith(
            ": Waiting for garbage collection of 1 connection Secrets owned by deleted mirrors.");
    assertThat(thrift.data("sc-1")).isEqualTo(Map.of("theirs", "1"));
    assertThat(thrift.reference("sc-1")).isEmpty();

    thrift.release("sc-1");
    scene.awaitReady("hangzhou");
    assertThat(thrift.data("sc-1")).containsEntry("token", "token-of-sc-1");
  }

  @Test
  void aMissingPermissionIsNamedAndTheMirrorsAreWritten() {
    thrift.startOperator(SELDOM);
    thrift.putThrift("sc-1");
    scene.workspace.put(FakeSession.sql("sc-2"));
    thrift.applySource("interval: 1s");

    scene.awaitReady("hangzhou", "False WriteDenied: ");
    assertThat(scene.condition("hangzhou", "Ready"))
        .contains("1 connection Secrets could not be read, written or deleted.")
        .contains("cannot create resource \"secrets\"");
    assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates());
    assertThat(thrift.reference("sc-1")).isEmpty();

    thrift.grant();
    scene.awaitReady("hangzhou");
    assertThat(thrift.data("sc-1")).containsEntry("token", "token-of-sc-1");
    assertThat(thrift.reference("sc-1")).isEqualTo("sc-1-connection");
  }

  @Test
  void aSettingThatIsOffIsSaidTheMirrorsGoOnAndTheSecretsGo() {
    thrift.grant();
    thrift.startOperator(SELDOM);
    thrift.putThrift("sc-1");
    thrift.applySource();
    scene.awaitReady("hangzhou");

    scene.stopOperator();
    scene.startOperator();
    thrift.putThrift("sc-2");
    scene.poll("hangzhou");

    assertThat(scene.condition("hangzhou", "Ready"))
        .startsWith("False ConnectionSecretsOff: ")
        .contains("CONNECTION_SECRETS=true");
    assertThat(scene.conditionTypes("hangzhou")).containsExactly("Ready");
    assertThat(scene.mirroredStates()).isEqualTo(scene.cloudStates());
    assertThat(thrift.find("sc-1")).isNull();
    assertThat(thrift.reference("sc-1")).isEmpty();
    assertThat(thrift.find("sc-2")).isNull();

    scene.editSource("hangzhou", "{\"connectionSecrets\":false}");
    scene.awaitReady("hangzhou");
  }

  @Test
  void aSourceThatAsksForNoneHasNoneRead() {
    thrift.grant();
    thrift.startOperator(SELDOM);
    thrift.putThrift("sc-1");
    thrift.applySource("connectionSecrets: false");
    scene.awaitReady("hangzhou");
    Scene.eventually().until(scene::isAlone);
    ApiServerMetrics before = scene.plane.metrics();

    scene.poll("hangzhou");

    ApiServerMetrics after = scene.plane.metrics();
    assertThat(after.requests("GET", "secrets") - before.requests("GET", "secrets")).isEqualTo(1);
    assertThat(thrift.find("sc-1")).isNull();
  }

  /** Whatever refuses a Secret is not trusted with the words of the status. */
  @Test
  void theTokenIsInNoStatusEventOrLog() {
    Logger root = (Logger) LoggerFactory.getLogger("io.sessionclusters");
    Level level = root.getLevel();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.setLevel(Level.TRACE);
    root.addAppender(log);
    String policy = "tell-tale-" + scene.namespace();
    try {
      refuseSecretsAndTellThem(policy);
      thrift.grant();
      thrift.startOperator(SELDOM);
      thrift.putThrift("sc-1");
      thrift.applySource("interval: 1s");

      scene.awaitReady("hangzhou", "False WriteDenied: ");
      assertThat(scene.condition("hangzhou", "Ready"))
          .contains("the secret is *********(redacted), I say");
      scene.kubectl("delete", "validatingadmissionpolicybinding", policy);
      scene.awaitReady("hangzhou");
      scene.workspace.update("sc-1", s -> s.connectionToken("token-of-sc-1-rotated"));
      scene.poll("hangzhou");

      assertThat(scene.kubectl("get", "sscs,ssc,events", "-o", "yaml"))
          .contains("sc-1-connection", "SourceRecovered")
          .doesNotContain("token-of-sc-1", "dG9rZW4tb2Yt");
      assertThat(log.list).isNotEmpty();
      assertThat(List.copyOf(log.list))
          .extracting(ILoggingEvent::getFormattedMessage)
          .noneMatch(line -> line.contains("token-of-sc-1") || line.contains("dG9rZW4tb2Yt"));
    } finally {
      root.detachAppender(log);
      root.setLevel(level);
      scene.kubectl(
          "delete",
          "--ignore-not-found",
          "validatingadmissionpolicy,validatingadmissionpolicybinding",
          policy);
    }
  }

  private void refuseSecretsAndTellThem(String policy) {
    scene
        .kubectl()
        .runWithInput(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: %1$s}
            spec:
              matchConstraints:
                resourceRules:
                  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [secrets]}
              validations:
                - expression: "false"
                  messageExpression: "'the secret is ' + string(object.data.token) + ', I say'"
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: %1$s}
            spec:
              policyName: %1$s
              validationActions: [Deny]
              matchResources:
                namespaceSelector:
                  matchLabels: {kubernetes.io/metadata.name: %2$s}
            """
                .formatted(policy, scene.namespace()),
            "apply",
            "-f",
            "-");
    Scene.eventually()
        .until(
            () ->
                scene
                    .kubectl()
                    .tryRun(
                        "create",
                        "secret",
                        "generic",
                        "probe",
                        "-n",
                        scene.namespace(),
                        "--from-literal=token=probe",
                        "--dry-run=server")
                    .stderr()
                    .contains("I say"));
  }
}
