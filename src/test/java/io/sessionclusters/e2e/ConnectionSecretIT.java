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
import static io.sessionclusters.e2e.ThriftScene.WITH_EACH_LISTING;
import static io.sessionclusters.e2e.ThriftScene.controlledBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.support.ApiServerMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The connection Secrets of Thrift sessions from their making to their end. */
class ConnectionSecretIT {

  private static final String DOMAIN = "emr-spark-gateway-cn-hangzhou.data.aliyun.com";

  @AutoClose private final ThriftScene thrift = ThriftScene.withoutOperator();

  private void start(Duration checkPeriod) {
    thrift.grant();
    thrift.startOperator(checkPeriod);
  }

  @Test
  void aThriftSessionHasASecretThatItsMirrorOwnsAndNames() {
    start(SELDOM);
    thrift.putThrift("sc-thrift");
    thrift.scene.workspace.put(FakeSession.sql("sc-sql").connectionToken("not-for-sql"));
    thrift.applySource();
    thrift.scene.awaitReady("hangzhou");

    Secret secret = thrift.secret("sc-thrift");
    assertThat(thrift.data("sc-thrift"))
        .containsOnlyKeys("token", "domain", "domainInner", "jdbcUrl", "jdbcUrlInner")
        .containsEntry("token", "token-of-sc-thrift")
        .containsEntry("domain", DOMAIN)
        .containsEntry(
            "jdbcUrl",
            "jdbc:hive2://"
                + DOMAIN
                + ":443/;transportMode=http;httpPath=cliservice/token/token-of-sc-thrift");
    assertThat(secret.getMetadata().getOwnerReferences())
        .containsExactly(
            controlledBy("sc-thrift", thrift.scene.mirror("sc-thrift").getMetadata().getUid()));
    assertThat(secret.getMetadata().getLabels())
        .isEqualTo(thrift.scene.mirror("sc-thrift").getMetadata().getLabels());
    assertThat(thrift.scene.kubectl("get", "secret", "sc-thrift-connection", "--no-headers"))
        .matches("sc-thrift-connection +sessionclusters.io/connection +5 .*\n");
    assertThat(thrift.reference("sc-thrift")).isEqualTo("sc-thrift-connection");
    assertThat(version(thrift.scene.mirror("sc-thrift").getMetadata().getResourceVersion()))
        .as("the status names it after it was written")
        .isGreaterThan(version(secret.getMetadata().getResourceVersion()));
    assertThat(thrift.find("sc-sql")).isNull();
    assertThat(thrift.reference("sc-sql")).isEmpty();
  }

  @Test
  void aTokenThatRotatesIsReplacedInTheSecretAndNothingElseIsWritten() {
    start(SELDOM);
    thrift.putThrift("sc-thrift");
    thrift.applySource();
    thrift.scene.awaitReady("hangzhou");
    String uid = thrift.secret("sc-thrift").getMetadata().getUid();
    String mirror = thrift.scene.mirror("sc-thrift").getMetadata().getResourceVersion();

    thrift.scene.workspace.update("sc-thrift", s -> s.connectionToken("rotated"));
    thrift.scene.poll("hangzhou");

    assertThat(thrift.data("sc-thrift"))
        .containsEntry("token", "rotated")
        .hasEntrySatisfying("jdbcUrlInner", url -> assertThat(url).endsWith("/token/rotated"));
    assertThat(thrift.secret("sc-thrift").getMetadata().getUid()).isEqualTo(uid);
    assertThat(thrift.scene.mirror("sc-thrift").getMetadata().getResourceVersion())
        .isEqualTo(mirror);
  }

