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
package io.sessionclusters.cloud.emr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.http.ErrorCodes;
import io.sessionclusters.cloud.http.ErrorMessages;
import io.sessionclusters.cloud.http.ErrorReader;
import io.sessionclusters.cloud.http.ErrorTextSanitizer;
import io.sessionclusters.cloud.http.MalformedResponseException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever bytes come, the readers answer or fail in the one way that is classified. */
class HostileBytesTest {

  private static final int ROUNDS = 4000;

  private static final String[] TOKENS = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "null",
    "true",
    "1e999",
    "-1",
    "\\ud800",
    "\u0000",
    "{\"sessionClusterId\":",
    "\"totalCount\":",
    "\"code\":",
    "<",
    "<a>",
    "&e;",
    "<!DOCTYPE",
    "]]>",
    "\u00ff",
    "\"sessionClusters\":[",
    "99999999999999999999"
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void pagesAreReadOrRefused(long seed) throws IOException {
    byte[] sample = sample();
    var random = random(seed);
    var reader = new PageReader(100);
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] body = spoil(sample, random);
      try {
        reader.read(new ByteArrayInputStream(body));
        read++;
      } catch (MalformedResponseException e) {
        assertThat(e.detail()).doesNotContain("sc-123131");
      } catch (IOException | RuntimeException e) {
        fail("seed %d, round %d".formatted(seed, round), e);
      }
    }
    assertThat(read).as("some of them can be read").isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void errorsAreAlwaysReadAndNothingIsPrinted(long seed) {
    PrintStream standardError = System.err;
    var printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      readErrors(seed);
    } finally {
      System.setErr(standardError);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  private static void readErrors(long seed) {
    byte[] json =
        "{\"RequestId\":\"R\",\"Message\":\"m\",\"Code\":\"C\"}".getBytes(StandardCharsets.UTF_8);
    byte[] xml =
        "<?xml version=\"1.0\"?><Error><Code>C</Code><Message>m &amp; n</Message></Error>"
            .getBytes(StandardCharsets.UTF_8);
    var random = random(seed);
    var reader = new ErrorReader(1000);
    var vendorText = new ErrorTextSanitizer(ListerFixture.KEY);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] body = spoil(random.nextBoolean() ? json : xml, random);
      try {
        PageBody.Fault fault = reader.read(new ByteArrayInputStream(body));
        CloudError error =
            ErrorMessages.reported(
                ErrorCodes::kind, fault, 400, fault.requestId(), null, vendorText);
        assertThat(error.message()).hasSizeBetween(1, 512).doesNotContainPattern("\\p{Cntrl}");
      } catch (IOException | RuntimeException e) {
        fail("seed %d, round %d".formatted(seed, round), e);
      }
    }
  }

  private static byte[] spoil(byte[] sample, RandomGenerator random) {
    byte[] body = sample.clone();
    for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
      int at = random.nextInt(body.length);
      switch (random.nextInt(4)) {
        case 0 -> body[at] = (byte) random.nextInt(256);
        case 1 -> body = java.util.Arrays.copyOf(body, Math.max(1, at));
        case 2 -> body = insert(body, at, TOKENS[random.nextInt(TOKENS.length)]);
        default -> body = remove(body, at, Math.min(body.length - at, random.nextInt(1, 30)));
      }
    }
    return body;
  }

  private static byte[] insert(byte[] body, int at, String token) {
    byte[] inserted = token.getBytes(StandardCharsets.ISO_8859_1);
    byte[] result = java.util.Arrays.copyOf(body, body.length + inserted.length);
    System.arraycopy(inserted, 0, result, at, inserted.length);
    System.arraycopy(body, at, result, at + inserted.length, body.length - at);
    return result;
  }

  private static byte[] remove(byte[] body, int at, int length) {
    if (body.length - length < 1) {
      return body;
    }
    byte[] result = java.util.Arrays.copyOf(body, body.length - length);
    System.arraycopy(body, at + length, result, at, body.length - at - length);
    return result;
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static byte[] sample() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(HostileBytesTest.class.getResourceAsStream("/cloud/page.json"))) {
      return in.readAllBytes();
    }
  }
}
