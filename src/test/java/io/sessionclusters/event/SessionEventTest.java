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
package io.sessionclusters.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.MirrorPlan;
import io.sessionclusters.mirror.Mirrors;
import io.sessionclusters.mirror.OneSource;
import io.sessionclusters.mirror.SecretStep;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import io.sessionclusters.status.SourceStatusFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionEventTest {

  private final OneSource source = new OneSource();

  @Test
  void theSummaryCountsSessionsThatAppearInErrorToo() {
    assertThat(SessionEvent.of(source.listed(true, sessions(21, "Error")).writes()))
        .containsExactly(
            new SessionEvent(
                null,
                true,
                "SessionsChanged",
                "21 sessions appeared, changed or disappeared; 21 entered Error."));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "Starting, Running, SessionRunning, false",
        "Running, Stopped, SessionStopped, false",
        "Running, Error, SessionFailed, true",
        "Running, error, SessionFailed, true",
        "-, Running, SessionRunning, false",
        "Stopped, Starting, -, -",
        "Running, Stopping, -, -",
        "Running, NotStarted, -, -",
        "Running, Hibernating, -, -",
        "Running, -, -, -",
        "running, Running, -, -",
      })
  void aTransitionIsAnEventOfTheMirror(
      @Nullable String before,
      @Nullable String after,
      @Nullable String reason,
      @Nullable Boolean warning) {
    source.complete(in(before));
    List<SessionEvent> events = SessionEvent.of(source.complete(in(after)).writes());

    if (reason == null) {
      assertThat(events).isEmpty();
    } else {
      assertThat(events)
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.reason()).isEqualTo(reason);
                assertThat(event.warning()).isEqualTo(warning);
                assertThat(event.mirror())
                    .isEqualTo(
                        new SessionEvent.MirrorRef(
                            "sc-1", source.api.get("sc-1").getMetadata().getUid()));
              });
    }
  }

  @Test
  void aFailureSaysWhyWithoutItsSecrets() {
    source.complete(Sessions.running("sc-1"));
    assertThat(notes(source.complete(failed("out of memory"))))
        .containsExactly("The session is in Error: out of memory");

    source.complete(Sessions.running("sc-1"));
    assertThat(notes(source.complete(failed("bad password hunter2"))))
        .containsExactly("The session is in Error: *********(redacted)");

    source.complete(Sessions.running("sc-1"));
    assertThat(notes(source.complete(Sessions.with(Sessions.bare("sc-1"), "state", "Error"))))
        .containsExactly("The session is in Error.");
  }

  @Test
  void anAppearanceIsAnEventOfTheSource() {
    List<SessionEvent> events =
        SessionEvent.of(source.complete(Sessions.running("sc-1"), Sessions.bare("sc-2")).writes());

    assertThat(events)
        .containsExactlyInAnyOrder(
            new SessionEvent(
                null, false, "SessionAppeared", "Session sc-1 appeared in state Running."),
            new SessionEvent(null, false, "SessionAppeared", "Session sc-2 appeared."));
  }

  @Test
  void aConnectionSecretThatIsGoneIsNoEvent() {
    Mirror mirror = Mirrors.seen(Mirrors.running("sc-1", "1"));

    assertThat(SessionEvent.of(List.of(new MirrorChange.CheckSecret(mirror, SecretStep.NONE))))
        .isEmpty();
  }

  @Test
  void aDisappearanceIsAnEventOfTheSource() {
    Mirror mirror = Mirrors.seen(Mirrors.running("sc-1", "1"));

    assertThat(
            SessionEvent.of(
                List.of(new MirrorChange.Delete(mirror), new MirrorChange.MarkVanished(mirror))))
        .containsExactly(
            new SessionEvent(
                null, false, "SessionVanished", "Session sc-1 no longer exists; mirror deleted."),
            new SessionEvent(
                null, false, "SessionVanished", "Session sc-1 no longer exists; mirror retained."));
  }

  @Test
  void aRenameOrAMendedLabelIsNoEvent() {
    source.complete(Sessions.running("sc-1"));
    assertThat(notes(source.complete(Sessions.with(Sessions.running("sc-1"), "name", "renamed"))))
        .isEmpty();

    source.api.edit("sc-1", o -> o.getMetadata().setLabels(null));
    MirrorPlan mended = source.complete(Sessions.with(Sessions.running("sc-1"), "name", "renamed"));
    assertThat(mended.writes()).hasSize(1);
    assertThat(notes(mended)).isEmpty();
  }

  @Test
  void twentyEventsAreSaidOneByOne() {
    source.listed(true, sessions(20, "Starting"));

    assertThat(SessionEvent.of(source.listed(true, sessions(20, "Running")).writes()))
        .hasSize(20)
        .allMatch(event -> event.reason().equals("SessionRunning"));
  }

  @ParameterizedTest
  @CsvSource({"0, false", "3, true"})
  void moreThanTwentyBecomeOneSummary(int failed, boolean warning) {
    source.listed(true, sessions(21, "Starting"));
    List<CloudSession> after = new ArrayList<>(sessions(21, "Running"));
    for (int i = 0; i < failed; i++) {
      after.set(i, Sessions.session("sc-" + i, "Error"));
    }

    assertThat(SessionEvent.of(source.listed(true, after).writes()))
        .containsExactly(
            new SessionEvent(
                null,
                warning,
                "SessionsChanged",
                "21 sessions appeared, changed or disappeared; %d entered Error."
                    .formatted(failed)));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, SUCCEEDED, -",
        "-, PROGRESSING, -",
        "-, THROTTLED, SourceFailing: Throttled: what is wrong",
        "PROGRESSING, SUCCEEDED, -",
        "PROGRESSING, THROTTLED, SourceFailing: Throttled: what is wrong",
        "SUCCEEDED, SUCCEEDED, -",
        "SUCCEEDED, PRUNE_GUARD_TRIPPED, SourceFailing: PruneGuardTripped: what is wrong",
        "THROTTLED, CLOUD_UNAVAILABLE, -",
        "THROTTLED, PROGRESSING, -",
        "THROTTLED, SUCCEEDED, SourceRecovered: what is wrong",
      })
  void aSourceThatStartsOrEndsToFailIsAnEvent(
      @Nullable Reason before, Reason after, @Nullable String event) {
    SessionClusterSourceStatus empty = SessionClusterSourceStatus.EMPTY;
    SessionClusterSourceStatus was = before == null ? empty : next(empty, before);

    SessionEvent turn = SessionEvent.ofReadyTransition(was, next(was, after));

    assertThat(turn == null ? null : turn.reason() + ": " + turn.note()).isEqualTo(event);
    if (turn != null) {
      assertThat(turn.mirror()).isNull();
      assertThat(turn.warning()).isEqualTo(turn.reason().equals("SourceFailing"));
    }
  }

  private SessionClusterSourceStatus next(SessionClusterSourceStatus before, Reason reason) {
    return SourceStatusFactory.next(
        before,
        new SourceStatusFactory.Polled(1, null, null),
        PollOutcome.failed(reason, "what is wrong"),
        source.now);
  }

  private static CloudSession in(@Nullable String state) {
    return Sessions.with(Sessions.running("sc-1"), "state", state);
  }

  private static CloudSession failed(String message) {
    return Sessions.with(
        Sessions.session("sc-1", "Error"),
        "stateChangeReason",
        new CloudSession.StateChangeReason("500", message));
  }

  private static List<CloudSession> sessions(int number, String state) {
    return IntStream.range(0, number).mapToObj(i -> Sessions.session("sc-" + i, state)).toList();
  }

  private static Stream<String> notes(MirrorPlan plan) {
    return SessionEvent.of(plan.writes()).stream().map(SessionEvent::note);
  }
}