  @Test
  void whatAnotherHandDidIsMendedWithinThePeriod() {
    start(WITH_EACH_LISTING);
    IntStream.range(0, 5).forEach(i -> thrift.putThrift("sc-" + i));
    thrift.applySource();
    thrift.scene.awaitReady("hangzhou");
    String immutable = thrift.secret("sc-3").getMetadata().getUid();

    patchSecret("sc-0", "{\"data\":{\"token\":\"ZXZpbA==\",\"more\":\"MQ==\"}}");
    patchSecret(
        "sc-1",
        "{\"metadata\":{\"annotations\":{\"example.org/copy\":\"true\"},"
            + "\"labels\":{\"sessionclusters.io/source\":null}}}");
    thrift.scene.kubectl("delete", "secret", "sc-2-connection");
    patchSecret("sc-3", "{\"immutable\":true,\"data\":{\"token\":\"ZXZpbA==\"}}");
    thrift.scene.kubectl("delete", "secret", "sc-4-connection");
    thrift.putOther(
        "sc-4", controlledBy("sc-4", thrift.scene.mirror("sc-4").getMetadata().getUid()));
    thrift.scene.poll("hangzhou");

    assertThat(thrift.scene.condition("hangzhou", "Ready")).startsWith("True Succeeded");
    IntStream.range(0, 5)
        .mapToObj(i -> "sc-" + i)
        .forEach(
            mirror -> {
              assertThat(thrift.data(mirror))
                  .hasSize(5)
                  .containsEntry("token", "token-of-" + mirror);
              assertThat(thrift.secret(mirror).getType())
                  .isEqualTo("sessionclusters.io/connection");
              assertThat(thrift.secret(mirror).getMetadata().getLabels())
                  .containsEntry("sessionclusters.io/source", "hangzhou");
              assertThat(thrift.reference(mirror)).isEqualTo(mirror + "-connection");
            });
    assertThat(thrift.secret("sc-1").getMetadata().getAnnotations())
        .containsEntry("example.org/copy", "true");
    assertThat(thrift.secret("sc-3").getMetadata().getUid()).isNotEqualTo(immutable);
    assertThat(thrift.secret("sc-3").getImmutable()).isNull();
  }

  @Test
  void aPollWithinThePeriodAsksNothingOfThem() {
    start(SELDOM);
    IntStream.range(0, 20).forEach(i -> thrift.putThrift("sc-" + i));
    thrift.applySource();
    thrift.scene.awaitReady("hangzhou");
    Scene.eventually().until(thrift.scene::isAlone);
    thrift.scene.poll("hangzhou");
    ApiServerMetrics before = thrift.scene.plane.metrics();

    for (int i = 0; i < 4; i++) {
      thrift.scene.poll("hangzhou");
    }

    ApiServerMetrics after = thrift.scene.plane.metrics();
    assertThat(after.requests("GET", "secrets") - before.requests("GET", "secrets"))
        .as("the access key, once a poll")
        .isEqualTo(4);
    assertThat(after.writes("secrets")).isEqualTo(before.writes("secrets"));
    assertThat(after.requests("LIST", "secrets")).isEqualTo(before.requests("LIST", "secrets"));
  }

  @Test
  void aSessionThatIsGoneTakesItsSecretAlongThroughTheCollector() {
    start(SELDOM);
    thrift.putThrift("sc-1");
    thrift.putThrift("sc-2");
    thrift.applySource("transitionInterval: 1s");
    thrift.scene.awaitReady("hangzhou");

    thrift.scene.workspace.remove("sc-1");
    thrift.scene.poll("hangzhou");
    assertThat(thrift.find("sc-1")).as("only suspected so far").isNotNull();

    Scene.eventually().until(() -> thrift.find("sc-1") == null);
    assertThat(thrift.scene.mirrors()).containsOnlyKeys("sc-2");
    assertThat(thrift.data("sc-2")).containsEntry("token", "token-of-sc-2");
  }

  @Test
  void aSessionWithoutATokenHasNoSecretUntilItHasOneAgain() {
    start(SELDOM);
    thrift.putThrift("sc-1");
    thrift.applySource();
    thrift.scene.awaitReady("hangzhou");

    thrift.scene.workspace.update("sc-1", s -> s.state("Stopped").without("connectionToken"));
    thrift.scene.poll("hangzhou");
    assertThat(thrift.find("sc-1")).isNull();
    assertThat(thrift.reference("sc-1")).isEmpty();
    assertThat(thrift.scene.mirroredStates()).containsEntry("sc-1", "Stopped");

    thrift.scene.workspace.update("sc-1", s -> s.state("Running").connectionToken("new"));
    thrift.scene.poll("hangzhou");
    assertThat(thrift.data("sc-1")).containsEntry("token", "new");
    assertThat(thrift.reference("sc-1")).isEqualTo("sc-1-connection");
  }

