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
package io.sessionclusters.programs.bench;

import io.sessionclusters.e2e.OperatorProcess;
import io.sessionclusters.image.ImageFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts the operator out of the image: its own Java, flags and cache, and the account of {@code
 * deploy/}. Only the rates towards the fake API are wide open.
 */
record OperatorImage(ImageFiles files, BenchCluster cluster) {

  /**
   * Starts it.
   *
   * @param memory in MiB that its JVM takes for the machine's, as a container's limit would be; 0
   *     for what the machine has
   * @param port of metrics and probes
   * @param arguments more of them
   */
  OperatorProcess start(int memory, int port, String... arguments) {
    List<String> command =
        new ArrayList<>(
            memory == 0 ? files.command() : files.command("-XX:MaxRAM=" + memory + "m"));
    command.addAll(List.of(arguments));
    command.add("--requests-per-second=1000");
    command.add("--request-burst=1000");
    return OperatorProcess.start(
        cluster.account(),
        Map.of(
            "WATCH_NAMESPACES",
            BenchCluster.NAMESPACE,
            "ALLOWED_ENDPOINTS",
            "127.0.0.1:" + cluster.cloud().port(),
            "POD_NAME",
            "bench",
            "METRICS_PORT",
            Integer.toString(port),
            "PROBE_PORT",
            Integer.toString(port),
            "JAVA_TOOL_OPTIONS",
            ""),
        command);
  }
}
