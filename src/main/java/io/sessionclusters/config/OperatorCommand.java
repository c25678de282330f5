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

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TraceLevel;
import picocli.CommandLine.UnmatchedArgumentException;

/** The operator's command line: a flag for each setting, {@code --help} and {@code --version}. */
public final class OperatorCommand {

  private static final String NAME = "session-cluster-operator";

  /** What the command line asks for. */
  public sealed interface Asked {

    /** To run. */
    record Run(OperatorSettings settings) implements Asked {}

    /** To print something and end well. */
    record Print(String text) implements Asked {}

    /**
     * Nothing that can be done.
     *
     * @param message every mistake, each with the flag or the variable that it was made in
     */
    record Refused(String message) implements Asked {}
  }

  private OperatorCommand() {}

  /**
   * Reads the command line.
   *
   * @param environment for the settings whose flag is not given
   * @param version of the operator, to be printed
   */
  public static Asked read(
      List<String> arguments, Map<String, String> environment, String version) {
    CommandSpec spec = spec(version);
    // The last one counts, so that a chart's extraArgs go before what the chart itself says.
    CommandLine.tracer().setLevel(TraceLevel.OFF);
    CommandLine command = new CommandLine(spec).setOverwrittenOptionsAllowed(true);
    ParseResult parsed;
    try {
      parsed = command.parseArgs(arguments.toArray(String[]::new));
    } catch (UnmatchedArgumentException e) {
      return new Asked.Refused("there is no " + names(e.getUnmatched()) + "; see --help");
    } catch (ParameterException e) {
      return new Asked.Refused(e.getMessage() + "; see --help");
    }
    if (command.isUsageHelpRequested()) {
      return new Asked.Print(command.getUsageMessage());
    }
    if (command.isVersionHelpRequested()) {
      return new Asked.Print(NAME + " " + version + System.lineSeparator());
    }
    Map<Setting, SettingsReader.Given> given = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String flag = flagValue(parsed, setting);
      String variable = environment.get(setting.variable());
      if (flag != null) {
        given.put(setting, new SettingsReader.Given(setting.flag(), flag));
      } else if (variable != null) {
        given.put(setting, new SettingsReader.Given(setting.variable(), variable));
      }
    }
    try {
      return new Asked.Run(new SettingsReader(given, environment).read());
    } catch (SettingsReader.WrongSettingsException e) {
      return new Asked.Refused(e.getMessage());
    }
  }

  /** Without their values: whoever mistakes a flag may have put a key there. */
  private static String names(List<String> unmatched) {
    return unmatched.stream()
        .map(argument -> argument.startsWith("-") ? argument.split("=", 2)[0] : "argument")
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static @Nullable String flagValue(ParseResult parsed, Setting setting) {
    return parsed.matchedOptionValue(setting.flag(), null);
  }

  private static CommandSpec spec(String version) {
    CommandSpec spec = CommandSpec.create().name(NAME).version(version);
    spec.usageMessage()
        .description(
            "Mirrors the session clusters of Alibaba Cloud EMR Serverless Spark into the Kubernetes"
                + " cluster that it runs in, or that KUBECONFIG names.")
        .footer(
            "",
            "A flag goes before its environment variable. The operator's own access key, proxies"
                + " and the kubeconfig are found where other tools find them: ALIBABA_CLOUD_*,"
                + " HTTPS_PROXY, NO_PROXY, KUBECONFIG.")
        .abbreviateSynopsis(true)
        .width(100)
        .sortOptions(false);
    for (Setting setting : Setting.values()) {
      OptionSpec.Builder option =
          OptionSpec.builder(setting.flag())
              .type(String.class)
              .paramLabel(setting.form())
              .description(
                  setting.meaning(),
                  "Variable: " + setting.variable() + ". Default: " + setting.otherwise() + ".");
      if (setting.form().equals("true|false")) {
        // The flag alone says true.
        option.arity("0..1").fallbackValue("true");
      }
      spec.addOption(option.build());
    }
    return spec.addOption(
            OptionSpec.builder("-h", "--help").usageHelp(true).description("Print this.").build())
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print the version.")
                .build());
  }
}
