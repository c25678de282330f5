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
package io.sessionclusters.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.AssumeRole;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.CredentialsSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Filter;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Network;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.PrunePolicy;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.SecretRef;
import io.sessionclusters.cloud.AssumedRole;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.EndpointPolicy;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.config.GoDuration;
import io.sessionclusters.source.PollSpec.CredentialsRef;
import io.sessionclusters.source.PollSpec.InvalidSpecException;
import io.sessionclusters.support.RecordCopy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollSpecTest {

  private static final String ROLE = "acs:ram::1234567890123456:role/reader";
  private static final EndpointPolicy ENDPOINTS = new EndpointPolicy(Set.of("gateway.example.com"));

  @Test
  void aMinimalSpecHasTheDocumentedDefaults() throws InvalidSpecException {
    PollSpec query = PollSpec.of(Specs.minimal(), ENDPOINTS, Duration.ZERO);

    assertThat(query.listing().endpoint())
        .isEqualTo(URI.create("https://emr-serverless-spark.cn-hangzhou.aliyuncs.com"));
    assertThat(query.listing().regionId().value()).isEqualTo("cn-hangzhou");
    assertThat(query.listing().workspaceId().value()).isEqualTo("w-1234abcd");
    assertThat(query.listing().kind()).isNull();
    assertThat(query.listing().queueName()).isNull();
    assertThat(query.listing().sessionClusterId()).isNull();
    assertThat(query.nameRegex()).isNull();
    assertThat(query.intervals().interval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(query.intervals().transitionInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(query.timeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(query.staleAfter()).isEqualTo(Duration.ofMinutes(15));
    assertThat(query.prunePolicy()).isEqualTo(PrunePolicy.Delete);
    assertThat(query.maxPercent()).isEqualTo(50);
    assertThat(query.credentials().secretName()).isNull();
  }

  @Test
  void everythingThatIsGivenIsTaken() throws InvalidSpecException {
    SessionClusterSourceSpec spec = Specs.prune(PrunePolicy.Retain, 100);
    spec = RecordCopy.with(spec, "filter", new Filter("SQL", "dev", "sc-1", "^x"));
    spec = RecordCopy.with(spec, "interval", "24h");
    spec = RecordCopy.with(spec, "transitionInterval", "1s");
    spec = RecordCopy.with(spec, "timeout", "1h");
    spec = RecordCopy.with(spec, "endpoint", "https://gateway.example.com/");
    spec = RecordCopy.with(spec, "credentials", Specs.secret("key").credentials());

    PollSpec query = PollSpec.of(spec, ENDPOINTS, Duration.ZERO);

    assertThat(query.listing().endpoint()).isEqualTo(URI.create("https://gateway.example.com"));
    assertThat(query.listing().kind()).isEqualTo("SQL");
    assertThat(query.listing().queueName()).isEqualTo("dev");
    assertThat(query.listing().sessionClusterId()).isEqualTo("sc-1");
    assertThat(query.intervals().interval()).isEqualTo(Duration.ofHours(24));
    assertThat(query.intervals().transitionInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(query.timeout()).isEqualTo(Duration.ofHours(1));
    assertThat(query.prunePolicy()).isEqualTo(PrunePolicy.Retain);
    assertThat(query.maxPercent()).isEqualTo(100);
    assertThat(query.credentials().secretName()).isEqualTo("key");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-,     1m,  1s,  15m",
        "-,     5m,  1s,  15m",
        "-,     6m,  1s,  18m",
        "-,     24h, 1s,  72h",
        "-,     1m,  10m, 30m",
        "0s,    1m,  1s,  0s",
        "0h0m,  1m,  1s,  0s",
        "1s,    1m,  1s,  1s",
        "240h,  1m,  1s,  240h",
      })
  void staleAfterIsTheLargerOfAQuarterOfAnHourAndThreeIntervals(
      @Nullable String given, String interval, String least, String real)
      throws InvalidSpecException {
    SessionClusterSourceSpec spec =
        RecordCopy.with(Specs.with("interval", interval), "staleAfter", given);

    Duration minimum = GoDuration.parse(least).orElseThrow();
    assertThat(PollSpec.of(spec, ENDPOINTS, minimum).staleAfter())
        .isEqualTo(PollSpec.staleAfter(spec, minimum))
        .isEqualTo(GoDuration.parse(real).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-,    -,     15m",
        "-,    10m,   30m",
        "-,    never, 15m",
        "0s,   1h,    0s",
        "20m,  1h,    20m",
        "soon, 1h,    15m"
      })
  void ofASpecThatCannotWorkItIsReadAsFarAsItCanBe(
      @Nullable String given, @Nullable String interval, String real) {
    SessionClusterSourceSpec spec =
        RecordCopy.with(Specs.with("interval", interval), "staleAfter", given);

    assertThat(PollSpec.staleAfter(RecordCopy.with(spec, "regionId", null), Duration.ZERO))
        .isEqualTo(GoDuration.parse(real).orElseThrow());
    assertThat(PollSpec.staleAfter(null, Duration.ZERO)).isEqualTo(Duration.ofMinutes(15));
  }

  @ParameterizedTest
  @CsvSource({"1s, 1000", "5s, 5000", "9999ms, 9999", "10s, 10000", "11s, 10000", "24h, 10000"})
  void transitionIntervalIsTheSmallerOfTenSecondsAndInterval(String interval, long millis)
      throws InvalidSpecException {
    assertThat(
            PollSpec.of(Specs.with("interval", interval), ENDPOINTS, Duration.ZERO)
                .intervals()
                .transitionInterval())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "30s, 10s, 10s, 30s, 10s, ''",
        "30s, 10s, 20s, 30s, 20s, ''",
        "30s, 30s, 30s, 30s, 30s, ''",
        "30s, 10s, 90s, 90s, 90s, ' spec.interval is below the operator''s minimum; polling every"
            + " 1m30s.'",
      })
  void theOperatorsMinimumIntervalGoesBeforeTheSpec(
      String interval,
      String transition,
      String least,
      String real,
      String realTransition,
      String note)
      throws InvalidSpecException {
    SessionClusterSourceSpec spec =
        RecordCopy.with(Specs.with("interval", interval), "transitionInterval", transition);

    PollSpec query = PollSpec.of(spec, ENDPOINTS, GoDuration.parse(least).orElseThrow());

    assertThat(query.intervals().interval()).isEqualTo(GoDuration.parse(real).orElseThrow());
    assertThat(query.intervals().transitionInterval())
        .isEqualTo(GoDuration.parse(realTransition).orElseThrow());
    assertThat(query.note()).isEqualTo(note);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, https://emr-serverless-spark.cn-hangzhou.aliyuncs.com",
        "Public, https://emr-serverless-spark.cn-hangzhou.aliyuncs.com",
        "VPC, https://emr-serverless-spark-vpc.cn-hangzhou.aliyuncs.com"
      })
  void theNetworkDecidesTheEndpoint(@Nullable Network network, String endpoint)
      throws InvalidSpecException {
    assertThat(
            PollSpec.of(Specs.with("network", network), ENDPOINTS, Duration.ZERO)
                .listing()
                .endpoint())
        .isEqualTo(URI.create(endpoint));
  }

  @Test
  void credentialsWithoutASecretAreTheOperatorsOwn() throws InvalidSpecException {
    assertThat(
            PollSpec.of(
                    Specs.with("credentials", new CredentialsSpec(null, null)),
                    ENDPOINTS,
                    Duration.ZERO)
                .credentials()
                .secretName())
        .isNull();
  }

  @Test
  void aRoleIsAssumedWithTheSecretsKeyOrWithTheOperatorsOwn() throws InvalidSpecException {
    SessionClusterSourceSpec both =
        Specs.with(
            "credentials",
            new CredentialsSpec(new SecretRef("key"), new AssumeRole(ROLE, "tenant-1")));

    assertThat(PollSpec.of(both, ENDPOINTS, Duration.ZERO).credentials())
        .isEqualTo(new CredentialsRef("key", new AssumedRole(ROLE, "tenant-1")));
    assertThat(PollSpec.of(Specs.role(ROLE, null), ENDPOINTS, Duration.ZERO).credentials())
        .isEqualTo(new CredentialsRef(null, new AssumedRole(ROLE, null)));
    assertThat(
            PollSpec.of(Specs.role(ROLE, "x".repeat(1224)), ENDPOINTS, Duration.ZERO)
                .credentials()
                .role())
        .isNotNull();
  }

  static Stream<Arguments> whatCannotWork() {
    String roleArn = "spec.credentials.assumeRole.roleArn";
    String externalId = "spec.credentials.assumeRole.externalId";
    return Stream.of(
        Arguments.of(Specs.role(null, null), roleArn),
        Arguments.of(Specs.role("", null), roleArn),
        Arguments.of(Specs.role("acs:ram::1:user/reader", null), roleArn),
        Arguments.of(Specs.role("acs:ram::*:role/reader", null), roleArn),
        Arguments.of(Specs.role(ROLE + "/deeper", null), roleArn),
        Arguments.of(Specs.role(ROLE + "\n", null), roleArn),
        Arguments.of(Specs.role(ROLE, ""), externalId),
        Arguments.of(Specs.role(ROLE, "x"), externalId),
        Arguments.of(Specs.role(ROLE, "x y"), externalId),
        Arguments.of(Specs.role(ROLE, "x\u00e9"), externalId),
        Arguments.of(Specs.role(ROLE, "x\n\n"), externalId),
        Arguments.of(Specs.role(ROLE, "x".repeat(1225)), externalId),
        Arguments.of(Specs.with("regionId", null), "spec.regionId"),
        Arguments.of(Specs.with("regionId", ""), "spec.regionId"),
        Arguments.of(Specs.with("regionId", "CN-hangzhou"), "spec.regionId"),
        Arguments.of(Specs.with("regionId", "oss-cn-hangzhou"), "spec.regionId"),
        Arguments.of(Specs.with("regionId", "cn-hangzhou.evil.com"), "spec.regionId"),
        Arguments.of(Specs.with("regionId", "cn-hangzhou\n"), "spec.regionId"),
        Arguments.of(Specs.with("workspaceId", null), "spec.workspaceId"),
        Arguments.of(Specs.with("workspaceId", ""), "spec.workspaceId"),
        Arguments.of(Specs.with("workspaceId", "../w-1"), "spec.workspaceId"),
        Arguments.of(Specs.with("workspaceId", "w-1/x"), "spec.workspaceId"),
        Arguments.of(Specs.with("interval", "soon"), "spec.interval"),
        Arguments.of(Specs.with("interval", ""), "spec.interval"),
        Arguments.of(Specs.with("interval", "999ms"), "spec.interval"),
        Arguments.of(Specs.with("interval", "24h1ms"), "spec.interval"),
        Arguments.of(Specs.with("transitionInterval", "x"), "spec.transitionInterval"),
        Arguments.of(Specs.with("transitionInterval", "0s"), "spec.transitionInterval"),
        Arguments.of(Specs.with("transitionInterval", "61s"), "spec.transitionInterval"),
        Arguments.of(Specs.with("timeout", "x"), "spec.timeout"),
        Arguments.of(Specs.with("timeout", "999ms"), "spec.timeout"),
        Arguments.of(Specs.with("timeout", "1h1s"), "spec.timeout"),
        Arguments.of(Specs.prune(null, -1), "spec.prune.maxPercent"),
        Arguments.of(Specs.prune(null, 101), "spec.prune.maxPercent"),
        Arguments.of(Specs.nameRegex("("), "spec.filter.nameRegex"),
        Arguments.of(Specs.nameRegex("a(?=b)"), "spec.filter.nameRegex"),
        Arguments.of(Specs.nameRegex("(a)\\1"), "spec.filter.nameRegex"),
        Arguments.of(Specs.with("endpoint", "http://gateway.example.com"), "spec.endpoint"),
        Arguments.of(Specs.with("endpoint", "https://example.com"), "spec.endpoint"),
        Arguments.of(Specs.with("endpoint", "https://"), "spec.endpoint"),
        Arguments.of(Specs.with("endpoint", ""), "spec.endpoint"),
        Arguments.of(Specs.secret(null), "spec.credentials.secretRef.name"),
        Arguments.of(Specs.secret(""), "spec.credentials.secretRef.name"),
        Arguments.of(Specs.with("unreadable", "spec.prune has a type …"), "spec.prune has a type"),
        Arguments.of(null, "spec"));
  }

  @ParameterizedTest
  @MethodSource("whatCannotWork")
  void whatCannotWorkIsRefusedByNameOfTheField(
      @Nullable SessionClusterSourceSpec spec, String start) {
    assertThatExceptionOfType(InvalidSpecException.class)
        .isThrownBy(() -> PollSpec.of(spec, ENDPOINTS, Duration.ZERO))
        .satisfies(
            e ->
                assertThat(e.problem())
                    .startsWith(start)
                    .hasSizeGreaterThan(start.length() + 2)
                    .endsWith(".")
                    .doesNotContain("\n"));
  }

  @Test
  void whatIsRefusedSaysWhatWouldDo() {
    assertThatExceptionOfType(InvalidSpecException.class)
        .isThrownBy(() -> PollSpec.of(Specs.with("timeout", "2h"), ENDPOINTS, Duration.ZERO))
        .withMessage("spec.timeout must be between 1s and 1h.");
    assertThatExceptionOfType(InvalidSpecException.class)
        .isThrownBy(() -> PollSpec.of(Specs.with("interval", "25h"), ENDPOINTS, Duration.ZERO))
        .withMessage("spec.interval must be between 1s and 24h.");
    assertThatExceptionOfType(InvalidSpecException.class)
        .isThrownBy(() -> PollSpec.of(Specs.with("interval", "often"), ENDPOINTS, Duration.ZERO))
        .withMessage("spec.interval is not a duration such as 30s, 5m or 1h.");
  }

  @ParameterizedTest
  @CsvSource({
    "'', nightly/adhoc query/",
    "query, adhoc query",
    "^query, none",
    "i.*t, nightly",
    "(?i)ADHOC, adhoc query"
  })
  void nameRegexIsAppliedUnanchored(String regex, String names) throws InvalidSpecException {
    List<CloudSession> all =
        Stream.of("nightly", "adhoc query", "")
            .map(name -> Sessions.with(Sessions.bare("sc-1"), "name", name))
            .toList();

    assertThat(
            PollSpec.of(Specs.nameRegex(regex), ENDPOINTS, Duration.ZERO)
                .select(all, session -> false)
                .stream()
                .map(CloudSession::name))
        .containsExactly(names.equals("none") ? new String[0] : names.split("/", -1));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void aSessionWithoutANameMayMatchSoItsMirrorStaysAndNoneIsMade(@Nullable String name)
      throws InvalidSpecException {
    List<CloudSession> nameless =
        List.of(Sessions.with(Sessions.bare("sc-1"), "name", name), Sessions.bare("sc-2"));
    PollSpec query = PollSpec.of(Specs.nameRegex("^nightly$"), ENDPOINTS, Duration.ZERO);

    assertThat(query.select(nameless, session -> session.sessionClusterId().equals("sc-1")))
        .extracting(CloudSession::sessionClusterId)
        .containsExactly("sc-1");
    assertThat(query.mayWant(nameless.getFirst())).isTrue();
    assertThat(PollSpec.of(Specs.minimal(), ENDPOINTS, Duration.ZERO).select(nameless, s -> false))
        .isEqualTo(nameless);
  }

  @Test
  void aNameThatDoesNotMatchIsKnownToBeUnwanted() throws InvalidSpecException {
    PollSpec query = PollSpec.of(Specs.nameRegex("^nightly$"), ENDPOINTS, Duration.ZERO);
    CloudSession renamed = Sessions.with(Sessions.bare("sc-1"), "name", "daily");

    assertThat(query.mayWant(renamed)).isFalse();
    assertThat(query.select(List.of(renamed), session -> true)).isEmpty();
  }
}
