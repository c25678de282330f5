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

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.Scrape;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants recognisable values wherever a secret can occur, has everything go wrong that can, and
 * searches all that anybody can read: the objects, the events, the metrics, the log at TRACE, a
 * thread dump.
 */
class SecretsIT {

  private static final String KEY_SECRET = "PLANTED-key-secret";
  private static final String SECURITY_TOKEN = "PLANTED+security/token==";
  private static final String JSON = "application/json";

  @TempDir private Path folder;
  private final int metricsPort = FreePort.any();
  @AutoClose private final Scene scene = Scene.withoutOperator();

  @Test
  void nothingThatIsPlantedIsEverSeen() throws IOException {
    scene.cloud.addTemporaryKey("STS.planted", KEY_SECRET, SECURITY_TOKEN);
    scene.putSecret(
        Scene.SECRET,
        Map.of(
            "accessKeyId", "STS.planted",
            "accessKeySecret", KEY_SECRET,
            "securityToken", SECURITY_TOKEN));
    scene.workspace.put(FakeSession.sql("sc-plain"));
    try (OperatorProcess operator =
        OperatorProcess.start(
            scene,
            Map.of(
                "JAVA_TOOL_OPTIONS",
                "-Dlogback.configurationFile=" + everythingLogged(),
                "METRICS_PORT",
                String.valueOf(metricsPort)))) {
      scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1h");
      scene.awaitReady("hangzhou");
      scene.workspace.put(planted("sc-planted"));
      scene.poll("hangzhou");
      scene.workspace.update(
          "sc-planted",
          s -> s.state("Error").stateChangeReason("accessKey=PLANTED", "token PLANTED"));
      scene.poll("hangzhou");
      assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded: 2 session");
      assertThat(Objects.requireNonNull(scene.mirror("sc-planted").getStatus()).extra())
          .isEqualTo("*********(redacted)");

      for (Fault fault : faults()) {
        scene.cloud.faults().always(fault);
        scene.poll("hangzhou");
        assertThat(scene.condition("hangzhou", "Ready")).as("%s", fault).startsWith("False ");
        assertThatNothingShows("after " + fault, objects());
        scene.cloud.faults().clear();
      }
      scene.cloud.expireToken("STS.planted");
      scene.poll("hangzhou");
      scene.putSecret(
          Scene.SECRET,
          Map.of(
              "accessKeyId", "PLANTED id", "accessKeySecret", KEY_SECRET, "securityToken", "a b"));
      scene.poll("hangzhou");
      assertThat(scene.condition("hangzhou", "Ready")).startsWith("False AuthenticationFailed: ");

      String metrics = Scrape.page(metricsPort, "/metrics");
      assertThat(metrics).contains("sessioncluster_operator_source_ready{source=\"hangzhou\"");
      assertThatNothingShows("in the metrics", metrics);
      operator.dumpThreads();
      Scene.eventually().until(() -> operator.log().contains("Full thread dump"));
      assertThat(operator.log()).contains(" TRACE ", " DEBUG ", "requestId=");
      assertThatNothingShows("in the objects", objects());
      assertThatNothingShows("in the log", operator.log());
      assertThat(operator.log()).doesNotContain("Authorization: ", "authorization: ", "Signature=");
    }
  }

  /** What the operator ships as its log, with every level at TRACE that is not OFF. */
  private Path everythingLogged() throws IOException {
    try (var shipped = Objects.requireNonNull(getClass().getResourceAsStream("/logback.xml"))) {
      String all =
          new String(shipped.readAllBytes(), UTF_8)
              .replaceAll("level=\"[^\"]*(INFO|WARN|ERROR)[^\"]*\"", "level=\"TRACE\"");
      return Files.writeString(folder.resolve("trace.xml"), all);
    }
  }

  private static FakeSession planted(String id) {
    return FakeSession.thrift(id)
        .connectionToken("PLANTED-connection-token")
        .webUI("http://user:PLANTED@spark-ui/x;token=PLANTED?access=PLANTED#PLANTED")
        .extra("{\"token\": \"PLANTED\"}")
        .stateChangeReason("200", "password: PLANTED")
        .config("spark-defaults.conf", "spark.hadoop.fs.oss.accessKeySecret", "PLANTED")
        .config(
            "spark-defaults.conf",
            "spark.driver.extraJavaOptions",
            "-Xmx1g -Dfs.oss.accessKeySecret=PLANTED -Da=b")
        .config("spark-defaults.conf", "accessKeySecret=PLANTED", "x")
        .config("password=PLANTED", "spark.k", "PLANTED" + " ".repeat(9000) + "was the password")
        .config("spark-defaults.conf", "spark.k", "PLANTED" + "x".repeat(1 << 20))
        .field("unknown", "PLANTED")
        .field("unknown2", JsonNodeFactory.instance.objectNode().put("token", "PLANTED"));
  }

  private List<Fault> faults() {
    String echo =
        KEY_SECRET
            + " "
            + SECURITY_TOKEN
            + " The server string to sign is: ACS3-HMAC-SHA256 PLANTED canonical request: PLANTED"
            + " Authorization: ACS3-HMAC-SHA256 Credential=PLANTED,Signature=PLANTED";
    String page = "{\"sessionClusters\":[{\"sessionClusterId\":\"sc-1\",\"connectionToken\":";
    return List.of(
        Fault.error("SignatureDoesNotMatch"),
        Fault.error("Forbidden.RAM", 403, echo),
        Fault.error(KEY_SECRET, 400, echo),
        Fault.error("Some.Unknown", 400, "x-acs-security-token: PLANTED"),
        Fault.answer(400, JSON, "{\"Code\":\"x\",\"RequestId\":\"" + SECURITY_TOKEN + "\"}"),
        Fault.redirectTo(URI.create(scene.cloud.endpoint() + "/?token=PLANTED#PLANTED")),
        Fault.answer(200, JSON, page + "PLANTED}]}"),
        Fault.answer(200, JSON, page + "[\"PLANTED\"]}]}"),
        Fault.answer(200, JSON, page + "\"PLANTED"),
        Fault.answer(200, JSON, "{\"PLANTED\":\"PLANTED\"}"),
        Fault.answer(200, "text/html", "<html>PLANTED</html>"),
        Fault.answer(500, "text/plain", "PLANTED " + KEY_SECRET)
            .withHeader("Set-Cookie", "PLANTED=PLANTED")
            .withHeader("x-acs-request-id", "PLANTED-key-secret"),
        Fault.cutInBody());
  }

  private String objects() {
    return scene.kubectl("get", "sscs,ssc,events,configmaps,leases", "-o", "yaml")
        + scene.kubectl("describe", "sscs,ssc");
  }

  private static void assertThatNothingShows(String where, String said) {
    for (String planted :
        List.of("PLANTED", base64(KEY_SECRET), base64(SECURITY_TOKEN), base64("STS.planted"))) {
      assertThat(said.lines().filter(line -> line.contains(planted))).as(where).isEmpty();
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
