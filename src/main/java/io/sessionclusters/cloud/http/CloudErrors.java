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
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.jspecify.annotations.Nullable;

/**
 * Classifies failures and words them: the sentence of the kind, the same from poll to poll, and
 * where or what. The vendor's words follow only where they alone can say what is wrong. Messages
 * name the endpoint, and the proxy if there is one, but no address or port that changes from one
 * attempt to the next.
 */
public final class CloudErrors {

  private CloudErrors() {}

  /** A key with a character that can stand neither in a header nor in a signature. */
  public static CloudError malformedKey() {
    String message =
        "The access key cannot be used: its ID, secret or security token is empty or contains"
            + " whitespace or non-ASCII characters.";
    return CloudError.of(Kind.INVALID_CREDENTIALS, message);
  }

  /**
   * A failure that the client finds in the connection or in the response.
   *
   * @param detail where, or what
   * @param httpStatus 0 if no response came
   */
  public static CloudError ofClient(Kind kind, String detail, int httpStatus, String requestId) {
    String message = kind.message() + " (" + detail + ").";
    return new CloudError(kind, "", httpStatus, message, requestId, null);
  }

  /** A failure before the response's header had come, at that destination. */
  static CloudError beforeResponse(IOException failure, String destination) {
    String detail =
        failure instanceof HttpTransport.ProxyRefusal refusal
            ? destination + ", which refuses with HTTP " + refusal.httpStatus()
            : destination;
    Kind kind =
        switch (failure) {
          case UnknownHostException _ -> Kind.UNKNOWN_HOST;
          case HttpTransport.ProxyRefusal _,
              ConnectTimeoutException _,
              ConnectException _,
              NoRouteToHostException _ ->
              Kind.CONNECT_FAILED;
          case SocketTimeoutException _ -> Kind.RESPONSE_TIMEOUT;
          case SSLException _ -> Kind.TLS_FAILED;
          case MessageConstraintException _ -> Kind.BODY_TOO_LARGE;
          // Broken connections, and responses that are no HTTP.
          default -> Kind.CONNECTION_LOST;
        };
    return ofClient(kind, detail, 0, "");
  }

  /** A failure while the body of a response with HTTP 200 was read. */
  static CloudError whileReading(IOException failure, String destination, String requestId) {
    if (failure instanceof MalformedResponseException malformed) {
      String detail = malformed.detail().isEmpty() ? destination : malformed.detail();
      return ofClient(malformed.kind(), detail, ApiClient.OK, requestId);
    }
    Kind kind =
        switch (failure) {
          case SocketTimeoutException _ -> Kind.RESPONSE_TIMEOUT;
          case MalformedChunkCodingException _, ConnectionClosedException _, EOFException _ ->
              Kind.TRUNCATED_BODY;
          // Marked as compressed, but it is not.
          case ZipException _ -> Kind.NOT_JSON;
          default -> Kind.CONNECTION_LOST;
        };
    return ofClient(kind, destination, ApiClient.OK, requestId);
  }

  /**
   * What the header of a response says of an error.
   *
   * @param httpStatus 200 if the error came as a success
   * @param requestId for an error whose body has none; empty if it has none either
   */
  record Head(int httpStatus, String requestId, @Nullable Duration retryAfter) {

    boolean isRedirect() {
      return httpStatus >= 300 && httpStatus < 400;
    }
  }

  /** A failure that a service reports. */
  static CloudError reported(
      ErrorCodes service, VendorError error, Head head, ErrorTextSanitizer sanitizer) {
    String code = sanitizer.code(error.code());
    Kind kind = service.kind(code, head.httpStatus());
    String message;
    if (head.isRedirect()) {
      message =
          "The endpoint responded with a redirect, which is never followed: check the endpoint and"
              + " the proxy (HTTP "
              + head.httpStatus()
              + ").";
    } else {
      message = kind.message() + origin(code, head.httpStatus()) + ".";
      if (kind.category().showsVendorMessage()) {
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
}
