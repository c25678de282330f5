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
import io.sessionclusters.support.ApiServerProxy;
import io.sessionclusters.support.ApiServerProxy.Fault;
import io.sessionclusters.support.ApiServerProxy.Request;
import io.sessionclusters.support.DeployedControlPlane;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the API server, or something in front of it, answers instead of doing its work. */
class ApiServerFaultsIT {

  private static final String JSON = "application/json";

  @AutoClose
  private final ApiServerProxy proxy = ApiServerProxy.inFrontOf(DeployedControlPlane.get());

  @AutoClose private final Scene scene = Scene.withoutOperator();

  @BeforeEach
  void twoMirrors() {
    scene.startOperator(proxy);
    scene.workspace.put(FakeSession.sql("sc-1").state("Running"));
    scene.workspace.put(FakeSession.sql("sc-2").state("Running"));
  }

  @Test
  void aWatchThatIsCutIsTakenUpAgain() {
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");

    proxy.cutConnections();
    breakByHand("sc-1");

    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Running"));
    scene.editSource("hangzhou", "{\"filter\": {\"kind\": \"NOTEBOOK\"}}");
    scene.awaitReady("hangzhou");
  }

  @Test
  void aWatchThatIsGoneIsReplacedByAList() {
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");
    try (Fault gone = proxy.endWatches(status(410, "Expired", "too old resource version", ""))) {
      proxy.cutConnections();
      breakByHand("sc-1");

      Scene.eventually()
          .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Running"));
      assertThat(gone.hits()).isNotEmpty();
    }
    breakByHand("sc-2");
    Scene.eventually()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-2", "Running"));
  }

  /** As a load balancer's page does; the client's informers would stop for good. */
  @Test
  void anAnswerThatIsNoJsonStopsNoInformer() {
    scene.applySource("hangzhou", "interval: 1h", "transitionInterval: 1s");
    scene.awaitReady("hangzhou");
    try (Fault gone = proxy.endWatches(status(410, "Expired", "too old resource version", ""));
        Fault page =
            proxy.answer(
                Request::isListOfMirrors, 200, "text/html", "<html>Back in a minute</html>")) {
      proxy.cutConnections();
      Scene.eventually().until(() -> page.hits().size() >= 2 && !gone.hits().isEmpty());
    }
    breakByHand("sc-1");
    Scene.eventually()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Running"));
  }

  @ParameterizedTest
  @CsvSource({
    "409, Conflict,            sc-1, True Succeeded",
    "404, NotFound,            sc-1, True Succeeded",
    "404, NotFound,            '',   False WriteFailed",
    "403, Forbidden,           sc-1, False WriteDenied",
    "422, Invalid,             sc-1, False WriteDenied",
    "429, TooManyRequests,     sc-1, False WriteFailed",
    "500, InternalError,       sc-1, False WriteFailed",
    "503, ServiceUnavailable,  sc-1, False WriteFailed"
  })
  void aWriteThatIsRefusedDelaysNoOtherAndIsMadeUpFor(
      int code, String reason, String object, String ready) {
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");
    Map<String, String> uids = scene.mirrorUids();
    String message = "the fault of this test";
    try (Fault fault =
        proxy.answer(
            request -> request.isStatusOf("sc-1"),
            code,
            JSON,
            status(code, reason, message, object))) {
      scene.workspace.update("sc-1", s -> s.state("Stopped"));
      scene.workspace.update("sc-2", s -> s.state("Stopped"));
      Scene.eventually()
          .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-2", "Stopped"));
      Scene.eventually().until(() -> !fault.hits().isEmpty());
      scene.awaitReady("hangzhou", ready);
      if (ready.startsWith("False")) {
        assertThat(scene.condition("hangzhou", "Ready"))
            .endsWith("1 of 2 mirrors could not be written. The first: " + message);
      }
      assertThat(scene.mirroredStates()).containsEntry("sc-1", "Running");
      scene.awaitListings(2);
    }
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Stopped"));
    scene.awaitReady("hangzhou");
    assertThat(scene.mirrorUids()).isEqualTo(uids);
  }

