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

import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.WorkspaceId;
import io.sessionclusters.cloud.emr.CannedTransport;
import io.sessionclusters.cloud.emr.HttpSessionClusterLister;
import io.sessionclusters.cloud.http.SignedRequest;
import io.sessionclusters.kubernetes.ApiServerClient;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mapping.SessionMapping;
import io.sessionclusters.mirror.MirrorItemStore;
import io.sessionclusters.mirror.MirrorPlan;
import io.sessionclusters.mirror.MirrorStore;
import io.sessionclusters.mirror.OneSource;
import io.sessionclusters.mirror.WatchEvents;
import io.sessionclusters.support.JavaProgram;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.generators.BenchmarkProcessor;
import org.openjdk.jmh.infra.Blackhole;

/** The parts of a poll and of a watch, each alone: microseconds and bytes of one session. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseCompactObjectHeaders", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"})
public class InnerParts {

  /** A page, as the API sends them. */
  private static final int SESSIONS = 100;

  private static final Credentials KEY =
      new Credentials(BenchCloud.KEY_ID, new SecretValue(BenchCloud.KEY_SECRET), null);

  private static final ListQuery QUERY =
      new ListQuery(
          URI.create("https://emr-serverless-spark.cn-hangzhou.aliyuncs.com"),
          new RegionId(BenchCloud.REGION),
          new WorkspaceId("w-1234abcd"),
          null,
          null,
          null);

  private static final SignedRequest.Call CALL =
      new SignedRequest.Call(
          "GET",
          "ListSessionClusters",
          "2023-08-08",
          QUERY.endpoint(),
          "/api/v1/workspaces/w-1234abcd/sessionClusters",
          new TreeMap<>(Map.of("regionId", BenchCloud.REGION, "maxResults", "100")));

  private final HttpSessionClusterLister lister = CannedTransport.lister(JacksonFloor.page());
  private final List<CloudSession> sessions = ((Listing.Complete) list()).sessions();
  private final OneSource source = new OneSource();
  private final Digest.Builder digests = new Digest.Builder();
  private final KubernetesSerialization serialization =
      ApiServerClient.of(Config.empty()).getKubernetesSerialization();
  private final MirrorItemStore mirrors =
      new MirrorItemStore(new MirrorStore(_ -> {}, Clock.systemUTC()), null);
  private final List<String> events = WatchEvents.of(0, SESSIONS);

  /** Has the source know its mirrors. */
  public InnerParts() {
    source.listed(true, sessions);
  }

  /** Signs the request for a page, and reads it. */
  @Benchmark
  @OperationsPerInvocation(SESSIONS)
  public Listing page() {
    return list();
  }

  /** Finds out that each mirror is as its session. */
  @Benchmark
  @OperationsPerInvocation(SESSIONS)
  public MirrorPlan planOfUnchanged() {
    return source.plan(true, sessions);
  }

  /** Makes the status of a mirror. */
  @Benchmark
  @OperationsPerInvocation(SESSIONS)
  public void map(Blackhole statuses) {
    for (CloudSession session : sessions) {
      statuses.consume(SessionMapping.status(session));
    }
  }

  /** Makes the fingerprint of a session. */
  @Benchmark
  @OperationsPerInvocation(SESSIONS)
  public void fingerprint(Blackhole fingerprints) {
    for (CloudSession session : sessions) {
      fingerprints.consume(digests.fingerprint(session, false));
    }
  }

  /** Signs a request. */
  @Benchmark
  public SignedRequest sign() {
    return SignedRequest.sign(CALL, KEY, Instant.EPOCH, "0123456789abcdef");
  }

  /** From the text of a watch event to the record that is kept of its mirror. */
  @Benchmark
  @OperationsPerInvocation(SESSIONS)
  public void watchEvent(Blackhole replaced) {
    for (String text : events) {
      SessionCluster mirror =
          (SessionCluster) serialization.unmarshal(text, WatchEvent.class).getObject();
      replaced.consume(mirrors.put(mirrors.getKey(mirror), mirror));
    }
  }

  private Listing list() {
    try {
      return lister.list(QUERY, KEY, Duration.ofMinutes(1));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Makes what JMH needs of this class, which no build does, and runs it in a JVM with the flags of
   * the image.
   *
   * @param args an empty folder; arguments of JMH
   */
  public static void main(String... args) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    String classPath = System.getProperty("java.class.path");
    int made =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                folder.toString(),
                "-cp",
                classPath,
                "-processor",
                BenchmarkProcessor.class.getName(),
                InnerParts.class.getName());
    if (made != 0) {
      throw new IllegalStateException("JMH's classes cannot be made");
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                JavaProgram.jdk("java"),
                "-cp",
                folder + File.pathSeparator + classPath,
                org.openjdk.jmh.Main.class.getName(),
                "-prof",
                "gc"));
    command.addAll(List.of(args).subList(1, args.length));
    System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
  }
}
