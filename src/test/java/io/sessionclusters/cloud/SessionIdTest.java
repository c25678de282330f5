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

class SessionIdTest {

  @ParameterizedTest
  @ValueSource(strings = {"sc-0123abcd", "SC-1", "../../x", "a b", "<b>", "東京", " x ", "sc:1"})
  void anOrdinaryOrMerelyOddIdIsTheIdentity(String id) {
    assertThat(SessionId.of(id)).isSameAs(id);
    assertThat(SessionId.isHashed(id)).isFalse();
  }

  @Test
  void anIdIsNeverCut() {
    assertThat(SessionId.of("x".repeat(253))).isEqualTo("x".repeat(253));
    assertThat(SessionId.of("x".repeat(1 << 20))).matches("sha256:[0-9a-f]{64}");
    assertThat(SessionId.of("x".repeat(254))).isNotEqualTo(SessionId.of("x".repeat(255)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sc-1\n", "sc-1\u001b[2J", "sc-1\u200b", "\u202esc-1", "sc-1\u0000"})
  void anIdThatCannotBeShownHasAStandInOfItsOwn(String id) {
    assertThat(SessionId.of(id)).matches("sha256:[0-9a-f]{64}");
    assertThat(SessionId.isHashed(SessionId.of(id))).isTrue();
  }

  @Test
  void aStandInCannotBeForged() {
    String standIn = SessionId.of("sc-1\n");

    assertThat(SessionId.of(standIn)).isNotEqualTo(standIn).startsWith("sha256:");
  }
}