  @Test
  void switchedOffTheSecretsGoAlsoThoseOfMirrorsThatAreKept() {
    start(SELDOM);
    thrift.putThrift("sc-here");
    thrift.putThrift("sc-gone");
    thrift.applySource("transitionInterval: 1s", "prune: {policy: Retain}");
    thrift.scene.awaitReady("hangzhou");
    thrift.scene.workspace.remove("sc-gone");
    thrift.scene.poll("hangzhou");
    Scene.eventually()
        .until(() -> thrift.scene.mirrorCondition("sc-gone", "Synced").startsWith("False"));
    String kept = thrift.secret("sc-gone").getMetadata().getResourceVersion();
    thrift.scene.poll("hangzhou");
    assertThat(thrift.secret("sc-gone").getMetadata().getResourceVersion()).isEqualTo(kept);
    assertThat(thrift.reference("sc-gone")).isEqualTo("sc-gone-connection");

    thrift.scene.editSource("hangzhou", "{\"connectionSecrets\":false}");
    thrift.scene.awaitReady("hangzhou");

    for (String mirror : thrift.scene.mirrors().keySet()) {
      assertThat(thrift.find(mirror)).as(mirror).isNull();
      assertThat(thrift.reference(mirror)).as(mirror).isEmpty();
    }
    assertThat(thrift.scene.mirrors()).hasSize(2);
    assertThat(thrift.scene.mirrorCondition("sc-gone", "Synced")).startsWith("False Vanished");
    assertThat(thrift.scene.mirror("sc-gone").getStatus().domain()).isEqualTo(DOMAIN);
    assertThat(thrift.scene.mirrorCondition("sc-here", "Synced")).startsWith("True Listed");
  }

  @Test
  void whatTheGuardHoldsAndWhatAnOutageHidesKeepsItsSecret() {
    start(WITH_EACH_LISTING);
    IntStream.range(0, 10).forEach(i -> thrift.putThrift("sc-" + i));
    thrift.applySource("transitionInterval: 1s");
    thrift.scene.awaitReady("hangzhou");
    Map<String, String> versions = secretVersions();
    assertThat(versions).hasSize(10);

    thrift.scene.cloud.faults().once(Fault.error("Forbidden.RAM"));
    thrift.scene.poll("hangzhou");
    assertThat(secretVersions()).isEqualTo(versions);
    IntStream.range(0, 10).forEach(i -> thrift.scene.workspace.remove("sc-" + i));
    thrift.scene.poll("hangzhou");
    thrift.scene.poll("hangzhou");

    assertThat(thrift.scene.condition("hangzhou", "Ready")).startsWith("False PruneGuardTripped");
    assertThat(secretVersions()).isEqualTo(versions);
  }

  @Test
  void aRestartChangesNothingAndFindsWhatIsToGo() {
    start(SELDOM);
    thrift.putThrift("sc-1");
    thrift.putThrift("sc-2");
    thrift.applySource();
    thrift.scene.awaitReady("hangzhou");
    Map<String, String> versions = secretVersions();
    String mirror = thrift.scene.mirror("sc-1").getMetadata().getResourceVersion();

    thrift.scene.stopOperator();
    thrift.startOperator(SELDOM);
    thrift.scene.poll("hangzhou");
    assertThat(secretVersions()).isEqualTo(versions).hasSize(2);
    assertThat(thrift.scene.mirror("sc-1").getMetadata().getResourceVersion()).isEqualTo(mirror);

    thrift.scene.stopOperator();
    thrift.scene.workspace.update("sc-1", s -> s.connectionToken("rotated"));
    thrift.scene.workspace.update("sc-2", s -> s.kind("SQL"));
    thrift.startOperator(SELDOM);
    thrift.scene.poll("hangzhou");
    assertThat(thrift.data("sc-1")).containsEntry("token", "rotated");
    assertThat(thrift.find("sc-2")).isNull();
    assertThat(thrift.reference("sc-2")).isEmpty();

    thrift.scene.stopOperator();
    thrift.scene.editSource("hangzhou", "{\"connectionSecrets\":null}");
    thrift.startOperator(SELDOM);
    thrift.scene.awaitReady("hangzhou");
    assertThat(thrift.find("sc-1")).isNull();
    assertThat(thrift.reference("sc-1")).isEmpty();
  }

  private void patchSecret(String mirror, String patch) {
    thrift.scene.kubectl("patch", "secret", mirror + "-connection", "--type=merge", "-p", patch);
  }

  /** The resource versions of the connection Secrets by name. */
  private Map<String, String> secretVersions() {
    return ObservedNamespace.byName(
        thrift
            .scene
            .admin()
            .secrets()
            .inNamespace(thrift.scene.namespace())
            .withField("type", "sessionclusters.io/connection")
            .list()
            .getItems()
            .stream(),
        s -> s.getMetadata().getName(),
        s -> s.getMetadata().getResourceVersion());
  }

  private static long version(String resourceVersion) {
    return Long.parseLong(resourceVersion);
  }
}
