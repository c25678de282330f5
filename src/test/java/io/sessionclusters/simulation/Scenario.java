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

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A short history in which one thing happens. All its requests are boundaries of a replay. */
enum Scenario {
  FIRST_SYNC {
    @Override
    boolean startsWithProcess() {
      return true;
    }

    @Override
    void act(Stage stage) {
      stage.operator().start();
    }
  },
  CHANGE {
    @Override
    void act(Stage stage) {
      stage.cloud().change(PLACE, "sc-1", s -> s.withState("Stopped", s.startTime()));
      stage.cloud().change(PLACE, "sc-2", SimSession::revised);
      stage.cloud().create(PLACE, "sc-new", "new", "SQL", "q0", "Starting");
    }
  },
  RENAME {
    @Override
    void spec(ObjectNode spec) {
      spec.putObject("filter").put("nameRegex", "^name");
    }

    @Override
    void act(Stage stage) {
      stage.cloud().change(PLACE, "sc-1", s -> s.withName("other-name"));
      stage.cloud().change(PLACE, "sc-2", s -> s.withName("name-again"));
    }
  },
  VANISH {
    @Override
    void act(Stage stage) {
      stage.cloud().vanish(PLACE, "sc-1");
      stage.cloud().vanish(PLACE, "sc-3");
    }
  },
  GUARD {
    @Override
    int sessions() {
      return 8;
    }

    @Override
    void act(Stage stage) {
      for (int i = 1; i <= 7; i++) {
        stage.cloud().vanish(PLACE, "sc-" + i);
      }
      stage.runFor(Duration.ofSeconds(50));
      for (int i = 1; i <= 7; i++) {
        stage.cloud().create(PLACE, "sc-new-" + i, "new", "SQL", "q0", "Running");
      }
      stage.runFor(Duration.ofSeconds(45));
      stage.people().edit(NAMESPACE, SOURCE, spec -> spec.put("interval", "19s"));
    }
  },
  /** What is created with the same listing must not make a great loss look small. */
  GUARD_AMID_GROWTH {
    @Override
    int sessions() {
      return 7;
    }

    @Override
    void act(Stage stage) {
      for (int i = 1; i <= 6; i++) {
        stage.cloud().vanish(PLACE, "sc-" + i);
      }
      for (int i = 1; i <= 8; i++) {
        stage.cloud().create(PLACE, "sc-new-" + i, "new", "SQL", "q0", "Running");
      }
    }

    @Override
    List<String> kept() {
      return List.of("sc-1", "sc-2", "sc-3", "sc-4", "sc-5", "sc-6", "sc-7");
    }
  },
  CONFIRM {
    @Override
    int sessions() {
      return 8;
    }

    @Override
    void act(Stage stage) {
      for (int i = 1; i <= 7; i++) {
        stage.cloud().vanish(PLACE, "sc-" + i);
      }
      stage
          .kernel()
          .runUntil(
              () ->
                  stage.api().all(Kind.SOURCE).stream()
                      .anyMatch(s -> s.path("status").path("pendingPrune").hasNonNull("token")),
              Duration.ofMinutes(5));
      stage.people().confirm(NAMESPACE, SOURCE);
    }
  },
  RETAIN {
    @Override
    void spec(ObjectNode spec) {
      spec.putObject("prune").put("policy", "Retain");
    }

    @Override
    void act(Stage stage) {
      stage.cloud().vanish(PLACE, "sc-1");
      stage.runFor(Duration.ofSeconds(60));
      stage.cloud().vanish(PLACE, "sc-2");
      stage.cloud().comeBack(PLACE, "sc-1");
    }
  },
  ORPHAN_AND_ADOPT {
    @Override
    void act(Stage stage) {
      stage.people().deleteSource(NAMESPACE, SOURCE, SimApiServer.Propagation.ORPHAN);
      stage.runFor(Duration.ofSeconds(20));
      stage.cloud().vanish(PLACE, "sc-2");
      source(stage);
    }
  },
  MADE_AGAIN {
    @Override
    void act(Stage stage) {
      stage.people().deleteSource(NAMESPACE, SOURCE, SimApiServer.Propagation.BACKGROUND);
      stage.runFor(Duration.ofMillis(400));
      source(stage);
    }
  },
  CONNECTION_SECRET_ROTATES {
    @Override
    void spec(ObjectNode spec) {
      spec.put("connectionSecrets", true);
    }

    @Override
    void act(Stage stage) {
      stage.cloud().change(PLACE, "sc-3", s -> s.revised().withQueue("rotated"));
      stage.people().writeKey(NAMESPACE, "key", "AK-team-2");
    }
  },
  TAKEOVER {
    @Override
    void act(Stage stage) {
      stage.trouble(Duration.ofSeconds(60), "takeover");
      stage.cloud().vanish(PLACE, "sc-1");
      stage.runFor(Duration.ofSeconds(21));
      stage.standby().lead(true);
      stage.standby().start();
      stage.cloud().change(PLACE, "sc-2", s -> s.withState("Stopping", s.startTime()));
      stage.runFor(Duration.ofSeconds(15));
      stage.operator().lead(false);
      stage
          .kernel()
          .at(
              Duration.ofSeconds(3),
              () -> {
                if (stage.operator().isAlive()) {
                  stage.operator().kill();
                }
              });
      stage.cloud().change(PLACE, "sc-2", s -> s.withState("Stopped", s.startTime()));
    }
  },
  RESTORE {
    @Override
    void act(Stage stage) {
      SimApiServer.Snapshot backup = stage.api().snapshot();
      stage.cloud().change(PLACE, "sc-1", s -> s.withState("Stopped", s.startTime()));
      stage.cloud().vanish(PLACE, "sc-2");
      stage.cloud().create(PLACE, "sc-new", "new", "SQL", "q0", "Running");
      stage.runFor(Duration.ofSeconds(55));
      stage.trouble(Duration.ofMinutes(2), "restored");
      stage.world().restore(backup);
    }
  };

