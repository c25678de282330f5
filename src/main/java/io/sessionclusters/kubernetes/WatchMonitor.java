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

import io.javaoperatorsdk.operator.RuntimeInfo;
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

  /** A watch that is lost for less is not reported. */
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final RuntimeInfo informers;
  private final StartupChecks checks;
  private final Thread thread;

  private WatchMonitor(RuntimeInfo informers, StartupChecks checks) {
    this.informers = informers;
    this.checks = checks;
    this.thread = Thread.ofVirtual().name("watch-monitor").unstarted(this::run);
  }

  /**
   * Starts a monitor.
   *
   * @param informers of the operator, which has started
   * @param checks find why a watch is lost
   */
  public static WatchMonitor start(RuntimeInfo informers, StartupChecks checks) {
    WatchMonitor started = new WatchMonitor(informers, checks);
    started.thread.start();
    return started;
  }

  private void run() {
    try {
      boolean lost = false;
      String reported = null;
      while (true) {
        TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
        boolean lostBefore = lost;
        lost = !informers.allEventSourcesAreHealthy();

        if (lost && lostBefore) {
          reported = report(checks.missing(), reported);
        } else if (!lost && reported != null) {
          log.info("watch re-established");
          reported = null;
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private static @Nullable String report(@Nullable String missing, @Nullable String reported) {
    if (missing != null && !missing.equals(reported)) {
      log.warn("watch lost; polling continues, but edits and drift go undetected: {}", missing);
    }
    return missing == null ? reported : missing;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
