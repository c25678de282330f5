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

import java.time.Clock;

/**
 * A workspace in which something happens at every tick: for the demo, for crash tests, and for
 * anything else that wants a cloud that does not stand still. Deterministic for a seed and a clock.
 */
public final class LivelyWorkspace {

  private final FakeWorkspace workspace;
  private final SessionScript script;
  private final Clock clock;

  private LivelyWorkspace(FakeWorkspace workspace, SessionScript script, Clock clock) {
    this.workspace = workspace;
    this.script = script;
    this.clock = clock;
  }

  /**
   * Fills a workspace and makes it lively.
   *
   * @param sessions how many it has at first, and never fewer; at most a third more
   * @param clock for the sessions' times
   */
  public static LivelyWorkspace of(FakeWorkspace workspace, int sessions, long seed, Clock clock) {
    var lively = new LivelyWorkspace(workspace, new SessionScript(seed, sessions), clock);
    while (workspace.sessions().size() < sessions) {
      workspace.put(lively.script.settled(clock.instant()));
    }
    return lively;
  }

  public FakeWorkspace workspace() {
    return workspace;
  }

  /**
   * The next thing happens.
   *
   * @return what, in a short sentence: {@code session etl-nightly-7 (sc-1f00...) is Running}
   */
  public String tick() {
    SessionScript.Step step = script.next(workspace.sessions(), clock.instant());
    step.change().accept(workspace);
    return step.sentence();
  }
}