  static final String NAMESPACE = "team";
  static final String SOURCE = "one";
  static final SimPlace PLACE = new SimPlace("cn-hangzhou", "w-one");

  /** Between the act and the calm: all requests until then are boundaries. */
  private static final Duration WINDOW = Duration.ofSeconds(45);

  /** Sessions at first: SQL, NOTEBOOK and THRIFT in turn, two to a page. */
  int sessions() {
    return 3;
  }

  /** Whether the process's start is part of what is replayed. */
  boolean startsWithProcess() {
    return false;
  }

  void spec(ObjectNode spec) {}

  abstract void act(Stage stage);

  /** Sessions whose mirrors are there in the end, wherever it is broken. */
  List<String> kept() {
    return List.of();
  }

  void source(Stage stage) {
    if (stage.people().source(NAMESPACE, SOURCE) != null) {
      return;
    }
    Consumer<ObjectNode> all =
        spec -> {
          spec.put("interval", "20s");
          spec.putObject("credentials").putObject("secretRef").put("name", "key");
          spec(spec);
        };
    stage.people().createSource(NAMESPACE, SOURCE, PLACE, all);
  }

  /** The requests of the first life of a process that a replay may break. */
  record Boundaries(String process, int from, int to) {}

  /** Plays it up to the act, the act, and its window. */
  List<Boundaries> play(Stage stage) {
    stage.people().writeKey(NAMESPACE, "key", "AK-team");
    stage.cloud().quirks(PLACE).pageCap = 2;
    stage.cloud().quirks(PLACE).latency = Duration.ofMillis(40);
    for (int i = 1; i <= sessions(); i++) {
      String kind = i % 3 == 0 ? "THRIFT" : i % 3 == 1 ? "SQL" : "NOTEBOOK";
      stage.cloud().create(PLACE, "sc-" + i, "name-" + i, kind, "q0", "Running");
    }
    source(stage);
    SimProcess a = stage.operator();
    if (!startsWithProcess()) {
      a.start();
      stage.runFor(Duration.ofSeconds(30));
    }
    int from = a.requests();
    act(stage);
    stage.runFor(WINDOW);
    SimProcess b = stage.standby();
    return List.of(
        new Boundaries(a.name(), from + 1, a.requests()),
        new Boundaries(b.name(), 1, b.requests()));
  }

  /** Lets all become calm, and asks the oracles. */
  List<String> end(Stage stage) {
    if (!stage.standby().isAlive() && !stage.operator().isAlive()) {
      stage.operator().start();
    }
    source(stage);
    List<String> broken = Ending.judge(stage);
    for (String id : kept()) {
      if (stage.api().find(Kind.MIRROR, NAMESPACE, id) == null) {
        broken.add("the mirror of " + id + " is gone, though nobody let it go");
      }
    }
    return broken;
  }
}
