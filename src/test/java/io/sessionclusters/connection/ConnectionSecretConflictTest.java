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
package io.sessionclusters.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.mirror.OneSource;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Secrets that cannot be written: another has the name, or the API server refuses. */
class ConnectionSecretConflictTest extends ServedSecrets {

  @Test
  void theSecretOfAnEarlierMirrorIsLeftToTheGarbageCollector() throws Exception {
    kept("sc-1");
    Secret old = secret("sc-1");
    source.server.delete(source.get("sc-1"));
    source.watch();

    assertThat(requests(thrift("sc-1"))).containsExactly(GET);
    assertThat(report.awaited()).isEqualTo(1);
    assertThat(report.conflict())
        .isEqualTo(
            "Waiting for garbage collection of 1 connection Secrets owned by deleted mirrors.");
    assertThat(source.reference("sc-1")).isNull();

    source.server.delete(old);
    assertThat(requests(thrift("sc-1"))).containsExactly(GET, "create");
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
    assertThat(report.conflict()).isNull();
  }

  @Test
  void aSecretOfSomebodyElsesIsNeverTouchedAndLookedAtEachTime() throws Exception {
    IntStream.range(0, 7).forEach(i -> source.server.create(others("sc-" + i)));
    CloudSession[] sessions =
        IntStream.range(0, 8).mapToObj(i -> thrift("sc-" + i)).toArray(CloudSession[]::new);

    listed(sessions);
    assertThat(report.conflict())
        .isEqualTo(
            "7 connection Secrets already exist and are not managed by the operator:"
                + " sc-0-connection, sc-1-connection, sc-2-connection, sc-3-connection,"
                + " sc-4-connection and 2 more.");
    assertThat(source.reference("sc-0")).isNull();
    assertThat(source.reference("sc-7")).isEqualTo("sc-7-connection");
    assertThat(secret("sc-0").getData()).isEqualTo(Map.of("theirs", "MQ=="));

    source.server.requests();
    listed(sessions);
    assertThat(source.requests("sessionclusters")).isEmpty();
    source.server.delete(secret("sc-0"));
    listed(sessions);
    assertThat(report.taken()).hasSize(6).doesNotContain("sc-0-connection");
    assertThat(source.reference("sc-0")).isEqualTo("sc-0-connection");

    asked = false;
    listed(sessions);
    assertThat(find("sc-0")).isNull();
    assertThat(find("sc-1")).isNotNull();
  }

  /** Somebody takes the place of a Secret that was kept. */
  @Test
  void aNameThatIsTakenLaterIsNamedNoMore() throws Exception {
    kept("sc-1");
    source.server.delete(secret("sc-1"));
    source.server.create(others("sc-1"));
    source.pass(PERIOD);

    listed(thrift("sc-1"));

    assertThat(report.taken()).containsExactly("sc-1-connection");
    assertThat(source.reference("sc-1")).isNull();
  }

  @Test
  void whatIsRefusedIsReportedAndTheMirrorIsWrittenAllTheSame() throws Exception {
    source.server.refuse("create secrets", 403, "Forbidden", "the secret is token-of-sc-1, I say");

    listed(thrift("sc-1"), Sessions.running("sc-sql"));

    assertThat(report.writes().refusals())
        .containsExactly(
            new WriteResult.Refusal<>(
                "sc-1-connection",
                true,
                "the secret is " + SecretValue.REDACTED + ", I say",
                null));
    assertThat(written.refusals()).isEmpty();
    assertThat(written.done()).hasSize(2);
    assertThat(source.get("sc-1").getStatus().state()).isEqualTo("Running");
    assertThat(source.reference("sc-1")).isNull();

    source.server.refuseNothing();
    listed(thrift("sc-1"), Sessions.running("sc-sql"));
    assertThat(report.writes().refusals()).isEmpty();
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
  }

  @Test
  void aSecretThatChangesWhileItIsWrittenIsNoRefusal() throws Exception {
    kept("sc-1");
    source.server.refuse("update secrets", 409, "Conflict", "the object has been modified");

    listed(rotated("sc-1"));

    assertThat(report.writes().superseded()).hasSize(1);
    assertThat(report.writes().refusals()).isEmpty();
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
  }

  @Test
  void aMirrorThatIsNotOursIsLeftAlone() throws Exception {
    kept("sc-1");
    source.input = new OneSource().besides("other", "uid-of-other").input;

    assertThat(requests(thrift("sc-1"))).isEmpty();
    asked = false;
    assertThat(requests(thrift("sc-1"))).isEmpty();
  }

  @Test
  void whatIsNoLongerWantedIsNotWritten() throws Exception {
    source.wanted = false;

    listed(thrift("sc-1"));

    assertThat(source.server.requests()).isEmpty();
    assertThat(written.dropped()).isNotEmpty();
  }
}
