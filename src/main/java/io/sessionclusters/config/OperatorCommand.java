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

import io.sessionclusters.config.OperatorSettings.ConnectionSecretSettings;
import io.sessionclusters.config.OperatorSettings.LeaderElection;
import io.sessionclusters.config.OperatorSettings.Limits;
import io.sessionclusters.config.OperatorSettings.Logging;
import io.sessionclusters.config.OperatorSettings.Ports;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TraceLevel;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The operator's command line: a flag for each setting, {@code --help} and {@code --version}. */
public final class OperatorCommand {

  private static final String NAME = "session-cluster-operator";

  /** Set by RRSA; counts where the operator's own setting is not given. */
  private static final String RRSA_STS_ENDPOINT = "ALIBABA_CLOUD_STS_ENDPOINT";

  /** What the command line asks for. */
  public sealed interface Asked {

    /** To run. */
    record Run(OperatorSettings settings) implements Asked {}

    /** To print something and exit with success. */
    record Print(String text) implements Asked {}

    /**
     * Nothing that can be done.
     *
     * @param message every mistake, each with the flag or the variable that it was made in
     */
    record Refused(String message) implements Asked {}
  }

  private final List<String> arguments;
  private final Map<String, String> environment;
  private final CommandSpec spec;

  private OperatorCommand(List<String> arguments, Map<String, String> environment, String version) {
    this.arguments = arguments;
    this.environment = environment;
    this.spec = spec(version);
  }

  /**
   * Reads the command line.
   *
   * @param environment for the settings whose flag is not given
   * @param version of the operator, to be printed
   */
  public static Asked read(
      List<String> arguments, Map<String, String> environment, String version) {
    CommandLine.tracer().setLevel(TraceLevel.OFF);
    return new OperatorCommand(arguments, environment, version).read();
  }

  private Asked read() {
    CommandLine command = new CommandLine(spec);
    // The last one counts, so that a chart's extraArgs go before what the chart itself says.
    command.setOverwrittenOptionsAllowed(true);
    spec.parser().collectErrors(true);
    ParseResult parsed = command.parseArgs(withVariables());
    if (command.isUsageHelpRequested()) {
      return new Asked.Print(command.getUsageMessage());
    }
    if (command.isVersionHelpRequested()) {
      return new Asked.Print(String.join("", spec.version()) + System.lineSeparator());
    }
    List<String> mistakes = mistakes(parsed.errors());
    return mistakes.isEmpty()
        ? new Asked.Run(settings())
        : new Asked.Refused(String.join("; ", mistakes));
  }

  /** What picocli reads: the variables as flags, so that their mistakes are found with the rest. */
  private String[] withVariables() {
    Stream<String> variables =
        Stream.of(Setting.values())
            .filter(setting -> !isFlagGiven(setting))
            .filter(setting -> textOfVariable(setting) != null)
            .map(setting -> setting.flag() + "=" + textOfVariable(setting));
    return Stream.concat(variables, arguments.stream()).toArray(String[]::new);
  }

  private @Nullable String textOfVariable(Setting setting) {
    return environment.getOrDefault(variable(setting), setting.defaultText);
  }

  /** RRSA's own variable counts where the operator's is not given. */
  private String variable(Setting setting) {
    boolean isOfRrsa =
        setting == Setting.STS_ENDPOINT
            && environment.getOrDefault(setting.variable(), "").isBlank()
            && environment.containsKey(RRSA_STS_ENDPOINT);
    return isOfRrsa ? RRSA_STS_ENDPOINT : setting.variable();
  }

  private boolean isFlagGiven(Setting setting) {
    return arguments.stream()
        .anyMatch(a -> a.equals(setting.flag()) || a.startsWith(setting.flag() + "="));
  }

  private String where(Setting setting) {
    return isFlagGiven(setting) ? setting.flag() : variable(setting);
  }

  /** All mistakes: those of the command line, then those of settings in their order. */
  private List<String> mistakes(List<Exception> errors) {
    List<String> mistakes = new ArrayList<>();
    errors.stream()
        .map(ParameterException.class::cast)
        .sorted(Comparator.comparingInt(e -> spec.options().indexOf(e.getArgSpec())))
        .forEach(e -> mistakes.add(mistake(e)));
    if (Boolean.TRUE.equals(value(Setting.LEADER_ELECTION))
        && ("".equals(value(Setting.OPERATOR_NAMESPACE)) || "".equals(value(Setting.POD_NAME)))) {
      mistakes.add(where(Setting.LEADER_ELECTION) + " needs OPERATOR_NAMESPACE and POD_NAME");
    }
    return mistakes;
  }

