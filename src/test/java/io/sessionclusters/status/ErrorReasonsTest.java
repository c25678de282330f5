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
package io.sessionclusters.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorReasonsTest {

  private static final Path PAGE = Path.of("src/site/markdown/troubleshooting.md");

  @ParameterizedTest
  @CsvSource({
    "INVALID_CREDENTIALS, AuthenticationFailed",
    "EXPIRED_SECURITY_TOKEN, AuthenticationFailed",
    "CLOCK_SKEW, AuthenticationFailed",
    "NONCE_USED, CloudUnavailable",
    "PERMISSION_DENIED, PermissionDenied",
    "ROLE_DENIED, PermissionDenied",
    "OIDC_TOKEN_REFUSED, AuthenticationFailed",
    "KEY_SERVICE_FAILED, CloudUnavailable",
    "THROTTLED, Throttled",
    "SERVICE_FAILED, CloudUnavailable",
    "REQUEST_REJECTED, RequestRejected",
    "EMPTY_CODE, RequestRejected",
    "UNKNOWN_CODE, RequestRejected",
    "UNKNOWN_HOST, CloudUnavailable",
    "CONNECT_FAILED, CloudUnavailable",
    "TLS_FAILED, CloudUnavailable",
    "CONNECTION_LOST, CloudUnavailable",
    "RESPONSE_TIMEOUT, CloudUnavailable",
    "DEADLINE_EXCEEDED, CloudUnavailable",
    "TRUNCATED_BODY, CloudUnavailable",
    "BODY_TOO_LARGE, CloudUnavailable",
    "MEMORY_SHORT, CloudUnavailable",
    "NOT_JSON, CloudUnavailable",
    "WRONG_TYPES, CloudUnavailable",
    "REPEATED_TOKEN, ListingInconsistent",
    "TOO_MANY_PAGES, ListingInconsistent",
  })
  void eachKindOfFailureHasItsReason(CloudError.Kind kind, String reason) {
    assertThat(ErrorReasons.reason(kind).value()).isEqualTo(reason);
  }

  @Test
  void aReportSaysWhatTheErrorSaysAndNothingThatChangesFromPollToPoll() {
    CloudError error =
        new CloudError(
            CloudError.Kind.THROTTLED,
            "Throttling.User",
            400,
            "Too many requests.",
            "request-1",
            Duration.ofSeconds(7));

    assertThat(ErrorReasons.report(error))
        .isEqualTo(
            new PollOutcome(
                Reason.THROTTLED, "Too many requests.", null, null, false, Duration.ofSeconds(7)));
  }

  @Test
  void everyKindHasOneRow() {
    assertThat(ErrorReasons.ROWS)
        .extracting(ErrorReasons.Row::kind)
        .containsExactlyInAnyOrder(Kind.values());
  }

  @Test
  void thePageShowsTheTable() throws IOException {
    String table =
        ErrorReasons.ROWS.stream().map(ErrorReasonsTest::line).collect(Collectors.joining());
    assertThat(Files.readString(PAGE)).contains(table);
  }

  @Test
  void thePageShowsEveryReason() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(Reason.values())
        .allSatisfy(reason -> assertThat(page).contains("\n| `" + reason.value() + "` |"));
  }

  private static String line(ErrorReasons.Row row) {
    return "| %s | `%s` | %s |\n"
        .formatted(row.when(), row.reason().value(), nextPoll(row.reason()));
  }

  private static String nextPoll(Reason reason) {
    return switch (reason.retry()) {
      case NOW -> "at once";
      case AT_INTERVAL, HELD -> "at `interval`";
      case BACK_OFF -> "back-off";
      case BACK_OFF_WITHIN_INTERVAL -> "back-off, at most `interval`";
      case ON_EDIT -> "on an edit";
    };
  }
}
