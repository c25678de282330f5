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
package io.sessionclusters.source;

import static io.sessionclusters.source.FoundByPoll.ALL_WRITTEN;
import static io.sessionclusters.source.FoundByPoll.TAKEN;
import static io.sessionclusters.source.FoundByPoll.delete;
import static io.sessionclusters.source.FoundByPoll.done;
import static io.sessionclusters.source.FoundByPoll.refused;
import static io.sessionclusters.source.FoundByPoll.report;
import static io.sessionclusters.source.FoundByPoll.tripped;
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.connection.ConnectionReport;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorPlan;
import io.sessionclusters.mirror.OneSource;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.PollOutcome.Tally;
import io.sessionclusters.status.Reason;
import io.sessionclusters.support.RecordCopy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollOutcomesTest {

  private static final PendingPrune HELD = new PendingPrune(6, "token", List.of(), 50);

  private final OneSource source = new OneSource();

  @Test
  void aListingThatIsMirroredIsASuccess() {
    PollOutcome one = mirrored(List.of(Sessions.running("sc-1")));
    assertThat(one)
        .isEqualTo(
            new PollOutcome(
                Reason.SUCCEEDED,
                "1 session is mirrored.",
                new Tally(1, Map.of("Running", 1)),
                null,
                false,
                null));

    assertThat(mirrored(List.of()).message()).isEqualTo("0 sessions are mirrored.");
  }

  @Test
  void sessionsAreCountedByTheirCanonicalState() {
    PollOutcome outcome =
        mirrored(
            List.of(
                Sessions.session("sc-1", "running"),
                Sessions.session("sc-2", "Running"),
                Sessions.session("sc-3", "Melting"),
                Sessions.bare("sc-4")));

    assertThat(outcome.tally())
        .isEqualTo(new Tally(4, Map.of("Running", 2, "Melting", 1, "Unknown", 1)));
  }

  @Test
  void statesWithoutEndAreCountedTogether() {
    PollOutcome outcome =
        mirrored(
            IntStream.range(0, 500)
                .mapToObj(i -> Sessions.session("sc-" + i, i == 0 ? "Running" : "state" + i))
                .toList());

    Map<String, Integer> states = Objects.requireNonNull(outcome.tally()).states();
    assertThat(states).hasSize(21).containsEntry("Running", 1).containsEntry("Other", 480);
  }

  @Test
  void aMessageIsOneLineOfBoundedLength() {
    PollOutcome outcome =
        PollOutcome.failed(Reason.WRITE_FAILED, "a\nb\u001b" + "x".repeat(10_000));

    assertThat(outcome.message()).startsWith("a b\uFFFDx").hasSize(4096).endsWith("… (cut)");
  }

  @ParameterizedTest
  @CsvSource({"Starting, true", "stopping, true", "Running, false", "Error, false"})
  void aSessionOnItsWayIsUnsettled(String state, boolean unsettled) {
    assertThat(mirrored(List.of(Sessions.session("sc-1", state))).unsettled()).isEqualTo(unsettled);
  }

  @Test
  void aRemovalThatWaitsIsUnsettled() {
    FoundByPoll done = done(source.plan(true, List.of()));

    PollOutcome outcome = of(RecordCopy.with(done, "awaiting", 2));
    assertThat(outcome.unsettled()).isTrue();
    assertThat(outcome.reason()).isEqualTo(Reason.SUCCEEDED);
    assertThat(outcome.message())
        .isEqualTo(
            "0 sessions are mirrored. 2 mirrors of sessions that are no longer listed await"
                + " deletion.");
    assertThat(of(RecordCopy.with(done, "awaiting", 1)).message())
        .endsWith(" 1 mirror of a session that is no longer listed awaits deletion.");
  }

  @Test
  void aListingThatSettlesNothingLeavesTheConditionTwiceAndThenSaysSo() {
    FoundByPoll torn =
        RecordCopy.with(done(source.plan(false, List.of())), "tear", "The pages do not fit.");

    assertThat(RecordCopy.with(torn, "patient", true).outcome()).isEmpty();
    PollOutcome outcome = of(torn);
    assertThat(outcome.reason()).isEqualTo(Reason.LISTING_INCONSISTENT);
    assertThat(outcome.message())
        .isEqualTo("The pages do not fit. No mirrors are deleted until a listing is consistent.");
    assertThat(outcome.tally()).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTornListingHidesNoRefusedWrite(boolean patient) {
    FoundByPoll torn =
        RecordCopy.with(done(source.plan(false, List.of())), "tear", "The pages do not fit.");

    PollOutcome outcome =
        of(RecordCopy.with(RecordCopy.with(torn, "written", refused()), "patient", patient));
    assertThat(outcome.reason()).isEqualTo(Reason.WRITE_DENIED);
    assertThat(outcome.tally()).as("nothing is counted").isNull();
  }

  @Test
  void aTornListingLeavesTheGuardAsItWas() {
    FoundByPoll torn =
        RecordCopy.with(done(source.plan(false, List.of())), "tear", "The pages do not fit.");

    assertThat(RecordCopy.with(torn, "pending", HELD).outcome()).isEmpty();
  }

  @Test
  void writesThatMetNewerObjectsAreNoSuccess() {
    FoundByPoll stale =
        RecordCopy.with(
            done(source.plan(true, List.of())),
            "written",
            RecordCopy.with(ALL_WRITTEN, "superseded", List.of(delete("sc-1"))));

    assertThat(RecordCopy.with(stale, "patient", true).outcome()).isEmpty();
    assertThat(of(stale).reason()).isEqualTo(Reason.WRITE_FAILED);
    assertThat(of(stale).unsettled()).isTrue();
  }

  @Test
  void aSessionWhoseMirrorIsStillBeingDeletedIsAConflict() {
    MirrorPlan plan =
        RecordCopy.with(
            source.plan(true, List.of()), "blocked", new TreeSet<>(List.of("sc-2", "sc-1")));

    PollOutcome outcome = of(done(plan));
    assertThat(outcome.reason()).isEqualTo(Reason.CONFLICT);
    assertThat(outcome.message())
        .isEqualTo(
            "Mirrors of listed sessions still being deleted: 2 (first: sc-1). They are created"
                + " again once their finalizers are removed.");
    assertThat(outcome.unsettled()).as("made again as soon as the name is free").isTrue();
  }

  @Test
  void theFirstRefusalIsSaidWithTheNumberOfAll() {
    PollOutcome outcome = report(tripped(source), refused(), TAKEN, ConnectionReport.NONE);

    assertThat(outcome.reason()).isEqualTo(Reason.WRITE_DENIED);
    assertThat(outcome.message())
        .isEqualTo("2 of 2 mirrors could not be written. The first: quota exceeded");
    assertThat(outcome.pendingPrune()).isNotNull();
  }

  @Test
  void anOutdatedCrdHidesTheGuardAndConflicts() {
    MirrorPlan outdated = RecordCopy.with(tripped(source), "lackingFields", 3);
    WriteResult<MirrorChange> pruned = RecordCopy.with(ALL_WRITTEN, "lackingFields", 2);

    PollOutcome outcome = report(outdated, pruned, TAKEN, ConnectionReport.NONE);

    assertThat(outcome.reason()).isEqualTo(Reason.CRD_OUTDATED);
    assertThat(outcome.message()).contains(" 5 mirrors");
    assertThat(outcome.pendingPrune()).isNotNull();
  }

  @Test
  void theGuardHidesConflictsAndSaysHowToConfirm() {
    MirrorPlan tripped = tripped(source);
    String token = Objects.requireNonNull(tripped.decision().token());

    PollOutcome outcome = report(tripped, ALL_WRITTEN, TAKEN, ConnectionReport.NONE);

    assertThat(outcome.reason()).isEqualTo(Reason.PRUNE_GUARD_TRIPPED);
    assertThat(outcome.message())
        .startsWith("Prune guard: deleting 10 mirrors ")
        .endsWith("sessionclusters.io/confirm-prune=" + token + ".");
    assertThat(outcome.pendingPrune())
        .isEqualTo(
            new PendingPrune(
                10, token, IntStream.range(0, 10).mapToObj(i -> "sc-" + i).toList(), 50));
    assertThat(outcome.unsettled()).isFalse();
  }

  @Test
  void aNameThatIsTakenIsAConflict() {
    PollOutcome outcome =
        report(source.plan(true, List.of()), ALL_WRITTEN, TAKEN, ConnectionReport.NONE);

    assertThat(outcome.reason()).isEqualTo(Reason.CONFLICT);
    assertThat(outcome.message()).isEqualTo(TAKEN.message());
  }

  @Test
  void aTokenOfAnotherSetIsAnswered() {
    assertThat(of(RecordCopy.with(done(tripped(source)), "wrongToken", true)).message())
        .endsWith(" Its present value names another set of mirrors.");
  }

  private PollOutcome mirrored(List<CloudSession> sessions) {
    return of(RecordCopy.with(done(source.plan(true, sessions)), "sessions", sessions));
  }

  private static PollOutcome of(FoundByPoll found) {
    return found.reported();
  }
}
