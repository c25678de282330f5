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
package io.sessionclusters.programs.fakecloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FakeCloudMainTest {

  @Test
  void saysWhereItIsAndWhatHappens() throws Exception {
    var settings =
        FakeCloudSettings.of(
            List.of("--port", "0", "--tick", "0.01s", "--duration", "1s", "--seed", "7"), Map.of());
    var out = new ByteArrayOutputStream();

    FakeCloudMain.run(
        settings, Clock.systemUTC(), new PrintStream(out, true, StandardCharsets.UTF_8));

    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSizeGreaterThan(1)
        .first()
        .asString()
        .startsWith("The fake cloud listens on http://127.0.0.1:")
        .endsWith("access key fake-key-id, workspace cn-hangzhou/w-1234abcd, 36 sessions, seed 7");
    assertThat(out.toString(StandardCharsets.UTF_8).lines().skip(1))
        .allMatch(line -> line.startsWith("session "));
  }

  @Test
  void readsArgumentsBeforeTheEnvironment() {
    var settings =
        FakeCloudSettings.of(
            List.of("--port", "1", "--page-size", "5"),
            Map.of("FAKE_CLOUD_PORT", "2", "FAKE_CLOUD_KEY_SECRET", "s", "FAKE_CLOUD_TICK", "1m"));

    assertThat(settings.port()).isEqualTo(1);
    assertThat(settings.pageSize()).isEqualTo(5);
    assertThat(settings.keySecret()).isEqualTo("s");
    assertThat(settings.tick()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.duration()).isNull();
  }

  @Test
  void namesWhatItDoesNotUnderstand() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FakeCloudSettings.of(List.of("--prot", "1"), Map.of()))
        .withMessageContaining("--prot");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FakeCloudSettings.of(List.of("--port"), Map.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FakeCloudSettings.of(List.of("--seed", "x"), Map.of()))
        .withMessageContaining("--seed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FakeCloudSettings.of(List.of("--tick", "often"), Map.of()))
        .withMessageContaining("--tick");
  }
}
