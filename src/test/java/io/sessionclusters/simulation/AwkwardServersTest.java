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

import io.sessionclusters.cloud.http.ClientSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that fail, refuse or ask to wait, each for so long that what is tried can be counted. */
class AwkwardServersTest extends SixSessions {

  /**
   * What an hour has of back-offs: nine that grow to five minutes, and then one in two and a half
   * minutes. It would take a jitter that hardly ever comes to have twice as many.
   */
  private static final int MOST_AN_HOUR = 60;

  @ParameterizedTest
  @EnumSource(names = {"INTERNAL", "RESET", "TRUNCATED", "THROTTLING", "TOO_MANY"})
  void anOutageIsAskedAboutEverLessOften(CloudFault fault) {
    int before = stage.served().asks().size();
    outage(fault, 1);

    stage.runFor(Duration.ofMinutes(3));
    assertThat(stage.served().asks().size() - before).isBetween(3, 20);
    stage.runFor(Duration.ofMinutes(57));

    assertThat(stage.served().asks().size() - before).isBetween(12, MOST_AN_HOUR);
    mend();
  }

  @Test
  void anAccountThatIsThrottledPausesForAllItsSources() {
    for (int i = 2; i <= 20; i++) {
      createSource("more-" + i);
    }
    stage.runFor(Duration.ofSeconds(30));
    int before = stage.served().asks().size();
    outage(CloudFault.THROTTLING, 1);

    stage.runFor(Duration.ofMinutes(3));

    assertThat(stage.served().asks().size() - before).isLessThan(60);
  }

  /** Its first writes take as long as a listing may be old; in the meantime all has changed. */
  @Test
  void aPlanThatIsDroppedAgainAndAgainIsMadeEverLessOften() {
    stage.people().edit(NAMESPACE, SOURCE, spec -> spec.put("timeout", "1s"));
    stage.cloud().quirks(PLACE).pageCap = 100;
    for (int i = 7; i <= 40; i++) {
      stage.cloud().create(PLACE, "sc-" + i, "name-" + i, "SQL", "q0", "Running");
    }
    stage.runFor(Duration.ofSeconds(30));
    assertThat(uids()).hasSize(40);
    stage.trouble(Duration.ofMinutes(10), "slow writes");
    stage.api().latency(Duration.ofMillis(600), Duration.ofMillis(610));
    int before = stage.served().asks().size();

    for (int second = 0; second < 180; second++) {
      for (int i = 1; i <= 40; i++) {
        stage.cloud().change(PLACE, "sc-" + i, SimSession::revised);
      }
      stage.runFor(Duration.ofSeconds(1));
    }

    assertThat(stage.served().asks().size() - before).isBetween(3, 20);
    stage.api().latency(Duration.ofMillis(1), Duration.ofMillis(10));
    stage.runFor(Duration.ofMinutes(6));
    assertThat(ready()).isEqualTo("True Succeeded");
  }

  @ParameterizedTest
  @EnumSource(names = {"TOO_MANY_LONG", "UNAVAILABLE_LONG"})
  void aServerThatAsksToWaitForADayIsAskedAgainInFiveMinutes(CloudFault fault) {
    outage(fault, 1);
    stage.runFor(Duration.ofSeconds(15));
    assertThat(ready()).startsWith("False");
    stage.cloud().quirks(PLACE).faultRate = 0;

    stage.runFor(Duration.ofMinutes(5).plusSeconds(15));

    assertThat(ready()).isEqualTo("True Succeeded");
  }

  @Test
  void anApiServerThatAsksToWaitForADayIsAskedAgainInFiveMinutes() {
    stage.trouble(Duration.ofMinutes(6), "Retry-After");
    stage
        .api()
        .faults(Faults.onNextWrite(new Fault.Refused(503, "ServiceUnavailable", "later", 86_400)));
    stage.cloud().create(PLACE, "sc-7", "name-7", "SQL", "q0", "Running");
    stage.runFor(Duration.ofSeconds(15));
    assertThat(uids()).doesNotContainKey("sc-7");

    stage.runFor(Duration.ofMinutes(5).plusSeconds(15));

    assertThat(uids()).containsKey("sc-7");
    assertThat(ready()).isEqualTo("True Succeeded");
  }

