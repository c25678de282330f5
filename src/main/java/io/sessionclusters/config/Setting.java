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

import static io.sessionclusters.config.SettingTypes.COUNT;
import static io.sessionclusters.config.SettingTypes.ENDPOINT;
import static io.sessionclusters.config.SettingTypes.FLAG;
import static io.sessionclusters.config.SettingTypes.HOSTS;
import static io.sessionclusters.config.SettingTypes.INTERVAL;
import static io.sessionclusters.config.SettingTypes.LABEL_SELECTOR;
import static io.sessionclusters.config.SettingTypes.NAME;
import static io.sessionclusters.config.SettingTypes.NAMESPACE;
import static io.sessionclusters.config.SettingTypes.NAMESPACES;
import static io.sessionclusters.config.SettingTypes.NAMESPACES_OR_ALL;
import static io.sessionclusters.config.SettingTypes.PORT;
import static io.sessionclusters.config.SettingTypes.choice;

import io.sessionclusters.config.OperatorSettings.Logging;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.ITypeConverter;

/**
 * Each setting of the operator: a flag, and an environment variable that counts where the flag is
 * not given. The reference of {@code --help} and of the documentation is made of these.
 */
@SuppressWarnings("ImmutableEnumChecker") // The types are functions without state.
enum Setting {
  WATCH_NAMESPACES(
      "NAMESPACE,...",
      "Namespaces whose sources are served, separated by commas.",
      NAMESPACES,
      "",
      "all"),
  SHARD_SELECTOR(
      "SELECTOR",
      "Label selector of the sources that are served; each shard needs its own LEASE_NAME.",
      LABEL_SELECTOR,
      "",
      "none"),
  AMBIENT_NAMESPACES(
      "NAMESPACE,...",
      "Namespaces whose sources may use the operator's own access key; * for all, empty for none.",
      NAMESPACES_OR_ALL,
      null,
      "the operator's own"),
  ALLOWED_ENDPOINTS(
      "HOST[:PORT],...",
      "Hosts that spec.endpoint may name in addition to the API's own.",
      HOSTS,
      "",
      "none"),
  STS_ENDPOINT(
      "HOST",
      "Host or https URL of the Security Token Service, such as sts-vpc.cn-hangzhou.aliyuncs.com.",
      ENDPOINT,
      "",
      "ALIBABA_CLOUD_STS_ENDPOINT, which RRSA sets, or sts.aliyuncs.com"),
  REQUESTS_PER_SECOND(
      "N", "Maximum average API requests per second, per access key and region.", COUNT, "10"),
  REQUEST_BURST(
      "N", "Maximum API requests at once after a pause, per access key and region.", COUNT, "20"),
  LISTINGS_IN_FLIGHT("N", "Maximum concurrent listings per access key and region.", COUNT, "4"),
  WRITES_IN_FLIGHT("N", "Maximum concurrent Kubernetes writes.", COUNT, "16"),
  MINIMUM_INTERVAL(
      "DURATION",
      "Minimum time between two listings of a source, whatever its interval.",
      INTERVAL,
      "1s"),
  CONNECTION_SECRETS(
      "true|false",
      "Whether sources may ask for connection Secrets; requires permission to write Secrets.",
      FLAG,
      "false"),
  LEADER_ELECTION(
      "true|false",
      "Leader election among several replicas; requires OPERATOR_NAMESPACE and POD_NAME.",
      FLAG,
      "false"),
  LEASE_NAME("NAME", "Name of the leader election Lease.", NAME, "session-cluster-operator"),
  OPERATOR_NAMESPACE(
      "NAMESPACE", "Namespace of the operator and of its Lease.", NAMESPACE, "", "none"),
  POD_NAME(
      "NAME",
      "Name of this process in events and as the holder of the Lease.",
      NAME,
      "",
      "session-cluster-operator"),
  METRICS_PORT("PORT", "Metrics port; 0 disables it.", PORT, "8080"),
  PROBE_PORT("PORT", "Port of /livez and /readyz; 0 disables it.", PORT, "8081"),
  LOG_LEVEL(
      "LEVEL", "Log level: error, warn, info, debug or trace.", choice(Level.values()), "info"),
  LOG_FORMAT(
      "text|json",
      "Log format: text or json (ECS), one event per line.",
      choice(Logging.Format.values()),
      "text");

  /** What stands for the value in the reference. */
  final String form;

  /** A sentence for the reference. */
  final String meaning;

  /** The text that counts where none is given; null where absence means more than emptiness. */
  final @Nullable String defaultText;

  /** The default as the reference names it. */
  final String documentedDefault;

  private final ITypeConverter<?> type;

  Setting(String form, String meaning, ITypeConverter<?> type, String defaultText) {
    this(form, meaning, type, defaultText, defaultText);
  }

  Setting(
      String form,
      String meaning,
      ITypeConverter<?> type,
      @Nullable String defaultText,
      String documentedDefault) {
    this.form = form;
    this.meaning = meaning;
    this.type = type;
    this.defaultText = defaultText;
    this.documentedDefault = documentedDefault;
  }

  /** As on the command line: {@code --watch-namespaces}. */
  String flag() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The environment variable: {@code WATCH_NAMESPACES}. */
  String variable() {
    return name();
  }

  /**
   * The value of a text; a blank one is none.
   *
   * @throws picocli.CommandLine.TypeConversionException if it cannot be used, saying what it must
   *     be and not what it is: whoever mistakes a variable for another may have put a key there
   */
  @Nullable Object read(String text) throws Exception {
    return type.convert(text.isBlank() && defaultText != null ? defaultText : text.strip());
  }
}
