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

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.time.Timers;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the API server's history went back: etcd was restored from a backup. A watch does
 * not show that: it resumes at a version that the new history has not reached, and is silent until
 * it has (Kubernetes 1.36.3: ran), for hours perhaps, while all that informers have shown is of the
 * lost one. Nothing in memory is worth keeping then, so the process ends and starts anew.
 *
 * <p>The version of a list of nothing but one object is that of the whole etcd: in one history it
 * never falls.
 */
public final class RestoreMonitor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RestoreMonitor.class);

  /** A small request each; what happened in the lost time must not outnumber what happens in it. */
  static final Duration PERIOD = Duration.ofSeconds(10);

  /** As soon as an API server is there again: what it writes itself makes up for what was lost. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Supplier<@Nullable String> version;
  private final Runnable onWentBack;
  private final Timers timers;
  private final Thread thread;
  private @Nullable BigInteger highest;
  private boolean fellBefore;

  /**
   * @param version of a list that is made now; fails with {@code KubernetesClientException}
   * @param onWentBack called when the history went back
   */
  RestoreMonitor(Supplier<@Nullable String> version, Runnable onWentBack, Timers timers) {
    this.version = version;
    this.onWentBack = onWentBack;
    this.timers = timers;
    this.thread = Thread.ofVirtual().name("restore-monitor").unstarted(this::run);
  }

  /**
   * Begins to look.
   *
   * @param type that may be listed
   * @param namespaces where it may; empty for all
   */
  public static RestoreMonitor start(
      KubernetesClient client,
      Class<? extends HasMetadata> type,
      Set<String> namespaces,
      Runnable onWentBack,
      Timers timers) {
    String namespace = namespaces.stream().sorted().findFirst().orElse(StartupChecks.ALL);
    RestoreMonitor started =
        new RestoreMonitor(
            () -> StartupChecks.listOne(client, type, namespace).getMetadata().getResourceVersion(),
            onWentBack,
            timers);
    started.thread.start();
    return started;
  }

  private void run() {
    try {
      while (true) {
        timers.sleep(check() ? PERIOD : RETRY);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /**
   * Compares the API server's version with the highest that was seen.
   *
   * @return whether all is as it was; if not, or if nothing was answered, it is looked again soon
   */
  boolean check() {
    BigInteger now;
    try {
      String text = version.get();
      // Promised to be a number since Kubernetes 1.35, and one before.
      now = text == null || !text.matches("[0-9]{1,40}") ? null : new BigInteger(text);
    } catch (KubernetesClientException e) {
      log.debug("resource version unknown: {}", ApiServerErrors.message(e));
      return false;
    }
    if (now == null) {
      return true;
    }
    boolean fell = highest != null && now.compareTo(highest) < 0;
    if (!fell) {
      highest = now;
    } else if (fellBefore) {
      log.error(
          "etcd restored from a backup: resourceVersion fell from {} to {}; exiting so that the"
              + " process restarts with the restored state",
          highest,
          now);
      onWentBack.run();
    }
    fellBefore = fell;
    return !fell;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