  @Test
  void writesThatFailAreTriedNoMoreOftenThanOnceAnInterval() {
    stage.people().edit(NAMESPACE, SOURCE, spec -> spec.put("interval", "5m"));
    stage.runFor(Duration.ofMinutes(1));
    stage.trouble(Duration.ofMinutes(70), "no writes");
    stage
        .api()
        .faults(
            Faults.onWrites(Kind.MIRROR, new Fault.Refused(500, "InternalError", "etcd", null)));
    int before = stage.served().asks().size();
    stage.cloud().create(PLACE, "sc-7", "name-7", "SQL", "q0", "Running");

    stage.runFor(Duration.ofHours(1));

    assertThat(ready()).isEqualTo("False WriteFailed");
    assertThat(stage.served().asks().size() - before).isBetween(12, MOST_AN_HOUR);
    stage.api().faults(Faults.NONE);
    stage.runFor(Duration.ofMinutes(6));
    assertThat(ready()).isEqualTo("True Succeeded");
  }

  /** Neither an answer of the API server nor the loss of one: a fault of the client's own. */
  @Test
  void aWriteThatEndsInAnUnforeseenWayIsSaidToHaveFailed() {
    stage
        .api()
        .faults(
            Faults.onWrites(
                Kind.MIRROR, new Fault.Broken(() -> new IllegalStateException("no more streams"))));
    stage.cloud().change(PLACE, "sc-1", SimSession::revised);
    stage.cloud().create(PLACE, "sc-7", "name-7", "SQL", "q0", "Running");
    stage.runFor(Duration.ofSeconds(15));
    assertThat(ready()).isEqualTo("False WriteFailed");

    stage.api().faults(Faults.NONE);
    stage.runFor(Duration.ofSeconds(15));
    assertThat(ready()).isEqualTo("True Succeeded");
    assertThat(uids()).containsKey("sc-7");
  }

  /** Whatever refuses them: an authorizer, a policy, a quota. */
  @Test
  void thatMirrorsMayNotBeWrittenIsSaidBeforeThereIsOneToWrite() {
    stage.operator().kill();
    stage
        .api()
        .faults(
            request ->
                request.dryRun()
                    ? new Fault.Refused(422, "Invalid", "a policy says no", null)
                    : Fault.NONE);
    stage.operator().start();
    stage.runFor(Duration.ofSeconds(30));

    assertThat(ready()).isEqualTo("False WriteDenied");
    stage.api().faults(Faults.NONE);
    stage.runFor(Duration.ofSeconds(30));
    assertThat(ready()).isEqualTo("True Succeeded");
  }

  @Test
  void aListingGivesBackTheMemoryThatItTook() {
    stage.cloud().quirks(PLACE).pageCap = 100;
    for (int i = 7; i <= 400; i++) {
      stage.cloud().create(PLACE, "sc-" + i, "name-" + i, "SQL", "q0", "Running");
    }
    stage.operator().kill();
    stage.operator().cloudSettings(ClientSettings.forHeap(1));
    stage.operator().start();

    stage.runFor(Duration.ofMinutes(3));

    assertThat(uids()).hasSize(400);
    assertThat(ready()).isEqualTo("True Succeeded");
  }

  private void outage(CloudFault fault, double share) {
    CloudQuirks quirks = stage.cloud().quirks(PLACE);
    quirks.faults = List.of(fault);
    quirks.faultRate = share;
  }

  private void mend() {
    stage.cloud().quirks(PLACE).faultRate = 0;
    stage.runFor(Duration.ofMinutes(6));
    assertThat(ready()).isEqualTo("True Succeeded");
  }
}
