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

import io.sessionclusters.config.OperatorSettings.Ports;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Metrics and probes, served from before anything else starts until all else has stopped: {@code
 * /metrics} on one port, {@code /livez} and {@code /readyz} on the other, which may be the same.
 */
public final class Telemetry implements AutoCloseable {

  private final OperatorMetrics metrics;
  private final Probes probes = new Probes();
  private final List<ManagementServer> servers = new ArrayList<>();

  private Telemetry(OperatorMetrics metrics) {
    this.metrics = metrics;
  }

  /**
   * Starts to serve.
   *
   * @param ports 0 for none
   * @param version of the operator
   * @throws CannotBindException if a port is taken, or may not be listened on
   */
  public static Telemetry start(Ports ports, String version) {
    Telemetry started = new Telemetry(new OperatorMetrics(version));
    Map<String, Function<@Nullable String, HttpReply>> metricsPages =
        Map.of("/metrics", started.metrics::scrape);
    Map<String, Function<@Nullable String, HttpReply>> probePages =
        Map.of("/livez", _ -> started.probes.live(), "/readyz", _ -> started.probes.ready());
    try {
      if (ports.metrics() == ports.probes()) {
        Map<String, Function<@Nullable String, HttpReply>> all = new HashMap<>(metricsPages);
        all.putAll(probePages);
        started.serve("metrics and probes", ports.metrics(), all);
      } else {
        started.serve("metrics", ports.metrics(), metricsPages);
        started.serve("probes", ports.probes(), probePages);
      }
    } catch (CannotBindException e) {
      started.close();
      throw e;
    }
    return started;
  }

  private void serve(
      String name, int port, Map<String, Function<@Nullable String, HttpReply>> pages) {
    if (port != 0) {
      servers.add(ManagementServer.start(name, port, pages));
    }
  }

  public OperatorMetrics metrics() {
    return metrics;
  }

  public Probes probes() {
    return probes;
  }

  @Override
  public void close() {
    servers.forEach(ManagementServer::close);
    metrics.close();
  }
}
