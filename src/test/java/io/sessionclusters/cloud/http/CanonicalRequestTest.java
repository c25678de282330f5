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

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalRequestTest {

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
        CanonicalRequest.of("GET", "", Map.of(), Map.of("host", " h \t", "x-acs-date", "d"), "p");

    assertThat(request.text()).isEqualTo("GET\n/\n\nhost:h\nx-acs-date:d\n\nhost;x-acs-date\np");
  }

  @Test
  void doesNotShowTheSecurityToken() {
    CanonicalRequest request =
        CanonicalRequest.of("GET", "/", Map.of(), Map.of("x-acs-security-token", "hush"), "p");

    assertThat(request.text()).contains("hush");
    assertThat(request.toString()).doesNotContain("hush");
  }

  private static CanonicalRequest request(Map<String, String> query) {
    return CanonicalRequest.of("GET", "/", query, Map.of("host", "h"), "p");
  }
}
