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

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.sessionclusters.kubernetes.ApiServerClient;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The operator's client, used by one process of one history after the other: it keeps nothing but
 * what it knows of Java types. Each thread that runs histories has its own, because what two
 * threads share makes them wait for each other.
 */
final class PooledClient {

  private static final ThreadLocal<Deque<PooledClient>> IDLE =
      ThreadLocal.withInitial(ArrayDeque::new);

  private final SimHttp.Line line = new SimHttp.Line();
  private final KubernetesClient client;

  private PooledClient() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://sim.invalid")
            .withNamespace("default")
            .build();
    client = ApiServerClient.over(new SimHttp.Factory(line), config);
  }

  /** Called by the thread that runs the history. */
  static PooledClient take() {
    PooledClient idle = IDLE.get().poll();
    return idle == null ? new PooledClient() : idle;
  }

  KubernetesClient client() {
    return client;
  }

  void connect(SimHttp.Exchange exchange) {
    line.connect(exchange);
  }

  /** Gives it back; by the thread that took it, when no thread of its process will ever run. */
  void release() {
    line.connect(null);
    IDLE.get().push(this);
  }
}
