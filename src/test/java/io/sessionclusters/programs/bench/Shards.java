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
import io.sessionclusters.support.ApiServerMetrics;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.ProcessFigures;
import io.sessionclusters.support.Scrape;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * Twenty sources that two operators share by a label, and what each of the two did: the API server
 * and the fake API count what all of them did together.
 */
record Shards(BenchCluster cluster, int sessions, List<Shard> shards) {

  private static final int SOURCES = 20;
  private static final List<String> SELECTORS = List.of("shard=a", "shard!=a");
  private static final String METRIC = "sessioncluster_operator_";

  /** One operator. */
  record Shard(String selector, OperatorProcess process, int port) {

    double metric(String name) {
      return Scrape.from(port).series().entrySet().stream()
          .filter(series -> series.getKey().startsWith(METRIC + name))
          .mapToDouble(Map.Entry::getValue)
          .sum();
    }
  }

  /**
   * What one of them did.
   *
   * @param sources that it has metrics of
   * @param created mirrors
   * @param updated mirrors, when one session in a hundred had changed
   */
  record Share(
      String selector,
      int sources,
      int created,
      int updated,
      int cloudRequests,
      double residentMib) {}

  /**
   * What both did.
   *
   * @param creates requests to the API server, with the dry run of each operator
   * @param statusWrites requests to the API server
   * @param cloudRequests as the fake API counts them
   */
  record Shared(
      int sources,
      int sessions,
      double firstSyncSeconds,
      long creates,
      long statusWrites,
      long cloudRequests,
      List<Share> shares) {

    /** Whether each did something, and nothing was done twice. */
    boolean isFair() {
      int changes = changes(sessions);
      return creates == sessions + shares.size()
          && statusWrites == sessions + changes
          && shares.stream().allMatch(share -> share.created > 0 && share.sources == sources / 2)
          && shares.stream().mapToInt(Share::created).sum() == sessions
          && shares.stream().mapToInt(Share::updated).sum() == changes
          && shares.stream().mapToInt(Share::cloudRequests).sum() == cloudRequests;
    }
  }

  private static int changes(int sessions) {
    return Math.max(1, sessions / 100);
  }

  /**
   * Runs both, prints what they did, and ends them.
   *
   * @return whether each did its share and nothing was done twice
   */
  static boolean run(ImageFiles image, Path file, int sessions, int memory) throws IOException {
    try (BenchCluster cluster = BenchCluster.start()) {
      cluster.cloud().sessions(sessions, SOURCES);
      List<Shard> shards = new ArrayList<>();
      try {
        for (String selector : SELECTORS) {
          int port = FreePort.any();
          shards.add(
              new Shard(
                  selector,
                  new OperatorImage(image, cluster)
                      .start(memory, port, "--shard-selector=" + selector),
                  port));
        }
        Shared shared = new Shards(cluster, sessions, shards).measure();
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        json.writeValue(file.toFile(), shared);
        System.out.println(json.writeValueAsString(shared));
        System.out.println(
            shared.isFair() ? "nothing was done twice" : "done twice, or not at all");
        return shared.isFair();
      } catch (RuntimeException e) {
        shards.forEach(shard -> System.err.print(shard.process().log()));
        throw e;
      } finally {
        shards.forEach(shard -> shard.process().close());
      }
    }
  }

  private Shared measure() {
    Duration limit = Duration.ofSeconds(120 + sessions / 20);
    eventually(limit, shard -> Scrape.page(shard.port(), "/readyz").equals("ok\n"));
    BenchCloudProcess cloud = cluster.cloud();
    cloud.forget();
    long requests = cloud.number("requests");
    ApiServerMetrics before = cluster.plane().metrics();
    try (WriteWatch watch =
        WriteWatch.start(ApiServer.of(cluster.account()), BenchCluster.NAMESPACE)) {
      cluster.apply(sources("1h"));
      long written = watch.await(2L * sessions, limit);
      double firstSync = (written - cloud.number("first")) / 1e3;
      cloud.change(changes(sessions));
      cluster.apply(sources("2h"));
      watch.await(2L * sessions + changes(sessions), limit);
      eventually(limit, shard -> shard.metric("source_interval_seconds") == 7200.0 * SOURCES / 2);
      ApiServerMetrics after = cluster.plane().metrics();
      return new Shared(
          SOURCES,
          sessions,
          firstSync,
          mirrors(after, "POST", "") - mirrors(before, "POST", ""),
          mirrors(after, "PUT", "status") - mirrors(before, "PUT", "status"),
          cloud.number("requests") - requests,
          shards.stream().map(Shards::share).toList());
    }
  }

  private static Share share(Shard shard) {
    return new Share(
        shard.selector(),
        (int) shard.metric("source_ready"),
        (int) shard.metric("mirror_writes_total{operation=\"create\",result=\"done\""),
        (int) shard.metric("mirror_writes_total{operation=\"update\",result=\"done\""),
        (int) shard.metric("cloud_requests_total"),
        new ProcessFigures(shard.process().pid()).residentBytes() / 1048576.0);
  }

  /** Half of them with the label; another interval has all of them listed. */
  private String sources(String interval) {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < SOURCES; i++) {
      String source =
          cluster.source("bench-" + i, i, BenchCluster.SECRET, "interval: %s".formatted(interval));
      yaml.append(
          i % 2 == 0 ? source.replace("metadata: {", "metadata: {labels: {shard: a}, ") : source);
    }
    return yaml.toString();
  }

  private static long mirrors(ApiServerMetrics metrics, String verb, String subresource) {
    return metrics.count(
        series ->
            series.resource().equals("sessionclusters")
                && series.verb().equals(verb)
                && series.subresource().equals(subresource)
                && series.code().startsWith("2"));
  }

  private void eventually(Duration limit, Predicate<Shard> condition) {
    Awaitility.await()
        .atMost(limit)
        .ignoreExceptions()
        .until(() -> shards.stream().allMatch(condition));
  }
}
