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

import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.mapping.SessionMapping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets that are wanted no more. */
class ConnectionSecretRemovalTest extends ServedSecrets {

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
}
