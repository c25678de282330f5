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

import io.sessionclusters.cloud.http.MalformedResponseException;
import io.sessionclusters.cloud.http.SpoiledBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever bytes come, a page is read or fails in the one way that is classified. */
class HostileBytesTest {

  private static final int ROUNDS = 4000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void pagesAreReadOrRefused(long seed) throws IOException {
    byte[] sample = sample();
    var random = SpoiledBytes.random(seed);
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] body = SpoiledBytes.spoil(sample, random);
      try {
        PageReader.read(new ByteArrayInputStream(body), Sessions.uncounted(), 100);
        read++;
      } catch (MalformedResponseException e) {
        assertThat(e.detail()).doesNotContain("sc-123131");
      } catch (IOException | RuntimeException e) {
        fail("seed %d, round %d".formatted(seed, round), e);
      }
    }
    assertThat(read).as("some of them can be read").isPositive();
  }

  private static byte[] sample() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(HostileBytesTest.class.getResourceAsStream("/cloud/page.json"))) {
      return in.readAllBytes();
    }
  }
}
