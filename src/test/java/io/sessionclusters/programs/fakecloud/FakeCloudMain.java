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
package io.sessionclusters.programs.fakecloud;

import io.sessionclusters.fakecloud.FakeCloud;
import io.sessionclusters.fakecloud.LivelyWorkspace;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The fake cloud as a program of its own: one lively workspace, until killed or for a given time.
 * Prints where it listens, then a line for each thing that happens; see {@link FakeCloudSettings}.
 */
public final class FakeCloudMain {

  private FakeCloudMain() {}

  /**
   * Runs the fake cloud.
   *
   * @param args {@code --port 8083 --seed 7 --duration 1m} and so on
   */
  public static void main(String... args) throws InterruptedException, UnknownHostException {
    try {
      run(FakeCloudSettings.of(List.of(args), System.getenv()), Clock.systemUTC(), System.out);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  static void run(FakeCloudSettings settings, Clock clock, PrintStream out)
      throws InterruptedException, UnknownHostException {
    var address = InetAddress.getByName(settings.bind());
    try (var cloud = FakeCloud.start(address, settings.port(), clock)) {
      cloud.addKey(settings.keyId(), settings.keySecret());
      var workspace = cloud.workspace(settings.region(), settings.workspace());
      workspace.maxPageSize(settings.pageSize());
      var lively = LivelyWorkspace.of(workspace, settings.sessions(), settings.seed(), clock);
      out.printf(
          "The fake cloud listens on %s; access key %s, workspace %s, %d sessions, seed %d%n",
          cloud.endpoint(), settings.keyId(), workspace, settings.sessions(), settings.seed());
      play(lively, settings, clock, out);
    }
  }

  private static void play(
      LivelyWorkspace lively, FakeCloudSettings settings, Clock clock, PrintStream out)
      throws InterruptedException {
    Duration duration = settings.duration();
    Instant end = duration == null ? Instant.MAX : clock.instant().plus(duration);
    while (clock.instant().plus(settings.tick()).isBefore(end)) {
      // No test: whoever runs it sets the pace.
      Thread.sleep(settings.tick());
      out.println(lively.tick());
    }
  }
}
