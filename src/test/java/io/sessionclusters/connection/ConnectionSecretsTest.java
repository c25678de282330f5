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
package io.sessionclusters.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.mapping.SessionMapping;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.Mirrors;
import io.sessionclusters.mirror.OneSource;
import io.sessionclusters.mirror.ServedSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing after listing, with mirrors and Secrets in an API server. */
class ConnectionSecretsTest {

  private static final Duration PERIOD = Duration.ofMinutes(50);
  private static final String GET = "get sc-1-connection";
  private static final String UPDATE = "update sc-1-connection";
  private static final String DELETE = "delete sc-1-connection";

  @AutoClose private final ServedSource source = new ServedSource();
  private ConnectionChecks checks = new ConnectionChecks();
  private boolean asked = true;
  private OperatorSettings.@Nullable ConnectionSecretSettings settings =
      new OperatorSettings.ConnectionSecretSettings(PERIOD);
  private ConnectionReport report = ConnectionReport.NONE;
  private WriteResult<MirrorChange> written = WriteResult.none();

  @Test
  void theSecretIsWrittenOnceItsOwnerIsThereAndBeforeTheStatusNamesIt() throws Exception {
    listed(thrift("sc-1"));

    assertThat(source.server.requests())
        .containsExactly(
            "create sessionclusters",
            "get secrets sc-1-connection",
            "create secrets",
            "update sessionclusters sc-1/status");
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
    assertThat(token("sc-1")).isEqualTo("token-of-sc-1");
    assertThat(secret("sc-1").getMetadata().getOwnerReferences())
        .extracting(owner -> owner.getKind() + " " + owner.getUid())
        .containsExactly("SessionCluster " + source.get("sc-1").getMetadata().getUid());
    assertThat(report)
        .isEqualTo(
            new ConnectionReport(
                false, WriteResult.ofDone(List.of("sc-1-connection")), List.of(), 0));
  }

  @Test
  void onlyThriftSessionsHaveOne() throws Exception {
    listed(Sessions.running("sc-sql"));

    assertThat(source.requests("secrets")).isEmpty();
    assertThat(source.reference("sc-sql")).isNull();
  }

  @Test
  void whatIsKeptIsNotLookedAtAgain() throws Exception {
    kept("sc-1");

    assertThat(requests(thrift("sc-1"))).isEmpty();
    assertThat(requests(with(thrift("sc-1"), "name", "renamed"))).isEmpty();
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
    assertThat(written.done()).hasSize(1);
  }

  @Test
  void aTokenThatRotatesIsWrittenAndTheMirrorIsNot() throws Exception {
    kept("sc-1", "sc-2");
    String mirror = source.get("sc-1").getMetadata().getResourceVersion();

    assertThat(requests(rotated("sc-1"), thrift("sc-2"))).containsExactly(GET, UPDATE);

    assertThat(token("sc-1")).isEqualTo("rotated");
    assertThat(source.get("sc-1").getMetadata().getResourceVersion()).isEqualTo(mirror);
    assertThat(written.done()).isEmpty();
    assertThat(requests(rotated("sc-1"), with(thrift("sc-2"), "domainInner", "other")))
        .containsExactly("get sc-2-connection", "update sc-2-connection");
  }

  @Test
  void eachIsLookedAtOnceInAPeriodAndTheyAreSpread() throws Exception {
    CloudSession[] sessions =
        IntStream.range(0, 500).mapToObj(i -> thrift("sc-" + i)).toArray(CloudSession[]::new);
    listed(sessions);
    source.server.requests();

    Set<String> lookedAt = new HashSet<>();
    for (int minute = 1; minute <= 50; minute++) {
      source.pass(Duration.ofMinutes(1));
      List<String> requests = requests(sessions);
      assertThat(requests).as("minute %d", minute).hasSizeBetween(1, 60);
      assertThat(requests).allMatch(request -> request.startsWith("get"));
      assertThat(requests).allMatch(lookedAt::add);
    }
    assertThat(lookedAt).hasSize(500);
  }

