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

import io.sessionclusters.fakecloud.RawRequest.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the server signs for a request (ACS3-HMAC-SHA256), computed from the request as it came.
 *
 * @param canonicalRequest method, path, query, headers, names of the headers, hash of the body
 * @param stringToSign the algorithm's name and the hash of it
 */
record Acs3(String canonicalRequest, String stringToSign) {

  static final String ALGORITHM = "ACS3-HMAC-SHA256";

  /**
   * @param query the decoded parameters
   * @param signedHeaders as the client names them
   */
  static Acs3 of(RawRequest request, SortedMap<String, String> query, List<String> signedHeaders) {
    String canonicalRequest =
        String.join(
            "\n",
            request.method(),
            request.path(),
            query.entrySet().stream().map(Acs3::pair).collect(Collectors.joining("&")),
            signedHeaders.stream()
                .map(name -> name + ":" + value(request, name) + "\n")
                .collect(Collectors.joining()),
            String.join(";", signedHeaders),
            bodyHash(request));
    byte[] bytes = canonicalRequest.getBytes(StandardCharsets.UTF_8);
    return new Acs3(canonicalRequest, ALGORITHM + "\n" + sha256(bytes));
  }

  /** In lower-case hex. */
  String signature(String accessKeySecret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(accessKeySecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] bytes = stringToSign.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(mac.doFinal(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** What {@code x-acs-content-sha256} must be. */
  static String bodyHash(RawRequest request) {
    var bytes = new ByteArrayOutputStream();
    try {
      request.body().writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sha256(bytes.toByteArray());
  }

  private static String pair(Map.Entry<String, String> parameter) {
    return PercentCoding.encode(parameter.getKey())
        + "="
        + PercentCoding.encode(parameter.getValue());
  }

  private static String value(RawRequest request, String name) {
    return request.headers().stream()
        .filter(header -> header.name().equals(name))
        .map(Header::value)
        .collect(Collectors.joining(","));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
