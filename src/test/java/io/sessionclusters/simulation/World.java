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
package io.sessionclusters.simulation;

import io.sessionclusters.cloud.CredentialsProvider;
import io.sessionclusters.cloud.CredentialsProvider.CredentialsResult;
import io.sessionclusters.cloud.http.Transport;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.support.ReadSettings;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * All there is in one history: time, the API server, the cloud, the operator's processes. Made by
 * the thread that runs it; nothing in it is shared with another history.
 *
 * <pre>{@code
 * try (World world = new World(seed)) {
 *   world.cloud(process -> new MyTransport(process.timers(), ...));
 *   SimProcess operator = world.process("a");
 *   operator.start();
 *   world.runFor(Duration.ofMinutes(5));
 *   world.api().history()...
 * }
 * }</pre>
 */
final class World implements AutoCloseable {

  /** The cloud as one process reaches it. */
  @FunctionalInterface
  interface Cloud {
    /**
     * Called at each start of a process. The transport waits by the process's {@link
     * SimProcess#timers}; who runs it can end at any wait. Its requests are numbered, killed and
     * robbed of their answers before and after it, it need not heed that.
     */
    Transport connect(SimProcess process);
  }

  private final Kernel kernel;
  private final SimApiServer api;
  private final Map<String, SimProcess> processes = new LinkedHashMap<>();
  private final Map<Boundary, Runnable> boundaries = new LinkedHashMap<>();
  private OperatorSettings settings = defaultSettings();
  private CredentialsProvider ambient = () -> new CredentialsResult.Found(SimProcess.OWN_KEY, null);
  private int clientRetries;
  private @Nullable Cloud cloud;

  World(long seed) {
    kernel = new Kernel(seed);
    api = new SimApiServer(kernel);
  }

  Kernel kernel() {
    return kernel;
  }

  SimApiServer api() {
    return api;
  }

  /** Sets the cloud that processes are connected to when they start. */
  void cloud(Cloud now) {
    cloud = now;
  }

  Cloud cloud() {
    if (cloud == null) {
      throw new IllegalStateException("there is no cloud");
    }
    return cloud;
  }

  /** Sets what processes that start from now on are told. */
  void settings(OperatorSettings now) {
    settings = now;
  }

  OperatorSettings settings() {
    return settings;
  }

  /** Sets where processes that start from now on find the operator's own key. */
  void ambient(CredentialsProvider now) {
    ambient = now;
  }

  CredentialsProvider ambient() {
    return ambient;
  }

  /**
   * Sets how often a client repeats a request that was lost, or answered with a 5xx or 429 without
   * {@code Retry-After}. The operator's own does so 3 times; each is a request with a number.
   */
  void clientRetries(int now) {
    clientRetries = now;
  }

  int clientRetries() {
    return clientRetries;
  }

  /** The operator's process of that name, made at the first call; it is not started. */
  SimProcess process(String name) {
    return processes.computeIfAbsent(name, n -> new SimProcess(this, n));
  }

  List<SimProcess> processes() {
    return List.copyOf(processes.values());
  }

  /** Plans what shall happen at a request, once. */
  void plan(Boundary boundary) {
    plan(boundary, () -> {});
  }

  /**
   * Plans what shall happen at a request, once.
   *
   * @param whenReached run when the request comes
   */
  void plan(Boundary boundary, Runnable whenReached) {
    boundaries.put(boundary, whenReached);
  }

  /** Those that have not come yet. */
  List<Boundary> boundaries() {
    return List.copyOf(boundaries.keySet());
  }

  /** A planned boundary has come. */
  void reached(Boundary boundary) {
    Runnable whenReached = boundaries.remove(boundary);
    if (whenReached != null) {
      whenReached.run();
    }
  }

  /** Lets time go by; see {@link Kernel#runFor}. */
  void runFor(Duration time) {
    kernel.runFor(time);
  }

  /**
   * The API server's state goes back to an earlier one, resource versions included; whoever watches
   * must list anew.
   */
  void restore(SimApiServer.Snapshot snapshot) {
    api.restore(snapshot);
  }

  /** Ends all processes, so that what is costly about them is used again by other histories. */
  @Override
  public void close() {
    processes.values().stream().filter(SimProcess::isAlive).forEach(SimProcess::kill);
  }

  /** The history, for the message of a failure. */
  String story() {
    return "seed " + kernel.seed() + "\n" + String.join("\n", kernel.trace());
  }

  /** Every namespace may use the operator's own key; connection Secrets may be kept. */
  static OperatorSettings defaultSettings() {
    return new OperatorSettings(
        Set.of(),
        null,
        Set.of("*"),
        Set.of(),
        URI.create("https://sts.aliyuncs.com"),
        ReadSettings.of().limits(),
        Duration.ofSeconds(1),
        OperatorSettings.ConnectionSecretSettings.DEFAULTS,
        null,
        "operator",
        new OperatorSettings.Ports(0, 0),
        new OperatorSettings.Logging(Level.INFO, OperatorSettings.Logging.Format.TEXT));
  }
}
