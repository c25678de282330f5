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

import static java.util.Map.entry;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sessionclusters.config.OperatorCommand.Asked;
import io.sessionclusters.config.OperatorSettings.ConnectionSecretSettings;
import io.sessionclusters.config.OperatorSettings.LeaderElection;
import io.sessionclusters.config.OperatorSettings.Limits;
import io.sessionclusters.config.OperatorSettings.Logging;
import io.sessionclusters.config.OperatorSettings.Logging.Format;
import io.sessionclusters.config.OperatorSettings.Ports;
import io.sessionclusters.support.ReadSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class SettingTest {

  @Test
  void withoutAnyThereAreTheDocumentedDefaults() {
    assertThat(OperatorCommand.read(List.of(), Map.of(), "1.0"))
        .isEqualTo(
            new Asked.Run(
                new OperatorSettings(
                    Set.of(),
                    null,
                    Set.of(),
                    Set.of(),
                    URI.create("https://sts.aliyuncs.com"),
                    new Limits(10, 20, 4, 16),
                    Duration.ofSeconds(1),
                    null,
                    null,
                    "session-cluster-operator",
                    new Ports(8080, 8081),
                    new Logging(Level.INFO, Format.TEXT))));
  }

  private static final Map<String, String> EVERY =
      Map.ofEntries(
          entry("WATCH_NAMESPACES", "team-a, team-b,,"),
          entry("SHARD_SELECTOR", "shard in (a, b),!old"),
          entry("AMBIENT_NAMESPACES", "*"),
          entry("ALLOWED_ENDPOINTS", "gateway:8443 ,127.0.0.1:80,[::1]:8080"),
          entry("STS_ENDPOINT", "sts-vpc.cn-hangzhou.aliyuncs.com"),
          entry("REQUESTS_PER_SECOND", "1"),
          entry("REQUEST_BURST", " 2 "),
          entry("LISTINGS_IN_FLIGHT", "3"),
          entry("WRITES_IN_FLIGHT", "1000"),
          entry("MINIMUM_INTERVAL", "1m30s"),
          entry("LEADER_ELECTION", "true"),
          entry("LEASE_NAME", "shard-a"),
          entry("OPERATOR_NAMESPACE", "system"),
          entry("POD_NAME", "pod-1"),
          entry("METRICS_PORT", "9090"),
          entry("PROBE_PORT", "0"),
          entry("LOG_LEVEL", "Debug"),
          entry("LOG_FORMAT", "json"),
          entry("CONNECTION_SECRETS", "true"));

  private static final OperatorSettings EVERY_READ =
      new OperatorSettings(
          Set.of("team-a", "team-b"),
          "shard in (a, b),!old",
          Set.of("*"),
          Set.of("gateway:8443", "127.0.0.1:80", "[::1]:8080"),
          URI.create("https://sts-vpc.cn-hangzhou.aliyuncs.com"),
          new Limits(1, 2, 3, 1000),
          Duration.ofSeconds(90),
          new ConnectionSecretSettings(Duration.ofMinutes(50)),
          new LeaderElection("system", "shard-a", "pod-1"),
          "pod-1",
          new Ports(9090, 0),
          new Logging(Level.DEBUG, Format.JSON));

  @Test
  void everySettingIsAVariable() {
    assertThat(EVERY).hasSameSizeAs(Setting.values());
    assertThat(ReadSettings.of(EVERY)).isEqualTo(EVERY_READ);
  }

  @Test
  void everySettingIsAFlagThatGoesBeforeTheVariable() {
    String[] flags =
        Arrays.stream(Setting.values())
            .map(s -> s.flag() + "=" + EVERY.get(s.variable()))
            .toArray(String[]::new);
    Map<String, String> nonsense =
        Arrays.stream(Setting.values()).collect(toMap(Setting::variable, _ -> "///"));

    assertThat(ReadSettings.of(nonsense, flags)).isEqualTo(EVERY_READ);
  }

  @ParameterizedTest
  @CsvSource({
    "WATCH_NAMESPACES, has an entry that is no name of a namespace",
    "AMBIENT_NAMESPACES, has an entry that is no name of a namespace",
    "ALLOWED_ENDPOINTS, has an entry that is no host or host:port",
    "SHARD_SELECTOR, must be a label selector such as shard=a or tier in (a&b)",
    "MINIMUM_INTERVAL, must be a duration between 1s and 24h& such as 30s or 5m",
    "OPERATOR_NAMESPACE, is no name that Kubernetes allows",
    "POD_NAME, is no name that Kubernetes allows",
    "METRICS_PORT, must be a whole number from 0 to 65535",
    "PROBE_PORT, must be a whole number from 0 to 65535",
    "LOG_LEVEL, must be one of error& warn& info& debug& trace",
    "LOG_FORMAT, must be one of text& json",
    "CONNECTION_SECRETS, must be true or false",
  })
  void aValueThatCannotBeIsRefusedByTheNameOfItsPlaceAndNotQuoted(Setting setting, String text) {
    String problem = text.replace("a&b", "a,b").replace('&', ',');

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReadSettings.of(Map.of(setting.variable(), "/hush/")))
        .withMessage(setting.variable() + " " + problem);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReadSettings.of(setting.flag() + "=/hush/"))
        .withMessage(setting.flag() + " " + problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a=b", "a==b", "a!=b,c", "!a", "x.io/a in (b,c)", "a notin (b)", "a=", " a "})
  void labelSelectorsAreTakenAsKubectlTakesThem(String selector) {
    assertThat(ReadSettings.of("--shard-selector=" + selector).shardSelector())
        .isEqualTo(selector.strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=b=c", "a in b", "a in ()x", ",a", "a,", "a b", "a/b/c", "-a", "a in"})
  void whatTheApiServerWouldRefuseIsRefusedAtTheStart(String selector) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReadSettings.of("--shard-selector=" + selector));
  }

  @ParameterizedTest
  @ValueSource(strings = {"999ms", "25h", "0", "often", "-5s"})
  void theMinimumIntervalIsOneThatASourceMayHave(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReadSettings.of("--minimum-interval", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " , "})
  void emptyListsAreEmpty(String text) {
    assertThat(ReadSettings.of(Map.of("WATCH_NAMESPACES", text)).watchNamespaces()).isEmpty();
  }

  @Test
  void theOperatorsOwnKeyIsForItsOwnNamespaceByDefault() {
    assertThat(ambient(Map.of("OPERATOR_NAMESPACE", "system"))).containsExactly("system");
    assertThat(ambient(Map.of("OPERATOR_NAMESPACE", "system", "AMBIENT_NAMESPACES", "team-a")))
        .containsExactly("team-a");
    assertThat(ambient(Map.of("OPERATOR_NAMESPACE", "system", "AMBIENT_NAMESPACES", ""))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sts.cn-hangzhou.aliyuncs.com, https://sts.cn-hangzhou.aliyuncs.com",
    "https://sts.example.com:8443/, https://sts.example.com:8443",
    "http://127.0.0.1:8080, http://127.0.0.1:8080",
    "http://[::1]:1, http://[::1]:1",
  })
  void stsMustUseHttpsUnlessItIsOnLoopback(String text, URI endpoint) {
    assertThat(ReadSettings.of(Map.of("STS_ENDPOINT", text)).stsEndpoint()).isEqualTo(endpoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://sts.aliyuncs.com",
        "http://a_b",
        "ftp://sts.aliyuncs.com",
        "https://user:hush@sts.aliyuncs.com",
        "https://sts.aliyuncs.com/path",
        "https://sts.aliyuncs.com?query",
        "sts aliyuncs com hush",
        "://"
      })
  void anotherStsEndpointIsRefusedWithoutQuotingIt(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReadSettings.of(Map.of("STS_ENDPOINT", text)))
        .withMessage(
            "STS_ENDPOINT must be a host such as sts-vpc.cn-hangzhou.aliyuncs.com, or its https"
                + " URL");
  }

  @Test
  void theStsEndpointThatRrsaSetsCountsUnlessAnotherIsSet() {
    assertThat(
            ReadSettings.of(
                    Map.of(
                        "ALIBABA_CLOUD_STS_ENDPOINT",
                        "sts-vpc.cn-beijing.aliyuncs.com",
                        "STS_ENDPOINT",
                        " "))
                .stsEndpoint())
        .isEqualTo(URI.create("https://sts-vpc.cn-beijing.aliyuncs.com"));
    assertThat(
            ReadSettings.of(
                    Map.of("ALIBABA_CLOUD_STS_ENDPOINT", "a.example", "STS_ENDPOINT", "b.example"))
                .stsEndpoint())
        .isEqualTo(URI.create("https://b.example"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"REQUESTS_PER_SECOND", "REQUEST_BURST", "LISTINGS_IN_FLIGHT", "WRITES_IN_FLIGHT"})
  void aNumberThatCannotBeIsRefusedByItsName(String variable) {
    for (String text : List.of("0", "-1", "1001", "1.5", "many", "99999999999", "0x10")) {
      assertThatIllegalArgumentException()
          .as(text)
          .isThrownBy(() -> ReadSettings.of(Map.of(variable, text)))
          .withMessage(variable + " must be a whole number from 1 to 1000");
    }
    assertThat(ReadSettings.of(Map.of(variable, " ")).limits())
        .isEqualTo(new Limits(10, 20, 4, 16));
  }

  @Test
  void allMistakesAreSaidAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ReadSettings.of(Map.of("LISTINGS_IN_FLIGHT", "x", "LEADER_ELECTION", "perhaps")))
        .withMessageContainingAll("LISTINGS_IN_FLIGHT must", "LEADER_ELECTION must", "; ");
  }

  @Test
  void leaderElectionNeedsToKnowWhereAndWho() {
    for (Map<String, String> environment :
        List.of(
            Map.of("LEADER_ELECTION", "true"),
            Map.of("LEADER_ELECTION", "true", "POD_NAME", "pod-1"),
            Map.of("LEADER_ELECTION", "true", "OPERATOR_NAMESPACE", "system"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ReadSettings.of(environment))
          .withMessage("LEADER_ELECTION needs OPERATOR_NAMESPACE and POD_NAME");
    }
    assertThat(ReadSettings.of(Map.of("LEADER_ELECTION", "false")).leaderElection()).isNull();
  }

  @Test
  void connectionSecretsAreWrittenOnlyWhereThatIsSaid() {
    assertThat(ReadSettings.of(Map.of("CONNECTION_SECRETS", "false")).connectionSecrets()).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReadSettings.of(Map.of("CONNECTION_SECRETS", "yes")))
        .withMessage("CONNECTION_SECRETS must be true or false");
  }

  @Test
  void doesNotChangeWithTheSetsThatItWasMadeOf() {
    Set<String> namespaces = new HashSet<>(Set.of("team-a"));
    OperatorSettings settings =
        new OperatorSettings(
            namespaces,
            null,
            namespaces,
            namespaces,
            OperatorSettings.STS_ENDPOINT,
            new Limits(10, 20, 4, 16),
            OperatorSettings.SHORTEST_INTERVAL,
            null,
            null,
            OperatorSettings.POD_NAME,
            new Ports(8080, 8081),
            new Logging(Level.INFO, Format.TEXT));
    namespaces.add("team-b");

    assertThat(settings.watchNamespaces()).containsExactly("team-a");
    assertThat(settings.ambientNamespaces()).containsExactly("team-a");
    assertThat(settings.allowedEndpoints()).containsExactly("team-a");
  }

  private static Set<String> ambient(Map<String, String> environment) {
    return ReadSettings.of(environment).ambientNamespaces();
  }
}
