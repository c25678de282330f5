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
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalRequestTest {

  private static final Credentials KEY =
      new Credentials("YourAccessKeyId", new SecretValue("YourAccessKeySecret"), null);

  @ParameterizedTest
  @ValueSource(strings = {"vector-a", "vector-b"})
  void agreesWithKnownVectors(String name) throws IOException {
    Properties vector = vector(name);
    CanonicalRequest canonical = request(vector);

    assertThat(Sha256.hex(canonical.text())).isEqualTo(vector.getProperty("canonicalRequestHash"));
    assertThat(canonical.stringToSign())
        .isEqualTo("ACS3-HMAC-SHA256\n" + vector.getProperty("canonicalRequestHash"));
    assertThat(canonical.authorization(KEY))
        .isEqualTo(
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders="
                + "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;"
                + "x-acs-version,Signature="
                + vector.getProperty("signature"));
  }

  private static CanonicalRequest request(Properties vector) {
    var query = new TreeMap<String, String>();
    for (String key : vector.stringPropertyNames()) {
      if (key.startsWith("query.")) {
        query.put(key.substring("query.".length()), vector.getProperty(key));
      }
    }
    return request(
        vector.getProperty("method"),
        vector.getProperty("path"),
        query,
        Map.of(
            "host", vector.getProperty("host"),
            "x-acs-action", vector.getProperty("action"),
            "x-acs-version", vector.getProperty("version"),
            "x-acs-date", vector.getProperty("date"),
            "x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d",
            "x-acs-content-sha256", CanonicalRequest.EMPTY_PAYLOAD_HASH));
  }

  private static Properties vector(String name) throws IOException {
    var properties = new Properties();
    try (InputStream in =
        Objects.requireNonNull(
            CanonicalRequestTest.class.getResourceAsStream("/signature/" + name + ".properties"))) {
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    return properties;
  }

  @ParameterizedTest
  @CsvSource({
    "' ',%20",
    "*,%2A",
    "~,~",
    "/,%2F",
    "é,%C3%A9",
    "+,%2B",
    "=,%3D",
    "&,%26",
    "%,%25",
    "😀,%F0%9F%98%80",
    "'',''",
    "Az09-_.,Az09-_."
  })
  void encodesEachCharacterOnce(String raw, String encoded) {
    assertThat(CanonicalRequest.percentEncode(raw)).isEqualTo(encoded);
    assertThat(request(Map.of("k", raw)).query()).isEqualTo("k=" + encoded);
  }

  @Test
  void sortsByRawKeyNotByEncodedKey() {
    // Encoded, "é" (%C3%A9) would stand before "a"; raw, "a" stands before "é".
    assertThat(request(Map.of("é", "1", "a", "2", "B", "3", "a b", "4")).query())
        .isEqualTo("B=3&a=2&a%20b=4&%C3%A9=1");
  }

  @Test
  void keepsTheEqualsSignOfAnEmptyValue() {
    assertThat(request(Map.of("queueName", "", "kind", "SQL")).query())
        .isEqualTo("kind=SQL&queueName=");
  }

  @Test
  void standsForNoPathAndNoQueryAsTheVendorSays() {
    CanonicalRequest request =
        request("GET", "", Map.of(), Map.of("host", " h \t", "x-acs-date", "d"));

    assertThat(request.text())
        .isEqualTo(
            "GET\n/\n\nhost:h\nx-acs-date:d\n\nhost;x-acs-date\n"
                + CanonicalRequest.EMPTY_PAYLOAD_HASH);
  }

  @Test
  void doesNotPrintTheSecurityToken() {
    CanonicalRequest request =
        request("GET", "/", Map.of(), Map.of("x-acs-security-token", "hush"));

    assertThat(request.text()).contains("hush");
    assertThat(request.toString()).doesNotContain("hush");
  }

  private static CanonicalRequest request(Map<String, String> query) {
    return request("GET", "/", query, Map.of("host", "h"));
  }

  private static CanonicalRequest request(
      String method, String path, Map<String, String> query, Map<String, String> headers) {
    return new CanonicalRequest(
        method, path, CanonicalRequest.encode(query), new TreeMap<>(headers));
  }
}
