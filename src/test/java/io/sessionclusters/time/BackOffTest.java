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
package io.sessionclusters.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {

  private final BackOff backOff = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5));

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 1",
    "2, 2",
    "3, 4",
    "4, 8",
    "8, 128",
    "9, 256",
    "10, 300",
    "100, 300",
    "2147483647, 300"
  })
  void theLongestWaitDoublesUpToTheLimit(int failures, int longest) {
    assertThat(backOff.after(failures, 1)).isEqualTo(Duration.ofSeconds(longest));
  }

  @ParameterizedTest
  @CsvSource({"0, 1000", "0.5, 4500", "1, 8000"})
  void theWaitLiesAnywhereUpToTheLongest(double chance, int millis) {
    assertThat(backOff.after(4, chance)).isEqualTo(Duration.ofMillis(millis));
  }
}
