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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConnectionSecretNameTest {

  @Test
  void isTheMirrorsNameAndASuffix() {
    assertThat(MirrorName.ofSecret("sc-123131")).isEqualTo("sc-123131-connection");
    assertThat(MirrorName.ofSecret("a".repeat(242))).isEqualTo("a".repeat(242) + "-connection");
  }

  @Test
  void aLongNameIsHashed() {
    String name = MirrorName.ofSecret("a".repeat(243));

    assertThat(name).matches("sc-[0-9a-f]{32}\\.connection");
    assertThat(MirrorName.ofSecret("a".repeat(243))).isEqualTo(name);
  }

  @Test
  void noTwoMirrorsShareOne() {
    String hashed = MirrorName.ofSecret("a".repeat(253));
    List<String> mirrors =
        Stream.of(
                "a".repeat(253),
                "a".repeat(252) + "b",
                "a".repeat(243),
                "a".repeat(242),
                hashed,
                hashed.substring(0, hashed.indexOf('.')),
                "sc",
                "sc-connection")
            .toList();

    assertThat(mirrors.stream().map(MirrorName::ofSecret)).doesNotHaveDuplicates();
    assertThat(mirrors.stream().map(MirrorName::ofSecret))
        .allSatisfy(n -> assertThat(n).hasSizeLessThanOrEqualTo(253).isEqualTo(MirrorName.of(n)));
  }
}
