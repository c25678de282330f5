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
package io.sessionclusters.fakecloud;

import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Decides what happens next in a workspace: sessions start, run, stop, fail, appear, are renamed
 * and vanish. The same seed, sessions and times give the same story.
 */
final class SessionScript {

  /**
   * One thing that happens.
   *
   * @param sentence what a person would say of it
   * @param change does it
   */
  record Step(String sentence, Consumer<FakeWorkspace> change) {}

  private static final List<String> TEAMS =
      List.of("etl", "adhoc", "ml-train", "report", "billing", "Risk", "search", "growth");
  private static final List<String> JOBS =
      List.of("nightly", "hourly", "backfill", "Q4 review", "dashboard", "sandbox", "v2_test");
  private static final List<String> KINDS = List.of("SQL", "SQL", "NOTEBOOK", "THRIFT");
  private static final List<String> QUEUES = List.of("root", "dev_queue", "prod_queue");
  private static final List<String> USERS = List.of("analyst", "data_engineer", "scheduler");
  private static final List<String> FAILURES =
      List.of(
          "Driver exited with code 137 (out of memory)",
          "Queue dev_queue has not enough CU left",
          "Cannot reach the Hive metastore");

  private final SplittableRandom random;
  private final int atLeast;
  private int made;

  /**
   * @param atLeast how many sessions are never gone below, at least 1; a third more is the most
   */
  SessionScript(long seed, int atLeast) {
    if (atLeast < 1) {
      throw new IllegalArgumentException("at least " + atLeast + " sessions");
    }
    this.random = new SplittableRandom(seed);
    this.atLeast = atLeast;
  }

  /** A session as if it had been there for a while. */
  FakeSession settled(Instant now) {
    FakeSession session = session(now.minusSeconds(random.nextInt(3_600, 30 * 86_400)));
    return random.nextInt(100) < 70
        ? running(session, now.minusSeconds(random.nextInt(60, 3_600)))
        : session.state("Stopped").stateChangeReason("200", "ok");
  }

  /** What happens next among these sessions. */
  Step next(List<FakeSession> sessions, Instant now) {
    if (sessions.size() < atLeast) {
      return appear(now);
    }
    List<FakeSession> moving =
        sessions.stream().filter(s -> isIn(s, "Starting") || isIn(s, "Stopping")).toList();
    int chance = random.nextInt(100);
    if (!moving.isEmpty() && chance < Math.min(80, 30 + 15 * moving.size())) {
      return arrive(any(moving), now);
    }
    FakeSession one = any(sessions);
    boolean idle = isIn(one, "Stopped") || isIn(one, "Error");
    boolean full = sessions.size() >= atLeast + Math.max(1, atLeast / 3);
    return switch (random.nextInt(10)) {
      case 0, 1 -> full ? vanish(one) : appear(now);
      case 2, 3 -> sessions.size() > atLeast ? vanish(one) : appear(now);
      case 4 -> rename(one);
      default -> idle ? start(one) : depart(one);
    };
  }

  private Step appear(Instant now) {
    FakeSession session = session(now).state("Starting").stateChangeReason("200", "ok");
    return new Step(said(session, "appeared, Starting"), workspace -> workspace.put(session));
  }

  private static Step vanish(FakeSession session) {
    return new Step(said(session, "vanished"), workspace -> workspace.remove(session.id()));
  }

  private Step rename(FakeSession session) {
    String name = name();
    return change(session, "is now called " + name, s -> s.name(name));
  }

  private static Step start(FakeSession session) {
    return change(session, "is Starting", s -> s.state("Starting").stateChangeReason("200", "ok"));
  }

  /** A session that is up leaves that state; one on its way arrives first. */
  private Step depart(FakeSession session) {
    if (!isIn(session, "Running")) {
      return rename(session);
    }
    return random.nextInt(5) == 0
        ? fail(session)
        : change(session, "is Stopping", s -> s.state("Stopping"));
  }

  private Step arrive(FakeSession session, Instant now) {
    if (isIn(session, "Stopping")) {
      return change(session, "is Stopped", s -> s.state("Stopped").without("webUI"));
    }
    return random.nextInt(8) == 0
        ? fail(session)
        : change(session, "is Running", s -> running(s, now));
  }

  private Step fail(FakeSession session) {
    String failure = any(FAILURES);
    return change(
        session,
        "is in Error: " + failure,
        s -> s.state("Error").stateChangeReason("500", failure).without("webUI"));
  }

  private static Step change(FakeSession session, String what, UnaryOperator<FakeSession> change) {
    return new Step(said(session, what), workspace -> workspace.update(session.id(), change));
  }

  private static String said(FakeSession session, String what) {
    return session + " " + what;
  }

  private static FakeSession running(FakeSession session, Instant since) {
    return session
        .state("Running")
        .stateChangeReason("200", "ok")
        .startTime(since)
        .webUI("http://spark-ui-" + session.id());
  }

  private FakeSession session(Instant created) {
    made++;
    String id = "sc-%012x".formatted(random.nextLong() & 0xffff_ffff_ffffL);
    FakeSession session =
        switch (any(KINDS)) {
          case "THRIFT" -> FakeSession.thrift(id);
          case "NOTEBOOK" -> FakeSession.notebook(id);
          default -> FakeSession.sql(id);
        };
    return session
        .name(name())
        .queueName(any(QUEUES))
        .userName(any(USERS))
        .gmtCreate(created)
        .without("startTime")
        .without("webUI");
  }

  /** Not a DNS name: capitals, blanks and underscores are as common as in real workspaces. */
  private String name() {
    return any(TEAMS) + "-" + any(JOBS) + (made % 3 == 0 ? " " + made : "-" + made);
  }

  private <T> T any(List<T> choice) {
    return choice.get(random.nextInt(choice.size()));
  }

  private static boolean isIn(FakeSession session, String state) {
    return session.state().equals(state);
  }
}
