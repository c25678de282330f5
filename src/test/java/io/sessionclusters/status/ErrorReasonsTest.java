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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorReasonsTest {

  private static final Path PAGE = Path.of("src/site/markdown/troubleshooting.md");

  /** Each kind with what happened, in the documentation's words. */
  private static final String TABLE =
      """
        INVALID_CREDENTIALS | AuthenticationFailed | `InvalidAccessKeyId.*`, `SignatureDoesNotMatch`, HTTP 401
        EXPIRED_SECURITY_TOKEN | AuthenticationFailed | `InvalidSecurityToken.Expired`, after the key was read again and tried once more
        CLOCK_SKEW | AuthenticationFailed | `InvalidTimeStamp.Expired`: the clocks are more than 15 minutes apart
        NONCE_USED | CloudUnavailable | `SignatureNonceUsed`, twice with new nonces
        PERMISSION_DENIED | PermissionDenied | `Forbidden*`, `NoPermission`, HTTP 403 without a code
        ROLE_DENIED | PermissionDenied | STS says `NoPermission`, `EntityNotExist.Role` or `AuthenticationFail.NoPermission`
        OIDC_TOKEN_REFUSED | AuthenticationFailed | STS says `AuthenticationFail.*` of the service account's token
        KEY_SERVICE_FAILED | CloudUnavailable | the metadata service or the credentials URI gives no key
        THROTTLED | Throttled | `Throttling*`, `FlowControl*` and other codes for too many requests, HTTP 429; pauses the account's requests
        SERVICE_FAILED | CloudUnavailable | `InternalError`, `ServiceUnavailable`, HTTP 5xx
        REQUEST_REJECTED | RequestRejected | `OperationDenied`, `InvalidParameter*`, `MissingParameter.*`, a redirect
        EMPTY_CODE | RequestRejected | an error without a code: a missing or unauthorised workspace
        UNKNOWN_CODE | RequestRejected | an error with a code that is not known
        UNKNOWN_HOST | CloudUnavailable | the host name has no address
        CONNECT_FAILED | CloudUnavailable | connection refused or timed out
        TLS_FAILED | CloudUnavailable | the certificate or the handshake is wrong
        CONNECTION_LOST | CloudUnavailable | the connection broke on the way
        RESPONSE_TIMEOUT | CloudUnavailable | no answer within 20 seconds
        DEADLINE_EXCEEDED | CloudUnavailable | the whole listing took longer than `spec.timeout`
        TRUNCATED_BODY | CloudUnavailable | the answer ended before its end
        BODY_TOO_LARGE | CloudUnavailable | an answer is larger than 64 MiB, or a listing than 256 MiB, or takes more than a third of the heap
        MEMORY_SHORT | CloudUnavailable | all listings together take more than a third of the heap
        NOT_JSON | CloudUnavailable | HTTP 200 with something else than JSON
        WRONG_TYPES | CloudUnavailable | JSON that is no page of sessions
        REPEATED_TOKEN | ListingInconsistent | a page token came twice
        TOO_MANY_PAGES | ListingInconsistent | more than 1,000 pages
      """;

  private static Stream<Row> rows() {
    return TABLE.lines().map(line -> line.strip().split(" \\| ")).map(Row::of);
  }

  /** A row of the table. */
  record Row(Kind kind, String reason, String when) {

    static Row of(String[] cells) {
      return new Row(Kind.valueOf(cells[0]), cells[1], cells[2]);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachKindOfFailureHasItsReason(Row row) {
    assertThat(ErrorReasons.reason(row.kind()).value()).isEqualTo(row.reason());
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

    assertThat(ErrorReasons.outcome(error))
        .isEqualTo(
            new PollOutcome(
                Reason.THROTTLED, "Too many requests.", null, null, false, Duration.ofSeconds(7)));
  }

  @Test
  void everyKindHasOneRow() {
    assertThat(rows()).extracting(Row::kind).containsExactlyInAnyOrder(Kind.values());
  }

  @Test
  void thePageShowsTheTable() throws IOException {
    String table = rows().map(ErrorReasonsTest::line).collect(Collectors.joining());
    assertThat(Files.readString(PAGE)).contains(table);
  }

  @Test
  void thePageShowsEveryReason() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(Reason.values())
        .allSatisfy(reason -> assertThat(page).contains("\n| `" + reason.value() + "` |"));
  }

  private static String line(Row row) {
    return "| %s | `%s` | %s |\n"
        .formatted(row.when(), row.reason(), nextPoll(ErrorReasons.reason(row.kind())));
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
