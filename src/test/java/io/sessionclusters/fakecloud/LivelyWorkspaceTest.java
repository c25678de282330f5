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
package io.sessionclusters.fakecloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LivelyWorkspaceTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC);

  /** Which state may follow which; the empty one is that of a session that is not there. */
  private static final Map<String, Set<String>> FOLLOWERS =
      Map.of(
          "", Set.of("Starting"),
          "Starting", Set.of("Running", "Error", ""),
          "Running", Set.of("Stopping", "Error", ""),
          "Stopping", Set.of("Stopped", ""),
          "Stopped", Set.of("Starting", ""),
          "Error", Set.of("Starting", ""));

  @Test
  void tellsTheSameStoryForTheSameSeed() {
    assertThat(story(lively(7), 200)).isEqualTo(story(lively(7), 200));
    assertThat(story(lively(7), 200)).isNotEqualTo(story(lively(8), 200));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 42})
  void movesOneSessionAtATimeAndOnlyAsSessionsDo(long seed) {
    var lively = lively(seed);
    var seen = new HashSet<String>();
    for (int tick = 0; tick < 500; tick++) {
      Map<String, FakeSession> before = byId(lively);
      String sentence = lively.tick();
      Map<String, FakeSession> after = byId(lively);

      List<String> changed = changed(before, after);
      assertThat(changed).as("tick %d: %s", tick, sentence).hasSize(1);
      assertThat(sentence).startsWith("session ").contains("(" + changed.getFirst() + ")");
      String from = state(before, changed.getFirst());
      String to = state(after, changed.getFirst());
      if (!from.equals(to)) {
        assertThat(FOLLOWERS.get(from)).as("tick %d: %s", tick, sentence).contains(to);
        seen.add(from + ">" + to);
      }
      assertThat(after).hasSizeBetween(30, 40);
    }
    assertThat(seen)
        .contains(
            ">Starting",
            "Starting>Running",
            "Starting>Error",
            "Running>Stopping",
            "Running>Error",
            "Stopping>Stopped",
            "Stopped>Starting");
  }

  @Test
  void fillsTheWorkspaceWithAMixture() {
    List<FakeSession> sessions = lively(1).workspace().sessions();

    assertThat(sessions).hasSize(30);
    assertThat(sessions).extracting(FakeSession::kind).contains("SQL", "NOTEBOOK", "THRIFT");
    assertThat(sessions).extracting(FakeSession::state).contains("Running", "Stopped");
    assertThat(sessions).extracting(FakeSession::id).doesNotHaveDuplicates();
  }

  private static LivelyWorkspace lively(long seed) {
    return LivelyWorkspace.of(new FakeWorkspace("cn-hangzhou", "w-1"), 30, seed, CLOCK);
  }

  private static List<String> story(LivelyWorkspace lively, int ticks) {
    var story = new ArrayList<String>();
    for (int i = 0; i < ticks; i++) {
      story.add(lively.tick());
    }
    lively.workspace().sessions().forEach(session -> story.add(session.json().toString()));
    return story;
  }

  private static Map<String, FakeSession> byId(LivelyWorkspace lively) {
    var sessions = new HashMap<String, FakeSession>();
    lively.workspace().sessions().forEach(session -> sessions.put(session.id(), session));
    return sessions;
  }

  private static List<String> changed(
      Map<String, FakeSession> before, Map<String, FakeSession> after) {
    var ids = new HashSet<>(before.keySet());
    ids.addAll(after.keySet());
    ids.removeIf(id -> before.get(id) == after.get(id));
    return List.copyOf(ids);
  }

  private static String state(Map<String, FakeSession> sessions, String id) {
    FakeSession session = sessions.get(id);
    return session == null ? "" : session.state();
  }
}
