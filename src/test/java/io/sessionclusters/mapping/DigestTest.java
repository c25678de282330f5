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

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class DigestTest {

  private final Digest.Builder builder = new Digest.Builder();

  @Test
  void whatIsWrittenDifferentlyHasAnotherDigest() {
    List<UnaryOperator<Digest.Builder>> contents =
        List.of(
            b -> b,
            b -> b.text(null),
            b -> b.text(""),
            b -> b.text("a"),
            b -> b.text("ab"),
            b -> b.text("a").text("b"),
            b -> b.text("b").text("a"),
            b -> b.text("").text("ab"),
            b -> b.text("ab").text(""),
            b -> b.flag(null),
            b -> b.flag(true),
            b -> b.flag(false),
            b -> b.value(Integer.valueOf(0)),
            b -> b.value(Integer.valueOf(1)),
            b -> b.number(Long.MAX_VALUE),
            // U+0161 and 'a' share their low byte.
            b -> b.text("\u0161"));

    assertThat(contents.stream().map(c -> c.apply(builder).finish())).doesNotHaveDuplicates();
  }

  @Test
  void anAbsentNumberIsNoNumber() {
    assertThat(builder.value(null).finish())
        .isNotEqualTo(builder.value(Integer.valueOf(0)).finish())
        .isNotEqualTo(builder.value(Integer.valueOf(-1)).finish());
  }

  @Test
  void aBuilderStartsAnewAfterEachDigest() {
    Digest first = builder.text("a").finish();
    builder.text("something else").finish();

    assertThat(builder.text("a").finish()).isEqualTo(first);
  }

  @Test
  void theLastOfManyCharactersCounts() {
    String text = "x".repeat(10_000);

    assertThat(builder.text(text + "a").finish())
        .isNotEqualTo(builder.text(text + "b").finish())
        .isEqualTo(builder.text(text + "a").finish());
  }

  /** The first vector and those of 8 and 16 bytes of SipHash's reference, with its key. */
  @Test
  void itIsSipHash() {
    var reference = new Digest.Builder(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    assertThat(reference.finish()).isEqualTo(new Digest(0xe6a825ba047f81a3L, 0x930255c71472f66dL));
    assertThat(reference.number(0x0706050403020100L).finish())
        .isEqualTo(new Digest(0x61f55862baa9623bL, 0xb49714f364e2830fL));
    assertThat(reference.number(0x0706050403020100L).number(0x0f0e0d0c0b0a0908L).finish())
        .isEqualTo(new Digest(0xbb54b067caa4e26eL, 0x77052385bf1533fdL));
  }

  @Test
  void anotherKeyMakesAnotherDigest() {
    assertThat(new Digest.Builder(1, 2).text("a").finish())
        .isNotEqualTo(new Digest.Builder(1, 3).text("a").finish())
        .isNotEqualTo(new Digest.Builder(2, 2).text("a").finish());
  }
}
