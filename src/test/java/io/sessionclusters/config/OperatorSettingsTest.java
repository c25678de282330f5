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
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sessionclusters.config.OperatorSettings.LeaderElection;
import io.sessionclusters.config.OperatorSettings.Limits;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorSettingsTest {

  @Test
  void anEmptyEnvironmentHasTheDocumentedDefaults() {
    assertThat(OperatorSettings.fromEnvironment(Map.of()))
        .isEqualTo(
            new OperatorSettings(
                Set.of(),
                Set.of(),
                Set.of(),
                URI.create("https://sts.aliyuncs.com"),
                new Limits(10, 20, 4, 16),
                null));
  }

  @Test
  void readsEverySetting() {
    assertThat(
            OperatorSettings.fromEnvironment(
                Map.ofEntries(
                    entry("WATCH_NAMESPACES", "team-a, team-b,,"),
                    entry("AMBIENT_NAMESPACES", "*"),
                    entry("ALLOWED_ENDPOINTS", "gateway:8443 ,127.0.0.1:80"),
                    entry("STS_ENDPOINT", "sts-vpc.cn-hangzhou.aliyuncs.com"),
                    entry("REQUESTS_PER_SECOND", "1"),
                    entry("REQUEST_BURST", " 2 "),
                    entry("LISTINGS_IN_FLIGHT", "3"),
                    entry("WRITES_IN_FLIGHT", "1000"),
                    entry("LEADER_ELECTION", "true"),
                    entry("OPERATOR_NAMESPACE", "system"),
                    entry("POD_NAME", "pod-1"))))
        .isEqualTo(
            new OperatorSettings(
                Set.of("team-a", "team-b"),
                Set.of("*"),
                Set.of("gateway:8443", "127.0.0.1:80"),
                URI.create("https://sts-vpc.cn-hangzhou.aliyuncs.com"),
                new Limits(1, 2, 3, 1000),
                new LeaderElection("system", "pod-1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " , "})
  void emptyListsAreEmpty(String text) {
    assertThat(OperatorSettings.fromEnvironment(Map.of("WATCH_NAMESPACES", text)).watchNamespaces())
        .isEmpty();
  }

  @Test
  void theOperatorsOwnKeyIsForItsOwnNamespaceUnlessSaidOtherwise() {
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
  void stsIsAnsweredByHttpsUnlessItIsOnThisMachine(String text, URI endpoint) {
    assertThat(OperatorSettings.fromEnvironment(Map.of("STS_ENDPOINT", text)).stsEndpoint())
        .isEqualTo(endpoint);
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
        .isThrownBy(() -> OperatorSettings.fromEnvironment(Map.of("STS_ENDPOINT", text)))
        .withMessage(
            "STS_ENDPOINT must be a host such as sts-vpc.cn-hangzhou.aliyuncs.com, or its https"
                + " URL");
  }

  @Test
  void theStsEndpointThatRrsaSetsCountsUnlessAnotherIsSet() {
    assertThat(
            OperatorSettings.fromEnvironment(
                    Map.of(
                        "ALIBABA_CLOUD_STS_ENDPOINT",
                        "sts-vpc.cn-beijing.aliyuncs.com",
                        "STS_ENDPOINT",
                        " "))
                .stsEndpoint())
        .isEqualTo(URI.create("https://sts-vpc.cn-beijing.aliyuncs.com"));
    assertThat(
            OperatorSettings.fromEnvironment(
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
          .isThrownBy(() -> OperatorSettings.fromEnvironment(Map.of(variable, text)))
          .withMessage(variable + " must be a whole number from 1 to 1000");
    }
    assertThat(OperatorSettings.fromEnvironment(Map.of(variable, " ")).limits())
        .isEqualTo(Limits.DEFAULTS);
  }

  @Test
  void allMistakesAreSaidAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                OperatorSettings.fromEnvironment(
                    Map.of("LISTINGS_IN_FLIGHT", "x", "LEADER_ELECTION", "perhaps")))
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
          .isThrownBy(() -> OperatorSettings.fromEnvironment(environment))
          .withMessage("LEADER_ELECTION needs OPERATOR_NAMESPACE and POD_NAME");
    }
    assertThat(
            OperatorSettings.fromEnvironment(Map.of("LEADER_ELECTION", "false")).leaderElection())
        .isNull();
  }

  @Test
  void doesNotChangeWithTheSetsThatItWasMadeOf() {
    Set<String> namespaces = new HashSet<>(Set.of("team-a"));
    OperatorSettings settings =
        new OperatorSettings(
            namespaces,
            namespaces,
            namespaces,
            OperatorSettings.STS_ENDPOINT,
            Limits.DEFAULTS,
            null);
    namespaces.add("team-b");

    assertThat(settings.watchNamespaces()).containsExactly("team-a");
    assertThat(settings.ambientNamespaces()).containsExactly("team-a");
    assertThat(settings.allowedEndpoints()).containsExactly("team-a");
  }

  private static Set<String> ambient(Map<String, String> environment) {
    return OperatorSettings.fromEnvironment(environment).ambientNamespaces();
  }
}
