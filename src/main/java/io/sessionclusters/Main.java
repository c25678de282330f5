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
package io.sessionclusters;

import io.fabric8.kubernetes.client.Config;
import io.sessionclusters.config.OperatorSettings;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as a process: settings from the environment, ends on SIGTERM. */
public final class Main {

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  /** Exit status for settings that cannot be used. */
  private static final int USAGE = 2;

  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    OperatorSettings settings;
    try {
      settings = OperatorSettings.fromEnvironment(System.getenv());
    } catch (IllegalArgumentException e) {
      log.error("wrong settings: {}", e.getMessage());
      System.exit(USAGE);
      return;
    }
    SessionClusterOperator operator =
        SessionClusterOperator.start(settings, Config.autoConfigure(null), System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(operator::close, "shutdown"));
    new CountDownLatch(1).await();
  }
}
