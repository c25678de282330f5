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
import static org.assertj.core.api.Assertions.fail;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.SecretValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever bytes come as an error, it can be shown. */
class HostileErrorsTest {

  private static final int ROUNDS = 4000;

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
    var random = SpoiledBytes.random(seed);
    var sanitizer =
        new ErrorTextSanitizer(new Credentials("id", new SecretValue("key-secret"), null));
    for (int round = 0; round < ROUNDS; round++) {
      byte[] body = SpoiledBytes.spoil(random.nextBoolean() ? json : xml, random);
      try {
        VendorError reported = VendorError.read(new ByteArrayInputStream(body), 1000);
        CloudError error =
            CloudErrors.EMR.reported(reported, new CloudErrors.Head(400, "", null), sanitizer);
        assertThat(error.message()).hasSizeBetween(1, 512).doesNotContainPattern("\\p{Cntrl}");
      } catch (IOException | RuntimeException e) {
        fail("seed %d, round %d".formatted(seed, round), e);
      }
    }
  }
}
