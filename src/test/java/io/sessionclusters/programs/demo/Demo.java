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
package io.sessionclusters.programs.demo;

import io.sessionclusters.config.GoDuration;
import java.io.File;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * The whole of it on one machine, without an account, a cluster or Docker: starts a control plane,
 * a lively fake cloud and the operator, and shows the mirrors as they change, until Ctrl-C or for
 * {@code -Ddemo.duration=60s}, counted from the first row. Runs in the project's folder.
 *
 * <p>Exit status: 0 when the time is over, 1 if something cannot start, 2 for a wrong duration.
 */
public final class Demo {

  /** Between two things that happen in the cloud: long enough to see what follows from each. */
  private static final Duration TICK = Duration.ofSeconds(3);

  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /** Longer than anybody watches. */
  private static final Duration NO_END = Duration.ofDays(365);

  /** Whatever hangs must not keep a user from leaving. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  /** logback-demo.xml names it, too. */
  private static final Path LOG = Path.of("target", "demo.log");

  private final Terminal terminal;
  private final Duration duration;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Demo(Terminal terminal, Duration duration) {
    this.terminal = terminal;
    this.duration = duration;
  }

  /** Takes no arguments; the duration is a system property, so that Maven can hand it on. */
  public static void main(String[] args) {
    // Before the first logger is made.
    System.setProperty("logback.configurationFile", "logback-demo.xml");
    Duration duration;
    try {
      duration = duration(System.getProperty("demo.duration", "")).orElse(NO_END);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    System.exit(new Demo(Terminal.ofThisProcess(), duration).run());
  }

  /**
   * Reads the duration; no text stands for no end.
   *
   * @throws IllegalArgumentException saying what it may be
   */
  static Optional<Duration> duration(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        GoDuration.parse(text)
            .filter(parsed -> parsed.compareTo(SHORTEST) >= 0)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "demo.duration must be at least 1s, such as 60s, 5m or 1h30m, and not '%s'"
                            .formatted(text))));
  }

  private int run() {
    Thread main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(main), "demo-stop"));
    try (Stage stage = new Stage(terminal::step)) {
      terminal.text(
          """

          The demo of the Session Cluster Operator. All of it runs on this machine. It starts in
          about 20 seconds, the very first time in some minutes. Ctrl-C ends it.
          """);
      show(stage.start(Clock.systemUTC(), System.nanoTime()));
      end();
      return 0;
    } catch (InterruptedException e) {
      return 0;
    } catch (RuntimeException | AssertionError e) {
      // After Ctrl-C, which ends the programs too, any step may fail; then nobody reads this.
      LoggerFactory.getLogger(Demo.class).info("cannot go on", e);
      terminal.end("The demo cannot go on: %s%nIts log is %s".formatted(e.getMessage(), LOG));
      return 1;
    } finally {
      stopped.countDown();
    }
  }

  private void show(Stage.Ready ready) throws InterruptedException {
    terminal.text(introduction(ready));
    long start = System.nanoTime();
    try (MirrorWatch _ = MirrorWatch.start(ready.kubectl(), terminal::row)) {
      while (sleep(start) && !terminal.isGone()) {
        terminal.cloud(ready.cloud().tick());
      }
    }
  }

  /**
   * Waits for the next tick, at the pace of whoever watches; returns whether there is one before
   * the end.
   */
  private boolean sleep(long start) throws InterruptedException {
    Duration left = duration.minusNanos(System.nanoTime() - start);
    if (left.compareTo(TICK) > 0) {
      Thread.sleep(TICK);
      return true;
    }
    if (left.isPositive()) {
      Thread.sleep(left);
    }
    return false;
  }

  private static String introduction(Stage.Ready ready) {
    return """

    Look around from another terminal:
      export KUBECONFIG=%s
    %s  kubectl get sessionclusters --field-selector status.state=Running
      kubectl describe sessionclustersource %s
      kubectl delete $(kubectl get sessionclusters -o name | head -1)    # refused: read-only

    The operator lists the cloud every second. 'cloud:' says what just happened there, the rows
    are the mirrors. The operator's log is %s.

    $ %s
    """
        .formatted(
            ready.kubeconfig(),
            isInstalled("kubectl")
                ? ""
                : "  alias kubectl=" + ready.kubectl().command().command().getFirst() + "\n",
            Stage.SOURCE,
            LOG,
            MirrorWatch.commandLine());
  }

  private static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** On Ctrl-C: says so at once, then has the main thread close everything in order. */
  private void stop(Thread main) {
    if (stopped.getCount() == 0) {
      return;
    }
    end();
    main.interrupt();
    try {
      stopped.await(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The closing line. What is logged while everything stops is of no interest to anybody. */
  private void end() {
    terminal.end("The demo is over. Everything that it started is being stopped.");
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
  }
}
