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

import static io.sessionclusters.status.Reason.AUTHENTICATION_FAILED;
import static io.sessionclusters.status.Reason.CLOUD_UNAVAILABLE;
import static io.sessionclusters.status.Reason.LISTING_INCONSISTENT;
import static io.sessionclusters.status.Reason.PERMISSION_DENIED;
import static io.sessionclusters.status.Reason.REQUEST_REJECTED;
import static io.sessionclusters.status.Reason.THROTTLED;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What follows from each way in which the cloud can fail: one row a kind. The reason says the rest:
 * the conditions, and when the next poll is. Every row keeps all mirrors, and writes one event when
 * it begins and one when it is over. The README shows this table; a test holds the two together.
 */
public final class ErrorReasons {

  /**
   * One kind of failure.
   *
   * @param when what happened, in the README's words
   */
  record Row(Kind kind, Reason reason, String when) {}

  static final List<Row> ROWS =
      List.of(
          row(
              Kind.INVALID_CREDENTIALS,
              AUTHENTICATION_FAILED,
              "`InvalidAccessKeyId.*`, `SignatureDoesNotMatch`, HTTP 401"),
          row(
              Kind.EXPIRED_SECURITY_TOKEN,
              AUTHENTICATION_FAILED,
              "`InvalidSecurityToken.Expired`, after the key was read again and tried once more"),
          row(
              Kind.CLOCK_SKEW,
              AUTHENTICATION_FAILED,
              "`InvalidTimeStamp.Expired`: the clocks are more than 15 minutes apart"),
          row(Kind.NONCE_USED, CLOUD_UNAVAILABLE, "`SignatureNonceUsed`, twice with new nonces"),
          row(
              Kind.PERMISSION_DENIED,
              PERMISSION_DENIED,
              "`Forbidden*`, `NoPermission`, HTTP 403 without a code"),
          row(
              Kind.ROLE_DENIED,
              PERMISSION_DENIED,
              "STS says `NoPermission`, `EntityNotExist.Role` or"
                  + " `AuthenticationFail.NoPermission`"),
          row(
              Kind.OIDC_TOKEN_REFUSED,
              AUTHENTICATION_FAILED,
              "STS says `AuthenticationFail.*` of the service account's token"),
          row(
              Kind.KEY_SERVICE_FAILED,
              CLOUD_UNAVAILABLE,
              "the metadata service or the credentials URI gives no key"),
          row(
              Kind.THROTTLED,
              THROTTLED,
              "`Throttling*`, `FlowControl*` and other codes for too many requests, HTTP 429;"
                  + " pauses the account's requests"),
          row(
              Kind.SERVICE_FAILED,
              CLOUD_UNAVAILABLE,
              "`InternalError`, `ServiceUnavailable`, HTTP 5xx"),
          row(
              Kind.REQUEST_REJECTED,
              REQUEST_REJECTED,
              "`OperationDenied`, `InvalidParameter*`, `MissingParameter.*`, a redirect"),
          row(
              Kind.EMPTY_CODE,
              REQUEST_REJECTED,
              "an error without a code: a missing or unauthorised workspace"),
          row(Kind.UNKNOWN_CODE, REQUEST_REJECTED, "an error with a code that is not known"),
          row(Kind.UNKNOWN_HOST, CLOUD_UNAVAILABLE, "the host name has no address"),
          row(Kind.CONNECT_FAILED, CLOUD_UNAVAILABLE, "connection refused or timed out"),
          row(Kind.TLS_FAILED, CLOUD_UNAVAILABLE, "the certificate or the handshake is wrong"),
          row(Kind.CONNECTION_LOST, CLOUD_UNAVAILABLE, "the connection broke on the way"),
          row(Kind.RESPONSE_TIMEOUT, CLOUD_UNAVAILABLE, "no answer within 20 seconds"),
          row(
              Kind.DEADLINE_EXCEEDED,
              CLOUD_UNAVAILABLE,
              "the whole listing took longer than `spec.timeout`"),
          row(Kind.TRUNCATED_BODY, CLOUD_UNAVAILABLE, "the answer ended before its end"),
          row(
              Kind.BODY_TOO_LARGE,
              CLOUD_UNAVAILABLE,
              "an answer is larger than 64 MiB, or a listing takes more than a third of the heap"),
          row(
              Kind.MEMORY_SHORT,
              CLOUD_UNAVAILABLE,
              "all listings together take more than a third of the heap"),
          row(Kind.NOT_JSON, CLOUD_UNAVAILABLE, "HTTP 200 with something else than JSON"),
          row(Kind.WRONG_TYPES, CLOUD_UNAVAILABLE, "JSON that is no page of sessions"),
          row(Kind.REPEATED_TOKEN, LISTING_INCONSISTENT, "a page token came twice"),
          row(Kind.TOO_MANY_PAGES, LISTING_INCONSISTENT, "more than 1,000 pages"));

  private static final Map<Kind, Row> BY_KIND =
      ROWS.stream().collect(Collectors.toUnmodifiableMap(Row::kind, Function.identity()));

  private ErrorReasons() {}

  /** The report of a listing that failed. */
  public static PollOutcome report(CloudError error) {
    return PollOutcome.failed(reason(error.kind()), error.message()).retryAfter(error.retryAfter());
  }

  static Reason reason(Kind kind) {
    Row row = BY_KIND.get(kind);
    if (row == null) {
      throw new IllegalStateException("the fault table has no row for " + kind);
    }
    return row.reason();
  }

  private static Row row(Kind kind, Reason reason, String when) {
    return new Row(kind, reason, when);
  }
}
