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
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorTextSanitizerTest {

  private static final Credentials KEY =
      new Credentials("LTAI5tId", new SecretValue("s3cr3t/Key"), new SecretValue("CAISt0ken+/="));

  private final ErrorTextSanitizer vendorText = new ErrorTextSanitizer(KEY);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Wrong. server string to sign is: ACS3-HMAC-SHA256 abc",
        "Wrong. Server StringToSign is [ACS3 abc]",
        "Wrong. CanonicalRequest: GET\n/api\nx-acs-security-token:abc",
        "Wrong. canonical string = abc",
        "Wrong. ACS3-HMAC-SHA256\nabc",
        "Wrong. x-acs-signature-nonce:abc",
        "Wrong. Authorization: abc",
        "Wrong. Signature=abc",
        "Wrong. SecurityToken=abc",
        "Wrong. security_token: abc"
      })
  void cutsTheEchoOfASignature(String text) {
    assertThat(vendorText.clean(text, 512)).isEqualTo("Wrong.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a s3cr3t/Key b|a * b",
        "a CAISt0ken+/= b|a * b",
        "a LTAI5tId b|a * b",
        "a CAISt0ken%2B%2F%3D b|a * b",
        "a s3cr3t%2FKey b|a * b"
      })
  void removesTheCredentials(String text, String expected) {
    assertThat(vendorText.clean(text, 512)).isEqualTo(expected);
    assertThat(vendorText.code(text)).isEqualTo("ab");
    assertThat(vendorText.requestId(text)).isEqualTo("ab");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Denied (request id: 8A2B-77), ask|Denied , ask",
        "Denied. RequestId=DD6B1B2A-5837-5237-ABE4-FF0C8944|Denied.",
        "Denied. Request ID is [DD6B1B2A]|Denied.",
        "At 2026-11-22T10:00:00Z it failed|At [time] it failed",
        "At 2026-11-22T10:00:00.123+08:00 it failed|At [time] it failed",
        "At 2026-11-22 10:00:00 it failed|At [time] it failed",
        "At 10:00:00 it failed|At [time] it failed",
        "At 1732267598 or 1732267598000|At [time] or [time]",
        "Object 3156853299f313e23d1673dc12e1703d|Object [id]",
        "Object 8f14e45f-ceea-467f-a0e6-1d4b8f0d1d1a|Object [id]",
        "Object AbCdEf0123456789AbCdEf0123456789xyz=|Object [id]"
      })
  void removesWhatChangesFromResponseToResponse(String text, String expected) {
    assertThat(vendorText.clean(text, 512)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "User not authorized to operate on the specified resource, or this API doesn't support"
            + " RAM.",
        "The action emr-serverless-spark:ListSessionClusters is denied for w-1234abcd.",
        "Specified parameter kind=THRIFT-2 is not valid: use SQL, NOTEBOOK (or THRIFT).",
        "acs:ram::1234567890123456:role/operator is not allowed",
        "用户没有权限"
      })
  void keepsWhatAPersonNeeds(String text) {
    assertThat(vendorText.clean(text, 512)).isEqualTo(text);
  }

  @Test
  void makesOneVisibleLine() {
    assertThat(
            vendorText.clean(
                " a\r\nb\tc\u001b[31m\u0000d\u2028e\u202ef\u200bg\uD800h\u00a0\u00a0i ", 512))
        .isEqualTo("a b c [31m d e f g h i");
  }

  @Test
  void cutsToTheLengthBetweenCharacters() {
    assertThat(vendorText.clean("ab😀cd", 3)).isEqualTo("ab");
    assertThat(vendorText.clean("ab😀cd", 4)).isEqualTo("ab😀");
    assertThat(vendorText.clean("x y ".repeat(1000), 512)).hasSize(512);
    assertThat(vendorText.code("c".repeat(1000))).hasSize(128);
    assertThat(vendorText.requestId("c".repeat(1000))).hasSize(64);
  }

  @Test
  void codesAndRequestIdsHaveFewCharacters() {
    assertThat(vendorText.code(" Throttling.User\u001b[31m<b>\n")).isEqualTo("Throttling.User31mb");
    assertThat(vendorText.requestId("DD6B\r\nINFO forged")).isEqualTo("DD6BINFOforged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LTAI5 tId", "LTAI5LTAI5tIdtId", "s3cr3t/\u0000Key", "CAISt0 ken+/="})
  void codesAndRequestIdsDoNotJoinThePiecesOfASecret(String text) {
    assertThat(vendorText.code(text)).isEmpty();
    assertThat(vendorText.requestId(text)).isEmpty();
  }

  @Test
  void longTextIsCleanedInLinearTime() {
    String text = "aB3+/=".repeat(200_000) + " (".repeat(100_000);

    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> assertThat(vendorText.clean(text, 512)).hasSizeLessThanOrEqualTo(512));
  }
}
