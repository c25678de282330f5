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
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;

/**
 * Classifies what goes wrong on the way. The messages name the endpoint, and the proxy if there is
 * one, but no address or port that changes from one attempt to the next.
 */
public final class TransportErrors {

  private TransportErrors() {}

  /**
   * A failure before the answer's header had come.
   *
   * @param destination the endpoint's host, and the proxy if there is one
   */
  public static CloudError beforeAnswer(IOException failure, String destination) {
    return switch (failure) {
      case HttpTransport.ProxyRefusal refusal ->
          ErrorMessages.onTheWay(
              Kind.CONNECT_FAILED,
              destination + ", which refuses with HTTP " + refusal.httpStatus(),
              0,
              "");
      case UnknownHostException _ -> error(Kind.UNKNOWN_HOST, destination);
      case ConnectTimeoutException _, ConnectException _, NoRouteToHostException _ ->
          error(Kind.CONNECT_FAILED, destination);
      case SocketTimeoutException _ -> error(Kind.RESPONSE_TIMEOUT, destination);
      case SSLException _ -> error(Kind.TLS_FAILED, destination);
      case MessageConstraintException _ -> error(Kind.BODY_TOO_LARGE, destination);
      // Broken connections, and answers that are no HTTP.
      default -> error(Kind.CONNECTION_LOST, destination);
    };
  }

  private static CloudError error(Kind kind, String destination) {
    return ErrorMessages.onTheWay(kind, destination, 0, "");
  }

  /**
   * A failure while the answer's body was read.
   *
   * @param destination the endpoint's host, and the proxy if there is one
   */
  public static CloudError whileReading(
      IOException failure, String destination, int httpStatus, String requestId) {
    Kind kind =
        switch (failure) {
          case MalformedResponseException unreadable -> unreadable.kind();
          case SocketTimeoutException _ -> Kind.RESPONSE_TIMEOUT;
          case MalformedChunkCodingException _, ConnectionClosedException _, EOFException _ ->
              Kind.TRUNCATED_BODY;
          // Marked as compressed, but it is not.
          case ZipException _ -> Kind.NOT_JSON;
          default -> Kind.CONNECTION_LOST;
        };
    String detail =
        failure instanceof MalformedResponseException unreadable ? unreadable.detail() : "";
    return ErrorMessages.onTheWay(
        kind, detail.isEmpty() ? destination : detail, httpStatus, requestId);
  }
}
