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
package io.sessionclusters.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceVersionTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "2, 1, true",
        "1, 2, false",
        "1, 1, false",
        "10, 9, true",
        "9, 10, false",
        "100000000000000000000, 99999999999999999999, true",
        "99999999999999999999, 100000000000000000000, false",
        "9223372036854775808, 9223372036854775807, true",
        // Not promised to be ordered: anything else may be later.
        "abc, abd, true",
        "abd, abc, true",
        "abc, abc, false",
        "1, abc, true",
        "-, 1, true",
        "1, -, true",
      })
  void resourceVersionsAreComparedAsNumbers(
      @Nullable String version, @Nullable String than, boolean later) {
    assertThat(ResourceVersion.isLater(version, than)).isEqualTo(later);
  }
}
