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

import java.util.Map;
import java.util.List;
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

  /** What the documentation says of each kind, in the order of its table. */
  private static final List<Map.Entry<Kind, String>> DOCUMENTED =
      List.of(
          Map.entry(Kind.INVALID_CREDENTIALS, "`InvalidAccessKeyId.*`, `SignatureDoesNotMatch`, HTTP 401"),
          Map.entry(Kind.EXPIRED_SECURITY_TOKEN, "`InvalidSecurityToken.Expired`, after the key was read again and tried once more"),
          Map.entry(Kind.CLOCK_SKEW, "`InvalidTimeStamp.Expired`: the clocks are more than 15 minutes apart"),
          Map.entry(Kind.NONCE_USED, "`SignatureNonceUsed`, twice with new nonces"),
          Map.entry(Kind.PERMISSION_DENIED, "`Forbidden*`, `NoPermission`, HTTP 403 without a code"),
          Map.entry(Kind.ROLE_DENIED, "STS says `NoPermission`, `EntityNotExist.Role` or" + " `AuthenticationFail.NoPermission`"),
          Map.entry(Kind.OIDC_TOKEN_REFUSED, "STS says `AuthenticationFail.*` of the service account's token"),
          Map.entry(Kind.KEY_SERVICE_FAILED, "the metadata service or the credentials URI gives no key"),
          Map.entry(Kind.THROTTLED, "`Throttling*`, `FlowControl*` and other codes for too many requests, HTTP 429;" + " pauses the account's requests"),
          Map.entry(Kind.SERVICE_FAILED, "`InternalError`, `ServiceUnavailable`, HTTP 5xx"),
          Map.entry(Kind.REQUEST_REJECTED, "`OperationDenied`, `InvalidParameter*`, `MissingParameter.*`, a redirect"),
          Map.entry(Kind.EMPTY_CODE, "an error without a code: a missing or unauthorised workspace"),
          Map.entry(Kind.UNKNOWN_CODE, "an error with a code that is not known"),
          Map.entry(Kind.UNKNOWN_HOST, "the host name has no address"),
          Map.entry(Kind.CONNECT_FAILED, "connection refused or timed out"),
          Map.entry(Kind.TLS_FAILED, "the certificate or the handshake is wrong"),
          Map.entry(Kind.CONNECTION_LOST, "the connection broke on the way"),
          Map.entry(Kind.RESPONSE_TIMEOUT, "no answer within 20 seconds"),
          Map.entry(Kind.DEADLINE_EXCEEDED, "the whole listing took longer than `spec.timeout`"),
          Map.entry(Kind.TRUNCATED_BODY, "the answer ended before its end"),
          Map.entry(Kind.BODY_TOO_LARGE, "an answer is larger than 64 MiB, or a listing takes more than a third of the heap"),
          Map.entry(Kind.MEMORY_SHORT, "all listings together take more than a third of the heap"),
          Map.entry(Kind.NOT_JSON, "HTTP 200 with something else than JSON"),
          Map.entry(Kind.WRONG_TYPES, "JSON that is no page of sessions"),
          Map.entry(Kind.REPEATED_TOKEN, "a page token came twice"),
          Map.entry(Kind.TOO_MANY_PAGES, "more than 1,000 pages"));

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
    assertThat(DOCUMENTED)
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder(Kind.values());
  }

  @Test
  void theReadmeShowsTheTable() throws IOException {
    String table =
        DOCUMENTED.stream().map(ErrorReasonsTest::line).collect(Collectors.joining());
    assertThat(Files.readString(Path.of("README.md"))).contains(table);
  }

  @Test
  void theReadmeShowsEveryReason() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    assertThat(Reason.values())
        .allSatisfy(reason -> assertThat(readme).contains("\n| `" + reason.value() + "` |"));
  }

  private static String line(Map.Entry<Kind, String> row) {
    Reason reason = ErrorReasons.reason(row.getKey());
    return "| %s | `%s` | %s |\n".formatted(row.getValue(), reason.value(), nextPoll(reason));
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
