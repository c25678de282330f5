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
package io.sessionclusters.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextSanitizerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nightly etl", "<script>&\"'", "東京 Straße", "\uD83D\uDC69\u200D\uD83D\uDD2C"})
  void whatCanBeSeenIsLeftAsItIs(String text) {
    assertThat(TextSanitizer.of(text, 100)).isSameAs(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\t", "\u000B", "\f", "\u0085", "\u2028", "\u2029"})
  void aLineEndIsASpace(String end) {
    assertThat(TextSanitizer.of("a" + end + "b", 100)).isEqualTo("a b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0000",
        "\u001b",
        "\u0007",
        "\b",
        "\u007f",
        "\u009b",
        "\u202a",
        "\u202e",
        "\u2066",
        "\u2069",
        "\u200b",
        "\u200e",
        "\ufeff",
        "\u00ad",
        "\uD800",
        "\uDC00",
        "\uDB40\uDC41"
      })
  void whatIsHiddenOrCommandsATerminalIsMarked(String hidden) {
    assertThat(TextSanitizer.of("a" + hidden + "b", 100)).isEqualTo("a\uFFFDb");
  }

  @Test
  void aLongTextIsCutAndSaysSo() {
    assertThat(TextSanitizer.of("a".repeat(100), 100)).isEqualTo("a".repeat(100));
    assertThat(TextSanitizer.of("a".repeat(101), 100)).isEqualTo("a".repeat(93) + "… (cut)");
    assertThat(TextSanitizer.of("x".repeat(1 << 20), 100)).hasSize(100);
  }

  @Test
  void noCharacterIsCutInTwo() {
    String emoji = "\uD83D\uDE00".repeat(60);

    assertThat(TextSanitizer.of(emoji, 100)).isEqualTo("\uD83D\uDE00".repeat(46) + "… (cut)");
    assertThat(TextSanitizer.start(emoji, 1)).isEmpty();
  }
}
