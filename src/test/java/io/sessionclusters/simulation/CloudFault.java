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
package io.sessionclusters.simulation;

/** What the cloud's API may answer instead of what was asked for. */
enum CloudFault {
  REDIRECT(302, "", "Location: https://login.example.com/"),
  EMPTY_404(404, ""),
  HTML_404(404, "<html><body>not found</body></html>"),
  FOO_BAR(400, code("Foo.Bar", "what is this")),
  NOT_FOUND_CODE(404, code("SessionCluster.NotFound", "the session cluster does not exist")),
  REJECTED(400, code("InvalidParameter.SessionClusterId", "no such parameter")),
  EMPTY_CODE(400, code("", "")),
  LOWER_CASE(400, "{\"code\":\"foo.bar\",\"message\":\"no\",\"requestId\":\"r-1\"}"),
  THROTTLING(400, code("Throttling", "slow down")),
  THROTTLING_XYZ(400, code("Throttling.Xyz", "slow down")),
  REQUEST_THROTTLED(400, code("RequestThrottled", "slow down")),
  FLOW_CONTROL(403, code("FlowControl.Exceeded", "slow down")),
  TOO_MANY(429, "", "Retry-After: 2"),
  TOO_MANY_LONG(429, code("Throttling.User", "tomorrow"), "Retry-After: 86400"),
  INTERNAL(500, code("InternalError", "sorry")),
  UNAVAILABLE(503, "", "Retry-After: 1"),
  UNAVAILABLE_LONG(503, code("ServiceUnavailable", "later"), "Retry-After: 86400"),
  BAD_GATEWAY(502, "<html>bad gateway</html>"),
  FORBIDDEN(403, code("Forbidden.RAM", "the key " + Marks.SECRET + "-aks may not do that")),
  BAD_SIGNATURE(
      400,
      code(
          "SignatureDoesNotMatch",
          "server string to sign is: ACS3-HMAC-SHA256 x-acs-security-token:"
              + Marks.SECRET
              + "-sts")),
  UNKNOWN_KEY(404, code("InvalidAccessKeyId.NotFound", "Specified access key is not found.")),
  CLOCK(400, code("InvalidTimeStamp.Expired", "too old")),
  NONCE(400, code("SignatureNonceUsed", "seen before")),
  XML(400, "<?xml version='1.0'?><Error><Code>Throttling</Code></Error>"),
  ERROR_AS_OK(200, code("Foo.Bar", "an error that says 200")),
  HTML_OK(200, "<html>please log in</html>"),
  EMPTY_OK(200, ""),
  ARRAY_OK(200, "[]"),
  NO_CONTENT(204, ""),
  /** Says nothing: the only field is the request's id. */
  ONLY_REQUEST_ID(200, "{\"requestId\":\"x\"}"),
  NULL_LIST(200, "{\"requestId\":\"x\",\"sessionClusters\":null}"),
  ONLY_MAX_RESULTS(200, "{\"requestId\":\"x\",\"maxResults\":20,\"nextToken\":\"\"}"),
  CODE_AND_SUCCESS(200, "{\"requestId\":\"x\",\"code\":\"200\",\"success\":true}"),
  SUCCESS_FALSE(200, "{\"requestId\":\"x\",\"success\":false,\"sessionClusters\":[]}"),
  /** Right, but one level too deep. */
  WRAPPED(Form.MADE),
  /** Counts what it does not show. */
  TOTAL_AND_NULL_LIST(Form.MADE),
  TOTAL_AND_EMPTY_LIST(Form.MADE),
  TOTAL_WITHOUT_LIST(Form.MADE),
  /** Right, but the end is missing. */
  TRUNCATED(Form.MADE),
  /** The connection ends before an answer. */
  RESET(Form.MADE),
  /** Nothing comes, ever. */
  SILENT(Form.MADE),
  /** Right, but up to a minute and a half late. */
  LATE(Form.MADE);

  private enum Form {
    /** The same for all requests. */
    CONSTANT,
    /** Made of what was asked for. */
    MADE
  }

  final int status;
  final String body;

  /** A line, as in an answer's head; empty for none. */
  final String header;

  private final Form form;

  CloudFault(Form form) {
    this(200, "", "", form);
  }

  CloudFault(int status, String body) {
    this(status, body, "");
  }

  CloudFault(int status, String body, String header) {
    this(status, body, header, Form.CONSTANT);
  }

  CloudFault(int status, String body, String header, Form form) {
    this.status = status;
    this.body = body;
    this.header = header;
    this.form = form;
  }

  /** Whether the answer is the same for all requests. */
  boolean isConstant() {
    return form == Form.CONSTANT;
  }

  private static String code(String code, String message) {
    return """
    {"RequestId":"r-1","Message":"%s","Recommend":"","HostId":"h","Code":"%s"}\
    """
        .formatted(message, code);
  }
}
