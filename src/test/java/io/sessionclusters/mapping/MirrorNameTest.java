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
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorNameTest {

  /** As the API server checks names: apimachinery's IsDNS1123Subdomain, at most 253 characters. */
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private static final String HASHED = "sc-[0-9a-f]{16}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sc-123131",
        "0a1b2c3d-4e5f-6789-abcd-ef0123456789",
        "a",
        "0",
        "a.b",
        "a.0.c",
        "a--b",
        "a-0.b--c"
      })
  void anIdThatIsANameIsTheName(String id) {
    assertThat(MirrorName.of(id)).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-a",
        "a-",
        ".a",
        "a.",
        "a..b",
        "a.-b",
        "a-.b",
        "-",
        "--",
        ".",
        "ABC",
        "sc-1A",
        "a_b",
        "a b",
        "a/b",
        "..",
        "é",
        "a\n",
        "ａ", // full-width a
        "1٢" // Arabic-Indic digit
      })
  void anyOtherIdIsHashed(String id) {
    assertThat(MirrorName.of(id)).matches(HASHED);
  }

  // From `printf %s ABC | sha256sum`, so that the form never changes: it would rename mirrors.
  @ParameterizedTest
  @CsvSource({
    "ABC, sc-b5d4045c3f466fa9",
    "SC-1, sc-c9b4f55df643748f",
    "Straße, sc-58a3778c18c41726",
  })
  void theHashIsTheStartOfTheSha256OfTheIdsUtf8Bytes(String id, String name) {
    assertThat(MirrorName.of(id)).isEqualTo(name);
  }

  @Test
  void idsThatDifferInCaseOnlyDoNotMeet() {
    assertThat(List.of(MirrorName.of("ABC"), MirrorName.of("abc"), MirrorName.of("Abc")))
        .doesNotHaveDuplicates();
  }

  @Test
  void aNameHasAtMost253Characters() {
    assertThat(MirrorName.of("a".repeat(253))).isEqualTo("a".repeat(253));
    assertThat(MirrorName.of("a".repeat(254))).matches(HASHED);
    assertThat(MirrorName.of("a".repeat(253) + "-")).matches(HASHED);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyIdHasANameThatTheApiServerTakes(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String id = randomId(random);
      String name = MirrorName.of(id);
      boolean valid = id.length() <= 253 && SUBDOMAIN.matcher(id).matches();
      if (valid) {
        assertThat(name).as("seed=%d id=%s", seed, id).isEqualTo(id);
      } else {
        assertThat(name).as("seed=%d id=%s", seed, id).matches(HASHED);
      }
    }
  }

  private static String randomId(Random random) {
    String alphabet = "ab0-.A_";
    int letters = random.nextBoolean() ? 5 : alphabet.length();
    return random
        .ints(random.nextInt(9), 0, letters)
        .mapToObj(i -> alphabet.substring(i, i + 1))
        .reduce("", String::concat);
  }
}
