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
import static io.sessionclusters.source.FoundByPoll.NOTHING_FOREIGN;
import static io.sessionclusters.source.FoundByPoll.TAKEN;
import static io.sessionclusters.source.FoundByPoll.refused;
import static io.sessionclusters.source.FoundByPoll.report;
import static io.sessionclusters.source.FoundByPoll.tripped;
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.connection.ConnectionReport;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.kubernetes.WriteResult.Refusal;
import io.sessionclusters.mirror.MirrorPlan;
import io.sessionclusters.mirror.OneSource;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import io.sessionclusters.support.RecordCopy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a poll reports of connection Secrets, beside the mirrors. */
class ConnectionOutcomesTest {

  private final OneSource source = new OneSource();

  @Test
  void theFirstSecretThatIsRefusedIsSaidAfterTheMirrors() {
    ConnectionReport refused =
        RecordCopy.with(
            ConnectionReport.NONE,
            "writes",
            refused(
                new Refusal<>("a", true, "cannot create", Duration.ofSeconds(7)),
                new Refusal<>("b", false, "HTTP 500", null)));

    PollOutcome outcome = report(tripped(source), ALL_WRITTEN, TAKEN, refused);
    assertThat(outcome.reason()).isEqualTo(Reason.WRITE_DENIED);
    assertThat(outcome.message())
        .isEqualTo(
            "2 connection Secrets could not be read, written or deleted. The first: cannot create");
    assertThat(outcome.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(report(tripped(source), refused(), TAKEN, refused).message()).contains("mirrors");
  }

  @Test
  void fiveOfTheSecretsThatAreInTheWayAreNamed() {
    ConnectionReport taken =
        RecordCopy.with(ConnectionReport.NONE, "taken", List.of("a", "b", "c", "d", "e", "f", "g"));

    PollOutcome outcome = report(source.plan(true, List.of()), ALL_WRITTEN, NOTHING_FOREIGN, taken);
    assertThat(outcome.reason()).isEqualTo(Reason.CONFLICT);
    assertThat(outcome.message())
        .isEqualTo(
            "7 connection Secrets already exist and are not managed by the operator: a, b, c, d, e"
                + " and 2 more.");
    assertThat(RecordCopy.with(taken, "taken", List.of("a")).conflict()).endsWith("operator: a.");
  }

  @Test
  void aSecretThatAwaitsCollectionIsAConflict() {
    ConnectionReport awaiting = RecordCopy.with(ConnectionReport.NONE, "awaited", 2);

    PollOutcome outcome =
        report(source.plan(true, List.of()), ALL_WRITTEN, NOTHING_FOREIGN, awaiting);
    assertThat(outcome.reason()).isEqualTo(Reason.CONFLICT);
    assertThat(outcome.message())
        .isEqualTo(
            "Waiting for garbage collection of 2 connection Secrets owned by deleted mirrors.");
  }

  @Test
  void aSourceThatAsksForWhatTheSettingsDoNotAllowIsReportedLast() {
    ConnectionReport off = RecordCopy.with(ConnectionReport.NONE, "refused", true);
    MirrorPlan plan = source.plan(true, List.of());

    assertThat(report(plan, ALL_WRITTEN, TAKEN, off).reason()).isEqualTo(Reason.CONFLICT);
    PollOutcome outcome = report(plan, ALL_WRITTEN, NOTHING_FOREIGN, off);
    assertThat(outcome.reason()).isEqualTo(Reason.CONNECTION_SECRETS_OFF);
    assertThat(outcome.message()).contains("CONNECTION_SECRETS=true");
    assertThat(outcome.tally()).isNotNull();
  }

  @Test
  void aSecretThatWasAnotherThanWasReadIsUnsettled() {
    ConnectionReport stale =
        RecordCopy.with(
            ConnectionReport.NONE,
            "writes",
            RecordCopy.with(WriteResult.<String>none(), "superseded", List.of("a")));

    PollOutcome outcome = report(source.plan(true, List.of()), ALL_WRITTEN, NOTHING_FOREIGN, stale);
    assertThat(outcome.reason()).isEqualTo(Reason.WRITE_FAILED);
    assertThat(outcome.unsettled()).isTrue();
  }
}
