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

import io.sessionclusters.cloud.Credentials;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;

/**
 * One request with the vendor's signature, ready to be sent exactly as it stands here. It has no
 * body: all parameters are in the query.
 *
 * @param uri path and query are byte for byte the signed ones
 * @param headers all headers of the API, the {@code Host} that was signed among them
 */
public record SignedRequest(String method, URI uri, Map<String, String> headers) {

  /**
   * What an API is asked for.
   *
   * @param endpoint scheme, host and optional port
   * @param path encoded
   * @param parameters of the query, not encoded yet
   */
  public record Call(
      String method,
      String action,
      String version,
      URI endpoint,
      String path,
      Map<String, String> parameters) {}

  /**
   * Signs one attempt of a call.
   *
   * @param now the time of this attempt; the API accepts 15 minutes of difference
   * @param nonce never used before
   */
  public static SignedRequest sign(Call call, Credentials credentials, Instant now, String nonce) {
    var signed = new TreeMap<String, String>();
    signed.put("host", host(call.endpoint()));
    signed.put("x-acs-action", call.action());
    signed.put("x-acs-version", call.version());
    signed.put("x-acs-date", now.truncatedTo(ChronoUnit.SECONDS).toString());
    signed.put("x-acs-signature-nonce", nonce);
    signed.put("x-acs-content-sha256", CanonicalRequest.EMPTY_PAYLOAD_HASH);
    if (credentials.securityToken() != null) {
      signed.put("x-acs-accesskey-id", credentials.accessKeyId());
      signed.put("x-acs-security-token", credentials.securityToken().reveal());
    }
    String query = CanonicalRequest.encode(call.parameters());
    var canonical = new CanonicalRequest(call.method(), call.path(), query, signed);
    var headers = new LinkedHashMap<String, String>(canonical.headers());
    headers.put("accept", "application/json");
    headers.put("accept-encoding", "gzip");
    headers.put("authorization", canonical.authorization(credentials));
    return new SignedRequest(
        call.method(), uri(call.endpoint(), call.path(), call.parameters()), headers);
  }

  /**
   * The address of a request.
   *
   * @param path encoded
   * @param parameters of the query, not encoded yet
   */
  public static URI uri(URI endpoint, String path, Map<String, String> parameters) {
    String query = CanonicalRequest.encode(parameters);
    return URI.create(endpoint.getScheme() + "://" + host(endpoint) + path + "?" + query);
  }

  /** The value of the {@code Host} header: with the port unless it is the scheme's usual one. */
  private static String host(URI endpoint) {
    int usualPort = "https".equals(endpoint.getScheme()) ? 443 : 80;
    boolean atUsualPort = endpoint.getPort() == -1 || endpoint.getPort() == usualPort;
    return atUsualPort ? endpoint.getHost() : endpoint.getHost() + ":" + endpoint.getPort();
  }

  /** To be sent; {@link HttpUriRequestBase#cancel()} ends it from any thread. */
  public HttpUriRequestBase toHttp() {
    var request = new HttpUriRequestBase(method, uri);
    headers.forEach(request::setHeader);
    return request;
  }

  @Override
  public String toString() {
    return "SignedRequest[" + method + " " + uri.getRawPath() + "]";
  }
}
