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
import io.sessionclusters.cloud.http.OperatorVersion;
import io.sessionclusters.config.OperatorCommand;
import io.sessionclusters.config.OperatorCommand.Asked;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.config.OperatorSettings.Logging;
import io.sessionclusters.ops.CannotBindException;
import io.sessionclusters.ops.HeapMonitor;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The operator as a process: settings from flags and environment, ends on SIGTERM. */
public final class Main {

  /** Exit status for settings that cannot be used. */
  private static final int USAGE = 2;

  /** Exit status of a start that failed. */
  private static final int FAILURE = 1;

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    switch (OperatorCommand.read(List.of(arguments), System.getenv(), OperatorVersion.current())) {
      case Asked.Print(String text) -> System.out.print(text);
      case Asked.Refused(String message) -> {
        System.err.println("session-cluster-operator: " + message);
        System.exit(USAGE);
      }
      case Asked.Run(OperatorSettings settings) -> run(settings);
    }
  }

  private static void run(OperatorSettings settings) throws InterruptedException {
    configureLog(settings.logging());
    HeapMonitor.start();
    SessionClusterOperator operator = start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(operator::close, "shutdown"));
    new CountDownLatch(1).await();
  }

  private static SessionClusterOperator start(OperatorSettings settings)
      throws InterruptedException {
    try {
      return SessionClusterOperator.start(settings, Config.autoConfigure(null), System.getenv());
    } catch (CannotBindException e) {
      System.err.println("session-cluster-operator: " + e.getMessage());
      System.exit(USAGE);
      throw e;
    } catch (RuntimeException | Error e) {
      // What was started before it failed would keep a process alive that does nothing.
      LoggerFactory.getLogger(Main.class).error("operator failed to start", e);
      System.exit(FAILURE);
      throw e;
    }
  }

  /** Before the first logger is made: logback.xml asks for these. */
  private static void configureLog(Logging logging) {
    Level level = logging.level();
    Level libraries = level.compareTo(Level.INFO) > 0 ? Level.INFO : level;
    System.setProperty("LOG_LEVEL", level.name());
    System.setProperty("LIBRARIES_LOG_LEVEL", libraries.name());
    System.setProperty("LOG_FORMAT", logging.format().name());
    System.setProperty("OPERATOR_VERSION", OperatorVersion.current());
    // The framework's words for the source, seven a line; ours is one.
    System.setProperty("JAVA_OPERATOR_SDK_USE_MDC", "false");
  }
}