  private String mistake(ParameterException e) {
    if (e.getCause() instanceof TypeConversionException wrong) {
      return where((Setting) e.getArgSpec().userObject()) + " " + wrong.getMessage();
    }
    return e instanceof UnmatchedArgumentException unmatched
        ? "there is no " + names(unmatched.getUnmatched()) + "; see --help"
        : e.getMessage() + "; see --help";
  }

  /** Without their values: whoever mistakes a flag may have put a key there. */
  private static String names(List<String> unmatched) {
    return unmatched.stream()
        .map(argument -> argument.startsWith("-") ? argument.split("=", 2)[0] : "argument")
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private OperatorSettings settings() {
    String namespace = value(Setting.OPERATOR_NAMESPACE);
    String podName = value(Setting.POD_NAME);
    String shardSelector = value(Setting.SHARD_SELECTOR);
    Set<String> ambientNamespaces = value(Setting.AMBIENT_NAMESPACES);
    URI stsEndpoint = value(Setting.STS_ENDPOINT);
    boolean hasConnectionSecrets = value(Setting.CONNECTION_SECRETS);
    boolean hasLeaderElection = value(Setting.LEADER_ELECTION);
    return new OperatorSettings(
        value(Setting.WATCH_NAMESPACES),
        shardSelector.isEmpty() ? null : shardSelector,
        ambientNamespaces == null ? own(namespace) : ambientNamespaces,
        value(Setting.ALLOWED_ENDPOINTS),
        stsEndpoint == null ? OperatorSettings.STS_ENDPOINT : stsEndpoint,
        new Limits(
            value(Setting.REQUESTS_PER_SECOND),
            value(Setting.REQUEST_BURST),
            value(Setting.LISTINGS_IN_FLIGHT),
            value(Setting.WRITES_IN_FLIGHT)),
        value(Setting.MINIMUM_INTERVAL),
        hasConnectionSecrets ? ConnectionSecretSettings.DEFAULTS : null,
        hasLeaderElection
            ? new LeaderElection(namespace, value(Setting.LEASE_NAME), podName)
            : null,
        podName.isEmpty() ? OperatorSettings.POD_NAME : podName,
        new Ports(value(Setting.METRICS_PORT), value(Setting.PROBE_PORT)),
        new Logging(value(Setting.LOG_LEVEL), value(Setting.LOG_FORMAT)));
  }

  private static Set<String> own(String namespace) {
    return namespace.isEmpty() ? Set.of() : Set.of(namespace);
  }

  /** As its type reads it. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // As picocli's own; a test reads each setting.
  private <T> T value(Setting setting) {
    return spec.findOption(setting.flag()).getValue();
  }

  private static CommandSpec spec(String version) {
    CommandSpec spec = CommandSpec.create().name(NAME).version(NAME + " " + version);
    spec.usageMessage()
        .description(
            "Mirrors the sessions of Alibaba Cloud EMR Serverless Spark into the Kubernetes"
                + " cluster that it runs in, or that KUBECONFIG names.")
        .footer(
            "",
            "A flag takes precedence over its environment variable. The operator's own access key,"
                + " proxies and the kubeconfig are found where other tools find them:"
                + " ALIBABA_CLOUD_*, HTTPS_PROXY, NO_PROXY, KUBECONFIG.")
        .abbreviateSynopsis(true)
        .width(100)
        .sortOptions(false);
    for (Setting setting : Setting.values()) {
      OptionSpec.Builder option =
          OptionSpec.builder(setting.flag())
              .type(Object.class)
              .converters(setting::read)
              .userObject(setting)
              .paramLabel(setting.form)
              .description(
                  setting.meaning,
                  "Variable: %s. Default: %s."
                      .formatted(setting.variable(), setting.documentedDefault));
      if (setting.form.equals("true|false")) {
        // The flag alone says true.
        option.arity("0..1").fallbackValue("true");
      }
      spec.addOption(option.build());
    }
    return spec.mixinStandardHelpOptions(true);
  }
}
