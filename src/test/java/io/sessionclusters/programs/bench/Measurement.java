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

import io.fabric8.kubernetes.client.Config;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.image.ImageFiles;
import io.sessionclusters.support.ApiServerMetrics;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.Kubeconfig;
import io.sessionclusters.support.ProcessFigures;
import io.sessionclusters.support.RecordCopy;
import io.sessionclusters.support.Scrape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** Measures one size, on a control plane of its own. */
final class Measurement implements AutoCloseable {

  private static final int POLLS = 20;
  private static final int COUNTED_POLLS = 5;
  private static final int MOST_FOR_PLAIN = 1_000;
  private static final double MIB = 1 << 20;

  private final int sessions;
  private final int sources;
  private final int memory;
  private final Duration limit;
  private final Consumer<String> progress;
  private final BenchCluster cluster = BenchCluster.start();
  private final ControlPlane plane = cluster.plane();
  private final BenchCloudProcess cloud = cluster.cloud();
  private final OperatorImage image;
  private final Config account = cluster.account();

  /**
   * Starts a control plane and a fake API.
   *
   * @param memory of the operator's container, in MiB
   * @param progress told what is being done
   */
  Measurement(ImageFiles files, int sessions, int sources, int memory, Consumer<String> progress) {
    this.sessions = sessions;
    this.sources = sources;
    this.memory = memory;
    this.progress = progress;
    this.limit = Duration.ofSeconds(60 + sessions / 20);
    this.image = new OperatorImage(files, cluster);
  }

  /** What a start without any source costs. */
  private record Idle(long cpuNanos, long allocatedBytes, long heapBytes) {}

  Row run() throws IOException {
    cloud.sessions(sessions, sources);
    Idle idle = idle();
    applySources("1h", false);
    try (var watch = WriteWatch.start(ApiServer.of(account), BenchCluster.NAMESPACE)) {
      cloud.forget();
      ApiServerMetrics before = plane.metrics();
      progress.accept("first sync");
      long started = System.currentTimeMillis();
      Row row = withOperator(FreePort.any(), figures -> run(idle, watch, before, started, figures));
      return withFloors(row);
    }
  }

  private Idle idle() {
    progress.accept("start without a source");
    int probes = FreePort.any();
    return withOperator(
        probes,
        figures -> {
          eventually(() -> isReady(probes));
          return new Idle(figures.cpu().cpuNanos(), figures.allocatedBytes(), figures.heapBytes());
        });
  }

  private <T> T withOperator(int probes, Function<ProcessFigures, T> measure) {
    try (var operator = image.start(memory, probes)) {
      try {
        return measure.apply(new ProcessFigures(operator.pid()));
      } catch (RuntimeException e) {
        System.err.print(operator.log());
        throw e;
      }
    }
  }

  private static boolean isReady(int probePort) {
    try {
      return Scrape.page(probePort, "/readyz").equals("ok\n");
    } catch (UncheckedIOException e) {
      // It does not listen yet.
      return false;
    }
  }