  @Test
  void aShortRetryAfterIsWaitedForWithinThePoll() {
    scene.applySource("hangzhou", "interval: 1h");
    scene.awaitReady("hangzhou");
    try (Fault fault =
        proxy.answer(
            request -> request.isStatusOf("sc-1"),
            429,
            "text/plain",
            "Too many requests, please try again later.",
            "Retry-After: 2")) {
      scene.workspace.update("sc-1", s -> s.state("Stopped"));
      scene.kubectl("annotate", "sscs", "hangzhou", "sessionclusters.io/requested-at=1");
      Scene.eventually().until(() -> fault.hits().size() == 3);

      assertThat(gaps(fault.hits())).allSatisfy(gap -> assertThat(gap).isGreaterThan(1.99));
    }
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Stopped"));
    assertThat(scene.condition("hangzhou", "Ready")).startsWith("True Succeeded");
    assertThat(scene.listings()).isEqualTo(2);
  }

  @Test
  void aLongRetryAfterEndsThePollAndTheNextComesNoSooner() {
    scene.applySource("hangzhou", "interval: 1s");
    scene.awaitReady("hangzhou");
    try (Fault fault =
        proxy.answer(
            request -> request.isStatusOf("sc-1"), 503, "text/plain", "", "Retry-After: 7")) {
      scene.workspace.update("sc-1", s -> s.state("Stopped"));
      scene.awaitReady("hangzhou", "False WriteFailed");
      assertThat(scene.condition("hangzhou", "Ready"))
          .endsWith("The first: the API server asks to wait before the next request");
      Scene.eventually().until(() -> fault.hits().size() == 2);

      assertThat(gaps(fault.hits())).allSatisfy(gap -> assertThat(gap).isGreaterThan(6.99));
    }
    Scene.eventually()
        .untilAsserted(() -> assertThat(scene.mirroredStates()).containsEntry("sc-1", "Stopped"));
    scene.awaitReady("hangzhou");
  }

  /** What refuses writes is said though none is due: they are tried, without being stored. */
  @ParameterizedTest
  @CsvSource({
    "400, BadRequest,    False WriteDenied: Cannot create SessionClusters: the fault of this test.",
    "422, Invalid,       False WriteDenied: Cannot create SessionClusters: the fault of this test.",
    "500, InternalError, False WriteFailed: The API server failed to accept a SessionCluster"
  })
  void whatWouldRefuseAWriteIsSaidBeforeOneIsDue(int code, String reason, String ready) {
    try (Fault fault =
        proxy.answer(
            request -> request.target().contains("dryRun="),
            code,
            JSON,
            status(code, reason, "the fault of this test", "write-probe"))) {
      scene.applySource("hangzhou", "interval: 1s", "filter: {kind: NOTEBOOK}");
      String[] expected = ready.split(": ", 2);
      scene.awaitReady("hangzhou", expected[0]);
      assertThat(scene.condition("hangzhou", "Ready")).contains(expected[1]);
      assertThat(fault.hits()).isNotEmpty();
    }
    scene.awaitReady("hangzhou");
  }

  /** Seconds between one hit and the next. */
  private static List<Double> gaps(List<Long> hits) {
    return IntStream.range(1, hits.size())
        .mapToObj(i -> (hits.get(i) - hits.get(i - 1)) / (double) TimeUnit.SECONDS.toNanos(1))
        .toList();
  }

  private void breakByHand(String mirror) {
    scene.kubectlPastThePolicy(
        "patch",
        "ssc",
        mirror,
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"state\": \"Wrong\"}}");
  }

  /** The API server's own form of a refusal; one about an object names it. */
  private static String status(int code, String reason, String message, String object) {
    return """
    {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d, "reason": "%s",
     "message": "%s", "details": {"name": "%s", "kind": "sessionclusters"}}
    """
        .formatted(code, reason, message, object);
  }
}
