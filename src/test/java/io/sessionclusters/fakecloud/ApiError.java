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
package io.sessionclusters.fakecloud;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as the gateway answers it.
 *
 * @param code the API's name for it; empty for a missing or unauthorized workspace on list calls
 * @param status of HTTP
 * @param message for a person; may echo what the request held
 */
record ApiError(String code, int status, String message) {

  /** The rows of the API description's error table; the two families are matched by prefix. */
  private static final Map<String, ApiError> KNOWN =
      Map.ofEntries(
          row("InvalidAccessKeyId.NotFound", 404, "Specified access key is not found."),
          row("InvalidAccessKeyId.Inactive", 400, "Specified access key is disabled."),
          row("SignatureDoesNotMatch", 400, "Specified signature does not match."),
          row("InvalidTimeStamp.Expired", 400, "Specified time stamp or date value is expired."),
          row("SignatureNonceUsed", 400, "Specified signature nonce was used already."),
          row("InvalidSecurityToken.Expired", 400, "Specified SecurityToken is expired."),
          row("Forbidden.RAM", 403, "User not authorized to operate on the specified resource."),
          row("Forbidden", 403, "Access is forbidden."),
          row("NoPermission", 403, "You are not authorized to do this action."),
          row("Throttling", 400, "Request was denied due to request throttling."),
          row("Throttling.User", 400, "Request was denied due to user flow control."),
          row("Throttling.Api", 400, "Request was denied due to api flow control."),
          row("InternalError", 500, "The request processing has failed due to some error."),
          row("ServiceUnavailable", 503, "The request has failed due to a temporary failure."),
          row("OperationDenied", 400, "The operation is denied."),
          row("", 400, ""));

  private static Map.Entry<String, ApiError> row(String code, int status, String message) {
    return Map.entry(code, new ApiError(code, status, message));
  }

  /**
   * The error of that name, with the status that the API's description gives.
   *
   * @throws IllegalArgumentException if the description has no such row
   */
  static ApiError named(String code) {
    ApiError known = KNOWN.get(code);
    if (known != null) {
      return known;
    }
    if (code.startsWith("InvalidParameter")) {
      return new ApiError(code, 400, "A parameter is invalid: " + code + ".");
    }
    if (code.startsWith("MissingParameter.")) {
      return new ApiError(code, 400, "A parameter is missing: " + code + ".");
    }
    throw new IllegalArgumentException("the API's description has no error " + code);
  }

  static ApiError invalidParameter(String name) {
    return named("InvalidParameter." + name);
  }

  static ApiError missingParameter(String name) {
    return named("MissingParameter." + name);
  }

  /** What the gateway says of a path, method, action or version that it does not serve. */
  static ApiError noSuchAction() {
    return new ApiError(
        "InvalidAction.NotFound",
        404,
        "Specified api is not found, please check your url and method.");
  }

  /** Echoes what the server signed, the security token among it, as the real gateway does. */
  static ApiError signatureDoesNotMatch(@Nullable Acs3 expected) {
    ApiError plain = named("SignatureDoesNotMatch");
    return expected == null ? plain : plain.withMessage(echo(expected));
  }

  ApiError withMessage(String other) {
    return new ApiError(code, status, other);
  }

  private static String echo(Acs3 expected) {
    return "Specified signature is not matched with our calculation. server string to sign is:["
        + expected.stringToSign()
        + "], server canonical request is:["
        + expected.canonicalRequest()
        + "]";
  }
}
