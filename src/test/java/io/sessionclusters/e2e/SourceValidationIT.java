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
package io.sessionclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.support.Kubectl;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server refuses, and that it says which field is wrong. */
class SourceValidationIT {

  @AutoClose private final Scene scene = Scene.withoutOperator();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          regionId: Bad Region                          | spec.regionId: Invalid value: "Bad Region"
          regionId: ''                                  | spec.regionId: Invalid value: ""
          regionId: null                                | spec.regionId: Required value
          workspaceId: ../w-1                           | spec.workspaceId: Invalid value: "../w-1"
          workspaceId: 'w-1 '                           | spec.workspaceId: Invalid value: "w-1 "
          workspaceId: null                             | spec.workspaceId: Required value
          network: Private                              | spec.network: Unsupported value: "Private"
          endpoint: ftp://example.com                   | spec.endpoint: Invalid value: "ftp://example.com"
          interval: 5 parsecs                           | spec.interval: Invalid value: "5 parsecs"
          interval: 30                                  | spec.interval: Invalid value: "integer"
          interval: 0s                                  | spec.interval: Invalid value: "0s": must be between 1s and 24h
          interval: 25h                                 | spec.interval: Invalid value: "25h": must be between 1s and 24h
          transitionInterval: soon                      | spec.transitionInterval: Invalid value: "soon"
          transitionInterval: 100ms                     | spec.transitionInterval: Invalid value: "100ms": must be between 1s and 24h
          transitionInterval: 2m                        | spec.transitionInterval: Invalid value: transitionInterval must not be longer than interval
          timeout: 2h                                   | spec.timeout: Invalid value: "2h": must be between 1s and 1h
          staleAfter: 10ms                              | spec.staleAfter: Invalid value: "10ms": must be 0s or between 1s and 240h
          staleAfter: 241h                              | spec.staleAfter: Invalid value: "241h": must be 0s or between 1s and 240h
          staleAfter: never                             | spec.staleAfter: Invalid value: "never"
          prune: {policy: Keep}                         | spec.prune.policy: Unsupported value: "Keep"
          prune: {maxPercent: 101}                      | spec.prune.maxPercent: Invalid value: 101
          prune: {maxPercent: many}                     | spec.prune.maxPercent: Invalid value: "string"
          filter: {nameRegex: ''}                       | spec.filter.nameRegex: Invalid value: ""
          credentials: {secretRef: {}}                  | spec.credentials.secretRef.name: Required value
          credentials: {assumeRole: {}}                 | spec.credentials.assumeRole.roleArn: Required value
          credentials: {assumeRole: {roleArn: reader}}  | spec.credentials.assumeRole.roleArn: Invalid value: "reader"
          credentials: {assumeRole: {roleArn: 'acs:ram::1:user/x'}} | spec.credentials.assumeRole.roleArn: Invalid value: "acs:ram::1:user/x"
          credentials: {assumeRole: {roleArn: 'acs:ram::1:role/x', externalId: x}} | spec.credentials.assumeRole.externalId: Invalid value: "x"
          credentials: {assumeRole: {roleArn: 'acs:ram::1:role/x', externalId: x y}} | spec.credentials.assumeRole.externalId: Invalid value: "x y"
          suspend: sometimes                            | spec.suspend: Invalid value: "string"
          """,
      quoteCharacter = '`')
  void aBadFieldIsRefusedByItsName(String line, String message) {
    Kubectl.Result result = create("hangzhou", line);

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.stderr()).contains(message);
  }

  @Test
  void aNameThatIsTooLongForALabelIsRefused() {
    assertThat(create("n".repeat(64)).stderr())
        .contains("metadata.name must have at most 63 characters");
    assertThat(create("n".repeat(63)).exitCode()).isZero();
  }

  @Test
  void anUnknownFieldIsRefused() {
    assertThat(create("hangzhou", "intervall: 5m").stderr())
        .contains("unknown field \"spec.intervall\"");
  }

  @Test
  void aSourceNeedsLittle() {
    Kubectl.Result result =
        scene
            .kubectl()
            .tryRunWithInput(
                """
                apiVersion: sessionclusters.io/v1alpha1
                kind: SessionClusterSource
                metadata: {name: minimal, namespace: %s}
                spec: {regionId: cn-hangzhou, workspaceId: w-1234abcd}
                """
                    .formatted(scene.namespace()),
                "create",
                "-f",
                "-");

    assertThat(result.exitCode()).isZero();
    assertThat(scene.kubectl("get", "sscs", "minimal", "-o", "jsonpath={.spec}"))
        .isEqualTo(
            "{\"connectionSecrets\":false,\"interval\":\"1m\",\"network\":\"Public\","
                + "\"regionId\":\"cn-hangzhou\",\"suspend\":false,\"timeout\":\"1m\","
                + "\"workspaceId\":\"w-1234abcd\"}");
  }

  @Test
  void aSourceThatNoOperatorHasSeenIsOfNoGenerationAndCanBeAskedForItsConditions() {
    assertThat(create("unseen").exitCode()).isZero();

    assertThat(scene.kubectl("get", "sscs", "unseen", "-o", "jsonpath={.status}"))
        .isEqualTo("{\"observedGeneration\":-1}");
    assertThat(scene.status("unseen").observedGeneration()).isEqualTo(-1);
    assertThat(scene.status("unseen").conditions()).isNull();

    // Whatever an operator of before the default has left without a status gets it, too.
    scene.kubectl(
        "patch",
        "sscs",
        "unseen",
        "--subresource=status",
        "--type=json",
        "-p",
        "[{\"op\":\"remove\",\"path\":\"/status\"}]");
    assertThat(scene.kubectl("get", "sscs", "unseen", "-o", "jsonpath={.status}"))
        .isEqualTo("{\"observedGeneration\":-1}");

    scene.workspace.put(FakeSession.sql("sc-0"));
    scene.startOperator();
    scene.awaitReady("unseen");
    assertThat(scene.status("unseen").observedGeneration()).isEqualTo(1);
    assertThat(scene.mirrors()).containsOnlyKeys("sc-0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "0h0m", "1s", "240h"})
  void mirrorsGrowStaleSoonLateOrNever(String staleAfter) {
    assertThat(create("hangzhou", "staleAfter: " + staleAfter).exitCode()).isZero();
  }

  @Test
  void anIntervalBelowTheUsualTransitionIntervalIsAccepted() {
    scene.startOperator();
    scene.workspace.put(FakeSession.sql("sc-0"));
    scene.applySource("hangzhou", "interval: 5s");
    scene.awaitReady("hangzhou");

    assertThat(scene.mirrors()).containsOnlyKeys("sc-0");
  }

  @Test
  void theIdentityOfAMirrorNeverChanges() {
    scene.startOperator();
    scene.workspace.put(FakeSession.sql("sc-0"));
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");

    Kubectl.Result result =
        scene.tryKubectlPastThePolicy(
            "patch", "ssc", "sc-0", "--type=merge", "-p", "{\"spec\":{\"workspaceId\":\"w-2\"}}");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.stderr()).contains("the identity of a mirror never changes");
  }

  private Kubectl.Result create(String name, String... specLines) {
    return scene.kubectl().tryRunWithInput(scene.sourceYaml(name, specLines), "create", "-f", "-");
  }
}
