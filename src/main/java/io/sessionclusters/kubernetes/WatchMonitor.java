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
package io.sessionclusters.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.RuntimeInfo;
import io.sessionclusters.config.OperatorSettings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when a watch was lost, why, and when it is there again. The client takes it up by itself,
 * and is silent about what keeps it from that for minutes.
 */
public final class WatchMonitor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WatchMonitor.class);

  /** A watch that is lost for less is no news. */
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final RuntimeInfo informers;
  private final KubernetesClient client;
  private final OperatorSettings settings;
  private final Thread thread;

  private WatchMonitor(RuntimeInfo informers, KubernetesClient client, OperatorSettings settings) {
    this.informers = informers;
    this.client = client;
    this.settings = settings;
    this.thread = Thread.ofVirtual().name("lost-watches").unstarted(this::run);
  }

  /**
   * Begins to look.
   *
   * @param informers of the operator, which has started
   * @param settings say what is watched
   */
  public static WatchMonitor start(
      RuntimeInfo informers, KubernetesClient client, OperatorSettings settings) {
    WatchMonitor started = new WatchMonitor(informers, client, settings);
    started.thread.start();
    return started;
  }

  private void run() {
    try {
      boolean lost = false;
      String said = null;
      while (true) {
        TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
        boolean lostBefore = lost;
        lost = !informers.allEventSourcesAreHealthy();

        if (lost && lostBefore) {
          said = say(StartupChecks.missing(client, settings), said);
        } else if (!lost && said != null) {
          log.info("all is watched again");
          said = null;
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private static @Nullable String say(@Nullable String missing, @Nullable String said) {
    if (missing != null && !missing.equals(said)) {
      log.warn("edits and hand edits are not seen, the polls go on: {}", missing);
    }
    return missing == null ? said : missing;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
