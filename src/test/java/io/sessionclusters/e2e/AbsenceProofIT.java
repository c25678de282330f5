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

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.sessionclusters.fakecloud.ApiCall;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.FakeWorkspace;
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.fakecloud.Faults.ActiveFault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * What the cloud answers in place of the truth about a session: nothing but an explicit empty list
 * proves that it is gone. Each row has a workspace, a source and a key of its own, so that all of
 * them pass at the same time and none pauses another.
 */
class AbsenceProofIT {

  private static final String JSON = "application/json;charset=utf-8";

  private static final int LISTINGS = 5;

  /** What a query by a session's id is answered, by a name that a workspace can have. */
  private static final Map<String, Fault> TO_A_QUERY =
      Map.of(
          "redirect", Fault.redirectTo(URI.create("http://127.0.0.1:1/login")),
          "notfound", Fault.answer(404, JSON, ""),
          "foobar", Fault.error("Foo.Bar", 400, "no such thing"),
          "throttled", Fault.error("RequestThrottled", 400, "slower"),
          "internal", Fault.error("InternalError", 500, "later"),
          "html", Fault.answer(200, "text/html", "<html>please log in</html>"),
          "nothing", Fault.answer(200, JSON, "{\"requestId\":\"x\"}"),
          "counted",
              Fault.answer(
                  200, JSON, "{\"requestId\":\"x\",\"totalCount\":1,\"sessionClusters\":[]}"));

  /** What everything is answered: none of it says how many sessions there are, or all say some. */
  private static final List<String> TO_EVERYTHING =
      List.of(
          "{\"requestId\":\"x\"}",
          "{\"requestId\":\"x\",\"sessionClusters\":null}",
          "{\"requestId\":\"x\",\"code\":\"200\",\"success\":true}",
          "{\"requestId\":\"x\",\"data\":{\"totalCount\":0,\"sessionClusters\":[]}}",
          "{\"requestId\":\"x\",\"totalCount\":%d,\"sessionClusters\":null}",
          "{\"requestId\":\"x\",\"totalCount\":%d,\"sessionClusters\":[]}",
          "{\"requestId\":\"x\",\"totalCount\":%d}");

  @AutoClose private final Scene scene = Scene.start();

  @Test
  void onlyAnExplicitEmptyAnswerLetsAMirrorGo() {
    Map<String, FakeWorkspace> workspaces = new TreeMap<>();
    TO_A_QUERY.keySet().forEach(row -> workspaces.put(row, source(row, 3, 50)));
    workspaces.keySet().forEach(scene::awaitReady);
    Map<String, String> uids = scene.mirrorUids();

    Map<String, ActiveFault> lies = new TreeMap<>();
    TO_A_QUERY.forEach(
        (row, answer) -> {
          var requests = scene.cloud.faults().forWorkspace(workspace(row).workspaceId());
          requests.when(call -> !isQuery(call)).always(without(row + "-0"));
          lies.put(row, requests.when(AbsenceProofIT::isQuery).always(answer));
        });
    Scene.eventually()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(lies).allSatisfy((_, lie) -> assertThat(lie.applied()).isPositive()));
    awaitListings(workspaces, LISTINGS);
    assertThat(scene.mirrorUids()).isEqualTo(uids);

    lies.forEach(
        (row, lie) -> {
          lie.clear();
          workspace(row).remove(row + "-0");
        });
    Scene.eventually()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(scene.mirrors()).hasSize(2 * workspaces.size()));
    uids.keySet().removeIf(name -> name.endsWith("-0"));
    assertThat(scene.mirrorUids()).isEqualTo(uids);
  }

  @Test
  void anAnswerThatSaysNothingOfSessionsEmptiesNoWorkspace() {
    Map<String, FakeWorkspace> workspaces = new TreeMap<>();
    Map<String, String> answers = new TreeMap<>();
    for (int i = 0; i < TO_EVERYTHING.size(); i++) {
      for (int sessions : List.of(3, 12)) {
        String row = "row%d-%d".formatted(i, sessions);
        workspaces.put(row, source(row, sessions, 100));
        answers.put(row, TO_EVERYTHING.get(i).formatted(sessions));
      }
    }
    workspaces.put("row4-4", source("row4-4", 4, 100));
    answers.put("row4-4", TO_EVERYTHING.get(4).formatted(4));
    workspaces.keySet().forEach(scene::awaitReady);
    Map<String, String> uids = scene.mirrorUids();

    Map<String, ActiveFault> lies = new TreeMap<>();
    answers.forEach(
        (row, answer) ->
            lies.put(
                row,
                scene
                    .cloud
                    .faults()
                    .forWorkspace(workspace(row).workspaceId())
                    .always(Fault.answer(200, JSON, answer))));
    lies.forEach(
        (row, lie) -> {
          scene.awaitReady(row, "False ListingInconsistent: ");
          // A torn listing is repeated once: two polls are four, and the third one says it.
          assertThat(lie.applied()).as(row).isGreaterThan(4);
          assertThat(scene.condition(row, "Ready"))
              .endsWith("No mirrors are deleted until a listing is consistent.");
        });
    awaitListings(workspaces, LISTINGS);
    assertThat(scene.mirrorUids()).isEqualTo(uids);

    lies.values().forEach(ActiveFault::clear);
    workspaces.keySet().forEach(scene::awaitReady);
    assertThat(scene.mirrorUids()).isEqualTo(uids);
  }

  /** A source of that name with a workspace, a key and so many sessions of its own. */
  private FakeWorkspace source(String name, int sessions, int maxPercent) {
    FakeWorkspace workspace = workspace(name);
    IntStream.range(0, sessions).forEach(i -> workspace.put(FakeSession.sql(name + "-" + i)));
    scene.addKey("key-" + name, "LTAI-" + name, "secret-of-" + name);
    scene.applySource(
        name,
        "workspaceId: w-" + name,
        "interval: 1s",
        "prune: {maxPercent: %d}".formatted(maxPercent),
        "credentials: {secretRef: {name: key-%s}}".formatted(name));
    return workspace;
  }

  private FakeWorkspace workspace(String source) {
    return scene.cloud.workspace(Scene.REGION, "w-" + source);
  }

  /** Waits until each workspace was listed so many times more. */
  private void awaitListings(Map<String, FakeWorkspace> workspaces, int more) {
    Map<String, Long> targets = new TreeMap<>();
    workspaces.forEach((row, workspace) -> targets.put(row, listings(workspace) + more));
    Scene.eventually()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () ->
                assertThat(targets)
                    .allSatisfy(
                        (row, target) ->
                            assertThat(listings(workspace(row))).isGreaterThanOrEqualTo(target)));
  }

  private long listings(FakeWorkspace workspace) {
    return scene.cloud.requests(workspace).stream()
        .filter(request -> !isQuery(request.call()))
        .count();
  }

  private static boolean isQuery(ApiCall call) {
    return !call.query("sessionClusterId").isEmpty();
  }

  /** A complete page that lacks one session. */
  private static Fault without(String id) {
    return Fault.editedPage(
        "without " + id,
        page -> {
          ArrayNode sessions = page.withArray("sessionClusters");
          for (int i = sessions.size() - 1; i >= 0; i--) {
            if (id.equals(sessions.get(i).path("sessionClusterId").asText())) {
              sessions.remove(i);
            }
          }
          page.put("totalCount", sessions.size());
        });
  }
}
