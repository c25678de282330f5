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
package io.sessionclusters.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.ApplicationConfig;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.AutoStartConfiguration;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.AutoStopConfiguration;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.StateChangeReason;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.support.RecordCopy;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionMappingTest {

  /** The documented fields that do not stand in the status under their own name, and why. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "workspaceId", "part of the identity, in spec",
          "sessionClusterId", "part of the identity, in spec",
          "gmtCreate", "createTime",
          "connectionToken", "nowhere: it is a secret");

  @Test
  void mapsEveryFieldOfTheDocumentedSample() {
    SessionClusterStatus status = SessionMapping.status(Sessions.documented());

    assertThat(RecordCopy.with(status, "conditions", List.of()))
        .isEqualTo(
            new SessionClusterStatus(
                1L,
                "adhoc query",
                "SQL",
                "Running",
                new StateChangeReason("200", "ok"),
                "dev_queue",
                "123131",
                "test_user",
                "esr-4.0.0 (Spark 3.5.2, Scala 2.12)",
                "esr-4.0.0 (Spark 3.5.2, Scala 2.12)",
                true,
                new AutoStartConfiguration(false),
                new AutoStopConfiguration(true, 45),
                List.of(
                    new ApplicationConfig("spark-default.conf", "spark.app.name", "test_app"),
                    new ApplicationConfig("spark-default.conf", "spark.executor.memory", "4g")),
                "http://spark-ui-xxxx",
                "emr-spark-gateway-cn-hangzhou.data.aliyun.com",
                "emr-spark-gateway-cn-hangzhou-internal.data.aliyuncs.com",
                true,
                "TSK-xxxxxxxxx",
                "2024-11-22T09:26:38Z",
                "2024-11-22T09:26:39Z",
                "{\"extraInfoKey\":\"extraInfoValue\"}",
                null,
                List.of()));
  }

  @Test
  void everyFieldOfTheApiHasItsOwnNameInTheStatus() {
    JsonNode status = json(SessionMapping.status(Sessions.documented()));

    List<String> missing =
        Stream.of(CloudSession.class.getRecordComponents())
            .map(RecordComponent::getName)
            .filter(field -> !status.has(field))
            .toList();

    assertThat(missing).containsExactlyInAnyOrderElementsOf(ELSEWHERE.keySet());
  }

  @Test
  void aSessionThatShowsNothingButItsIdHasAnEmptyStatus() {
    SessionClusterStatus status = SessionMapping.status(Sessions.bare("sc-1"));

    assertThat(json(RecordCopy.with(status, "conditions", List.of())))
        .isEqualTo(json("{\"observedGeneration\": 1, \"conditions\": []}"));
    assertThat(conditions(status))
        .containsExactly("Synced True Listed", "Running Unknown StateUnknown");
  }

  @Test
  void emptyInnerObjectsStayEmpty() {
    CloudSession session =
        Sessions.with(
            Sessions.with(
                Sessions.with(
                    Sessions.bare("sc-1"),
                    "stateChangeReason",
                    new CloudSession.StateChangeReason(null, null)),
                "autoStartConfiguration",
                new CloudSession.AutoStartConfiguration(null)),
            "autoStopConfiguration",
            new CloudSession.AutoStopConfiguration(null, null));

    SessionClusterStatus status = SessionMapping.status(session);

    assertThat(status.stateChangeReason()).isEqualTo(new StateChangeReason(null, null));
    assertThat(status.autoStartConfiguration()).isEqualTo(new AutoStartConfiguration(null));
    assertThat(status.autoStopConfiguration()).isEqualTo(new AutoStopConfiguration(null, null));
  }

  @Test
  void fractionsOfSecondsAreCutOffBecauseKubernetesKnowsNone() {
    CloudSession session =
        Sessions.with(Sessions.bare("sc-1"), "gmtCreate", Instant.ofEpochMilli(1732267598999L));

    assertThat(SessionMapping.status(session).createTime()).isEqualTo("2024-11-22T09:26:38Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"running", "RUNNING", " Running "})
  void aKnownStateIsSpeltAsDocumented(String state) {
    SessionClusterStatus status = SessionMapping.status(Sessions.session("sc-1", state));

    assertThat(status.state()).isEqualTo("Running");
    assertThat(conditions(status)).contains("Running True Running");
  }

  @Test
  void theConnectionTokenIsNowhere() {
    CloudSession session =
        Sessions.with(
            Sessions.documented(), "connectionToken", new SecretValue("do-not-tell-anybody"));

    assertThat(json(SessionMapping.status(session)).toString()).doesNotContain("do-not-tell");
  }

  @Test
  void whatLooksLikeASecretIsHiddenWhereverItStands() {
    CloudSession session =
        Sessions.with(
            Sessions.configured(
                "spark.hadoop.fs.oss.accessKeyId=LTAI-1",
                "spark.my.header=Authorization: token LTAI-2",
                "spark.executor.memory=4g"),
            "stateChangeReason",
            new CloudSession.StateChangeReason("500", "bad password LTAI-3"));
    session = Sessions.with(session, "extra", "{\"secret\": \"LTAI-4\"}");
    session = Sessions.with(session, "webUI", "http://spark-ui/path?token=LTAI-5#LTAI-6");
    session = Sessions.with(session, "state", "Error");

    SessionClusterStatus status = SessionMapping.status(session);

    assertThat(json(status).toString()).doesNotContain("LTAI");
    assertThat(status.applicationConfigs())
        .extracting(ApplicationConfig::configItemValue)
        .containsExactly("*********(redacted)", "*********(redacted)", "4g");
    assertThat(status.stateChangeReason())
        .isEqualTo(new StateChangeReason("500", "*********(redacted)"));
    assertThat(status.extra()).isEqualTo("*********(redacted)");
    assertThat(status.webUI()).isEqualTo("http://spark-ui/path");
  }

  private static List<String> conditions(SessionClusterStatus status) {
    return Objects.requireNonNull(status.conditions()).stream()
        .map((Condition c) -> c.getType() + " " + c.getStatus() + " " + c.getReason())
        .toList();
  }

  private static JsonNode json(SessionClusterStatus status) {
    return json(new KubernetesSerialization().asJson(status));
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
