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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Workspaces that no random history is likely to keep awkward for long enough. */
class AwkwardWorkspacesTest extends SixSessions {

  @Test
  void oneThatIsAlwaysBusyIsReadyAndPruned() {
    stage.cloud().quirks(PLACE).latency = Duration.ofMillis(200);
    stage.cloud().vanish(PLACE, "sc-2");
    for (int i = 0; i < 200; i++) {
      stage.cloud().create(PLACE, "sc-busy-" + i, "name-busy", "SQL", "q0", "Running");
      stage.runFor(Duration.ofMillis(250));
      if (i >= 2) {
        stage.cloud().vanish(PLACE, "sc-busy-" + (i - 2));
      }
      stage.runFor(Duration.ofMillis(250));
    }

    assertThat(ready()).isEqualTo("True Succeeded");
    assertThat(uids()).doesNotContainKey("sc-2").containsKeys("sc-1", "sc-3", "sc-6");
  }

  static Stream<CloudFault> noAnswerToAQueryByIdButAnEmptyListLetsASessionGo() {
    return Stream.of(CloudFault.values())
        .filter(CloudFault::isConstant)
        // It says that no such query is served; then three complete listings are proof.
        .filter(fault -> fault != CloudFault.REJECTED);
  }

  /** Listings of a replica that is behind lack a session that is there; only its id finds it. */
  @ParameterizedTest
  @MethodSource
  void noAnswerToAQueryByIdButAnEmptyListLetsASessionGo(CloudFault answer) {
    stage.cloud().create(PLACE, "sc-7", "name-7", "SQL", "q0", "Running");
    stage.runFor(Duration.ofSeconds(30));
    Map<String, String> before = uids();
    assertThat(before).hasSize(7);
    stage.cloud().quirks(PLACE).staleBy = Duration.ofSeconds(45);
    stage.cloud().quirks(PLACE).idRefusal = answer;

    for (int i = 0; i < 40; i++) {
      stage.runFor(Duration.ofSeconds(1));
      // It stays as far behind as it was.
      stage.cloud().quirks(PLACE).staleBy = stage.cloud().quirks(PLACE).staleBy.plusSeconds(1);
    }

    assertThat(uids()).isEqualTo(before);
  }

  /** Its pages come one by one, and the time is over before the last of them. */
  @Test
  void whatAWalkShowedBeforeItFailedIsMissingAnew() {
    stage.people().edit(NAMESPACE, SOURCE, spec -> spec.put("timeout", "1s"));
    stage.cloud().quirks(PLACE).order = CloudQuirks.Order.NEWEST_FIRST;
    stage.runFor(Duration.ofSeconds(30));
    stage.cloud().vanish(PLACE, "sc-1");
    runToTheEndOfAWalk();

    stage.cloud().comeBack(PLACE, "sc-1");
    stage.cloud().quirks(PLACE).pageCap = 1;
    stage.cloud().quirks(PLACE).latency = Duration.ofMillis(500);
    stage.runFor(Duration.ofSeconds(12));
    assertThat(stage.served().walks().getLast().sessions).containsKey("sc-1");
    assertThat(stage.served().walks().getLast().ended).isNegative();

    stage.cloud().vanish(PLACE, "sc-1");
    stage.cloud().quirks(PLACE).latency = Duration.ofMillis(20);
    runToTheEndOfAWalk();
    assertThat(uids()).containsKey("sc-1");
    stage.runFor(Duration.ofMinutes(1));
    assertThat(uids()).doesNotContainKey("sc-1");
  }

  private void runToTheEndOfAWalk() {
    int before = stage.served().walks().size();
    while (stage.served().walks().size() == before || stage.served().walks().getLast().ended < 0) {
      stage.runFor(Duration.ofSeconds(1));
    }
  }

  @Test
  void manyDeletionsStarveNothing() {
    stage.people().edit(NAMESPACE, SOURCE, spec -> spec.put("timeout", "3s").remove("filter"));
    stage.cloud().quirks(PLACE).pageCap = 100;
    stage.cloud().quirks(PLACE).latency = Duration.ofMillis(75);
    for (int i = 7; i <= 120; i++) {
      stage.cloud().create(PLACE, "sc-" + i, "name-" + i, "SQL", "q0", "Running");
    }
    stage.runFor(Duration.ofSeconds(30));
    assertThat(uids()).hasSize(120);

    for (int i = 61; i <= 120; i++) {
      stage.cloud().vanish(PLACE, "sc-" + i);
    }
    stage.runFor(Duration.ofSeconds(25));
    stage.cloud().create(PLACE, "sc-new", "name-new", "SQL", "q0", "Running");
    stage.runFor(Duration.ofSeconds(15));
    assertThat(uids()).containsKey("sc-new").hasSizeLessThan(121);
    stage.runFor(Duration.ofMinutes(2));

    assertThat(uids()).hasSize(61);
    assertThat(ready()).isEqualTo("True Succeeded");
  }

  @Test
  void sessionsThatComeWithoutTheirNamesKeepTheirMirrors() {
    Map<String, String> before = uids();
    stage.cloud().quirks(PLACE).omissions = List.of(CloudQuirks.Omission.NAME);
    stage.cloud().quirks(PLACE).omissionRate = 1;

    stage.runFor(Duration.ofMinutes(3));

    assertThat(uids()).isEqualTo(before);
    assertThat(ready()).isEqualTo("True Succeeded");
  }

