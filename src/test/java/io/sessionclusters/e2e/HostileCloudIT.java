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

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.Fault;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A cloud that sends markup, commands for a terminal, megabytes and ids like paths. */
class HostileCloudIT {

  /**
   * An erased screen, a forged line, a turned direction, markup, a path and an injected command.
   */
  private static final String HOSTILE =
      "\u001b[2J\u001b]0;owned\u0007\r\n2026-01-01T00:00:00.000Z ERROR forged line\n"
          + "forged   row   Running\u009b31m\u202egnirts\u2028<script>alert(1)</script>"
          + " ../../x $(reboot) {{.Values}} \u0000";

  private static final String HIDDEN =
      "[\\x00-\\x08\\x0b-\\x1f\\x7f\\u0080-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]";

  @AutoClose private final Scene scene = Scene.withoutOperator();

  @Test
  void hostileTextArrivesBoundedAndHarmless() {
    scene.workspace.put(FakeSession.sql("sc-good"));
    try (OperatorProcess operator = OperatorProcess.start(scene)) {
      scene.applySource("hangzhou", "interval: 1h");
      scene.awaitReady("hangzhou");

      scene.workspace.put(hostile("sc-evil", HOSTILE));
      scene.workspace.put(hostile("sc-huge", "<".repeat(1 << 20)));
      scene.workspace.put(FakeSession.sql("sc-failing").state("Running"));
      scene.poll("hangzhou");
      assertThat(scene.condition("hangzhou", "Ready"))
          .isEqualTo("True Succeeded: 4 sessions are mirrored.");
      scene.workspace.update(
          "sc-failing", s -> s.state("Error").stateChangeReason("500", HOSTILE + "東".repeat(2000)));
      scene.poll("hangzhou");
      Map<String, String> written = resourceVersions();
      scene.poll("hangzhou");
      assertThat(resourceVersions()).as("an unchanged poll writes nothing").isEqualTo(written);

      SessionCluster huge = scene.mirror("sc-huge");
      assertThat(Objects.requireNonNull(huge.getStatus()).name()).hasSize(1024);
      assertThat(huge.getStatus().stateChangeReason()).isNotNull();
      assertThat(scene.kubectl("get", "ssc", "sc-huge", "-o", "json")).hasSizeLessThan(512 * 1024);
      assertThat(Objects.requireNonNull(scene.mirror("sc-evil").getStatus()).state())
          .hasSize(64)
          .startsWith("\uFFFD[2J");

      // Refused with the cloud's words in the message of the source.
      scene.cloud.faults().always(Fault.error("No.Such\nCode", 400, HOSTILE + "x".repeat(10_000)));
      scene.poll("hangzhou");
      assertThat(scene.condition("hangzhou", "Ready"))
          .startsWith("False ")
          .contains("forged line")
          .hasSizeLessThan(1024);

      for (String[] command :
          List.of(
              new String[] {"get", "ssc"},
              new String[] {"get", "ssc", "-o", "wide"},
              new String[] {"get", "ssc", "-o", "custom-columns=A:.status.name,B:.status.state"},
              new String[] {"get", "ssc", "-o", "jsonpath={.items[*].status}"},
              new String[] {"describe", "ssc"},
              new String[] {"get", "sscs", "-o", "wide"},
              new String[] {"describe", "sscs"},
              new String[] {"get", "events"})) {
        assertThatItIsHarmless(scene.kubectl(command));
      }
      assertThat(scene.kubectl("get", "ssc").lines()).hasSize(5);
      assertThat(scene.kubectl("get", "events"))
          .contains("SessionFailed", "The session is in Error: \uFFFD[2J", "(cut)");
      assertThatItIsHarmless(operator.log());
      assertThat(operator.log()).contains("source=" + scene.namespace() + "/hangzhou");
    }
  }

  @Test
  void hostileIdsAreNeitherLostNorMixedUp() {
    List<String> ids =
        List.of(
            "../../x",
            "<b>",
            "sc-1\n",
            "sc-1\u001b[2J",
            "SC-1",
            "sc-1",
            "x".repeat(253),
            "x".repeat(1 << 20),
            "x".repeat(1 << 20) + "y",
            "sha256:abc",
            " sc-1");
    ids.forEach(id -> scene.workspace.put(FakeSession.sql(id).name("name").draftId("d")));
    scene.startOperator();
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");

    assertThat(scene.mirrors()).hasSize(ids.size());
    assertThat(scene.mirrors().values())
        .extracting(m -> m.getSpec().sessionClusterId())
        .doesNotHaveDuplicates()
        .contains("../../x", "<b>", "SC-1", "sc-1", " sc-1", "x".repeat(253))
        .filteredOn(id -> id.startsWith("sha256:"))
        .hasSize(5);
    assertThatItIsHarmless(scene.kubectl("describe", "ssc"));

    scene.workspace.remove("sc-1\n");
    Scene.eventually()
        .untilAsserted(
            () -> {
              scene.poll("hangzhou");
              assertThat(scene.mirrors()).hasSize(ids.size() - 1);
            });
    assertThat(scene.mirrors()).containsKey("sc-1");
  }

  private Map<String, String> resourceVersions() {
    return Scene.byName(
        scene.mirrors().values().stream(),
        m -> m.getMetadata().getName(),
        m -> m.getMetadata().getResourceVersion());
  }

  private static FakeSession hostile(String id, String text) {
    FakeSession session =
        FakeSession.sql(id)
            .name(text)
            .kind(text)
            .queueName(text)
            .state(text)
            .userId(text)
            .userName(text)
            .webUI("http://" + text)
            .domain(text)
            .domainInner(text)
            .draftId(text)
            .releaseVersion(text)
            .displayReleaseVersion(text)
            .stateChangeReason(text, text)
            .extra(text)
            .field("unknown", JsonNodeFactory.instance.objectNode().put("a", text));
    for (int i = 0; i < 3; i++) {
      session = session.config(text, text, text);
    }
    return session;
  }

  private static void assertThatItIsHarmless(String output) {
    assertThat(output.replace('\n', ' ').replace('\t', ' ')).doesNotContainPattern(HIDDEN);
    assertThat(output.lines())
        .noneMatch(
            line -> line.startsWith("2026-01-01T00:00:00.000Z") || line.startsWith("forged"));
  }
}