  private Row run(
      Idle idle, WriteWatch watch, ApiServerMetrics before, long started, ProcessFigures figures) {
    long written = watch.await(2L * sessions, limit);
    long first = cloud.number("first");
    ProcessFigures.Cpu cpu = figures.cpu();
    long allocated = figures.allocatedBytes();
    Map<String, Long> requests = requests(before, plane.metrics());

    progress.accept("unchanged polls");
    ApiServerMetrics quiet = plane.metrics();
    applySources("1s", false);
    long firstPoll = cloud.number("listings");
    eventually(() -> cloud.number("listings") >= firstPoll + POLLS - COUNTED_POLLS);
    ProcessFigures.Cpu cpuBefore = figures.cpu();
    long allocatedBefore = figures.allocatedBytes();
    eventually(() -> cloud.number("listings") >= firstPoll + POLLS);
    ProcessFigures.Cpu unchanged = figures.cpu().minus(cpuBefore);
    long unchangedAllocated = figures.allocatedBytes() - allocatedBefore;
    long writes = plane.metrics().writes("sessionclusters") - quiet.writes("sessionclusters");

    progress.accept("1 % changed");
    int changes = Math.max(1, sessions / 100);
    long changedAt = System.currentTimeMillis();
    cloud.change(changes);
    long last = watch.await(2L * sessions + changes, limit);
    Double lag = null;
    if (sources == 1) {
      eventually(() -> cloud.number("walk " + changedAt) != 0);
      lag = (last - cloud.number("walk " + changedAt)) / 1e3;
    }
    double resident = figures.residentBytes() / MIB;
    double peak = figures.peakResidentBytes() / MIB;
    suspend();
    double polled = (double) COUNTED_POLLS * sessions;
    return new Row(
        sessions,
        sources,
        (written - first) / 1e3,
        0,
        (cpu.cpuNanos() - idle.cpuNanos()) / 1e6 / sessions,
        (allocated - idle.allocatedBytes()) / 1024.0 / sessions,
        (unchanged.cpuNanos() - unchanged.compilerNanos()) / 1e3 / polled,
        unchanged.compilerNanos() / 1e3 / polled,
        unchangedAllocated / polled,
        lag,
        (figures.heapBytes() - idle.heapBytes()) / sessions,
        resident,
        peak,
        (first - started) / 1e3,
        requests,
        writes,
        null);
  }

  private Row withFloors(Row row) throws IOException {
    Path mirrors = Files.createTempFile("mirrors-", ".json");
    Path kubeconfig = Files.createTempFile("account-", ".kubeconfig");
    try {
      Files.writeString(mirrors, plane.admin().raw(ApiServer.mirrors(BenchCluster.NAMESPACE)));
      Floors floors = new Floors(plane, Kubeconfig.write(account, kubeconfig), mirrors);
      progress.accept("the bare writer");
      Row floored = RecordCopy.with(row, "bareWriterSeconds", floors.bareWriter());
      if (sessions > MOST_FOR_PLAIN) {
        return floored;
      }
      progress.accept("the plain reconciler");
      return RecordCopy.with(floored, "plain", floors.plainReconciler(sessions));
    } finally {
      Files.delete(mirrors);
      Files.delete(kubeconfig);
    }
  }

  private void applySources(String interval, boolean suspend) {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < sources; i++) {
      yaml.append(
          cluster.source(
              "bench-" + i,
              i,
              BenchCluster.SECRET,
              "interval: %s, suspend: %s, timeout: 5m".formatted(interval, suspend)));
    }
    cluster.apply(yaml.toString());
  }

  /** So that no listing is in the heap when it is measured: a poll under way ends first. */
  private void suspend() {
    applySources("1h", true);
    eventually(
        () ->
            plane
                .admin()
                .resources(SessionClusterSource.class)
                .inNamespace(BenchCluster.NAMESPACE)
                .list()
                .getItems()
                .stream()
                .allMatch(
                    source ->
                        source
                            .getMetadata()
                            .getGeneration()
                            .equals(source.getStatus().observedGeneration())));
  }

  private static Map<String, Long> requests(ApiServerMetrics before, ApiServerMetrics after) {
    Map<String, Long> requests = new TreeMap<>();
    after.series().stream()
        .filter(s -> s.resource().startsWith("sessioncluster") || s.resource().equals("events"))
        .forEach(
            s ->
                requests.merge(
                    s.verb()
                        + " "
                        + s.resource()
                        + (s.subresource().isEmpty() ? "" : "/" + s.subresource()),
                    s.count() - before(before, s),
                    Long::sum));
    requests.values().removeIf(count -> count == 0);
    return requests;
  }

  private static long before(ApiServerMetrics before, ApiServerMetrics.Series series) {
    return before.count(
        s ->
            s.verb().equals(series.verb())
                && s.resource().equals(series.resource())
                && s.subresource().equals(series.subresource())
                && s.code().equals(series.code()));
  }

  private void eventually(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(limit)
        .pollInterval(Duration.ofMillis(20))
        .until(condition::getAsBoolean);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
