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

import io.sessionclusters.cloud.CloudError.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the errors of the vendor's services: by code first, for the HTTP status misleads
 * ({@code InvalidAccessKeyId.NotFound} is a 404, throttling a 400), by status where the code says
 * nothing.
 */
public enum ErrorCodes {
  /** EMR Serverless Spark. */
  EMR,
  /**
   * The Security Token Service.
   *
   * @see <a
   *     href="https://help.aliyun.com/zh/ram/developer-reference/api-sts-2015-04-01-errorcodes">its
   *     error codes</a>
   */
  STS;

  /**
   * The beginning of a code and its class. The first that fits counts, so a longer beginning stands
   * before a shorter one.
   */
  private static final List<Map.Entry<String, Kind>> BY_CODE =
      List.of(
          Map.entry("invalidsecuritytoken.expired", Kind.EXPIRED_SECURITY_TOKEN),
          Map.entry("securitytokenexpired", Kind.EXPIRED_SECURITY_TOKEN),
          Map.entry("invalidsecuritytoken", Kind.INVALID_CREDENTIALS),
          Map.entry("missingsecuritytoken", Kind.INVALID_CREDENTIALS),
          Map.entry("invalidaccesskey", Kind.INVALID_CREDENTIALS),
          Map.entry("signaturedoesnotmatch", Kind.INVALID_CREDENTIALS),
          Map.entry("incompletesignature", Kind.INVALID_CREDENTIALS),
          Map.entry("invalidtimestamp", Kind.CLOCK_SKEW),
          Map.entry("illegaltimestamp", Kind.CLOCK_SKEW),
          Map.entry("signaturenonceused", Kind.NONCE_USED),
          Map.entry("forbidden", Kind.PERMISSION_DENIED),
          Map.entry("nopermission", Kind.PERMISSION_DENIED),
          Map.entry("accessdenied", Kind.PERMISSION_DENIED),
          Map.entry("internalerror", Kind.SERVICE_FAILED),
          Map.entry("internalservererror", Kind.SERVICE_FAILED),
          Map.entry("serviceunavailable", Kind.SERVICE_FAILED),
          Map.entry("operationdenied", Kind.REQUEST_REJECTED),
          Map.entry("invalidparameter", Kind.REQUEST_REJECTED),
          Map.entry("missingparameter", Kind.REQUEST_REJECTED));

  /** What the Security Token Service says beside these, or means differently by them. */
  private static final List<Map.Entry<String, Kind>> BY_STS_CODE =
      List.of(
          Map.entry("authenticationfail.nopermission", Kind.ROLE_DENIED),
          Map.entry("authenticationfail", Kind.OIDC_TOKEN_REFUSED),
          Map.entry("entitynotexist", Kind.ROLE_DENIED),
          Map.entry("forbidden", Kind.ROLE_DENIED),
          Map.entry("nopermission", Kind.ROLE_DENIED),
          Map.entry("accessdenied", Kind.ROLE_DENIED));

  /** Wherever it stands: this vendor's services spell it in many ways. */
  private static final String THROTTLE = "throttl";

  /** Other words for too many requests, in a code that has no class of its own. */
  private static final List<String> TOO_MANY =
      List.of("toomanyrequest", "flowcontrol", "limitexceeded", "exceedlimit", "ratelimit");

  /**
   * The class of an error response.
   *
   * @param code as the vendor sent it; empty if there was none
   * @param httpStatus of the response; 200 if the error came as a success
   */
  Kind kind(String code, int httpStatus) {
    if (this == EMR) {
      return common(code, httpStatus);
    }
    Kind byCode = byCode(code, BY_STS_CODE);
    if (byCode != null) {
      return byCode;
    }
    return switch (common(code, httpStatus)) {
      case PERMISSION_DENIED -> Kind.ROLE_DENIED;
      case EMPTY_CODE -> Kind.UNKNOWN_CODE;
      case Kind other -> other;
    };
  }

  /** Of the threads that wait for this service. */
  String threadName() {
    return this == EMR ? "list-session-clusters" : "sts";
  }

  private static Kind common(String code, int httpStatus) {
    Kind byCode = byCode(code, BY_CODE);
    if (byCode != null) {
      return byCode;
    }
    String lowerCase = code.toLowerCase(Locale.ROOT);
    if (TOO_MANY.stream().anyMatch(lowerCase::contains)) {
      return Kind.THROTTLED;
    }
    return switch (httpStatus) {
      case 401 -> Kind.INVALID_CREDENTIALS;
      case 403 -> Kind.PERMISSION_DENIED;
      case 407 -> Kind.CONNECT_FAILED;
      case 408 -> Kind.SERVICE_FAILED;
      case 429 -> Kind.THROTTLED;
      default -> {
        if (httpStatus >= 500) {
          yield Kind.SERVICE_FAILED;
        }
        if (httpStatus >= 300 && httpStatus < 400) {
          yield Kind.REQUEST_REJECTED;
        }
        yield code.isEmpty() ? Kind.EMPTY_CODE : Kind.UNKNOWN_CODE;
      }
    };
  }

  private static @Nullable Kind byCode(String code, List<Map.Entry<String, Kind>> codes) {
    String lowerCase = code.toLowerCase(Locale.ROOT);
    if (lowerCase.contains(THROTTLE)) {
      return Kind.THROTTLED;
    }
    for (Map.Entry<String, Kind> entry : codes) {
      if (lowerCase.startsWith(entry.getKey())) {
        return entry.getValue();
      }
    }
    return null;
  }
}
