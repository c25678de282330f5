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
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.hc.core5.net.PercentCodec;

/**
 * The one form of a request that both sides sign, and the vendor's signature V3 of it, {@code
 * ACS3-HMAC-SHA256}: canonical request, string to sign, signature, {@code Authorization} header,
 * each a function of the one before. No request has a body: all parameters are in the query.
 *
 * @param method of HTTP, upper case
 * @param path as sent: encoded once, {@code /} if empty
 * @param query as sent: keys in raw order, {@code k=v} joined by {@code &}; empty if there is none
 * @param headers {@code host}, {@code content-type} if present and every {@code x-acs-*}, lower
 *     case, in order
 * @see <a
 *     href="https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature">V3
 *     request syntax and signature</a>
 */
public record CanonicalRequest(
    String method, String path, String query, SortedMap<String, String> headers) {

  /** SHA-256 of no bytes: the hash of the body. */
  static final String EMPTY_PAYLOAD_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final String ALGORITHM = "ACS3-HMAC-SHA256";

  /** White space around the value of a header is not signed. */
  public CanonicalRequest {
    path = path.isEmpty() ? "/" : path;
    headers = new TreeMap<>(headers);
    headers.replaceAll((_, value) -> value.strip());
  }

  /**
   * Encodes one path segment, one query key or one query value, once: all of its UTF-8 but {@code
   * A-Z a-z 0-9 - _ . ~} (RFC 3986). {@link java.net.URLEncoder} makes {@code +} of a space and
   * keeps {@code *}.
   */
  public static String percentEncode(String text) {
    return PercentCodec.RFC3986.encode(text);
  }

  /** Parameters in the order of their raw names, as a query. */
  static String encode(Map<String, String> query) {
    return new TreeMap<>(query)
        .entrySet().stream()
            .map(e -> percentEncode(e.getKey()) + "=" + percentEncode(e.getValue()))
            .collect(Collectors.joining("&"));
  }

  /** The text that is hashed. It holds the security token: never show it. */
  String text() {
    String lines =
        headers.entrySet().stream()
            .map(header -> header.getKey() + ":" + header.getValue() + "\n")
            .collect(Collectors.joining());
    return String.join("\n", method, path, query, lines, signedHeaders(), EMPTY_PAYLOAD_HASH);
  }

  /** The algorithm and the hash of the text. */
  String stringToSign() {
    return ALGORITHM + "\n" + Sha256.hex(text());
  }

  /** The {@code Authorization} header. */
  public String authorization(Credentials credentials) {
    return ALGORITHM
        + " Credential="
        + credentials.accessKeyId()
        + ",SignedHeaders="
        + signedHeaders()
        + ",Signature="
        + signature(credentials.accessKeySecret());
  }

  private String signedHeaders() {
    return String.join(";", headers.keySet());
  }

  private String signature(SecretValue accessKeySecret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = accessKeySecret.reveal().getBytes(StandardCharsets.UTF_8);
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(stringToSign().getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "CanonicalRequest[" + method + " " + path + "]";
  }
}
