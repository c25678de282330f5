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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.ApplicationConfig;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.emr.Sessions;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A status of whatever the cloud sends is bounded and harmless. */
class HostileTextTest {

  private static final List<String> TEXT_FIELDS =
      List.of(
          "userId",
          "userName",
          "name",
          "kind",
          "queueName",
          "state",
          "webUI",
          "releaseVersion",
          "displayReleaseVersion",
          "draftId",
          "domain",
          "domainInner",
          "extra");

  private static final String HIDDEN = "[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029\\u202a-\\u202e]";

  @Test
  void noTextHasALineEndOrACommandForATerminal() {
    String hostile = "a\r\nERROR forged\u001b[2J\u009b2J\u202eb\u2028c";

    String status = json(SessionMapping.status(sessionOf(hostile)));

    assertThat(status).contains("a  ERROR forged\uFFFD[2J\uFFFD2J\uFFFDb c");
    // JSON writes what is below a space as an escape, so the values are looked at one by one.
    assertThat(texts(status))
        .hasSizeGreaterThan(20)
        .noneSatisfy(text -> assertThat(text).containsPattern(HIDDEN));
  }

  @Test
  void theLargestStatusIsFarBelowWhatTheApiServerTakes() {
    SessionClusterStatus status = SessionMapping.status(sessionOf("<".repeat(16_000)));

    assertThat(Objects.requireNonNull(status.name())).hasSize(1024).endsWith("<… (cut)");
    assertThat(Objects.requireNonNull(status.state())).hasSize(64).endsWith("<… (cut)");
    assertThat(Objects.requireNonNull(status.extra())).hasSize(4096).endsWith("<… (cut)");
    // The API server writes each of these characters with six bytes.
    assertThat(json(status).replace("<", "\\u003c").getBytes(UTF_8)).hasSizeLessThan(512 * 1024);
  }

  @Test
  void manySettingsAreCutAndThatIsSaid() {
    SessionClusterStatus status =
        SessionMapping.status(
            Sessions.configured(
                IntStream.range(0, 300)
                    .mapToObj(i -> "spark.k" + i + "=v")
                    .toArray(String[]::new)));

    List<ApplicationConfig> shown = Objects.requireNonNull(status.applicationConfigs());
    assertThat(shown).hasSize(257).last().isEqualTo(ShownConfigs.LEFT_OUT);
    assertThat(shown.get(255).configItemKey()).isEqualTo("spark.k255");
    assertThat(
            SessionMapping.status(
                    Sessions.configured(
                        IntStream.range(0, 256)
                            .mapToObj(i -> "spark.k" + i + "=v")
                            .toArray(String[]::new)))
                .applicationConfigs())
        .hasSize(256)
        .doesNotContain(ShownConfigs.LEFT_OUT);
  }

  @Test
  void largeSettingsAreBoundedTogether() {
    SessionClusterStatus status =
        SessionMapping.status(
            Sessions.configured(
                Collections.nCopies(100, "spark.k=" + "v".repeat(5000)).toArray(String[]::new)));

    List<ApplicationConfig> shown = Objects.requireNonNull(status.applicationConfigs());
    assertThat(shown).hasSize(8).last().isEqualTo(ShownConfigs.LEFT_OUT);
    assertThat(Objects.requireNonNull(shown.getFirst().configItemValue()))
        .hasSize(4096)
        .endsWith("v… (cut)");
  }

  @Test
  void whatStandsBehindTheCutCausesNoWrite() {
    var digests = new Digest.Builder();
    CloudSession one = Sessions.with(Sessions.documented(), "extra", "x".repeat(5000) + "1");
    CloudSession other = Sessions.with(Sessions.documented(), "extra", "x".repeat(5000) + "2");

    assertThat(digests.status(SessionMapping.status(one)))
        .isEqualTo(digests.status(SessionMapping.status(other)));
  }

  /** The word that tells of a secret may stand behind the cut, the secret before it. */
  @Test
  void secretsAreLookedForBeforeTheCut() {
    String secretFirst = "hush" + " ".repeat(5000) + "was the password";

    assertThat(
            json(
                SessionMapping.status(
                    Sessions.with(
                        Sessions.configured("spark.k=" + secretFirst), "extra", secretFirst))))
        .doesNotContain("hush")
        .contains("*********(redacted)");
  }

  @Test
  void aTextWhoseEndIsNotKnownIsHidden() {
    CloudSession session =
        Sessions.with(Sessions.documented(), "extra", "x".repeat(CloudSession.MAX_TEXT));

    assertThat(SessionMapping.status(session).extra()).isEqualTo("*********(redacted)");
  }

  private static CloudSession sessionOf(String text) {
    CloudSession session =
        Sessions.with(
            Sessions.bare("sc-1"),
            "applicationConfigs",
            Collections.nCopies(300, new CloudSession.ApplicationConfig(text, text, text)));
    session =
        Sessions.with(session, "stateChangeReason", new CloudSession.StateChangeReason(text, text));
    for (String field : TEXT_FIELDS) {
      session = Sessions.with(session, field, text);
    }
    return session;
  }

  private static String json(SessionClusterStatus status) {
    return new KubernetesSerialization().asJson(status);
  }

  private static List<String> texts(String status) {
    try {
      return leaves(new ObjectMapper().readTree(status));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(status, e);
    }
  }

  private static List<String> leaves(JsonNode node) {
    return node.isValueNode()
        ? List.of(node.asText())
        : node.valueStream().flatMap(child -> leaves(child).stream()).toList();
  }
}
