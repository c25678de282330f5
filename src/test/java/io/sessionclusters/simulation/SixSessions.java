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
package io.sessionclusters.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A world in which six sessions are mirrored, for tests that make one thing of it awkward. Whatever
 * else they look at, no promise is broken in the end.
 */
abstract class SixSessions {

  static final String NAMESPACE = "team";
  static final String SOURCE = "one";
  static final SimPlace PLACE = new SimPlace("cn-hangzhou", "w-one");

  final Stage stage = new Stage(1, false);

  @BeforeEach
  void sixSessions() {
    stage.people().writeKey(NAMESPACE, "key", "AK-team");
    stage.cloud().quirks(PLACE).pageCap = 2;
    for (int i = 1; i <= 6; i++) {
      stage.cloud().create(PLACE, "sc-" + i, "name-" + i, "SQL", "q0", "Running");
    }
    createSource(SOURCE);
    stage.operator().start();
    stage.runFor(Duration.ofSeconds(30));
    assertThat(uids()).hasSize(6);
  }

  @AfterEach
  void nothingElseIsWrong() {
    assertThat(stage.verdict()).isEmpty();
    stage.close();
  }

  /** One more source, or the first. */
  void createSource(String name) {
    stage
        .people()
        .createSource(
            NAMESPACE,
            name,
            PLACE,
            spec -> {
              spec.put("interval", "10s");
              spec.putObject("filter").put("nameRegex", "^name");
              spec.putObject("credentials").putObject("secretRef").put("name", "key");
            });
  }

  /** Of all mirrors, by the ids of their sessions. */
  Map<String, String> uids() {
    Map<String, String> uids = new TreeMap<>();
    for (ObjectNode mirror : stage.api().all(Kind.MIRROR)) {
      uids.put(Facts.sessionId(mirror), Facts.uid(mirror));
    }
    return uids;
  }

  ObjectNode mirror(String id) {
    return Objects.requireNonNull(stage.api().find(Kind.MIRROR, NAMESPACE, id));
  }

  /** Status and reason of the source's condition. */
  String ready() {
    var ready = Facts.condition(source(), "Ready");
    return ready.path("status").asText() + " " + ready.path("reason").asText();
  }

  ObjectNode source() {
    return Objects.requireNonNull(stage.people().source(NAMESPACE, SOURCE));
  }
}
