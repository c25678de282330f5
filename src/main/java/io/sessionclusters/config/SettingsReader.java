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

import io.sessionclusters.config.OperatorSettings.ConnectionSecrets;
import io.sessionclusters.config.OperatorSettings.LeaderElection;
import io.sessionclusters.config.OperatorSettings.Limits;
import io.sessionclusters.config.OperatorSettings.Logging;
import io.sessionclusters.config.OperatorSettings.Ports;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Makes the settings of what was given for them, and gathers the mistakes. */
final class SettingsReader {

  /**
   * What was given for a setting.
   *
   * @param where flag or variable
   */
  record Given(String where, String text) {}

  /** Settings that cannot be used; the message is for whoever set them. */
  static final class WrongSettingsException extends Exception {
    private final String message;

    WrongSettingsException(String message) {
      super(message);
      this.message = message;
    }

    @Override
    public String getMessage() {
      return message;
    }
  }

  private static final int MOST = 1000;
  private static final int HIGHEST_PORT = 65535;
  private static final Duration LONGEST_INTERVAL = Duration.ofHours(24);
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

  private final Map<Setting, Given> given;
  private final Map<String, String> environment;
  private final List<String> mistakes = new ArrayList<>();

  /**
   * Creates a reader.
   *
   * @param environment for what is no setting of the operator's: {@code ALIBABA_CLOUD_STS_ENDPOINT}
   */
  SettingsReader(Map<Setting, Given> given, Map<String, String> environment) {
    this.given = given;
    this.environment = environment;
  }

  /**
   * Reads all.
   *
   * @throws WrongSettingsException naming everything that is wrong, and why
   */
  OperatorSettings read() throws WrongSettingsException {
    String operatorNamespace = name(Setting.OPERATOR_NAMESPACE, "", NAMESPACE);
    String podName = name(Setting.POD_NAME, "", NAME);
    Limits limits = Limits.DEFAULTS;
    Ports ports = Ports.DEFAULTS;
    OperatorSettings settings =
        new OperatorSettings(
            namespaces(Setting.WATCH_NAMESPACES, Set.of()),
            shardSelector(),
            ambientNamespaces(operatorNamespace),
            list(
                Setting.ALLOWED_ENDPOINTS,
                Set.of(),
                host -> HOST.matcher(host).matches(),
                "is no host or host:port"),
            stsEndpoint(),
            new Limits(
                number(Setting.REQUESTS_PER_SECOND, limits.requestsPerSecond(), 1, MOST),
                number(Setting.REQUEST_BURST, limits.requestBurst(), 1, MOST),
                number(Setting.LISTINGS_IN_FLIGHT, limits.listingsInFlight(), 1, MOST),
                number(Setting.WRITES_IN_FLIGHT, limits.writesInFlight(), 1, MOST)),
            minimumInterval(),
            flag(Setting.CONNECTION_SECRETS) ? ConnectionSecrets.DEFAULTS : null,
            leaderElection(operatorNamespace, podName),
            podName.isEmpty() ? OperatorSettings.POD_NAME : podName,
            new Ports(
                number(Setting.METRICS_PORT, ports.metrics(), 0, HIGHEST_PORT),
                number(Setting.PROBE_PORT, ports.probes(), 0, HIGHEST_PORT)),
            new Logging(
                choice(Setting.LOG_LEVEL, Logging.DEFAULTS.level(), Level.values()),
                choice(Setting.LOG_FORMAT, Logging.DEFAULTS.format(), Logging.Format.values())));
    if (!mistakes.isEmpty()) {
      throw new WrongSettingsException(String.join("; ", mistakes));
    }
    return settings;
  }

  private Set<String> ambientNamespaces(String operatorNamespace) {
    Set<String> own = operatorNamespace.isEmpty() ? Set.of() : Set.of(operatorNamespace);
    return list(
        Setting.AMBIENT_NAMESPACES,
        own,
        name -> name.equals("*") || NAMESPACE.matcher(name).matches(),
        "is no name of a namespace");
  }

  private @Nullable String shardSelector() {
    String text = text(Setting.SHARD_SELECTOR);
    if (text == null) {
      return null;
    }
    if (!LabelSelectors.isValid(text)) {
      mistake(Setting.SHARD_SELECTOR, "must be a label selector such as shard=a or tier in (a,b)");
    }
    return text;
  }

