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
package io.sessionclusters.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Filter;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Network;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Prune;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.PrunePolicy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources as an informer reads them: whatever an older validation let through. */
class SourceReadingTest {

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  @Test
  void readsEveryField() {
    SessionClusterSourceSpec spec =
        spec(
            """
            {"regionId": "cn-hangzhou", "workspaceId": "w-1", "network": "VPC",
             "endpoint": "https://gateway", "filter": {"kind": "SQL", "queueName": "dev",
             "sessionClusterId": "sc-1", "nameRegex": "^x"}, "interval": "30s",
             "transitionInterval": "5s", "timeout": "2m", "staleAfter": "20m", "suspend": true,
             "prune": {"policy": "Retain", "maxPercent": 7},
             "credentials": {"secretRef": {"name": "key"},
             "assumeRole": {"roleArn": "acs:ram::1:role/r", "externalId": "x1"}},
             "connectionSecrets": true}
            """);

    assertThat(spec)
        .isEqualTo(
            new SessionClusterSourceSpec(
                "cn-hangzhou",
                "w-1",
                Network.VPC,
                "https://gateway",
                new Filter("SQL", "dev", "sc-1", "^x"),
                "30s",
                "5s",
                "2m",
                "20m",
                true,
                new Prune(PrunePolicy.Retain, 7),
                new SessionClusterSourceSpec.CredentialsSpec(
                    new SessionClusterSourceSpec.SecretRef("key"),
                    new SessionClusterSourceSpec.AssumeRole("acs:ram::1:role/r", "x1")),
                true,
                null));
  }

