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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.event.SessionEvent.MirrorRef;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import io.sessionclusters.status.SourceStatusFactory;
import io.sessionclusters.time.SteppedTimers;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** With the real sender and budget; only the API server is none. */
class EventRecorderTest {

  private static final Instant NOW = Instant.parse("2026-11-22T09:14:03.117004900Z");
  private static final int BUDGET = 25;

  private final SteppedTimers timers = new SteppedTimers();
  private final List<Event> posted = new CopyOnWriteArrayList<>();
  private final EventRecorder recorder =
      new EventRecorder(
          new EventSender(posted::add, new ApiServerThrottle(timers.clock(), timers)),
          "operator-1",
          Clock.fixed(NOW, ZoneOffset.UTC),
          timers);

  @Test
  void anEventAboutAMirrorNamesItAndWhoReportsIt() {
    recorder.record(
        source(), new SessionEvent(new MirrorRef("sc-1", "uid-1"), true, "SessionFailed", "Why."));

    Event event = only();
    assertThat(event.getMetadata().getNamespace()).isEqualTo("spark");
    assertThat(event.getMetadata().getGenerateName()).isEqualTo("session-cluster-operator-");
    assertThat(event.getRegarding().getApiVersion()).isEqualTo("sessionclusters.io/v1alpha1");
    assertThat(event.getRegarding().getKind()).isEqualTo("SessionCluster");
    assertThat(event.getRegarding().getNamespace()).isEqualTo("spark");
    assertThat(event.getRegarding().getName()).isEqualTo("sc-1");
    assertThat(event.getRegarding().getUid()).isEqualTo("uid-1");
    assertThat(event.getType()).isEqualTo("Warning");
    assertThat(event.getReason()).isEqualTo("SessionFailed");
    assertThat(event.getAction()).isEqualTo("Mirror");
    assertThat(event.getNote()).isEqualTo("Why.");
    assertThat(event.getEventTime().getTime()).isEqualTo("2026-11-22T09:14:03.117004Z");
    assertThat(event.getReportingController())
        .isEqualTo("sessionclusters.io/session-cluster-operator");
    assertThat(event.getReportingInstance()).isEqualTo("operator-1");
  }

  @Test
  void anEventWithoutAMirrorIsAboutTheSource() {
    recorder.record(source(), new SessionEvent(null, false, "SessionAppeared", "It appeared."));

    assertThat(only().getType()).isEqualTo("Normal");
    assertThat(only().getRegarding().getKind()).isEqualTo("SessionClusterSource");
    assertThat(only().getRegarding().getName()).isEqualTo("hangzhou");
    assertThat(only().getRegarding().getUid()).isEqualTo("source-uid");
  }

  /** The API server counts bytes, and takes 1024. */
  @Test
  void aLongNoteIsCutToBytes() {
    recorder.record(source(), new SessionEvent(null, false, "x", "节".repeat(1000)));

    assertThat(only().getNote().getBytes(UTF_8)).hasSizeBetween(800, 1024);
    assertThat(only().getNote()).startsWith("节节节").doesNotContain("\uFFFD");
  }

  @Test
  void eachObjectHasABudgetOfItsOwn() {
    for (int i = 0; i < BUDGET + 5; i++) {
      recorder.record(source(), new SessionEvent(new MirrorRef("sc-1", "uid-1"), false, "a", "x"));
    }
    recorder.record(source(), new SessionEvent(new MirrorRef("sc-2", "uid-2"), false, "b", "x"));
    recorder.record(source(), new SessionEvent(null, false, "c", "x"));

    await().until(() -> posted.stream().anyMatch(event -> event.getReason().equals("c")));
    assertThat(posted)
        .extracting(Event::getReason)
        .filteredOn(reason -> reason.equals("a"))
        .hasSize(BUDGET);
    assertThat(posted).hasSize(BUDGET + 2);
  }

  @Test
  void aSourceThatFailsIsRecordedOnceUntilItRecovers() {
    SessionClusterSourceStatus unseen = SessionClusterSourceStatus.EMPTY;
    SessionClusterSourceStatus failed = next(unseen, Reason.THROTTLED);
    SessionClusterSourceStatus ready = next(failed, Reason.SUCCEEDED);

    recorder.recordReadyTransition(source(), unseen, failed);
    recorder.recordReadyTransition(source(), failed, next(failed, Reason.CLOUD_UNAVAILABLE));
    recorder.recordReadyTransition(source(), failed, ready);
    recorder.recordReadyTransition(source(), ready, ready);

    await().until(() -> posted.size() >= 2);
    assertThat(posted)
        .extracting(Event::getReason)
        .containsExactly("SourceFailing", "SourceRecovered");
  }

  private static SessionClusterSourceStatus next(SessionClusterSourceStatus before, Reason reason) {
    return SourceStatusFactory.next(
        before,
        new SourceStatusFactory.Polled(1, null, null),
        PollOutcome.failed(reason, "what is wrong"),
        NOW);
  }

  private static SessionClusterSource source() {
    SessionClusterSource source = new SessionClusterSource();
    source.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("spark")
            .withName("hangzhou")
            .withUid("source-uid")
            .build());
    return source;
  }

  private Event only() {
    await().until(() -> !posted.isEmpty());
    assertThat(posted).hasSize(1);
    return posted.getFirst();
  }
}