  private Duration minimumInterval() {
    String text = text(Setting.MINIMUM_INTERVAL);
    Duration otherwise = OperatorSettings.SHORTEST_INTERVAL;
    if (text == null) {
      return otherwise;
    }
    return GoDuration.parse(text)
        .filter(d -> d.compareTo(otherwise) >= 0 && d.compareTo(LONGEST_INTERVAL) <= 0)
        .orElseGet(
            () -> {
              mistake(
                  Setting.MINIMUM_INTERVAL,
                  "must be a duration between 1s and 24h, such as 30s or 5m");
              return otherwise;
            });
  }

  private URI stsEndpoint() {
    Given asked = given.get(Setting.STS_ENDPOINT);
    if (asked == null || asked.text().isBlank()) {
      String name = "ALIBABA_CLOUD_STS_ENDPOINT";
      asked = new Given(name, environment.getOrDefault(name, ""));
    }
    String text = asked.text().strip();
    if (text.isEmpty()) {
      return OperatorSettings.STS_ENDPOINT;
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
    mistakes.add(
        asked.where()
            + " must be a host such as sts-vpc.cn-hangzhou.aliyuncs.com, or its https URL");
    return OperatorSettings.STS_ENDPOINT;
  }

  private @Nullable LeaderElection leaderElection(String namespace, String podName) {
    if (!flag(Setting.LEADER_ELECTION)) {
      return null;
    }
    if (namespace.isEmpty() || podName.isEmpty()) {
      mistake(Setting.LEADER_ELECTION, "needs OPERATOR_NAMESPACE and POD_NAME");
    }
    return new LeaderElection(
        namespace, name(Setting.LEASE_NAME, LeaderElection.LEASE_NAME, NAME), podName);
  }

  private Set<String> namespaces(Setting setting, Set<String> otherwise) {
    return list(
        setting, otherwise, name -> NAMESPACE.matcher(name).matches(), "is no name of a namespace");
  }

  /** Given but empty is an empty list; each entry is checked. */
  private Set<String> list(
      Setting setting, Set<String> otherwise, Predicate<String> valid, String problem) {
    Given list = given.get(setting);
    if (list == null) {
      return otherwise;
    }
    Set<String> entries =
        Arrays.stream(list.text().split(",", -1))
            .map(String::strip)
            .filter(s -> !s.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    entries.stream()
        .filter(valid.negate())
        .sorted()
        .findFirst()
        .ifPresent(wrong -> mistake(setting, "has an entry that " + problem));
    return entries;
  }

  private String name(Setting setting, String otherwise, Pattern valid) {
    String text = text(setting);
    if (text == null) {
      return otherwise;
    }
    if (!valid.matcher(text).matches()) {
      mistake(setting, "is no name that Kubernetes allows");
    }
    return text;
  }

  private boolean flag(Setting setting) {
    String text = text(setting);
    if (text != null && !text.equals("true") && !text.equals("false")) {
      mistake(setting, "must be true or false");
    }
    return "true".equals(text);
  }

  private int number(Setting setting, int otherwise, int least, int most) {
    String text = text(setting);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    mistake(setting, "must be a whole number from " + least + " to " + most);
    return otherwise;
  }

  private <E extends Enum<E>> E choice(Setting setting, E otherwise, E[] choices) {
    String text = text(setting);
    if (text == null) {
      return otherwise;
    }
    for (E choice : choices) {
      if (choice.name().equalsIgnoreCase(text)) {
        return choice;
      }
    }
    mistake(
        setting,
        "must be one of "
            + Arrays.stream(choices)
                .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")));
    return otherwise;
  }

  /** Null where nothing was given, or nothing but white space. */
  private @Nullable String text(Setting setting) {
    Given value = given.get(setting);
    return value == null || value.text().isBlank() ? null : value.text().strip();
  }

  /** Never quotes the value: whoever mistakes one variable for another may have put a key there. */
  private void mistake(Setting setting, String problem) {
    Given value = given.get(setting);
    mistakes.add((value == null ? setting.flag() : value.where()) + " " + problem);
  }
}
