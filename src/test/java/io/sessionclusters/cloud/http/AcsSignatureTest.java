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

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcsSignatureTest {

  private static final Credentials KEY =
      new Credentials("YourAccessKeyId", new SecretValue("YourAccessKeySecret"), null);

  @ParameterizedTest
  @ValueSource(strings = {"vector-a", "vector-b"})
  void agreesWithKnownVectors(String name) throws IOException {
    Properties vector = vector(name);
    CanonicalRequest canonical = canonicalRequest(vector);

    assertThat(Sha256.hex(canonical.text())).isEqualTo(vector.getProperty("canonicalRequestHash"));
    assertThat(AcsSignature.StringToSign.of(canonical).text())
        .isEqualTo("ACS3-HMAC-SHA256\n" + vector.getProperty("canonicalRequestHash"));
    assertThat(AcsSignature.authorization(canonical, KEY))
        .isEqualTo(
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders="
                + "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;"
                + "x-acs-version,Signature="
                + vector.getProperty("signature"));
  }

  private static CanonicalRequest canonicalRequest(Properties vector) {
    var query = new TreeMap<String, String>();
    for (String key : vector.stringPropertyNames()) {
      if (key.startsWith("query.")) {
        query.put(key.substring("query.".length()), vector.getProperty(key));
      }
    }
    return CanonicalRequest.of(
        vector.getProperty("method"),
        vector.getProperty("path"),
        query,
        Map.of(
            "host", vector.getProperty("host"),
            "x-acs-action", vector.getProperty("action"),
            "x-acs-version", vector.getProperty("version"),
            "x-acs-date", vector.getProperty("date"),
            "x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d",
            "x-acs-content-sha256", AcsSignature.EMPTY_PAYLOAD_HASH),
        AcsSignature.EMPTY_PAYLOAD_HASH);
  }

  private static Properties vector(String name) throws IOException {
    var properties = new Properties();
    try (InputStream in =
        Objects.requireNonNull(
            AcsSignatureTest.class.getResourceAsStream("/signature/" + name + ".properties"))) {
      properties.load(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
    }
    return properties;
  }
}
