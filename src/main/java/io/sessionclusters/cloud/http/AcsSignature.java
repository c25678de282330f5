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
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The vendor's signature V3, {@code ACS3-HMAC-SHA256}: canonical request, string to sign,
 * signature, {@code Authorization} header, each a function of the one before.
 */
public final class AcsSignature {

  /** SHA-256 of no bytes: the payload hash of every GET. */
  public static final String EMPTY_PAYLOAD_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final String ALGORITHM = "ACS3-HMAC-SHA256";

  private AcsSignature() {}

  /** The second form: the algorithm and the hash of the canonical request. */
  record StringToSign(String text) {
    static StringToSign of(CanonicalRequest request) {
      return new StringToSign(ALGORITHM + "\n" + Sha256.hex(request.text()));
    }
  }

  /** The {@code Authorization} header of a request. */
  public static String authorization(CanonicalRequest request, Credentials credentials) {
    return ALGORITHM
        + " Credential="
        + credentials.accessKeyId()
        + ",SignedHeaders="
        + request.signedHeaders()
        + ",Signature="
        + sign(StringToSign.of(request), credentials.accessKeySecret());
  }

  /** The signature in hex. */
  static String sign(StringToSign stringToSign, SecretValue accessKeySecret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(utf8(accessKeySecret.reveal()), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(utf8(stringToSign.text())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
