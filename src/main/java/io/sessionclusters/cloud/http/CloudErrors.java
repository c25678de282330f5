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
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.jspecify.annotations.Nullable;

/**
 * Classifies and words the failures of the vendor's services: by code first, for the HTTP status
 * misleads ({@code InvalidAccessKeyId.NotFound} is a 404, throttling a 400), by status where the
 * code says nothing.
 *
 * <p>A message is the sentence of the kind, the same from poll to poll, and where or what. The
 * vendor's words follow only where they alone can say what is wrong. Messages name the endpoint,
 * and the proxy if there is one, but no address or port that changes from one attempt to the next.
 */
public enum CloudErrors {
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

  /** A key with a character that can stand neither in a header nor in a signature. */
  public static CloudError malformedKey() {
    String message =
        "The access key cannot be used: its ID, secret or security token is empty or contains"
            + " whitespace or non-ASCII characters.";
    return CloudError.of(Kind.INVALID_CREDENTIALS, message);
  }

  /** No response was complete in time. */
  CloudError late(String destination) {
    return this == EMR
        ? CloudError.of(Kind.DEADLINE_EXCEEDED)
        : ofClient(Kind.RESPONSE_TIMEOUT, destination, Head.NONE);
  }

  /**
   * What the header of a response says of an error.
   *
   * @param httpStatus 200 if the error came as a success; 0 if no response came
   * @param requestId for an error whose body has none; empty if it has none either
   */
  record Head(int httpStatus, String requestId, @Nullable Duration retryAfter) {
    static final Head NONE = new Head(0, "", null);

    boolean isRedirect() {
      return httpStatus >= 300 && httpStatus < 400;
    }
  }

  /** A failure of the connection to that destination, or of a body with HTTP 200. */
  static CloudError ofConnection(IOException failure, String destination, Head head) {
    boolean isReading = head.httpStatus() != 0;
    return switch (failure) {
      case MalformedResponseException e ->
          ofClient(e.kind(), e.detail().isEmpty() ? destination : e.detail(), head);
      default -> ofClient(kind(failure, isReading), destination, head);
    };
  }

  private static Kind kind(IOException failure, boolean isReading) {
    return switch (failure) {
      case UnknownHostException _ -> Kind.UNKNOWN_HOST;
      case ConnectTimeoutException _, ConnectException _, NoRouteToHostException _ ->
          Kind.CONNECT_FAILED;
      case SocketTimeoutException _ -> Kind.RESPONSE_TIMEOUT;
      case SSLException _ when !isReading -> Kind.TLS_FAILED;
      case MessageConstraintException _ -> Kind.BODY_TOO_LARGE;
      case MalformedChunkCodingException _, ConnectionClosedException _, EOFException _
          when isReading ->
          Kind.TRUNCATED_BODY;
      // Marked as compressed, but it is not.
      case ZipException _ -> Kind.NOT_JSON;
      // Broken connections, and responses that are no HTTP.
      default -> Kind.CONNECTION_LOST;
    };
  }

  private static CloudError ofClient(Kind kind, String detail, Head head) {
    String message = kind.message() + " (" + detail + ").";
    return new CloudError(kind, "", head.httpStatus(), message, head.requestId(), null);
  }

  /** A failure that a service reports. */
  CloudError reported(VendorError error, Head head, ErrorTextSanitizer sanitizer) {
    String code = sanitizer.code(error.code());
    Kind kind = kind(code, head.httpStatus());
    String message;
    if (head.isRedirect()) {
      message =
          "The endpoint responded with a redirect, which is never followed: check the endpoint and"
              + " the proxy (HTTP "
              + head.httpStatus()
              + ").";
    } else {
      message = kind.message() + origin(code, head.httpStatus()) + ".";
      if (kind.category().quotesVendorMessage()) {
        int left = CloudError.MAX_MESSAGE - message.length() - 1;
        message = (message + " " + sanitizer.clean(error.message(), left)).strip();
      }
    }
    String requestId = error.requestId().isBlank() ? head.requestId() : error.requestId();
    return new CloudError(
        kind, code, head.httpStatus(), message, sanitizer.requestId(requestId), head.retryAfter());
  }

  private static String origin(String code, int httpStatus) {
    String status = httpStatus == ApiClient.OK ? "" : "HTTP " + httpStatus;
    String separator = code.isEmpty() || status.isEmpty() ? "" : ", ";
    String origin = code + separator + status;
    return origin.isEmpty() ? "" : " (" + origin + ")";
  }

  /**
   * The class of an error response.
   *
   * @param code as the vendor sent it; empty if there was none
   * @param httpStatus of the response; 200 if the error came as a success
   */
  private Kind kind(String code, int httpStatus) {
    String lowerCase = code.toLowerCase(Locale.ROOT);
    if (lowerCase.contains(THROTTLE)) {
      return Kind.THROTTLED;
    }
    if (this == EMR) {
      return kind(lowerCase, BY_CODE.stream(), httpStatus);
    }
    Stream<Map.Entry<String, Kind>> codes = Stream.concat(BY_STS_CODE.stream(), BY_CODE.stream());
    return switch (kind(lowerCase, codes, httpStatus)) {
      case PERMISSION_DENIED -> Kind.ROLE_DENIED;
      case EMPTY_CODE -> Kind.UNKNOWN_CODE;
      case Kind other -> other;
    };
  }

  private static Kind kind(
      String code, Stream<Map.Entry<String, Kind>> byBeginning, int httpStatus) {
    return byBeginning
        .filter(known -> code.startsWith(known.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseGet(() -> byStatus(code, httpStatus));
  }

  private static Kind byStatus(String code, int httpStatus) {
    if (TOO_MANY.stream().anyMatch(code::contains)) {
      return Kind.THROTTLED;
    }
    return switch (httpStatus) {
      case 401 -> Kind.INVALID_CREDENTIALS;
      case 403 -> Kind.PERMISSION_DENIED;
      case 407 -> Kind.CONNECT_FAILED;
      case 408 -> Kind.SERVICE_FAILED;
      case 429 -> Kind.THROTTLED;
      default ->
          switch (httpStatus / 100) {
            case 0, 1, 2, 4 -> code.isEmpty() ? Kind.EMPTY_CODE : Kind.UNKNOWN_CODE;
            case 3 -> Kind.REQUEST_REJECTED;
            default -> Kind.SERVICE_FAILED;
          };
    };
  }

  /** Name of the threads that wait for this service. */
  String threadName() {
    return this == EMR ? "list-session-clusters" : "sts";
  }
}
