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

import java.util.Locale;

/**
 * Each setting of the operator: a flag, and an environment variable that counts where the flag is
 * not given. The reference of {@code --help} and of the README is made of these.
 */
enum Setting {
  WATCH_NAMESPACES(
      "NAMESPACE,...", "all", "Namespaces whose sources are served, separated by commas."),
  SHARD_SELECTOR(
      "SELECTOR",
      "none",
      "Label selector: only sources that match are served, so that several operators can share"
          + " them, each with a lease of its own."),
  AMBIENT_NAMESPACES(
      "NAMESPACE,...",
      "the operator's own",
      "Namespaces whose sources may use the operator's own access key; * for all, empty for none."),
  ALLOWED_ENDPOINTS(
      "HOST[:PORT],...", "none", "What spec.endpoint may name beside the API's own hosts."),
  STS_ENDPOINT(
      "HOST",
      "ALIBABA_CLOUD_STS_ENDPOINT, which RRSA sets, or sts.aliyuncs.com",
      "Host or https URL of the Security Token Service, such as sts-vpc.cn-hangzhou.aliyuncs.com."),
  REQUESTS_PER_SECOND(
      "N", "10", "To the cloud, on average, for one access key and region, shared by all sources."),
  REQUEST_BURST("N", "20", "Requests at once after a rest, for one access key and region."),
  LISTINGS_IN_FLIGHT("N", "4", "At the same time, for one access key and region."),
  WRITES_IN_FLIGHT("N", "16", "To Kubernetes at the same time, shared by all sources."),
  MINIMUM_INTERVAL(
      "DURATION",
      "1s",
      "The shortest time between two listings of a source; one that asks for less gets this, and"
          + " its condition says so."),
  CONNECTION_SECRETS(
      "true|false",
      "false",
      "Sources may ask for connection Secrets; needs the permissions to write them."),
  LEADER_ELECTION(
      "true|false",
      "false",
      "For several replicas, of which one works; needs the operator's namespace and the pod's"
          + " name."),
  LEASE_NAME("NAME", "session-cluster-operator", "Of the lease that the leader holds."),
  OPERATOR_NAMESPACE("NAMESPACE", "none", "Where the operator runs, and its lease is."),
  POD_NAME(
      "NAME", "session-cluster-operator", "Names this process in events and as holder of a lease."),
  METRICS_PORT("PORT", "8080", "Of /metrics; 0 for none."),
  PROBE_PORT("PORT", "8081", "Of /livez and /readyz; 0 for none."),
  LOG_LEVEL("LEVEL", "info", "error, warn, info, debug or trace."),
  LOG_FORMAT("text|json", "text", "Of the log; json is ECS, a line an event as well.");

  private final String form;
  private final String otherwise;
  private final String meaning;

  Setting(String form, String otherwise, String meaning) {
    this.form = form;
    this.otherwise = otherwise;
    this.meaning = meaning;
  }

  /** As on the command line: {@code --watch-namespaces}. */
  String flag() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The environment variable: {@code WATCH_NAMESPACES}. */
  String variable() {
    return name();
  }

  /** What stands for the value in a reference. */
  String form() {
    return form;
  }

  /** What counts where neither the flag nor the variable is given, for a person. */
  String otherwise() {
    return otherwise;
  }

  /** For a person, in a sentence or two. */
  String meaning() {
    return meaning;
  }
}
