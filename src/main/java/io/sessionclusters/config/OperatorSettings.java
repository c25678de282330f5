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
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator sets: one immutable record, read once at the start.
 *
 * @param watchNamespaces whose sources are served; empty for all
 * @param ambientNamespaces whose sources may use the operator's own access key; {@code *} for all
 * @param allowedEndpoints hosts (with port where it is not the default) that {@code spec.endpoint}
 *     may name beside the API's own
 * @param stsEndpoint of the Security Token Service: an https URL without path, or http to loopback
 * @param limits towards the cloud and Kubernetes
 * @param leaderElection where several processes run; null if this is the only one
 */
public record OperatorSettings(
    Set<String> watchNamespaces,
    Set<String> ambientNamespaces,
    Set<String> allowedEndpoints,
    URI stsEndpoint,
    Limits limits,
    @Nullable LeaderElection leaderElection) {

  /**
   * The lease that one of several processes holds.
   *
   * @param namespace of the lease
   * @param identity of this process, another one for each
   */
  public record LeaderElection(String namespace, String identity) {}

  /**
   * How much at a time.
   *
   * @param requestsPerSecond that the cloud gets on average, for one access key and region
   * @param requestBurst that it may get at once after a rest
   * @param listingsInFlight at the same time, for one access key and region
   * @param writesInFlight at the same time, shared by all sources
   */
  public record Limits(
      int requestsPerSecond, int requestBurst, int listingsInFlight, int writesInFlight) {
    public static final Limits DEFAULTS = new Limits(10, 20, 4, 16);
  }

  /** Answers for all regions. */
  public static final URI STS_ENDPOINT = URI.create("https://sts.aliyuncs.com");

  private static final int MOST = 1000;
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  public OperatorSettings {
    watchNamespaces = Set.copyOf(watchNamespaces);
    ambientNamespaces = Set.copyOf(ambientNamespaces);
    allowedEndpoints = Set.copyOf(allowedEndpoints);
  }

  /**
   * Reads the settings from the environment: {@code WATCH_NAMESPACES}, {@code AMBIENT_NAMESPACES}
   * (default: {@code OPERATOR_NAMESPACE}), {@code ALLOWED_ENDPOINTS}, {@code STS_ENDPOINT}
   * (default: {@code ALIBABA_CLOUD_STS_ENDPOINT}, which RRSA sets), {@code REQUESTS_PER_SECOND},
   * {@code REQUEST_BURST}, {@code LISTINGS_IN_FLIGHT}, {@code WRITES_IN_FLIGHT}, {@code
   * LEADER_ELECTION} (with {@code OPERATOR_NAMESPACE} and {@code POD_NAME}). Lists are separated by
   * commas.
   *
   * @throws IllegalArgumentException naming every variable that is wrong, and why
   */
  public static OperatorSettings fromEnvironment(Map<String, String> environment) {
    Map<String, String> mistakes = new LinkedHashMap<>();
    BiConsumer<String, String> mistake = mistakes::put;
    Limits defaults = Limits.DEFAULTS;
    OperatorSettings settings =
        new OperatorSettings(
            list(environment.getOrDefault("WATCH_NAMESPACES", "")),
            list(
                environment.getOrDefault(
                    "AMBIENT_NAMESPACES", environment.getOrDefault("OPERATOR_NAMESPACE", ""))),
            list(environment.getOrDefault("ALLOWED_ENDPOINTS", "")),
            stsEndpoint(environment, mistake),
            new Limits(
                number(environment, "REQUESTS_PER_SECOND", defaults.requestsPerSecond(), mistake),
                number(environment, "REQUEST_BURST", defaults.requestBurst(), mistake),
                number(environment, "LISTINGS_IN_FLIGHT", defaults.listingsInFlight(), mistake),
                number(environment, "WRITES_IN_FLIGHT", defaults.writesInFlight(), mistake)),
            leaderElection(environment, mistake));
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(
          mistakes.entrySet().stream()
              .map(e -> e.getKey() + " " + e.getValue())
              .collect(Collectors.joining("; ")));
    }
    return settings;
  }

  private static URI stsEndpoint(
      Map<String, String> environment, BiConsumer<String, String> mistake) {
    String name =
        environment.getOrDefault("STS_ENDPOINT", "").isBlank()
            ? "ALIBABA_CLOUD_STS_ENDPOINT"
            : "STS_ENDPOINT";
    String text = environment.getOrDefault(name, "").strip();
    if (text.isEmpty()) {
      return STS_ENDPOINT;
    }
    try {
      URI uri = new URI(text.contains("://") ? text : "https://" + text);
      boolean secure = "https".equals(uri.getScheme());
      String host = uri.getHost() == null ? "" : uri.getHost();
      boolean loopback = "http".equals(uri.getScheme()) && LOOPBACK.contains(host);
      boolean bare =
          uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && Set.of("", "/").contains(uri.getRawPath());
      if (!host.isEmpty() && bare && (secure || loopback)) {
        return new URI(uri.getScheme(), uri.getAuthority(), null, null, null);
      }
    } catch (URISyntaxException e) {
      // Said below; its message would quote the text, which may hold a password.
    }
    mistake.accept(
        name, "must be a host such as sts-vpc.cn-hangzhou.aliyuncs.com, or its https URL");
    return STS_ENDPOINT;
  }

  private static @Nullable LeaderElection leaderElection(
      Map<String, String> environment, BiConsumer<String, String> mistake) {
    String wanted = environment.getOrDefault("LEADER_ELECTION", "false").strip();
    if (wanted.equals("false")) {
      return null;
    }
    String namespace = environment.getOrDefault("OPERATOR_NAMESPACE", "").strip();
    String identity = environment.getOrDefault("POD_NAME", "").strip();
    if (!wanted.equals("true")) {
      mistake.accept("LEADER_ELECTION", "must be true or false");
    } else if (namespace.isEmpty() || identity.isEmpty()) {
      mistake.accept("LEADER_ELECTION", "needs OPERATOR_NAMESPACE and POD_NAME");
    }
    return new LeaderElection(namespace, identity);
  }

  private static Set<String> list(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static int number(
      Map<String, String> environment,
      String name,
      int otherwise,
      BiConsumer<String, String> mistake) {
    String text = environment.get(name);
    if (text == null || text.isBlank()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text.strip());
      if (number >= 1 && number <= MOST) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    mistake.accept(name, "must be a whole number from 1 to " + MOST);
    return otherwise;
  }
}
