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

import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.mapping.ConnectionSecretName;
import io.sessionclusters.mirror.Mirrors;
import io.sessionclusters.mirror.OneSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionPlanTest {

  private static final Duration PERIOD = Duration.ofMinutes(50);

  private final OneSource source = new OneSource();
  private final ConnectionChecks checks = new ConnectionChecks();

  @Test
  void aThriftSessionsSecretIsLookedAtAndOthersHaveNone() {
    source.complete(thrift("sc-1"), Sessions.running("sc-sql"));

    assertThat(plan(PERIOD, thrift("sc-1"), Sessions.running("sc-sql")))
        .containsExactly("keep sc-1");
  }

  @Test
  void whatIsKeptIsNotLookedAtAgain() {
    source.complete(thrift("sc-1"));
    keep(thrift("sc-1"));

    assertThat(plan(PERIOD, thrift("sc-1"))).isEmpty();
    assertThat(plan(PERIOD, with(thrift("sc-1"), "name", "renamed"))).isEmpty();
  }

  @Test
  void aChangeOfWhatIsInItIsWritten() {
    source.complete(thrift("sc-1"), thrift("sc-2"));
    keep(thrift("sc-1"), thrift("sc-2"));

    assertThat(
            plan(
                PERIOD,
                with(thrift("sc-1"), "connectionToken", new SecretValue("rotated")),
                thrift("sc-2")))
        .containsExactly("keep sc-1");
    assertThat(plan(PERIOD, thrift("sc-1"), with(thrift("sc-2"), "domainInner", "other")))
        .containsExactly("keep sc-2");
  }

  @Test
  void eachIsLookedAtOnceInAPeriodAndTheyAreSpread() {
    CloudSession[] sessions =
        IntStream.range(0, 1000).mapToObj(i -> thrift("sc-" + i)).toArray(CloudSession[]::new);
    source.complete(sessions);
    keep(sessions);

    Set<String> lookedAt = new HashSet<>();
    for (int minute = 1; minute <= 50; minute++) {
      source.now = source.now.plus(Duration.ofMinutes(1));
      List<String> steps = plan(PERIOD, sessions);
      assertThat(steps).as("minute %d", minute).hasSizeBetween(1, 100);
      assertThat(steps).noneMatch(lookedAt::contains);
      lookedAt.addAll(steps);
      keep(sessionsOf(steps));
    }
    assertThat(lookedAt).hasSize(1000);
  }

  @Test
  void afterARestartEachIsLookedAt() {
    source.complete(thrift("sc-1"));
    keep(thrift("sc-1"));
    source.restart();

    assertThat(names(steps(new ConnectionChecks(), PERIOD, thrift("sc-1"))))
        .containsExactly("keep sc-1");
  }

  @Test
  void aMirrorThatWasMadeAnewHasASecretOfItsOwn() {
    source.complete(thrift("sc-1"));
    keep(thrift("sc-1"));
    source.api.delete("sc-1");
    source.complete(thrift("sc-1"));

    assertThat(plan(PERIOD, thrift("sc-1"))).containsExactly("keep sc-1");
  }

  @Test
  void aSessionThatOffersNoConnectionAnyMoreHasNoSecret() {
    source.complete(thrift("sc-1"), thrift("sc-2"), thrift("sc-3"));
    keep(thrift("sc-1"));
    refer("sc-2");

    assertThat(
            plan(
                PERIOD,
                with(thrift("sc-1"), "connectionToken", null),
                with(thrift("sc-2"), "kind", "SQL"),
                with(thrift("sc-3"), "kind", "SQL")))
        .containsExactly("remove sc-1", "remove sc-2");
  }

  @Test
  void whatTheListingDoesNotShowIsLeftAlone() {
    source.complete(thrift("sc-1"), thrift("sc-2"));
    keep(thrift("sc-1"), thrift("sc-2"));
    refer("sc-1");
    source.now = source.now.plus(PERIOD);

    assertThat(plan(PERIOD, thrift("sc-2"))).containsExactly("keep sc-2");
  }

  @Test
  void switchedOffEveryMirrorsGoes() {
    source.complete(thrift("sc-1"), thrift("sc-2"), thrift("sc-3"), Sessions.running("sc-sql"));
    keep(thrift("sc-1"));
    refer("sc-2");

    assertThat(plan(null, thrift("sc-1"))).containsExactly("remove sc-1", "remove sc-2");
  }

  /** After a restart, too: the status tells. */
  @Test
  void switchedOffWithoutASecretNothingIsLookedAt() {
    source.complete(thrift("sc-1"));
    source.restart();

    assertThat(plan(null, thrift("sc-1"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sc-1-connection ", "connection", ""})
  void aStatusThatNamesAnotherSecretNamesNone(String name) {
    source.complete(thrift("sc-1"));
    source.api.edit("sc-1", o -> o.setStatus(o.getStatus().withConnectionSecret(name)));

    assertThat(plan(null, thrift("sc-1"))).isEmpty();
  }

  @Test
  void aMirrorThatIsNotOursIsLeftAlone() {
    source.besides("other", "uid-of-other").complete(thrift("sc-1"));
    source.complete(thrift("sc-1"));
    refer("sc-1");

    assertThat(plan(PERIOD, thrift("sc-1"))).isEmpty();
    assertThat(plan(null, thrift("sc-1"))).isEmpty();
  }

  @Test
  void aMirrorOfAnotherQuerysSessionIsLeftAlone() {
    source.complete(thrift("sc-1"));
    source.edit("workspaceId", "w-other");

    assertThat(plan(PERIOD, thrift("sc-1"))).isEmpty();
  }

  @Test
  void aMirrorThatIsBeingDeletedIsLeftAlone() {
    source.complete(thrift("sc-1"));
    source.api.store().beginDelete(Mirrors.NAMESPACE, "sc-1");

    assertThat(plan(PERIOD, thrift("sc-1"))).isEmpty();
  }

  @Test
  void nothingIsRememberedOfMirrorsThatAreGone() {
    source.complete(thrift("sc-1"), thrift("sc-2"));
    keep(thrift("sc-1"), thrift("sc-2"));

    checks.retain(Set.of("sc-2")::contains);

    assertThat(checks.size()).isEqualTo(1);
    assertThat(plan(PERIOD, thrift("sc-1"), thrift("sc-2"))).containsExactly("keep sc-1");
  }

  private static CloudSession thrift(String id) {
    return with(Sessions.running(id), "kind", "THRIFT");
  }

  private static CloudSession with(CloudSession session, String field, @Nullable Object value) {
    return Sessions.with(session, field, value);
  }

  /** Their Secrets are found right now. */
  private void keep(CloudSession... sessions) {
    for (ConnectionStep step : steps(new ConnectionChecks(), PERIOD, sessions)) {
      var keep = (ConnectionStep.Keep) step;
      checks.kept(keep.mirror(), keep.digest(), source.now);
    }
  }

  private void refer(String mirror) {
    source.api.edit(
        mirror,
        o -> o.setStatus(o.getStatus().withConnectionSecret(ConnectionSecretName.of(mirror))));
  }

  private static CloudSession[] sessionsOf(List<String> steps) {
    return steps.stream()
        .map(s -> thrift(s.substring("keep ".length())))
        .toArray(CloudSession[]::new);
  }

  private List<String> plan(@Nullable Duration period, CloudSession... sessions) {
    return names(steps(checks, period, sessions));
  }

  private List<ConnectionStep> steps(
      ConnectionChecks known, @Nullable Duration period, CloudSession... sessions) {
    return ConnectionPlan.of(
        source.query, List.of(sessions), source.api.store(), known, period, source.now);
  }

  private static List<String> names(List<ConnectionStep> steps) {
    List<String> names = new ArrayList<>();
    for (ConnectionStep step : steps) {
      names.add((step instanceof ConnectionStep.Keep ? "keep " : "remove ") + step.mirror().name());
    }
    names.sort(null);
    return names;
  }
}