  @Test
  void driftIsRepairedWithinThePeriod() throws Exception {
    kept("sc-1", "sc-2", "sc-3");
    edit("sc-1", s -> s.getData().put("token", "ZXZpbA=="));
    edit("sc-1", s -> s.getMetadata().setAnnotations(Map.of("example.org/a", "b")));
    edit("sc-2", s -> s.setImmutable(true));
    source.server.delete(secret("sc-3"));

    source.pass(PERIOD);
    assertThat(requests(thrift("sc-1"), thrift("sc-2"), thrift("sc-3")))
        .containsExactlyInAnyOrder(
            GET,
            UPDATE,
            "get sc-2-connection",
            "delete sc-2-connection",
            "create",
            "get sc-3-connection",
            "create");

    assertThat(token("sc-1")).isEqualTo("token-of-sc-1");
    assertThat(secret("sc-1").getMetadata().getAnnotations()).containsEntry("example.org/a", "b");
    assertThat(secret("sc-2").getImmutable()).isNull();
    assertThat(token("sc-3")).isEqualTo("token-of-sc-3");
    assertThat(written.done()).isEmpty();
  }

  @Test
  void aReferenceThatSomebodyRemovedComesBack() throws Exception {
    kept("sc-1");
    source.server.edit(
        source.get("sc-1"),
        o -> o.setStatus(SessionMapping.withConnectionSecret(o.getStatus(), null)));
    source.watch();

    assertThat(requests(thrift("sc-1"))).isEmpty();
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
  }

  @Test
  void afterARestartEachIsLookedAt() throws Exception {
    kept("sc-1");
    source.restart();
    checks = new ConnectionChecks();

    assertThat(requests(thrift("sc-1"))).containsExactly(GET);
    assertThat(written.done()).isEmpty();
  }

  @Test
  void theSecretOfAnEarlierMirrorIsLeftToTheGarbageCollector() throws Exception {
    kept("sc-1");
    Secret old = secret("sc-1");
    source.server.delete(source.get("sc-1"));
    source.watch();

    assertThat(requests(thrift("sc-1"))).containsExactly(GET);
    assertThat(report.awaited()).isEqualTo(1);
    assertThat(report.conflict())
        .isEqualTo(
            "Waiting for garbage collection of 1 connection Secrets owned by deleted mirrors.");
    assertThat(source.reference("sc-1")).isNull();

    source.server.delete(old);
    assertThat(requests(thrift("sc-1"))).containsExactly(GET, "create");
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
    assertThat(report.conflict()).isNull();
  }

  @Test
  void aSecretOfSomebodyElsesIsNeverTouchedAndLookedAtEachTime() throws Exception {
    IntStream.range(0, 7).forEach(i -> source.server.create(others("sc-" + i)));
    CloudSession[] sessions =
        IntStream.range(0, 8).mapToObj(i -> thrift("sc-" + i)).toArray(CloudSession[]::new);

    listed(sessions);
    assertThat(report.conflict())
        .isEqualTo(
            "7 connection Secrets already exist and are not managed by the operator:"
                + " sc-0-connection, sc-1-connection, sc-2-connection, sc-3-connection,"
                + " sc-4-connection and 2 more.");
    assertThat(source.reference("sc-0")).isNull();
    assertThat(source.reference("sc-7")).isEqualTo("sc-7-connection");
    assertThat(secret("sc-0").getData()).isEqualTo(Map.of("theirs", "MQ=="));

    source.server.requests();
    listed(sessions);
    assertThat(source.requests("sessionclusters")).isEmpty();
    source.server.delete(secret("sc-0"));
    listed(sessions);
    assertThat(report.taken()).hasSize(6).doesNotContain("sc-0-connection");
    assertThat(source.reference("sc-0")).isEqualTo("sc-0-connection");

    asked = false;
    listed(sessions);
    assertThat(find("sc-0")).isNull();
    assertThat(find("sc-1")).isNotNull();
  }

