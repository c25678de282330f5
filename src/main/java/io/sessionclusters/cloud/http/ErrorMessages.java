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
package io.sessionclusters.cloud.http;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.emr.PageBody;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a person reads about a failure: a sentence of our own a kind, the same from poll to poll,
 * which says what to do. The vendor's words follow only where they alone can say what is wrong.
 */
public final class ErrorMessages {

  private static final int MAX_LENGTH = 512;

  /** A key with a character that can stand neither in a header nor in a signature. */
  public static final CloudError MALFORMED_KEY =
      new CloudError(
          Kind.INVALID_CREDENTIALS,
          "",
          0,
          "The access key cannot be used: its id, secret or security token is empty or contains a"
              + " space or a character outside of ASCII.",
          "",
          null);

  private ErrorMessages() {}

  /** A failure of the walk over the pages. */
  public static CloudError ofListing(Kind kind) {
    return new CloudError(kind, "", 0, sentence(kind) + ".", "", null);
  }

  /**
   * A failure that the client finds in the connection or in the answer.
   *
   * @param detail where, or what
   * @param httpStatus 0 if no answer came
   */
  public static CloudError onTheWay(Kind kind, String detail, int httpStatus, String requestId) {
    String message = sentence(kind) + " (" + detail + ").";
    return new CloudError(kind, "", httpStatus, message, requestId, null);
  }

  /**
   * A failure that the cloud reports.
   *
   * @param classes of the service's errors
   * @param body as it came
   * @param httpStatus 200 if the error came as a success
   * @param vendorText makes the vendor's text fit to be shown
   */
  public static CloudError reported(
      ErrorCodes.Classes classes,
      PageBody.Fault body,
      int httpStatus,
      String requestId,
      @Nullable Duration retryAfter,
      ErrorTextSanitizer vendorText) {
    String code = vendorText.code(body.code());
    Kind kind = classes.kind(code, httpStatus);
    String message =
        isRedirect(httpStatus)
            ? "The endpoint answers with a redirect, which is never followed: check the endpoint"
                + " and the proxy (HTTP "
                + httpStatus
                + ")."
            : sentence(kind) + origin(code, httpStatus) + ".";
    if (vendorsWordsHelp(kind) && !isRedirect(httpStatus)) {
      String words = vendorText.clean(body.message(), MAX_LENGTH - message.length() - 1);
      message = words.isEmpty() ? message : message + " " + words;
    }
    return new CloudError(
        kind, code, httpStatus, message, vendorText.requestId(requestId), retryAfter);
  }

  private static boolean isRedirect(int httpStatus) {
    return httpStatus >= 300 && httpStatus < 400;
  }

  private static boolean vendorsWordsHelp(Kind kind) {
    return switch (kind) {
      case PERMISSION_DENIED, ROLE_DENIED, REQUEST_REJECTED, UNKNOWN_CODE, EMPTY_CODE -> true;
      default -> false;
    };
  }

  private static String origin(String code, int httpStatus) {
    String status = httpStatus == 200 ? "" : "HTTP " + httpStatus;
    if (code.isEmpty() || status.isEmpty()) {
      String one = code + status;
      return one.isEmpty() ? "" : " (" + one + ")";
    }
    return " (" + code + ", " + status + ")";
  }

  private static String sentence(Kind kind) {
    return switch (kind) {
      case INVALID_CREDENTIALS ->
          "The cloud does not accept the access key: check its id, its secret and, if it is a"
              + " temporary one, its security token";
      case EXPIRED_SECURITY_TOKEN ->
          "The security token has expired: renew the temporary access key";
      case CLOCK_SKEW ->
          "The clock of the operator's machine is more than 15 minutes off the cloud's: correct it";
      case NONCE_USED -> "The cloud took a new request for a repeated one, twice in a row";
      case PERMISSION_DENIED ->
          "The access key may not list this workspace: it needs the permission"
              + " emr-serverless-spark:ListSessionClusters";
      case ROLE_DENIED ->
          "The role cannot be assumed: it must exist, its trust policy must name the caller and,"
              + " where it asks for one, the same external id, and the caller needs"
              + " sts:AssumeRole";
      case OIDC_TOKEN_REFUSED ->
          "The token of the operator's service account is not accepted: check the identity"
              + " provider and the token's audience";
      case KEY_SERVICE_FAILED -> "No temporary access key";
      case THROTTLED -> "The cloud gets more requests from this account than it allows";
      case SERVICE_FAILED -> "The cloud's service fails";
      case REQUEST_REJECTED -> "The cloud refuses the request";
      case EMPTY_CODE ->
          "The cloud answers with an error without a code: check that the workspace exists and"
              + " that the access key may list it";
      case UNKNOWN_CODE -> "The cloud answers with an error that the operator does not know";
      case UNKNOWN_HOST -> "The host name has no address";
      case CONNECT_FAILED -> "No connection to the cloud";
      case TLS_FAILED ->
          "The TLS handshake failed: the certificate must be valid for the host and issued by an"
              + " authority that the operator trusts";
      case CONNECTION_LOST -> "The connection broke before the answer was complete";
      case RESPONSE_TIMEOUT -> "No answer within the response time-out";
      case DEADLINE_EXCEEDED -> "The listing took longer than its time-out";
      case TRUNCATED_BODY -> "The cloud's answer ended before its end";
      case BODY_TOO_LARGE -> "The cloud's answer is larger than the client accepts";
      case MEMORY_SHORT ->
          "The operator reads as much at the same time as its memory allows: this listing waits;"
              + " where that lasts, raise the container's memory limit";
      case NOT_JSON ->
          "The cloud's answer is not JSON: check the endpoint, and that no proxy answers instead";
      case WRONG_TYPES -> "The cloud's answer cannot be read";
      case REPEATED_TOKEN ->
          "The cloud gave the same page token twice, so that the listing would never end";
      case TOO_MANY_PAGES ->
          "The listing has more pages, or more sessions, than the client accepts";
    };
  }
}
