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

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.connection.ConnectionReport;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.kubernetes.WriteResult.Refusal;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorPlan;
import io.sessionclusters.mirror.Mirrors;
import io.sessionclusters.mirror.OneSource;
import io.sessionclusters.mirror.OwnershipConflicts.Finding;
import io.sessionclusters.mirror.PlanInput;
import io.sessionclusters.prune.PruneState.Limits;
import io.sessionclusters.source.SourcePoll.Planned;
import io.sessionclusters.source.SourcePoll.Pruned;
import io.sessionclusters.source.SourcePoll.Result;
import io.sessionclusters.source.SourcePoll.Written;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.PollOutcome.Tally;
import io.sessionclusters.status.Reason;
import io.sessionclusters.support.RecordCopy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollOutcomesTest {

  private static final Finding NOTHING_FOREIGN = new Finding(null, false);
  private static final Finding TAKEN = new Finding("The names of 1 session clusters …", false);
  private static final WriteResult<MirrorChange> ALL_WRITTEN = WriteResult.none();

  private static final PendingPrune HELD = new PendingPrune(6, "token", List.of(), 50);

  private final OneSource source = new OneSource();

  @Test
  void aListingThatIsMirroredIsASuccess() {
    PollOutcome one = report(List.of(Sessions.running("sc-1")));
    assertThat(one)
        .isEqualTo(
            new PollOutcome(
                Reason.SUCCEEDED,
                "1 session cluster is mirrored.",
                new Tally(1, Map.of("Running", 1)),
                null,
                false,
                null));

    assertThat(report(List.of()).message()).isEqualTo("0 session clusters are mirrored.");
  }

  @Test
  void sessionsAreCountedByTheirCanonicalState() {
    PollOutcome report =
        report(
            List.of(
                Sessions.session("sc-1", "running"),
                Sessions.session("sc-2", "Running"),
                Sessions.session("sc-3", "Melting"),
                Sessions.bare("sc-4")));

    assertThat(report.tally())
        .isEqualTo(new Tally(4, Map.of("Running", 2, "Melting", 1, "Unknown", 1)));
  }

  @Test
  void statesWithoutEndAreCountedTogether() {
    PollOutcome report =
        report(
            IntStream.range(0, 500)
                .mapToObj(i -> Sessions.session("sc-" + i, i == 0 ? "Running" : "state" + i))
                .toList());

    Map<String, Integer> states = Objects.requireNonNull(report.tally()).states();
    assertThat(states).hasSize(21).containsEntry("Running", 1).containsEntry("Other", 480);
  }

  @Test
  void aMessageIsOneLineOfBoundedLength() {
    PollOutcome report = PollOutcome.failed(Reason.WRITE_FAILED, "a\nb\u001b" + "x".repeat(10_000));

    assertThat(report.message()).startsWith("a b\uFFFDx").hasSize(4096).endsWith("… (cut)");
  }

  @ParameterizedTest
  @CsvSource({"Starting, true", "stopping, true", "Running, false", "Error, false"})
  void aSessionOnItsWayIsUnsettled(String state, boolean unsettled) {
    assertThat(report(List.of(Sessions.session("sc-1", state))).unsettled()).isEqualTo(unsettled);
  }

  @Test
  void aRemovalThatWaitsIsUnsettled() {
    Found done = done(source.plan(true, List.of()));

    PollOutcome report = of(RecordCopy.with(done, "awaiting", 2));
    assertThat(report.unsettled()).isTrue();
    assertThat(report.reason()).isEqualTo(Reason.SUCCEEDED);
    assertThat(report.message())
        .isEqualTo(
            "0 session clusters are mirrored. 2 mirrors of sessions that are no longer listed await"
                + " deletion.");
    assertThat(of(RecordCopy.with(done, "awaiting", 1)).message())
        .endsWith(" 1 mirror of a session that is no longer listed awaits deletion.");
  }

  @Test
  void aListingThatSettlesNothingLeavesTheConditionTwiceAndThenSaysSo() {
    Found torn =
        RecordCopy.with(done(source.plan(false, List.of())), "tear", "The pages do not fit.");

    assertThat(outcome(RecordCopy.with(torn, "patient", true))).isEmpty();
    PollOutcome report = of(torn);
    assertThat(report.reason()).isEqualTo(Reason.LISTING_INCONSISTENT);
    assertThat(report.message())
        .isEqualTo("The pages do not fit. No mirrors are deleted until a listing is consistent.");
    assertThat(report.tally()).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTornListingHidesNoRefusedWrite(boolean patient) {
    Found torn =
        RecordCopy.with(done(source.plan(false, List.of())), "tear", "The pages do not fit.");

    PollOutcome report =
        of(RecordCopy.with(RecordCopy.with(torn, "written", refused()), "patient", patient));
    assertThat(report.reason()).isEqualTo(Reason.WRITE_DENIED);
    assertThat(report.tally()).as("nothing is counted").isNull();
  }

  @Test
  void aTornListingLeavesTheGuardAsItWas() {
    Found torn =
        RecordCopy.with(done(source.plan(false, List.of())), "tear", "The pages do not fit.");

    assertThat(outcome(RecordCopy.with(torn, "pending", HELD))).isEmpty();
  }

  @Test
  void writesThatMetNewerObjectsAreNoSuccess() {
    Found stale =
        RecordCopy.with(
            done(source.plan(true, List.of())),
            "written",
            RecordCopy.with(ALL_WRITTEN, "stale", List.of(delete("sc-1"))));

    assertThat(outcome(RecordCopy.with(stale, "patient", true))).isEmpty();
    assertThat(of(stale).reason()).isEqualTo(Reason.WRITE_FAILED);
    assertThat(of(stale).unsettled()).isTrue();
  }

  @Test
  void aSessionWhoseMirrorIsStillBeingDeletedIsAConflict() {
    MirrorPlan plan =
        RecordCopy.with(
            source.plan(true, List.of()), "blocked", new TreeSet<>(List.of("sc-2", "sc-1")));

    PollOutcome report = of(done(plan));
    assertThat(report.reason()).isEqualTo(Reason.CONFLICT);
    assertThat(report.message())
        .isEqualTo(
            "Mirrors of listed sessions still being deleted: 2 (first: sc-1). They are created"
                + " again once their finalizers are removed.");
    assertThat(report.unsettled()).as("made again as soon as the name is free").isTrue();
  }

  @Test
  void theFirstRefusalIsSaidWithTheNumberOfAll() {
    PollOutcome report = report(tripped(), refused(), TAKEN, ConnectionReport.NONE);

    assertThat(report.reason()).isEqualTo(Reason.WRITE_DENIED);
    assertThat(report.message())
        .isEqualTo("2 of 2 mirrors could not be written. The first: quota exceeded");
    assertThat(report.pendingPrune()).isNotNull();
  }

  @Test
  void anOutdatedCrdHidesTheGuardAndConflicts() {
    MirrorPlan outdated = RecordCopy.with(tripped(), "outdated", 3);
    WriteResult<MirrorChange> pruned = RecordCopy.with(ALL_WRITTEN, "pruned", 2);

    PollOutcome report = report(outdated, pruned, TAKEN, ConnectionReport.NONE);

    assertThat(report.reason()).isEqualTo(Reason.CRD_OUTDATED);
    assertThat(report.message()).contains(" 5 mirrors");
    assertThat(report.pendingPrune()).isNotNull();
  }

  @Test
  void theGuardHidesConflictsAndSaysHowToConfirm() {
    MirrorPlan tripped = tripped();
    String token = Objects.requireNonNull(tripped.decision().token());

    PollOutcome report = report(tripped, ALL_WRITTEN, TAKEN, ConnectionReport.NONE);

    assertThat(report.reason()).isEqualTo(Reason.PRUNE_GUARD_TRIPPED);
    assertThat(report.message())
        .startsWith("Prune guard: deleting 10 mirrors ")
        .endsWith("sessionclusters.io/confirm-prune=" + token + ".");
    assertThat(report.pendingPrune())
        .isEqualTo(
            new PendingPrune(
                10, token, IntStream.range(0, 10).mapToObj(i -> "sc-" + i).toList(), 50));
    assertThat(report.unsettled()).isFalse();
  }

  @Test
  void aNameThatIsTakenIsAConflict() {
    PollOutcome report =
        report(source.plan(true, List.of()), ALL_WRITTEN, TAKEN, ConnectionReport.NONE);

    assertThat(report.reason()).isEqualTo(Reason.CONFLICT);
    assertThat(report.message()).isEqualTo(TAKEN.message());
  }

  @Test
  void theFirstSecretThatIsRefusedIsSaidAfterTheMirrors() {
    ConnectionReport refused =
        RecordCopy.with(
            ConnectionReport.NONE,
            "writes",
            refused(
                new Refusal<>("a", true, "cannot create", Duration.ofSeconds(7)),
                new Refusal<>("b", false, "HTTP 500", null)));

    PollOutcome report = report(tripped(), ALL_WRITTEN, TAKEN, refused);
    assertThat(report.reason()).isEqualTo(Reason.WRITE_DENIED);
    assertThat(report.message())
        .isEqualTo(
            "2 connection Secrets could not be read, written or deleted. The first: cannot create");
    assertThat(report.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(report(tripped(), refused(), TAKEN, refused).message()).contains("mirrors");
  }

  @Test
  void fiveOfTheSecretsThatAreInTheWayAreNamed() {
    ConnectionReport taken =
        RecordCopy.with(ConnectionReport.NONE, "taken", List.of("a", "b", "c", "d", "e", "f", "g"));

    PollOutcome report = report(source.plan(true, List.of()), ALL_WRITTEN, NOTHING_FOREIGN, taken);
    assertThat(report.reason()).isEqualTo(Reason.CONFLICT);
    assertThat(report.message())
        .isEqualTo(
            "7 connection Secrets already exist and are not managed by the operator: a, b, c, d, e"
                + " and 2 more.");
    assertThat(RecordCopy.with(taken, "taken", List.of("a")).conflict()).endsWith("operator: a.");
  }

  @Test
  void aSecretThatAwaitsCollectionIsAConflict() {
    ConnectionReport awaiting = RecordCopy.with(ConnectionReport.NONE, "awaited", 2);

    PollOutcome report =
        report(source.plan(true, List.of()), ALL_WRITTEN, NOTHING_FOREIGN, awaiting);
    assertThat(report.reason()).isEqualTo(Reason.CONFLICT);
    assertThat(report.message())
        .isEqualTo(
            "Waiting for garbage collection of 2 connection Secrets owned by deleted mirrors.");
  }

  @Test
  void aSourceThatAsksForWhatTheSettingsDoNotAllowIsToldAfterAllElse() {
    ConnectionReport off = RecordCopy.with(ConnectionReport.NONE, "refused", true);
    MirrorPlan plan = source.plan(true, List.of());

    assertThat(report(plan, ALL_WRITTEN, TAKEN, off).reason()).isEqualTo(Reason.CONFLICT);
    PollOutcome report = report(plan, ALL_WRITTEN, NOTHING_FOREIGN, off);
    assertThat(report.reason()).isEqualTo(Reason.CONNECTION_SECRETS_OFF);
    assertThat(report.message()).contains("CONNECTION_SECRETS=true");
    assertThat(report.tally()).isNotNull();
  }

  @Test
  void aSecretThatWasAnotherThanWasReadIsUnsettled() {
    ConnectionReport stale =
        RecordCopy.with(
            ConnectionReport.NONE,
            "writes",
            RecordCopy.with(WriteResult.<String>none(), "stale", List.of("a")));

    PollOutcome report = report(source.plan(true, List.of()), ALL_WRITTEN, NOTHING_FOREIGN, stale);
    assertThat(report.reason()).isEqualTo(Reason.WRITE_FAILED);
    assertThat(report.unsettled()).isTrue();
  }

  @Test
  void aTokenOfAnotherSetIsAnswered() {
    assertThat(of(RecordCopy.with(done(tripped()), "wrongToken", true)).message())
        .endsWith(" Its present value names another set of mirrors.");
  }

  /** Ten mirrors, none of which the listing shows. */
  private MirrorPlan tripped() {
    source.listed(true, IntStream.range(0, 10).mapToObj(i -> Sessions.running("sc-" + i)).toList());
    return source.complete();
  }

  private static WriteResult<MirrorChange> refused() {
    return refused(
        new Refusal<>(delete("sc-1"), true, "quota exceeded", null),
        new Refusal<>(delete("sc-2"), false, "HTTP 500", null));
  }

  private static <W> WriteResult<W> refused(Refusal<W> first, Refusal<W> second) {
    return RecordCopy.with(WriteResult.none(), "refusals", List.of(first, second));
  }

  private static MirrorChange delete(String mirror) {
    return new MirrorChange.Delete(Mirrors.withUid(mirror));
  }

  private PollOutcome report(List<CloudSession> sessions) {
    return of(RecordCopy.with(done(source.plan(true, sessions)), "sessions", sessions));
  }

  private static PollOutcome report(
      MirrorPlan plan,
      WriteResult<MirrorChange> written,
      Finding foreign,
      ConnectionReport secrets) {
    Found done = RecordCopy.with(done(plan), "written", written);
    return of(RecordCopy.with(RecordCopy.with(done, "foreign", foreign), "secrets", secrets));
  }

  private static PollOutcome of(Found found) {
    return outcome(found).orElseThrow();
  }

  private static Optional<PollOutcome> outcome(Found found) {
    return switch (PollOutcomes.of(found.pruned(), found.foreign(), false)) {
      case Result.Reported(PollOutcome outcome, var _) -> Optional.of(outcome);
      case Result.Inconclusive inconclusive -> Optional.ofNullable(inconclusive.outcome());
      case Result other -> throw new AssertionError(other);
    };
  }

  private static Found done(MirrorPlan plan) {
    return new Found(
        List.of(),
        null,
        false,
        plan,
        ALL_WRITTEN,
        NOTHING_FOREIGN,
        ConnectionReport.NONE,
        0,
        plan.decision().pending(null),
        false);
  }

  /**
   * What a poll found and did.
   *
   * @param tear why the listing settles nothing; null if it does
   * @param patient whether the two listings before settled something
   */
  private record Found(
      List<CloudSession> sessions,
      @Nullable String tear,
      boolean patient,
      MirrorPlan plan,
      WriteResult<MirrorChange> written,
      Finding foreign,
      ConnectionReport secrets,
      int awaiting,
      @Nullable PendingPrune pending,
      boolean wrongToken) {

    Pruned pruned() {
      SourcePoll poll = Polls.of(Polls.source(), () -> true);
      for (int i = 0; !patient && i < 2; i++) {
        poll.state().status().settled(false);
      }
      Listing listing =
          tear == null
              ? new Listing.Complete(sessions, 1)
              : new Listing.Torn(sessions, 1, Listing.Cause.SAYS_NOTHING, tear, 0);
      PlanInput input =
          RecordCopy.with(
              RecordCopy.with(new OneSource().query, "sessions", sessions),
              "limits",
              new Limits(Duration.ZERO, 50, wrongToken ? "another" : null, null, false));
      Planned planned =
          new Planned(
              Polls.listed(poll, listing, Instant.EPOCH), input, plan, pending, () -> secrets);
      return new Pruned(new Written(planned, written, secrets), written, awaiting);
    }
  }
}