  @Test
  void readsBackWhatItWrites() {
    SessionClusterSource source = source("{\"regionId\": \"cn-hangzhou\", \"prune\": {}}", "{}");

    String written = SERIALIZATION.asJson(source);

    assertThat(written).doesNotContain("unreadable", "null");
    assertThat(SERIALIZATION.unmarshal(written, SessionClusterSource.class).getSpec())
        .isEqualTo(source.getSpec());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'regionId': {}}                             | spec.regionId",
        "{'regionId': ['cn-hangzhou']}                | spec.regionId",
        "{'workspaceId': {'a': 1}}                    | spec.workspaceId",
        "{'network': 'Intranet'}                      | spec.network",
        "{'network': {}}                              | spec.network",
        "{'endpoint': []}                             | spec.endpoint",
        "{'filter': 'SQL'}                            | spec.filter",
        "{'filter': ['SQL']}                          | spec.filter",
        "{'filter': {'nameRegex': {}}}                | spec.filter.nameRegex",
        "{'filter': {'kind': ['SQL']}}                | spec.filter.kind",
        "{'interval': {'seconds': 5}}                 | spec.interval",
        "{'transitionInterval': []}                   | spec.transitionInterval",
        "{'timeout': {}}                              | spec.timeout",
        "{'staleAfter': []}                           | spec.staleAfter",
        "{'suspend': 'perhaps'}                       | spec.suspend",
        "{'suspend': {}}                              | spec.suspend",
        "{'prune': 5}                                 | spec.prune",
        "{'prune': {'policy': 'delete'}}              | spec.prune.policy",
        "{'prune': {'policy': 'Keep'}}                | spec.prune.policy",
        "{'prune': {'maxPercent': 'half'}}            | spec.prune.maxPercent",
        "{'prune': {'maxPercent': 99999999999}}       | spec.prune.maxPercent",
        "{'prune': {'maxPercent': 1e400}}             | spec.prune.maxPercent",
        "{'prune': {'maxPercent': {}}}                | spec.prune.maxPercent",
        "{'credentials': []}                          | spec.credentials",
        "{'credentials': {'secretRef': 'key'}}        | spec.credentials.secretRef",
        "{'credentials': {'secretRef': {'name': []}}} | spec.credentials.secretRef.name",
        "{'credentials': {'assumeRole': 'role'}}      | spec.credentials.assumeRole",
        "{'credentials': {'assumeRole': {'roleArn': {}}}} | spec.credentials.assumeRole.roleArn",
        "{'connectionSecrets': 'perhaps'}             | spec.connectionSecrets",
        "\"text\"                                       | spec",
        "5                                            | spec",
        "true                                         | spec",
        "[]                                           | spec",
        "[{'regionId': 'cn-hangzhou'}]                | spec",
      })
  void aSpecThatCannotBeReadNamesTheField(String json, String field) {
    SessionClusterSourceSpec spec = spec(json.replace('\'', '"'));

    assertThat(spec)
        .isEqualTo(SessionClusterSourceSpec.unreadable(field + " has a type that cannot be read"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'regionId': null, 'workspaceId': null, 'network': null, 'endpoint': null, 'filter': null,"
            + " 'interval': null, 'transitionInterval': null, 'timeout': null, 'suspend': null,"
            + " 'prune': null, 'credentials': null, 'connectionSecrets': null}",
        "{'filter': {'kind': null, 'queueName': null, 'sessionClusterId': null, 'nameRegex':"
            + " null}}",
        "{'prune': {'policy': null, 'maxPercent': null}}",
        "{'credentials': {'secretRef': null}}",
        "{'credentials': {'assumeRole': null}}",
        "{'credentials': {'assumeRole': {'roleArn': null, 'externalId': null}}}",
        "{'credentials': {'secretRef': {'name': null}}}",
        "{'aFieldOfALaterVersion': {'deep': [1, 2, {}]}}",
        "{'unreadable': 'written by hand'}",
        "{}",
      })
  void nullsAndUnknownFieldsAreNoFault(String json) {
    assertThat(spec(json.replace('\'', '"')).unreadable()).isNull();
  }

  @Test
  void aMissingSpecIsNone() {
    assertThat(
            SERIALIZATION
                .unmarshal(
                    """
                    {"apiVersion": "sessionclusters.io/v1alpha1", "kind": "SessionClusterSource",
                     "metadata": {"name": "a"}, "spec": null}
                    """,
                    SessionClusterSource.class)
                .getSpec())
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'text'",
        "7",
        "[]",
        "{'conditions': {}}",
        "{'conditions': [5]}",
        "{'sessionClusters': 'many'}",
        "{'sessionClusters': 99999999999}",
        "{'states': []}",
        "{'states': {'Running': {}}}",
        "{'observedGeneration': 'x'}",
        "{'lastListTime': {}}",
        "{'pendingPrune': 1}",
        "{'pendingPrune': {'count': 'x'}}",
      })
  void aStatusThatCannotBeReadIsNone(String json) {
    assertThat(source("{}", json.replace('\'', '"')).getStatus()).isNull();
  }

  @Test
  void readsItsStatus() {
    SessionClusterSourceStatus status =
        source(
                "{}",
                """
                {"observedGeneration": 3, "conditions": [{"type": "Ready", "status": "True"}],
                 "sessionClusters": 2, "states": {"Running": 2}, "endpoint": "https://e",
                 "lastListTime": "2026-11-22T00:00:00Z", "lastHandledRequest": "now",
                 "pendingPrune": {"count": 7, "token": "t", "sessions": ["sc-1", "sc-2"], "maxPercent": 50}, "later": 1}
                """)
            .getStatus();

    assertThat(status.observedGeneration()).isEqualTo(3);
    assertThat(Objects.requireNonNull(status.conditions()).getFirst().getType()).isEqualTo("Ready");
    assertThat(status.sessionClusters()).isEqualTo(2);
    assertThat(status.states()).isEqualTo(Map.of("Running", 2));
    assertThat(status.endpoint()).isEqualTo("https://e");
    assertThat(status.lastListTime()).isEqualTo("2026-11-22T00:00:00Z");
    assertThat(status.lastHandledRequest()).isEqualTo("now");
    assertThat(status.pendingPrune())
        .isEqualTo(
            new SessionClusterSourceStatus.PendingPrune(7, "t", List.of("sc-1", "sc-2"), 50));
  }

  private static SessionClusterSourceSpec spec(String json) {
    return source(json, "null").getSpec();
  }

  private static SessionClusterSource source(String spec, String status) {
    return SERIALIZATION.unmarshal(
        """
        {"apiVersion": "sessionclusters.io/v1alpha1", "kind": "SessionClusterSource",
         "metadata": {"name": "a"}, "spec": %s, "status": %s}
        """
            .formatted(spec, status),
        SessionClusterSource.class);
  }
}
