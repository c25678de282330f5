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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.fakecloud.FakeSession;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The mirrors as plain kubectl shows them. */
class KubectlIT {

  @AutoClose private final Scene scene = Scene.start();

  @BeforeEach
  void mirrorThreeSessions() {
    scene.workspace.put(FakeSession.sql("sc-etl").name("nightly etl").state("Running"));
    scene.workspace.put(FakeSession.thrift("sc-bi").name("bi").queueName("root").state("Starting"));
    scene.workspace.put(FakeSession.notebook("sc-lab").name("lab").state("Stopped"));
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");
  }

  @Test
  void mirrorsAreListedInColumns() {
    String table = scene.kubectl("get", "sessionclusters");

    assertThat(columns(table, 0))
        .containsExactly(
            "NAME", "SESSION", "KIND", "STATE", "SINCE", "QUEUE", "RELEASE", "CREATED");
    assertThat(columns(table, 2))
        .contains("sc-etl", "nightly etl", "SQL", "Running", "dev_queue")
        .contains("esr-4.0.0 (Spark 3.5.2, Scala 2.12, Java Runtime)");
    assertThat(columns(scene.kubectl("get", "ssc", "-o", "wide"), 0))
        .endsWith("WORKSPACE", "REGION", "USER", "DOMAIN", "WEB UI");
    assertThat(columns(scene.kubectl("get", "ssc", "-o", "wide"), 1))
        .contains("w-1234abcd", "cn-hangzhou", "test_user", "http://spark-ui-sc-bi")
        .contains("emr-spark-gateway-cn-hangzhou.data.aliyun.com");
  }

  @Test
  void sourcesAreListedInColumns() {
    String table = scene.kubectl("get", "sscs");

    assertThat(columns(table, 0))
        .containsExactly(
            "NAME", "WORKSPACE", "REGION", "SESSIONS", "RUNNING", "READY", "REASON", "AGE");
    assertThat(columns(table, 1))
        .startsWith("hangzhou", "w-1234abcd", "cn-hangzhou", "3", "1", "True", "Succeeded");
    String wide = scene.kubectl("get", "sscs", "-o", "wide");
    assertThat(columns(wide, 0)).endsWith("SUSPENDED", "LAST LIST", "MESSAGE");
    assertThat(columns(wide, 1)).contains("false").endsWith("3 sessions are mirrored.");
  }

  /** Columns are three spaces apart at least; a value holds single spaces only. */
  private static List<String> columns(String table, int line) {
    return List.of(table.lines().toList().get(line).strip().split(" {2,}"));
  }

  @Test
  void bothAreInOneCategory() {
    assertThat(scene.kubectl("get", "emr-spark", "-o", "name").lines())
        .containsExactlyInAnyOrder(
            "sessioncluster.sessionclusters.io/sc-bi",
            "sessioncluster.sessionclusters.io/sc-etl",
            "sessioncluster.sessionclusters.io/sc-lab",
            "sessionclustersource.sessionclusters.io/hangzhou");
  }

  @Test
  void mirrorsAreFoundByTheirFields() {
    assertThat(found("status.state=Running")).containsExactly("sc-etl");
    assertThat(found("status.state!=Running,status.kind=THRIFT")).containsExactly("sc-bi");
    assertThat(found("status.name=lab")).containsExactly("sc-lab");
    assertThat(found("status.queueName=dev_queue")).containsExactly("sc-etl", "sc-lab");
    assertThat(found("spec.sessionClusterId=sc-bi")).containsExactly("sc-bi");
    assertThat(found("spec.workspaceId=w-1234abcd")).hasSize(3);
    assertThat(found("spec.workspaceId=w-other")).isEmpty();
  }

  private List<String> found(String fields) {
    return scene
        .kubectl(
            "get", "ssc", "--field-selector=" + fields, "-o", "jsonpath={.items[*].metadata.name}")
        .transform(names -> names.isEmpty() ? List.of() : List.of(names.split(" ")));
  }

  @Test
  void mirrorsAreFoundByTheirSource() {
    scene.workspace.put(FakeSession.sql("sc-new"));
    scene.poll("hangzhou");

    assertThat(
            scene
                .kubectl("get", "ssc", "-l", "sessionclusters.io/source=hangzhou", "-o", "name")
                .lines())
        .hasSize(4);
    assertThat(scene.kubectl("get", "ssc", "-l", "sessionclusters.io/source=other", "-o", "name"))
        .isEmpty();
  }

  @Test
  void waitingForARunningSessionEndsWhenItRuns() throws IOException, InterruptedException {
    Process wait =
        scene
            .kubectl()
            .command(
                "-n",
                scene.namespace(),
                "wait",
                "--for=condition=Running",
                "--timeout=30s",
                "ssc/sc-bi")
            .redirectErrorStream(true)
            .start();
    scene.awaitListings(2);
    assertThat(wait.isAlive()).isTrue();

    scene.workspace.update("sc-bi", s -> s.state("Running"));

    assertThat(wait.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(new String(wait.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("sessioncluster.sessionclusters.io/sc-bi condition met\n");
  }

  @Test
  void waitingForTheSourceWorksToo() {
    scene.applySource("later", "interval: 1h", "filter: {kind: NONE}");

    assertThat(scene.kubectl("wait", "--for=condition=Ready", "--timeout=30s", "sscs/later"))
        .contains("condition met");
    assertThat(
            scene.kubectl(
                "wait", "--for=jsonpath={.status.state}=Stopped", "--timeout=30s", "ssc/sc-lab"))
        .contains("condition met");
  }

  @Test
  void explainTeachesEveryField() {
    for (String resource : List.of("sessioncluster", "sessionclustersource")) {
      String explained = scene.kubectl("explain", resource, "--recursive");
      assertThat(explained).contains("spec", "status", "conditions");
      assertThat(scene.kubectl("explain", resource + ".status")).doesNotContain("<no description>");
      assertThat(scene.kubectl("explain", resource + ".spec")).doesNotContain("<no description>");
    }
    assertThat(scene.kubectl("explain", "sessioncluster.status", "--recursive"))
        .contains(
            "stateChangeReason", "idleTimeoutMinutes", "configItemKey", "displayReleaseVersion")
        .doesNotContain("connectionToken");
    assertThat(scene.kubectl("explain", "sscs.spec.prune.maxPercent"))
        .contains("the prune guard keeps them all until you confirm the deletion");
  }
}
