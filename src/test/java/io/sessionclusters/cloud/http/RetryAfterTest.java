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

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "7|PT7S",
        " 7 |PT7S",
        "300|PT5M",
        "301|PT5M",
        "86400|PT5M",
        "999999999999|PT5M",
        "99999999999999999999999|PT5M",
        "0|null",
        "-5|null",
        "1.5|null",
        "soon|null",
        "''|null",
        "Sun, 22 Nov 2026 10:01:30 GMT|PT1M30S",
        "Sun, 22 Nov 2026 11:00:00 GMT|PT5M",
        "Sun, 22 Nov 2026 09:59:00 GMT|null",
        "Fri, 31 Dec 9999 23:59:59 GMT|PT5M"
      })
  void readsRetryAfter(String value, @Nullable Duration expected) {
    assertThat(read(Map.of("Retry-After", value))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "Limit:1,Remain:0,TimeLeft:2000,Reset:1234|PT2S",
        "limit: 1, remain: 0, timeleft: 2000|PT2S",
        "TimeLeft:2500,Remain:0|PT2.5S",
        "Limit:1,Remain:0,TimeLeft:999999999999999999999|PT5M",
        "Limit:1,Remain:0,TimeLeft:300001|PT5M",
        "Limit:1,Remain:0,TimeLeft:86400000|PT5M",
        "Limit:1,Remain:3,TimeLeft:2000,Reset:1234|null",
        "Limit:1,Remain:05,TimeLeft:2000|null",
        "Limit:1,Remain:0|null",
        "Limit:1,Remain:0,TimeLeft:0|null",
        "Limit:1,Remain:0,TimeLeft:-3|null",
        "nonsense|null"
      })
  void readsTheVendorsHeaders(String value, @Nullable Duration expected) {
    assertThat(read(Map.of("x-ratelimit-user-api", value))).isEqualTo(expected);
    assertThat(read(Map.of("x-ratelimit-user", value))).isEqualTo(expected);
  }

  @Test
  void theLongestCounts() {
    assertThat(
            read(
                Map.of(
                    "Retry-After", "3",
                    "x-ratelimit-user-api", "Remain:0,TimeLeft:9000",
                    "x-ratelimit-user", "Remain:0,TimeLeft:2000")))
        .isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void nothingIsAsked() {
    assertThat(read(Map.of())).isNull();
  }

  private static @Nullable Duration read(Map<String, String> headers) {
    return RetryAfter.read(headers::get, NOW);
  }
}
