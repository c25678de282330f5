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
package io.sessionclusters.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionStateTest {

  @Test
  void knowsTheDocumentedStates() {
    assertThat(Stream.of(SessionState.values()).map(SessionState::canonical))
        .containsExactlyInAnyOrder(
            "Starting", "Running", "Stopping", "Stopped", "Error", "NotStarted");
  }

  @ParameterizedTest
  @EnumSource
  void aKnownStateIsRecognisedInAnyCase(SessionState state) {
    String canonical = state.canonical();

    assertThat(SessionState.of(canonical)).contains(state);
    assertThat(SessionState.canonical(canonical.toLowerCase(Locale.ROOT))).isEqualTo(canonical);
    assertThat(SessionState.canonical(canonical.toUpperCase(Locale.ROOT))).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hibernating", "run", "Running2", "", "  ", " odd State "})
  void anUnknownStateStaysAsItCame(String state) {
    assertThat(SessionState.of(state)).isEmpty();
    assertThat(SessionState.canonical(state)).isEqualTo(state);
  }

  @Test
  void anUnknownStateIsFitToBeShown() {
    assertThat(SessionState.canonical("odd\n\u001bState")).isEqualTo("odd \uFFFDState");
    assertThat(SessionState.canonical("x".repeat(65))).isEqualTo("x".repeat(57) + "… (cut)");
  }

  @Test
  void noStateStaysNone() {
    assertThat(SessionState.of(null)).isEmpty();
    assertThat(SessionState.canonical(null)).isNull();
    assertThat(SessionState.isTransitional(null)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "Starting, true",
    "stopping, true",
    "Running, false",
    "Stopped, false",
    "Error, false",
    "NotStarted, false",
    "Hibernating, false"
  })
  void onlyStartingAndStoppingAreOnTheirWay(String state, boolean transitional) {
    assertThat(SessionState.isTransitional(state)).isEqualTo(transitional);
  }
}
