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
package io.sessionclusters.e2e;

import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.fakecloud.BadPages;
import io.sessionclusters.fakecloud.ErrorFormat;
import io.sessionclusters.fakecloud.Fault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One way in which the cloud fails, and what must follow from it.
 *
 * @param name of the source that meets it
 * @param kind as the log tells it; null for a listing that is torn, which is no failed one
 * @param reason of the condition Ready
 * @param says a part of the message
 * @param walks listings that one poll begins: two where the first is tried once more
 * @param fault of the cloud; null if the endpoint is wrong instead
 * @param page that the fault hits, 0 for all
 * @param endpoint that is wrong
 */
record ErrorReasonRow(
    String name,
    @Nullable Kind kind,
    String reason,
    String says,
    int walks,
    @Nullable Fault fault,
    int page,
    Function<Scene, String> endpoint) {

  private static final String ID = "5F8A1C2E-77B1-4C55-9A53-0C1D2E3F4A5B";

  static final String NO_SUCH_HOST = "no-such-host.invalid";

  static List<ErrorReasonRow> all(int closedPort) {
    return List.of(
        // What only a person can mend.
        row("key-unknown", Kind.INVALID_CREDENTIALS, "AuthenticationFailed")
            .saying("InvalidAccessKeyId.NotFound, HTTP 404")
            .by(Fault.error("InvalidAccessKeyId.NotFound")),
        row("key-inactive-xml", Kind.INVALID_CREDENTIALS, "AuthenticationFailed")
            .saying("InvalidAccessKeyId.Inactive, HTTP 400")
            .by(Fault.error("InvalidAccessKeyId.Inactive", ErrorFormat.XML)),
        row("signature-echoed", Kind.INVALID_CREDENTIALS, "AuthenticationFailed")
            .saying("The API rejected the access key")
            .by(Fault.error("SignatureDoesNotMatch")),
        row("status-401", Kind.INVALID_CREDENTIALS, "AuthenticationFailed")
            .saying("HTTP 401")
            .by(Fault.answer(401, "text/html", "<html>who are you</html>")),
        row("token-expired", Kind.EXPIRED_SECURITY_TOKEN, "AuthenticationFailed")
            .saying("renew the temporary access key")
            .twice()
            .by(Fault.error("InvalidSecurityToken.Expired")),
        row("clock-skew-lower-case", Kind.CLOCK_SKEW, "AuthenticationFailed")
            .saying("more than 15 minutes off")
            .by(Fault.error("InvalidTimeStamp.Expired", ErrorFormat.LOWER_CASE_JSON)),
        row("forbidden-ram", Kind.PERMISSION_DENIED, "PermissionDenied")
            .saying("emr-serverless-spark:ListSessionClusters (Forbidden.RAM, HTTP 403)")
            .by(Fault.error("Forbidden.RAM")),
        row("forbidden-xml", Kind.PERMISSION_DENIED, "PermissionDenied")
            .saying("Access is forbidden.")
            .by(Fault.error("Forbidden", ErrorFormat.XML)),
        row("forbidden-html", Kind.PERMISSION_DENIED, "PermissionDenied")
            .saying("HTTP 403")
            .by(Fault.error("Forbidden", ErrorFormat.HTML)),
        row("no-permission-lower-case", Kind.PERMISSION_DENIED, "PermissionDenied")
            .saying("NoPermission")
            .by(Fault.error("NoPermission", ErrorFormat.LOWER_CASE_JSON)),
        row("forbidden-on-page-2", Kind.PERMISSION_DENIED, "PermissionDenied")
            .saying("Forbidden.RAM")
            .by(Fault.error("Forbidden.RAM"), 2),
        row("forbidden-as-success", Kind.PERMISSION_DENIED, "PermissionDenied")
            .saying("Forbidden.RAM")
            .by(Fault.error("Forbidden.RAM").withStatus(200)),
        row("operation-denied", Kind.REQUEST_REJECTED, "RequestRejected")
            .saying("OperationDenied")
            .by(Fault.error("OperationDenied")),
        row("parameter-invalid-xml", Kind.REQUEST_REJECTED, "RequestRejected")
            .saying("InvalidParameter.maxResults")
            .by(Fault.error("InvalidParameter.maxResults", ErrorFormat.XML)),
        row("parameter-missing", Kind.REQUEST_REJECTED, "RequestRejected")
            .saying("MissingParameter.regionId")
            .by(Fault.error("MissingParameter.regionId", ErrorFormat.LOWER_CASE_JSON)),
        row("redirect", Kind.REQUEST_REJECTED, "RequestRejected")
            .saying("never followed")
            .by(Fault.redirectTo(URI.create("http://127.0.0.1:1/"))),
        row("code-empty", Kind.EMPTY_CODE, "RequestRejected")
            .saying("check that the workspace exists")
            .by(Fault.error("")),
        row("code-empty-html", Kind.EMPTY_CODE, "RequestRejected")
            .saying("HTTP 400")
            .by(Fault.error("", ErrorFormat.HTML)),
        row("code-empty-no-body", Kind.EMPTY_CODE, "RequestRejected")
            .saying("HTTP 400")
            .by(Fault.error("", ErrorFormat.EMPTY)),
        row("code-unknown", Kind.UNKNOWN_CODE, "RequestRejected")
            .saying("SparksFly, HTTP 409). The sparks fly")
            .by(Fault.error("SparksFly", 409, "The sparks fly, RequestId: " + ID + ", " + ID)),
        // What will pass.
        row("nonce-used", Kind.NONCE_USED, "CloudUnavailable")
            .saying("nonce as already used")
            .twice()
            .by(Fault.error("SignatureNonceUsed")),
        row("throttling", Kind.THROTTLED, "Throttled")
            .saying("Throttling.User, HTTP 400")
            .by(Fault.error("Throttling.User").withRetryAfter(Duration.ofSeconds(1))),
        row("throttling-xml", Kind.THROTTLED, "Throttled")
            .saying("Throttling, HTTP 400")
            .by(Fault.error("Throttling", ErrorFormat.XML).withRateLimit(Duration.ofMillis(500))),
        row("throttling-lower-case", Kind.THROTTLED, "Throttled")
            .saying("Throttling.Api")
            .by(Fault.error("Throttling.Api", ErrorFormat.LOWER_CASE_JSON)),
        row("status-429", Kind.THROTTLED, "Throttled")
            .saying("HTTP 429")
            .by(Fault.answer(429, "text/html", "<html>slow down</html>")),
        row("internal-error", Kind.SERVICE_FAILED, "CloudUnavailable")
            .saying("InternalError, HTTP 500")
            .by(Fault.error("InternalError")),
        row("internal-error-html", Kind.SERVICE_FAILED, "CloudUnavailable")
            .saying("HTTP 500")
            .by(Fault.error("InternalError", ErrorFormat.HTML)),
        row("unavailable-no-body", Kind.SERVICE_FAILED, "CloudUnavailable")
            .saying("HTTP 503")
            .by(Fault.error("ServiceUnavailable", ErrorFormat.EMPTY)),
        row("unavailable-on-page-3", Kind.SERVICE_FAILED, "CloudUnavailable")
            .saying("ServiceUnavailable, HTTP 503")
            .by(Fault.error("ServiceUnavailable"), 3),
        row("host-unknown", Kind.UNKNOWN_HOST, "CloudUnavailable")
            .saying(NO_SUCH_HOST)
            .at(scene -> "https://" + NO_SUCH_HOST),
        row("connection-refused", Kind.CONNECT_FAILED, "CloudUnavailable")
            .saying("Cannot connect to the API (127.0.0.1)")
            .at(scene -> "http://127.0.0.1:" + closedPort),
        row("tls", Kind.TLS_FAILED, "CloudUnavailable")
            .saying("The TLS handshake failed")
            .at(scene -> "https://127.0.0.1:" + scene.cloud.port()),
        row("connection-closed", Kind.CONNECTION_LOST, "CloudUnavailable")
            .saying("The connection was lost")
            .by(Fault.cutBeforeAnswer()),
        row("connection-reset", Kind.CONNECTION_LOST, "CloudUnavailable")
            .saying("The connection was lost")
            .by(Fault.cutBeforeAnswer().byReset()),
        row("no-answer", Kind.RESPONSE_TIMEOUT, "CloudUnavailable")
            .saying("Timed out waiting for a response")
            .by(Fault.delay(Duration.ofSeconds(40))),
        row("deadline", Kind.DEADLINE_EXCEEDED, "CloudUnavailable")
            .saying("Listing exceeded spec.timeout")
            .by(Fault.drip(Duration.ofSeconds(1))),
        row("body-cut", Kind.TRUNCATED_BODY, "CloudUnavailable")
            .saying("The response was truncated")
            .by(Fault.cutInBody()),
        row("body-cut-in-json", Kind.TRUNCATED_BODY, "CloudUnavailable")
            .saying("The response was truncated")
            .by(Fault.truncatedJson()),
        row("text-too-long", Kind.BODY_TOO_LARGE, "CloudUnavailable")
            .saying("larger than the operator accepts")
            .by(Fault.editedPage("long token", page -> page.put("nextToken", "x".repeat(5 << 20)))),
        row("header-too-long", Kind.BODY_TOO_LARGE, "CloudUnavailable")
            .saying("larger than the operator accepts")
            .by(Fault.emptyObject().withHeader("X-Long", "x".repeat(100_000))),
        row("not-json", Kind.NOT_JSON, "CloudUnavailable")
            .saying("is not JSON: check the endpoint")
            .by(Fault.notJson()),
        row("body-empty", Kind.NOT_JSON, "CloudUnavailable")
            .saying("is not JSON")
            .by(Fault.emptyBody()),
        row("wrong-types", Kind.WRONG_TYPES, "CloudUnavailable")
            .saying("cannot be read")
            .by(BadPages.ofWrongTypes()),
        row("empty-object", Kind.WRONG_TYPES, "CloudUnavailable")
            .saying("cannot be read")
            .by(Fault.emptyObject()),
        row("token-repeated", Kind.REPEATED_TOKEN, "ListingInconsistent")
            .saying("the same page token twice")
            .by(BadPages.repeatedToken()),
        row("pages-without-end", Kind.TOO_MANY_PAGES, "ListingInconsistent")
            .saying("more pages")
            .by(BadPages.endlessEmptyPages()),
        row("torn", null, "ListingInconsistent")
            .saying("totalCount changed from page to page.")
            .twice()
            .by(BadPages.totalCountGrowing()),
        row("without-the-list", null, "ListingInconsistent")
            .saying("The response does not say which sessions exist.")
            .twice()
            .by(
                Fault.answer(
                    200, "application/json;charset=utf-8", "{\"requestId\":\"" + ID + "\"}")));
  }

  private static ErrorReasonRow row(String name, @Nullable Kind kind, String reason) {
    return new ErrorReasonRow(name, kind, reason, "", 1, null, 0, scene -> "");
  }

  private ErrorReasonRow saying(String part) {
    return new ErrorReasonRow(name, kind, reason, part, walks, fault, page, endpoint);
  }

  private ErrorReasonRow twice() {
    return new ErrorReasonRow(name, kind, reason, says, 2, fault, page, endpoint);
  }

  private ErrorReasonRow by(Fault other) {
    return by(other, 0);
  }

  private ErrorReasonRow by(Fault other, int onPage) {
    return new ErrorReasonRow(name, kind, reason, says, walks, other, onPage, endpoint);
  }

  private ErrorReasonRow at(Function<Scene, String> other) {
    return new ErrorReasonRow(name, kind, reason, says, walks, fault, page, other);
  }

  /** Whether trying again is of no use before a person has acted. */
  boolean needsPerson() {
    return switch (reason) {
      case "AuthenticationFailed", "PermissionDenied", "RequestRejected" -> true;
      case "Throttled", "CloudUnavailable", "ListingInconsistent" -> false;
      default -> throw new IllegalStateException(reason);
    };
  }

  /** Whether it is tried again before the interval: a torn listing is no failure. */
  boolean triesAgain() {
    return !needsPerson() && kind != null;
  }

  /** Two torn listings leave the condition as it is. */
  int pollsUntilSaid() {
    return kind == null ? 3 : 1;
  }

  @Override
  public String toString() {
    return name;
  }
}
