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

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sessionclusters.e2e.OperatorProcess;
import io.sessionclusters.image.ImageFiles;
import io.sessionclusters.support.Footprint;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.ProcessFigures;
import io.sessionclusters.support.Scrape;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * An operator that serves one source for long, while sessions change, go and come, the fake API
 * fails, and up to 50 other sources come and go, each round with new names and a new access key.
 * What it holds when the others are gone must stay the same.
 */
final class LongRun implements AutoCloseable {

  private static final int SESSIONS = 1_000;
  private static final int GUESTS = 50;
  private static final int SESSIONS_OF_A_GUEST = 10;
  private static final String GUEST_SECRET = "guest-key";
  private static final Duration WARM_UP = Duration.ofMinutes(10);
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /**
   * Objects of a class, besides a tenth: budgets of Events and of keys outlive what they are for.
   */
  private static final int FEW = 100;

  /** Of a round, while its guests are there. */
  private static final int STEPS = 8;

  private static final Duration STEP = Duration.ofSeconds(4);

  private final BenchCluster cluster = BenchCluster.start();
  private final BenchCloudProcess cloud = cluster.cloud();
  private final Random random = new Random(1);
  private final int port = FreePort.any();
  private final OperatorProcess operator;
  private final ProcessFigures process;
  private int rounds;

  private LongRun(ImageFiles image, int memory) {
    cloud.sessions(SESSIONS, 1);
    cloud.guests(SESSIONS_OF_A_GUEST, GUESTS);
    this.operator = new OperatorImage(image, cluster).start(memory, port);
    this.process = new ProcessFigures(operator.pid());
  }

  /** What was held after so many minutes and rounds. */
  private record Moment(long minutes, int rounds, Footprint footprint) {
    static final String HEADER =
        "minutes rounds | heap MiB  RSS MiB  threads  sockets  series  objects";

    String line() {
      return "%7d %6d | %8.1f %8.1f %8d %8d %7d %8d"
          .formatted(
              minutes,
              rounds,
              footprint.heapBytes() / 1048576.0,
              footprint.residentBytes() / 1048576.0,
              footprint.threads(),
              footprint.sockets(),
              footprint.series(),
              footprint.objectCount());
    }
  }

  /**
   * Runs for so many minutes and prints what is held every ten minutes; in a run of less than half
   * an hour, each third.
   *
   * @return whether what is held at the end is what was held the first time
   */
  static boolean run(ImageFiles image, Path target, int memory, int minutes) throws IOException {
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    List<Moment> moments = new ArrayList<>();
    Duration between = min(WARM_UP, Duration.ofMinutes(minutes).dividedBy(3));
    System.out.println(Moment.HEADER);
    try (LongRun run = new LongRun(image, memory)) {
      run.settle();
      long start = System.nanoTime();
      Duration next = between;
      Duration passed = Duration.ZERO;
      while (passed.toMinutes() < minutes) {
        run.round();
        passed = Duration.ofNanos(System.nanoTime() - start);
        if (passed.compareTo(next) >= 0) {
          next = next.plus(between);
          Moment moment = run.moment(passed);
          moments.add(moment);
          System.out.println(moment.line());
          json.writeValue(target.resolve("long-run.json").toFile(), moments);
        }
      }
    }
    List<String> grown =
        moments.getLast().footprint().growthSince(moments.getFirst().footprint(), FEW);
    System.out.println(grown.isEmpty() ? "nothing has grown" : "grown: " + grown);
    return grown.isEmpty();
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Guests come, much happens, guests go. */
  private void round() {
    rounds++;
    String key = "LTAI-guest-" + rounds;
    cloud.key(key);
    cluster.putKey(GUEST_SECRET, key);
    List<Integer> workspaces = new ArrayList<>(IntStream.rangeClosed(1, GUESTS).boxed().toList());
    Collections.shuffle(workspaces, random);
    List<String> names = new ArrayList<>();
    StringBuilder yaml = new StringBuilder();
    for (int workspace : workspaces.subList(0, 10 + random.nextInt(GUESTS - 9))) {
      String name = "guest-%d-%d".formatted(rounds, workspace);
      names.add(name);
      yaml.append(cluster.source(name, workspace, GUEST_SECRET, "interval: 5s"));
    }
    cluster.apply(yaml.toString());
    for (int step = 0; step < STEPS; step++) {
      cloud.change(10);
      cloud.replace(2);
      if (step % 2 == 1) {
        cloud.fault(random.nextInt(BenchCloud.FAULTS.size()), 1 + random.nextInt(5));
      }
      pause(STEP);
    }
    List<String> delete =
        new ArrayList<>(List.of("-n", BenchCluster.NAMESPACE, "delete", "--wait=false", "sscs"));
    delete.addAll(names);
    cluster.plane().kubectl().run(delete.toArray(String[]::new));
    settle();
    cloud.forget();
  }

  /** Waits until the operator and the garbage collector are done with all guests. */
  private void settle() {
    if (rounds == 0) {
      cluster.apply(cluster.source("bench-0", 0, BenchCluster.SECRET, "interval: 5s"));
    }
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> mirrorsOfGuests() == 0 && mirrors() == SESSIONS && !isServing("guest"));
  }

  private Moment moment(Duration passed) {
    // What idle connections and threads live for; the source that stays is polled meanwhile.
    pause(Duration.ofMinutes(1));
    return new Moment(passed.toMinutes(), rounds, Footprint.of(process, port));
  }

  private boolean isServing(String prefix) {
    return Scrape.from(port).series().keySet().stream()
        .anyMatch(series -> series.contains("source=\"" + prefix));
  }

  private double mirrors() {
    return Scrape.from(port)
        .value(
            "sessioncluster_operator_mirrors{source=\"bench-0\",source_namespace=\"%s\"}"
                .formatted(BenchCluster.NAMESPACE));
  }

  /** At most one of them is asked for: how many there are does not matter. */
  private int mirrorsOfGuests() {
    String list =
        cluster
            .plane()
            .admin()
            .raw(
                ApiServer.mirrors(BenchCluster.NAMESPACE)
                    + "?limit=1&labelSelector=sessionclusters.io%2Fsource%21%3Dbench-0");
    return list.contains("\"items\":[]") ? 0 : 1;
  }

  /** Time that must pass, whatever happens. */
  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    operator.close();
    cluster.close();
  }
}
