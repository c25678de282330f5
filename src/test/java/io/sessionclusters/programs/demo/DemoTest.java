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
package io.sessionclusters.programs.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTest {

  @ParameterizedTest
  @CsvSource({"1s, PT1S", "60s, PT1M", "1h30m, PT1H30M", "1.5m, PT1M30S", "2500ms, PT2.5S"})
  void takesDurationsAsKubernetesUsersWriteThem(String text, Duration duration) {
    assertThat(Demo.duration(text)).contains(duration);
  }

  @Test
  void hasNoEndWithoutADuration() {
    assertThat(Demo.duration("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"60", "-5s", "0s", "999ms", "PT60S", "1d", "soon", " "})
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> Demo.duration(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("demo.duration must be")
        .hasMessageEndingWith("not '" + text + "'");
  }
}
