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

import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.PrunePolicy;
import io.sessionclusters.event.SessionEvent;
import io.sessionclusters.support.RecordCopy;
import org.junit.jupiter.api.Test;

/** What becomes of the mirrors whose sessions are missing. */
class MirrorRemovalTest extends PlannedSource {

  @Test
  void aMissingSessionLosesItsMirrorAtTheSecondListing() {
    source.complete(running("sc-1"), running("sc-2"));

    assertThat(writes(source.complete(running("sc-1")))).isEmpty();
    source.pass();
    assertThat(writes(source.complete(running("sc-1")))).containsExactly("sc-2 deleted");
    assertThat(api.objects()).containsOnlyKeys("sc-1");
    assertThat(api.drifts).isEmpty();
  }

  @Test
  void aRestartSuspectsAnew() {
    source.complete(running("sc-1"), running("sc-2"));
    source.complete(running("sc-1"));
    source.pass();
    source.restart();

    assertThat(writes(source.complete(running("sc-1")))).isEmpty();
    source.pass();
    assertThat(writes(source.complete(running("sc-1")))).containsExactly("sc-2 deleted");
  }

  @Test
  void aTornListingCreatesAndUpdatesAndNeverDeletes() {
    source.complete(running("sc-1"), running("sc-2"));
    source.complete(running("sc-1"));
    source.pass();

    MirrorPlan torn = source.torn(session("sc-1", "Error"), running("sc-3"));

    assertThat(writes(torn)).containsExactly("sc-1 updated", "sc-3 created");
    assertThat(torn.decision().absent()).isEmpty();
    assertThat(torn.decision().next().suspects()).hasSize(1);
  }

  @Test
  void aTornListingEndsTheSuspicionOfWhatItShows() {
    source.complete(running("sc-1"), running("sc-2"));
    source.complete(running("sc-1"));
    source.pass();
    source.torn(running("sc-2"));
    source.pass();

    assertThat(writes(source.complete(running("sc-1")))).isEmpty();
  }

  @Test
  void theGuardLeavesTheHeldMirrorsUntouchedAndTheRestIsMirrored() {
    source.listed(true, sessions(0, 10));

    MirrorPlan tripped = source.complete(session("sc-0", "Error"), running("sc-new"));
    source.pass();
    MirrorPlan later = source.complete(session("sc-0", "Error"), running("sc-new"));

    assertThat(writes(tripped)).containsExactly("sc-0 updated", "sc-new created");
    assertThat(tripped.decision().next().held()).hasSize(9);
    assertThat(writes(later)).isEmpty();

    source.confirm(later.decision().token());
    assertThat(source.complete(session("sc-0", "Error"), running("sc-new")).removals()).hasSize(9);
    assertThat(api.objects()).containsOnlyKeys("sc-0", "sc-new");
  }

  @Test
  void underRetainAMirrorIsMarkedOnceAndThenLeftAlone() {
    source.edit("prunePolicy", PrunePolicy.Retain);
    source.complete(running("sc-1"), running("sc-2"));
    source.complete(running("sc-1"));
    source.pass();

    assertThat(writes(source.complete(running("sc-1")))).containsExactly("sc-2 marked");
    assertThat(reasons("sc-2")).containsExactly("False Vanished", "Unknown Vanished");
    assertThat(api.get("sc-2").getStatus().state()).isEqualTo("Vanished");

    source.pass();
    MirrorPlan later = source.complete(running("sc-1"));
    assertThat(writes(later)).isEmpty();
    assertThat(later.decision().next().suspects()).isEmpty();
    source.restart();
    assertThat(writes(source.complete(running("sc-1")))).isEmpty();
    assertThat(api.drifts).isEmpty();
  }

  @Test
  void whatAnEarlierVersionMarkedIsMarkedAnewOnceAndNotJudgedAgain() {
    source.edit("prunePolicy", PrunePolicy.Retain);
    source.listed(true, sessions(0, 20));
    source.listed(true, sessions(10, 20));
    source.pass();
    source.listed(true, sessions(10, 20));
    for (int i = 0; i < 10; i++) {
      api.edit("sc-" + i, o -> o.setStatus(RecordCopy.with(o.getStatus(), "state", "Running")));
    }
    source.restart();

    MirrorPlan plan = source.listed(true, sessions(10, 20));

    assertThat(writes(plan)).hasSize(10).allMatch(write -> write.endsWith(" marked"));
    assertThat(SessionEvent.of(plan.writes())).isEmpty();
    assertThat(plan.decision().next().suspects()).isEmpty();
    assertThat(api.get("sc-0").getStatus().state()).isEqualTo("Vanished");
    assertThat(writes(source.listed(true, sessions(10, 20)))).isEmpty();
  }

  @Test
  void aMarkedMirrorIsLeftOutOfTheGuard() {
    source.edit("prunePolicy", PrunePolicy.Retain);
    source.listed(true, sessions(0, 20));
    source.listed(true, sessions(10, 20));
    source.pass();
    assertThat(source.listed(true, sessions(10, 20)).removals()).hasSize(10);

    // 6 of the 10 that are left, not 16 of 20 nor 6 of 20.
    assertThat(source.listed(true, sessions(16, 20)).decision().next().held()).hasSize(6);
  }

  @Test
  void aMarkedMirrorWhoseSessionReturnsIsAnOrdinaryOneAgain() {
    source.edit("prunePolicy", PrunePolicy.Retain);
    source.complete(startless("sc-1"));
    source.complete();
    source.pass();
    source.complete();
    source.pass();

    assertThat(writes(source.complete(startless("sc-1")))).containsExactly("sc-1 updated");
    assertThat(reasons("sc-1")).containsExactly("True Listed", "True Running");
    assertThat(transitions("sc-1")).containsExactly(source.now.toString(), source.now.toString());
  }

  @Test
  void afterRetainIsGivenUpTheMarkedMirrorsGo() {
    source.edit("prunePolicy", PrunePolicy.Retain);
    source.complete(running("sc-1"));
    source.complete();
    source.pass();
    source.complete();
    source.edit("prunePolicy", PrunePolicy.Delete);

    source.complete();
    source.pass();
    assertThat(writes(source.complete())).containsExactly("sc-1 deleted");
  }

  @Test
  void anEmptyListingOfASourceWithoutMirrorsIsNothingToDo() {
    MirrorPlan plan = source.complete();

    assertThat(plan.writes()).isEmpty();
    assertThat(plan.decision().next().awaiting()).isZero();
    assertThat(plan.decision().token()).isNull();
  }
}
