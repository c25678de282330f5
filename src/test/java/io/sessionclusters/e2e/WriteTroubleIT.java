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

import io.sessionclusters.config.OperatorSettings.Ports;
import io.sessionclusters.fakecloud.BadPages;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.support.ApiServerProxy;
import io.sessionclusters.support.ApiServerProxy.Fault;
import io.sessionclusters.support.ApiServerProxy.Hold;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.RecordCopy;
import io.sessionclusters.support.Scrape;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers to writes that come late, that are none, or that are worded anew each time. */
class WriteTroubleIT {

  private static final String JSON = "application/json";

  @AutoClose
  private final ApiServerProxy proxy = ApiServerProxy.inFrontOf(DeployedControlPlane.get());

  @AutoClose private final Scene scene = Scene.withoutOperator();

  private final int port = FreePort.any();

  @BeforeEach
  void twoMirrors() {
    scene.startOperator(RecordCopy.with(scene.settings(), "ports", new Ports(port, port)), proxy);
    scene.workspace.put(FakeSession.sql("sc-1").state("Running"));
    scene.workspace.put(FakeSession.sql("sc-2").state("Running"));
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");
  }

  @Test
  void anAnswerThatComesAfterTheDeletionOfItsMirrorLeavesNoGhost() {
    String uid = scene.mirrorUids().get("sc-1");
    try (Hold hold = proxy.holdAnswers(request -> request.isStatusOf("sc-1"))) {
      scene.workspace.update("sc-1", s -> s.state("Stopped"));
      Scene.eventually().until(() -> hold.held() > 0);
      assertThat(scene.mirroredStates()).containsEntry("sc-1", "Stopped");

      scene.kubectlPastThePolicy("delete", "ssc", "sc-1");
      // The operator has seen it go, and then hears that its write was done.
      Scene.eventually().until(() -> mirrorsInTheStore() == 1);
    }
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Stopped"));
    assertThat(scene.mirrorUids().get("sc-1")).isNotEqualTo(uid);
    Scene.eventually().until(() -> mirrorsInTheStore() == 2);
    scene.awaitReady("hangzhou");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>Back in a minute</html>", "[]", "{\"metadata\": 7}", ""})
  void anAnswerThatIsNoMirrorIsNoSuccess(String answer) {
    try (Fault fault = proxy.answer(request -> request.isStatusOf("sc-1"), 200, JSON, answer)) {
      scene.workspace.update("sc-1", s -> s.state("Stopped"));
      scene.awaitReady("hangzhou", "False WriteFailed: ");
      assertThat(fault.hits()).isNotEmpty();
    }
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Stopped"));
    scene.awaitReady("hangzhou");
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 422})
  void wordsThatChangeWithEachRefusalAreNotWrittenEachTime(int code) {
    try (Fault fault =
        proxy.answerEach(
            request -> request.isStatusOf("sc-1"),
            code,
            JSON,
            hit -> denial(code, "admission webhook denied request " + hit))) {
      scene.workspace.update("sc-1", s -> s.state("Stopped"));
      scene.awaitReady("hangzhou", "False WriteDenied: ");
      String version = scene.resourceVersion("hangzhou");
      int before = fault.hits().size();
      Scene.eventually().until(() -> fault.hits().size() >= before + 5);

      assertThat(scene.resourceVersion("hangzhou")).isEqualTo(version);
    }
    scene.awaitReady("hangzhou");
  }

  @Test
  void aTornListingDoesNotHideThatWritesAreRefused() {
    scene.workspace.maxPageSize(1);
    scene.cloud.faults().always(BadPages.totalCountGrowing());
    try (Fault fault =
        proxy.answer(
            request -> request.isStatusOf("sc-1"),
            403,
            JSON,
            denial(403, "the fault of this test"))) {
      scene.workspace.update("sc-1", s -> s.state("Stopped"));
      scene.awaitReady("hangzhou", "False WriteDenied: ");
      assertThat(scene.condition("hangzhou", "Ready")).endsWith("the fault of this test");
      assertThat(fault.hits()).isNotEmpty();
    }
    Map<String, String> uids = scene.mirrorUids();
    scene.cloud.faults().clear();
    scene.awaitReady("hangzhou");
    assertThat(scene.mirrorUids()).isEqualTo(uids);
  }

  private double mirrorsInTheStore() {
    return Scrape.from(port)
        .value(
            "sessioncluster_operator_mirrors{source=\"hangzhou\",source_namespace=\"%s\"}"
                .formatted(scene.namespace()));
  }

  private static String denial(int code, String message) {
    return """
    {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d, "reason": "%s",
     "message": "%s", "details": {"name": "sc-1", "kind": "sessionclusters"}}
    """
        .formatted(code, code == 403 ? "Forbidden" : "Invalid", message);
  }
}
