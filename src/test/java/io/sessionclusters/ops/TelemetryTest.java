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
package io.sessionclusters.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.config.OperatorSettings.Ports;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TelemetryTest {

  @AutoClose private final Telemetry telemetry = Telemetry.start(new Ports(0, 0), "1.0");

  @Test
  void whileItStartsItLivesAndIsNotReady() {
    assertThat(text(telemetry.live())).isEqualTo("200 ok\n");
    assertThat(text(telemetry.ready()))
        .isEqualTo("503 starting: waits for the API server, the CRDs or the informers\n");
  }

  @Test
  void onceStartedItIsReadyWhileNothingIsMissing() {
    telemetry.readyUnless(Optional::empty);
    assertThat(text(telemetry.ready())).isEqualTo("200 ok\n");

    telemetry.readyUnless(() -> Optional.of("an informer"));
    assertThat(text(telemetry.ready())).isEqualTo("503 an informer\n");
  }

  @Test
  void whatIsStuckIsSaid() {
    telemetry.readyUnless(Optional::empty);
    telemetry.liveUnless(() -> Optional.of("the poll of ns/a"));

    assertThat(text(telemetry.live())).isEqualTo("503 the poll of ns/a\n");
    assertThat(text(telemetry.ready())).isEqualTo("200 ok\n");
  }

  @Test
  void whileItStopsItLivesAndIsNotReady() {
    telemetry.readyUnless(Optional::empty);
    telemetry.stopping();

    assertThat(text(telemetry.live())).isEqualTo("200 ok\n");
    assertThat(text(telemetry.ready())).isEqualTo("503 stopping\n");
  }

  private static String text(ManagementServer.Reply reply) {
    return reply.status() + " " + new String(reply.body(), UTF_8);
  }
}