  /** Somebody takes the place of a Secret that was kept. */
  @Test
  void aNameThatIsTakenLaterIsNamedNoMore() throws Exception {
    kept("sc-1");
    source.server.delete(secret("sc-1"));
    source.server.create(others("sc-1"));
    source.pass(PERIOD);

    listed(thrift("sc-1"));

    assertThat(report.taken()).containsExactly("sc-1-connection");
    assertThat(source.reference("sc-1")).isNull();
  }

  @Test
  void whatIsRefusedIsReportedAndTheMirrorIsWrittenAllTheSame() throws Exception {
    source.server.refuse("create secrets", 403, "Forbidden", "the secret is token-of-sc-1, I say");

    listed(thrift("sc-1"), Sessions.running("sc-sql"));

    assertThat(report.writes().refusals())
        .containsExactly(
            new WriteResult.Refusal<>(
                "sc-1-connection",
                true,
                "the secret is " + SecretValue.REDACTED + ", I say",
                null));
    assertThat(written.refusals()).isEmpty();
    assertThat(written.done()).hasSize(2);
    assertThat(source.get("sc-1").getStatus().state()).isEqualTo("Running");
    assertThat(source.reference("sc-1")).isNull();

    source.server.refuseNothing();
    listed(thrift("sc-1"), Sessions.running("sc-sql"));
    assertThat(report.writes().refusals()).isEmpty();
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
  }

  @Test
  void aSecretThatChangesWhileItIsWrittenIsNoRefusal() throws Exception {
    kept("sc-1");
    source.server.refuse("update secrets", 409, "Conflict", "the object has been modified");

    listed(rotated("sc-1"));

    assertThat(report.writes().stale()).hasSize(1);
    assertThat(report.writes().refusals()).isEmpty();
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
  }

  @Test
  void aSessionThatOffersNoConnectionAnyMoreHasNoSecret() throws Exception {
    kept("sc-1", "sc-2");
    source.restart();
    source.server.requests();

    listed(
        with(thrift("sc-1"), "connectionToken", null),
        with(thrift("sc-2"), "kind", "SQL"),
        with(thrift("sc-3"), "kind", "SQL"));

    assertThat(find("sc-1")).isNull();
    assertThat(find("sc-2")).isNull();
    assertThat(source.reference("sc-1")).isNull();
    assertThat(source.reference("sc-2")).isNull();
    assertThat(source.server.requests()).noneMatch(request -> request.contains("sc-3-connection"));
    assertThat(written.done()).hasSize(3);
  }

  @Test
  void whatTheListingDoesNotShowIsLeftAlone() throws Exception {
    kept("sc-1", "sc-2");
    source.pass(PERIOD);

    assertThat(requests(thrift("sc-2"))).containsExactly("get sc-2-connection");
  }

  @Test
  void switchedOffEveryMirrorsGoesShownOrNot() throws Exception {
    kept("sc-1", "sc-2");
    listed(thrift("sc-1"), thrift("sc-2"), Sessions.running("sc-sql"));
    source.server.requests();
    asked = false;

    listed(thrift("sc-1"), Sessions.running("sc-sql"));

    assertThat(source.server.requests())
        .containsExactlyInAnyOrder(
            "get secrets sc-1-connection",
            "delete secrets sc-1-connection",
            "get secrets sc-2-connection",
            "delete secrets sc-2-connection",
            "get sessionclusters sc-1",
            "update sessionclusters sc-1/status",
            "get sessionclusters sc-2",
            "update sessionclusters sc-2/status");
    assertThat(source.reference("sc-1")).isNull();
    assertThat(source.reference("sc-2")).isNull();
    assertThat(report.refused()).isFalse();
    assertThat(requests(thrift("sc-1"))).isEmpty();
  }

  @Test
  void whereTheSettingsAllowNoneThatIsSaidAndTheSecretsGo() throws Exception {
    kept("sc-1");
    source.restart();
    checks = new ConnectionChecks();
    settings = null;

    assertThat(requests(thrift("sc-1"))).containsExactly(GET, DELETE);
    assertThat(report.refused()).isTrue();
    assertThat(source.reference("sc-1")).isNull();
    assertThat(requests(thrift("sc-1"))).isEmpty();
    assertThat(report.refused()).isTrue();
  }

