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
package io.sessionclusters.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can befall requests, watches and processes in the simulation, one at a time. */
class FaultsTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final StaticCloud cloud =
      new StaticCloud().with("sc-1", "Running").with("sc-2", "Stopped").with("sc-3", "Running");
  private final World world = new World(3);
  private final SimProcess operator = world.process("a");

  FaultsTest() {
    world.cloud(cloud);
    world.api().create("anna", SimulationTest.source("all"));
  }

  @AfterEach
  void close() {
    world.close();
  }

  /** Lets the fault befall the first request that it is for. */
  private void once(Predicate<ApiRequest> of, Fault fault) {
    boolean[] done = {false};
    world
        .api()
        .faults(
            request -> {
              if (done[0] || !of.test(request)) {
                return Fault.NONE;
              }
              done[0] = true;
              return fault;
            });
  }

  private List<String> states() {
    return world.api().all(Kind.MIRROR).stream()
        .map(m -> m.path("status").path("state").asText())
        .toList();
  }

  private void assertConverges() {
    world.runFor(Duration.ofMinutes(6));
    assertThat(states()).as(world::story).containsExactly("Running", "Stopped", "Running");
    assertThat(operator.thrown()).as(world::story).isEmpty();
  }

  static List<Fault> faults() {
    return List.of(
        new Fault.Refused(403, "Forbidden", "is forbidden", null),
        new Fault.Refused(403, "Forbidden", "exceeded quota: few", null),
        new Fault.Refused(422, "Invalid", "is invalid", null),
        new Fault.Refused(409, "Conflict", "has been modified", null),
        new Fault.Refused(429, "TooManyRequests", "too many", 2),
        new Fault.Refused(503, "ServiceUnavailable", "away", null),
        new Fault.Refused(500, "InternalError", "broken", null),
        new Fault.LostBefore(),
        new Fault.AnswerLost(),
        new Fault.AnswerLate(Duration.ofSeconds(3)),
        new Fault.Unanswered(true),
        new Fault.Unanswered(false),
        new Fault.Html(200),
        new Fault.Html(502));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aCreateThatFailsIsMadeUpFor(Fault fault) {
    once(r -> r.verb().equals("create") && r.kind() == Kind.MIRROR, fault);
    operator.start();
    assertConverges();
    assertThat(world.api().served()).extracting(SimApiServer.Served::fault).contains(fault);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aStatusThatFailsIsMadeUpFor(Fault fault) {
    once(r -> r.verb().equals("update") && r.kind() == Kind.MIRROR, fault);
    operator.start();
    assertConverges();
    assertThat(world.api().served()).extracting(SimApiServer.Served::fault).contains(fault);
  }

  @Test
  void anAnswerThatIsLostIsOfARequestThatWasDone() {
    once(r -> r.verb().equals("create") && r.kind() == Kind.MIRROR, new Fault.AnswerLost());
    operator.start();
    world.runFor(Duration.ofMillis(200));
    assertThat(world.api().all(Kind.MIRROR)).hasSize(3);
    assertThat(operator.reconciles()).isZero();
    assertThat(states()).contains("");
  }

  @Test
  void aClientMayRepeatWhatWasLost() {
    world.clientRetries(3);
    once(r -> r.verb().equals("create") && r.kind() == Kind.MIRROR, new Fault.AnswerLost());
    operator.start();
    assertConverges();
    assertThat(world.api().served())
        .as("the repeated create meets the object that it made")
        .anyMatch(s -> s.request().kind() == Kind.MIRROR && s.code() == 409);
  }

  @Test
  void aClientGivesUpAfterTenSeconds() {
    once(r -> r.verb().equals("update") && r.kind() == Kind.MIRROR, new Fault.Unanswered(false));
    operator.start();
    world.runFor(Duration.ofSeconds(9));
    assertThat(operator.reconciles()).isEqualTo(1);
    world.runFor(Duration.ofSeconds(2));
    assertThat(operator.reconciles()).isZero();
  }

  @Test
  void aProcessThatIsKilledDoesNothingMoreButWhatItSent() {
    operator.start();
    world.runFor(MINUTE);
    cloud.with("sc-1", "Stopped");
    assertThat(world.kernel().runUntil(() -> operator.reconciles() > 0, Duration.ofMinutes(2)))
        .isTrue();
    operator.kill();
    int requests = cloud.requests();
    world.runFor(Duration.ofMinutes(10));
    assertThat(cloud.requests()).isEqualTo(requests);
    assertThat(states()).containsExactly("Running", "Stopped", "Running");
    cloud.with("sc-1", "Running");
    operator.start();
    assertConverges();
    assertThat(operator.lives()).isEqualTo(2);
  }

  @Test
  void aPausedProcessGoesOnWhereItWas() {
    operator.start();
    world.runFor(MINUTE);
    int requests = cloud.requests();
    operator.pause();
    world.runFor(Duration.ofMinutes(10));
    assertThat(cloud.requests()).isEqualTo(requests);
    operator.resume();
    world.runFor(Duration.ofSeconds(1));
    assertThat(cloud.requests()).isGreaterThan(requests);
    assertConverges();
  }

  @Test
  void whoDoesNotLeadSendsNothing() {
    operator.lead(false);
    operator.start();
    world.runFor(Duration.ofMinutes(5));
    assertThat(cloud.requests()).isZero();
    assertThat(states()).isEmpty();
    operator.lead(true);
    assertConverges();
  }

  @Test
  void watchesThatStallShowNothingUntilTheyGoOn() {
    operator.start();
    world.runFor(MINUTE);
    operator.stallWatches();
    world
        .api()
        .edit(
            "anna",
            Kind.SOURCE,
            "team",
            "all",
            o -> o.withObjectProperty("spec").put("suspend", true));
    int requests = cloud.requests();
    world.runFor(Duration.ofMinutes(3));
    assertThat(cloud.requests()).isGreaterThan(requests);
    operator.resumeWatches();
    world.runFor(MINUTE);
    requests = cloud.requests();
    world.runFor(Duration.ofMinutes(5));
    assertThat(cloud.requests()).as(world::story).isEqualTo(requests);
  }

  /** A relist shows what the lost watch did not. */
  @Test
  void watchesThatAreCutListAnew() {
    operator.start();
    world.runFor(MINUTE);
    operator.stallWatches();
    world.api().delete("anna", Kind.SOURCE, "team", "all", SimApiServer.Propagation.ORPHAN);
    world.runFor(Duration.ofMinutes(3));
    operator.resumeWatches();
    operator.cutWatches();
    world.runFor(Duration.ofSeconds(10));
    int requests = cloud.requests();
    world.runFor(Duration.ofMinutes(5));
    assertThat(cloud.requests()).as(world::story).isEqualTo(requests);
  }

  @Test
  void theWallClockJumpsAndTheStepsGoOn() {
    operator.start();
    world.runFor(MINUTE);
    world.kernel().jumpWall(Duration.ofHours(-5));
    int requests = cloud.requests();
    world.runFor(Duration.ofMinutes(5));
    assertThat(cloud.requests()).isGreaterThan(requests + 3);
  }
}
