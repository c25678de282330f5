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
package io.sessionclusters.mirror;

import static io.sessionclusters.cloud.emr.Sessions.running;
import static io.sessionclusters.cloud.emr.Sessions.session;
import static io.sessionclusters.mirror.OneSource.writes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.mapping.MirrorConditions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Since when a condition of a mirror is what it is. */
class MirrorTransitionTimeTest extends PlannedSource {

  @Test
  void theTransitionTimeMovesWithTheStatusOfTheConditionOnly() {
    Instant first = source.now;
    source.complete(startless("sc-1"));
    source.pass();
    source.complete(Sessions.with(startless("sc-1"), "name", "renamed"));
    assertThat(transitions("sc-1")).containsExactly(first.toString(), first.toString());

    source.pass();
    Instant stopping = source.now;
    source.complete(session("sc-1", "Stopping"));
    assertThat(transitions("sc-1")).containsExactly(first.toString(), stopping.toString());

    source.pass();
    source.complete(session("sc-1", "Stopped"));
    assertThat(transitions("sc-1")).containsExactly(first.toString(), stopping.toString());
  }

  @Test
  void theTransitionTimeSurvivesARestart() {
    Instant first = source.now;
    source.complete(startless("sc-1"));
    source.restart();
    source.pass();

    source.complete(Sessions.with(startless("sc-1"), "name", "renamed"));

    assertThat(transitions("sc-1")).containsExactly(first.toString(), first.toString());
  }

  @Test
  void aTransitionTimeThatCannotBeReadIsReplacedAfterARestart() {
    source.complete(startless("sc-1"));
    api.edit("sc-1", o -> conditionOf(o, 1).setLastTransitionTime("once upon a time"));
    source.restart();
    source.pass();

    assertThat(writes(source.complete(startless("sc-1")))).containsExactly("sc-1 updated");
    assertThat(transitions("sc-1").getLast()).isEqualTo(source.now.toString());
  }

  @Test
  void aMirrorThatNoOperatorKnowsTheStateOfRunsSinceTheSessionWasStarted() {
    CloudSession old = startedAt("2026-11-01T08:00:00.9Z");

    source.complete(old, session("sc-2", "Stopped"));

    assertThat(transitions("sc-1")).containsExactly(source.now.toString(), "2026-11-01T08:00:00Z");
    assertThat(transitions("sc-2").getLast()).isEqualTo(source.now.toString());
    source.pass();
    // Whatever the cloud says later of the start of a session that runs.
    assertThat(writes(source.complete(startedAt("2026-11-02T00:00:00Z"))))
        .containsExactly("sc-1 updated");
    assertThat(transitions("sc-1").getLast()).isEqualTo("2026-11-01T08:00:00Z");
    assertThat(writes(source.complete(startedAt("2026-11-02T00:00:00Z")))).isEmpty();
    source.restart();
    assertThat(writes(source.complete(startedAt("2026-11-02T00:00:00Z")))).isEmpty();
  }

  @Test
  void aStartThatIsMissingOrLiesAheadIsNotBelieved() {
    source.complete(startedAt("2027-01-01T00:00:00Z"));
    assertThat(transitions("sc-1").getLast()).isEqualTo(source.now.toString());

    source.complete(startedAt("2027-01-01T00:00:00Z"), startless("sc-2"));
    assertThat(transitions("sc-2").getLast()).isEqualTo(source.now.toString());
  }

  @Test
  void aSessionThatIsSeenToStartRunsSinceItWasSeen() {
    source.complete(session("sc-1", "Starting"));
    source.pass();

    source.complete(startedAt("2026-11-01T08:00:00Z"));

    assertThat(transitions("sc-1").getLast()).isEqualTo(source.now.toString());
  }

  @Test
  void aStaleMirrorThatIsListedAgainRunsSinceTheSessionWasStarted() {
    CloudSession session = startedAt("2026-11-01T08:00:00Z");
    source.complete(session, session("sc-2", "Stopped"));
    for (String name : List.of("sc-1", "sc-2")) {
      api.edit(
          name, o -> o.setStatus(MirrorConditions.stale(o.getStatus(), source.now, source.now)));
    }
    source.restart();
    source.pass();

    assertThat(writes(source.complete(session, session("sc-2", "Stopped"))))
        .containsExactly("sc-1 updated", "sc-2 updated");
    assertThat(reasons("sc-1")).containsExactly("True Listed", "True Running");
    assertThat(transitions("sc-1")).containsExactly(source.now.toString(), "2026-11-01T08:00:00Z");
    assertThat(reasons("sc-2")).containsExactly("True Listed", "False Stopped");
    assertThat(writes(source.complete(session, session("sc-2", "Stopped")))).isEmpty();
  }

  private static CloudSession startedAt(String time) {
    return Sessions.with(running("sc-1"), "startTime", Instant.parse(time));
  }
}
