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
package io.sessionclusters.config;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * What an administrator sets: one immutable record, read once at the start.
 *
 * @param watchNamespaces whose sources are served; empty for all
 * @param shardSelector label selector of the sources that are served; null for all
 * @param ambientNamespaces whose sources may use the operator's own access key; {@code *} for all
 * @param allowedEndpoints hosts (with port where it is not the default) that {@code spec.endpoint}
 *     may name beside the API's own
 * @param stsEndpoint of the Security Token Service: an https URL without path, or http to loopback
 * @param limits towards the API and Kubernetes
 * @param minimumInterval between two listings of a source, whatever it asks for
 * @param connectionSecrets null if no source may have any
 * @param leaderElection where several processes run; null if this is the only one
 * @param podName names this process in events
 * @param ports of metrics and probes
 * @param logging what is logged, and how
 */
public record OperatorSettings(
    Set<String> watchNamespaces,
    @Nullable String shardSelector,
    Set<String> ambientNamespaces,
    Set<String> allowedEndpoints,
    URI stsEndpoint,
    Limits limits,
    Duration minimumInterval,
    @Nullable ConnectionSecretSettings connectionSecrets,
    @Nullable LeaderElection leaderElection,
    String podName,
    Ports ports,
    Logging logging) {

  /** Serves all regions. */
  public static final URI STS_ENDPOINT = URI.create("https://sts.aliyuncs.com");

  /** No source is listed more often, whatever the settings. */
  public static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  /** Outside of a pod. */
  public static final String POD_NAME = "session-cluster-operator";

  /**
   * Rate and concurrency limits.
   *
   * @param requestsPerSecond to the API on average, per access key and region
   * @param requestBurst requests at once after a pause, per access key and region
   * @param listingsInFlight at the same time, per access key and region
   * @param writesInFlight to Kubernetes at the same time, shared by all sources
   */
  public record Limits(
      int requestsPerSecond, int requestBurst, int listingsInFlight, int writesInFlight) {}

  /**
   * How the Secrets of Thrift sessions are kept.
   *
   * @param checkPeriod after which one is read again, to correct drift
   */
  public record ConnectionSecretSettings(Duration checkPeriod) {
    /** With the time until the next listing, drift is corrected within the hour. */
    public static final ConnectionSecretSettings DEFAULTS =
        new ConnectionSecretSettings(Duration.ofMinutes(50));
  }

  /**
   * The Lease that one of several processes holds.
   *
   * @param namespace of the Lease
   * @param leaseName another one for each shard
   * @param identity of this process, another one for each
   */
  public record LeaderElection(String namespace, String leaseName, String identity) {}

  /**
   * TCP ports on all addresses; 0 disables one.
   *
   * @param metrics of {@code /metrics}
   * @param probes of {@code /livez} and {@code /readyz}
   */
  public record Ports(int metrics, int probes) {}

  /**
   * The log, on standard output.
   *
   * @param level of the operator's own loggers
   */
  public record Logging(Level level, Format format) {
    /** A line an event: for people, or JSON in the Elastic Common Schema. */
    public enum Format {
      TEXT,
      JSON
    }
  }

  public OperatorSettings {
    watchNamespaces = Set.copyOf(watchNamespaces);
    ambientNamespaces = Set.copyOf(ambientNamespaces);
    allowedEndpoints = Set.copyOf(allowedEndpoints);
  }
}
