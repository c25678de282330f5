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
import io.sessionclusters.ops.ManagementServer.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Metrics and probes, served from before anything else starts until all else has stopped: {@code
 * /metrics} on one port, {@code /livez} and {@code /readyz} on the other, which may be the same.
 * The body of a probe that is not {@code ok} says why.
 */
public final class Telemetry implements AutoCloseable {

  private final OperatorMetrics metrics;
  private final List<ManagementServer> servers = new ArrayList<>();
  private volatile Supplier<Optional<String>> stuck = Optional::empty;
  private volatile Supplier<Optional<String>> missing =
      () -> Optional.of("starting: waits for the API server, the CRDs or the informers");

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
    Map<String, Function<@Nullable String, Reply>> metricsPages =
        Map.of("/metrics", started.metrics::scrape);
    Map<String, Function<@Nullable String, Reply>> probePages =
        Map.of("/livez", _ -> started.live(), "/readyz", _ -> started.ready());
    try {
      if (ports.metrics() == ports.probes()) {
        Map<String, Function<@Nullable String, Reply>> all = new HashMap<>(metricsPages);
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

  private void serve(String name, int port, Map<String, Function<@Nullable String, Reply>> pages) {
    if (port != 0) {
      servers.add(ManagementServer.start(name, port, pages));
    }
  }

  public OperatorMetrics metrics() {
    return metrics;
  }

  /**
   * Has {@code /livez} fail when something is stuck that only a restart fixes. Until then, as while
   * the start waits for a CRD, all that could be stuck has not begun.
   *
   * @param what is stuck; empty if nothing is
   */
  public void liveUnless(Supplier<Optional<String>> what) {
    stuck = what;
  }

  /**
   * Has {@code /readyz} fail only while something is missing.
   *
   * @param what is missing; empty if nothing is
   */
  public void readyUnless(Supplier<Optional<String>> what) {
    missing = what;
  }

  /** From now on the process is not ready. */
  public void stopping() {
    missing = () -> Optional.of("stopping");
  }

  Reply live() {
    return reply(stuck.get());
  }

  Reply ready() {
    return reply(missing.get());
  }

  private static Reply reply(Optional<String> problem) {
    return problem.map(line -> Reply.line(503, line)).orElseGet(() -> Reply.line(200, "ok"));
  }

  @Override
  public void close() {
    servers.forEach(ManagementServer::close);
    metrics.close();
  }
}
