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
package io.sessionclusters.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "30s, 30000",
    "5m, 300000",
    "1h, 3600000",
    "250ms, 250",
    "1h30m, 5400000",
    "1.5h, 5400000",
    "0.5s, 500",
    "1m0.25s, 60250",
    "1s1s, 2000",
    "0s, 0",
    "0.0001s, 0",
    "8760h, 31536000000"
  })
  void readsWhatTheCrdAllows(String text, long millis) {
    assertThat(GoDuration.parse(text)).contains(Duration.ofMillis(millis));
    assertThat(text).matches(SessionClusterSourceSpec.DURATION_PATTERN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "30", "s", "30 s", "30S", "-30s", "+30s", "30s ", "1d", "1.s", ".5s", "1,5s",
        "1h 30m", "PT30S", "10us", "10ns", "5m junk", "٣s"
      })
  void refusesWhatTheCrdRefuses(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
    assertThat(text).doesNotMatch(SessionClusterSourceSpec.DURATION_PATTERN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8761h", "99999999999999999999999999999h", "1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s"})
  void refusesWhatIsTooLong(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1s", "59s", "1m", "1m30s", "1h", "24h", "1h1m1s1ms", "250ms", "48h"})
  void whatIsFormattedReadsAsTheSame(String text) {
    assertThat(GoDuration.format(GoDuration.parse(text).orElseThrow())).isEqualTo(text);
  }

  @Test
  void noTimeIsFormattedToo() {
    assertThat(GoDuration.format(Duration.ZERO)).isEqualTo("0s");
  }
}