  @Test
  void aSecretThatCannotBeRemovedIsStillNamed() throws Exception {
    kept("sc-1");
    asked = false;
    source.server.refuse("delete secrets", 403, "Forbidden", "no");

    listed(thrift("sc-1"));

    assertThat(report.writes().refusals()).hasSize(1);
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sc-1-connection ", "connection", ""})
  void aStatusThatNamesAnotherSecretNamesNone(String name) throws Exception {
    asked = false;
    listed(thrift("sc-1"));
    source.server.edit(
        source.get("sc-1"),
        o -> o.setStatus(SessionMapping.withConnectionSecret(o.getStatus(), name)));
    source.watch();

    assertThat(requests()).isEmpty();
  }

  @Test
  void aMirrorThatIsNotOursIsLeftAlone() throws Exception {
    kept("sc-1");
    source.query = new OneSource().besides("other", "uid-of-other").query;

    assertThat(requests(thrift("sc-1"))).isEmpty();
    asked = false;
    assertThat(requests(thrift("sc-1"))).isEmpty();
  }

  @Test
  void nothingIsRememberedOfMirrorsThatNoLongerExist() throws Exception {
    kept("sc-1", "sc-2");
    String deleted = source.get("sc-1").getMetadata().getUid();
    source.server.delete(source.get("sc-1"));
    source.watch();
    assertThat(checks.isKept(deleted)).isTrue();

    listed(thrift("sc-2"));

    assertThat(checks.isKept(deleted)).isFalse();
    assertThat(checks.isKept(source.get("sc-2").getMetadata().getUid())).isTrue();
  }

  @Test
  void whatIsNoLongerWantedIsNotWritten() throws Exception {
    source.wanted = false;

    listed(thrift("sc-1"));

    assertThat(source.server.requests()).isEmpty();
    assertThat(written.dropped()).isNotEmpty();
  }

  private void kept(String... ids) throws InterruptedException {
    listed(Arrays.stream(ids).map(ConnectionSecretsTest::thrift).toArray(CloudSession[]::new));
    for (String id : ids) {
      assertThat(source.reference(id)).isEqualTo(id + "-connection");
    }
    source.watch();
    source.server.requests();
  }

  /** What a listing asks of the Secrets. */
  private List<String> requests(CloudSession... sessions) throws InterruptedException {
    source.server.requests();
    listed(sessions);
    return source.requests("secrets");
  }

  private void listed(CloudSession... sessions) throws InterruptedException {
    var secrets =
        new ConnectionSecrets(source.writes, settings, source.clock)
            .begin(Mirrors.SOURCE, asked, checks, () -> source.wanted);
    written = source.listed(secrets, sessions);
    report = secrets.report();
  }

  private static CloudSession thrift(String id) {
    return with(
        with(Sessions.running(id), "kind", "THRIFT"),
        "connectionToken",
        new SecretValue("token-of-" + id));
  }

  private static CloudSession rotated(String id) {
    return with(thrift(id), "connectionToken", new SecretValue("rotated"));
  }

  private static CloudSession with(CloudSession session, String field, @Nullable Object value) {
    return Sessions.with(session, field, value);
  }

  private String token(String mirror) {
    return new String(
        Base64.getDecoder().decode(secret(mirror).getData().get("token")), StandardCharsets.UTF_8);
  }

  private void edit(String mirror, Consumer<Secret> change) {
    source.server.edit(secret(mirror), change);
  }

  private Secret secret(String mirror) {
    return Objects.requireNonNull(find(mirror));
  }

  private @Nullable Secret find(String mirror) {
    return source.server.find(named(mirror).build());
  }

  private static Secret others(String mirror) {
    return named(mirror).addToData("theirs", "MQ==").build();
  }

  private static SecretBuilder named(String mirror) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(Mirrors.NAMESPACE)
        .withName(mirror + "-connection")
        .endMetadata();
  }
}
