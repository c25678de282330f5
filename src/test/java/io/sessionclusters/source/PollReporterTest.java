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

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a request beside the writes of mirrors is reported as when it is refused or fails. */
class PollReporterTest {

  @Test
  void aRefusalNamesThePermission() {
    PollOutcome outcome = PollReporter.unanswered(refused(403, "cannot patch the status"));

    assertThat(outcome.reason()).isEqualTo(Reason.WRITE_DENIED);
    assertThat(outcome.message()).isEqualTo("cannot patch the status");
  }

  @Test
  void aRejectedRequestIsReportedInTheWordsOfTheApiServer() {
    PollOutcome outcome = PollReporter.unanswered(refused(422, "status.states: Too many"));

    assertThat(outcome.reason()).isEqualTo(Reason.WRITE_FAILED);
    assertThat(outcome.message())
        .isEqualTo("The API server rejected a request: status.states: Too many");
  }

  @Test
  void onlyASilentServerDidNotRespond() {
    PollOutcome outcome =
        PollReporter.unanswered(new KubernetesClientException("reset", new IOException()));

    assertThat(outcome.reason()).isEqualTo(Reason.WRITE_FAILED);
    assertThat(outcome.message())
        .isEqualTo("The API server did not respond; the request is retried soon.");
  }

  private static KubernetesClientException refused(int code, String message) {
    return new KubernetesClientException(
        "refused", code, new StatusBuilder().withCode(code).withMessage(message).build());
  }
}