  @Test
  void aSessionThatReturnsWhileItsMirrorHangsIsMirroredAgainOnceItsNameIsFree() {
    String before = uids().get("sc-1");
    stage.people().hold(Kind.MIRROR, NAMESPACE, "sc-1", true);
    stage.cloud().vanish(PLACE, "sc-1");
    stage.runFor(Duration.ofMinutes(1));
    assertThat(Facts.isDeleting(mirror("sc-1"))).isTrue();

    stage.cloud().comeBack(PLACE, "sc-1");
    stage.runFor(Duration.ofSeconds(30));
    assertThat(ready()).isEqualTo("False Conflict");

    stage.people().hold(Kind.MIRROR, NAMESPACE, "sc-1", false);
    stage.runFor(Duration.ofSeconds(30));
    assertThat(uids().get("sc-1")).isNotNull().isNotEqualTo(before);
    assertThat(ready()).isEqualTo("True Succeeded");
  }

  /** As a backup's tool does it, with what an older CRD had left of the mirror. */
  @Test
  void aMirrorThatSomebodyMadeAnewIsComparedAnew() {
    String before = uids().get("sc-1");
    stage.api().prunes(Kind.MIRROR, AwkwardWorkspacesTest::withoutUser);
    stage.cloud().change(PLACE, "sc-1", SimSession::revised);
    stage.runFor(Duration.ofSeconds(30));
    assertThat(ready()).isEqualTo("False CRDOutdated");
    stage.operator().stallWatches();

    stage.api().prunes(Kind.MIRROR, object -> object);
    makeAnew();
    relist();
    stage.runFor(Duration.ofSeconds(30));

    assertThat(uids().get("sc-1")).isNotEqualTo(before);
    assertThat(mirror("sc-1").path("status").path("userName").asText()).isEqualTo("user 1");
  }

  @Test
  void anAnswerAboutAMirrorThatSomebodyMadeAnewIsNotTakenForItsSuccessor() {
    stage.api().prunes(Kind.MIRROR, AwkwardWorkspacesTest::withoutUser);
    stage.api().faults(Faults.onWrites(Kind.MIRROR, new Fault.AnswerLate(Duration.ofSeconds(8))));
    stage.trouble(Duration.ofMinutes(1), "late answers");
    stage.cloud().change(PLACE, "sc-1", SimSession::revised);
    while (mirror("sc-1").path("status").has("userName")) {
      stage.runFor(Duration.ofSeconds(1));
    }
    stage.api().faults(Faults.NONE);

    stage.api().prunes(Kind.MIRROR, object -> object);
    makeAnew();
    stage.runFor(Duration.ofMinutes(1));

    assertThat(mirror("sc-1").path("status").path("userName").asText()).isEqualTo("user 1");
  }

  /** Its mirror is another one: nothing of the first one's times is true of it. */
  @Test
  void aSessionThatIsBackAfterItsMirrorWentRunsSinceItsLastStart() {
    String before = uids().get("sc-1");
    stage.cloud().vanish(PLACE, "sc-1");
    stage.runFor(Duration.ofMinutes(1));
    assertThat(uids()).doesNotContainKey("sc-1");
    Instant started = stage.kernel().wall().instant().truncatedTo(ChronoUnit.SECONDS);
    stage.cloud().comeBack(PLACE, "sc-1");
    stage
        .cloud()
        .change(PLACE, "sc-1", s -> s.withState("Running", Long.valueOf(started.toEpochMilli())));
    stage.runFor(Duration.ofMinutes(1));

    assertThat(uids().get("sc-1")).isNotNull().isNotEqualTo(before);
    assertThat(Facts.condition(mirror("sc-1"), "Running").path("lastTransitionTime").asText())
        .isEqualTo(started.toString());
  }

  private static ObjectNode withoutUser(ObjectNode mirror) {
    mirror.withObjectProperty("status").remove("userName");
    return mirror;
  }

  /** The same but for its uid. */
  private void makeAnew() {
    ObjectNode saved = mirror("sc-1").deepCopy();
    stage.people().deleteMirror(NAMESPACE, "sc-1");
    saved.withObjectProperty("metadata").remove(List.of("uid", "resourceVersion"));
    stage.api().create("person", saved.deepCopy());
    stage
        .api()
        .editStatus(
            "person", Kind.MIRROR, NAMESPACE, "sc-1", m -> m.set("status", saved.get("status")));
  }

  private void relist() {
    stage.operator().cutWatches();
    stage.operator().resumeWatches();
  }

  /** A listing that settles nothing must not hide what else is wrong. */
  @Test
  void refusalsAreSaidWhereNoListingEverSettlesAnything() {
    stage.cloud().quirks(PLACE).total = CloudQuirks.Total.MOVING_HIGH;
    stage.cloud().quirks(PLACE).totalOff = 1_000;
    stage.runFor(Duration.ofMinutes(1));
    assertThat(ready()).isEqualTo("False ListingInconsistent");

    stage.trouble(Duration.ofDays(1), RefusalOracle.ADMISSION);
    stage
        .api()
        .faults(
            Faults.onWrites(
                Kind.MIRROR, new Fault.Refused(403, "Forbidden", "a policy denies it", null)));
    stage.cloud().create(PLACE, "sc-7", "name-7", "SQL", "q0", "Running");
    stage.runFor(Duration.ofMinutes(3));
    assertThat(ready()).isEqualTo("False WriteDenied");

    stage.api().faults(Faults.NONE);
    stage.cloud().quirks(PLACE).total = CloudQuirks.Total.RIGHT;
    stage.runFor(Duration.ofMinutes(1));
    assertThat(ready()).isEqualTo("True Succeeded");
    assertThat(uids()).hasSize(7);
  }
}
