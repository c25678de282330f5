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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One random history: a source that anything may befall, a second one beside it, and a neighbour in
 * another namespace that nothing befalls. At the end all faults end, and all must be well.
 */
final class RandomHistory {

  static final String NAMESPACE = "team";
  static final String SOURCE = "one";
  static final String SECOND = "two";
  static final String NEIGHBOURS = "neighbours";
  static final SimPlace PLACE = new SimPlace("cn-hangzhou", "w-one");
  static final SimPlace OTHER_PLACE = new SimPlace("cn-hangzhou", "w-other");
  static final SimPlace NEIGHBOURS_PLACE = new SimPlace("cn-hangzhou", "w-neighbours");
  static final String KEY = "AK-team";

  private static final List<String> KINDS = List.of("SQL", "NOTEBOOK", "THRIFT");
  private static final List<String> STATES =
      List.of("NotStarted", "Starting", "Running", "Running", "Stopping", "Stopped", "Error");

  private final Stage stage;
  private final Random random;
  private final List<Deed> deeds = new ArrayList<>();
  private final List<CloudFault> faults = new ArrayList<>();
  private SimApiServer.@Nullable Snapshot backup;
  private long backupAt;
  private int made;
  private int requests;
  private long busyUntil;

  RandomHistory(long seed, boolean tracing) {
    stage = new Stage(seed, tracing);
    random = stage.kernel().random();
  }

  Stage stage() {
    return stage;
  }

  /**
   * Plays it.
   *
   * @return the promises that were broken
   */
  List<String> play() {
    choose();
    people();
    stage.operator().start();
    stage.runFor(Duration.ofSeconds(20));
    for (int n = 8 + random.nextInt(22); n > 0; n--) {
      Deed deed = deeds.get(random.nextInt(deeds.size()));
      stage.kernel().note(() -> "== " + deed);
      happen(deed);
      stage.runFor(pause());
    }
    calmDown();
    return Ending.judge(stage);
  }

  private Duration pause() {
    int form = random.nextInt(20);
    if (form == 0) {
      return Duration.ofMinutes(2 + random.nextInt(25));
    }
    return form < 10
        ? Duration.ofMillis(random.nextInt(4_000))
        : Duration.ofMillis(random.nextInt(90_000));
  }

  /** Which kinds of things this history has, and how its cloud is. */
  private void choose() {
    double share = 0.1 + random.nextDouble() * 0.5;
    EnumSet<Deed> always =
        EnumSet.of(Deed.SESSION_CREATED, Deed.SESSION_VANISHES, Deed.CLOUD_MENDED, Deed.API_MENDED);
    for (Deed deed : Deed.values()) {
      if (always.contains(deed) || random.nextDouble() < share) {
        for (int i = 0; i < deed.weight; i++) {
          deeds.add(deed);
        }
      }
    }
    double faultShare = 0.05 + random.nextDouble() * 0.4;
    for (CloudFault fault : CloudFault.values()) {
      if (random.nextDouble() < faultShare) {
        faults.add(fault);
      }
    }
    if (faults.isEmpty()) {
      faults.add(pick(CloudFault.values()));
    }
    CloudQuirks quirks = stage.cloud().quirks(PLACE);
    quirks.pageCap = random.nextInt(3) == 0 ? 100 : 1 + random.nextInt(5);
    paging(quirks);
    totals(quirks);
    quirks.quotesTokens = random.nextInt(8) == 0;
    quirks.lowerCase = random.nextInt(4) == 0;
    quirks.latency = Duration.ofMillis(5 + random.nextInt(200));
    if (random.nextInt(8) == 0) {
      // Without queries by id, listings alone are believed: they must not pass sessions over.
      quirks.idRefusal = pick(CloudFault.REJECTED, CloudFault.NOT_FOUND_CODE, CloudFault.FOO_BAR);
      quirks.everRefusedIds = true;
      quirks.paging = CloudQuirks.Paging.CURSOR;
      quirks.order = CloudQuirks.Order.OLDEST_FIRST;
      deeds.removeIf(d -> d == Deed.STALE_REPLICA || d == Deed.OTHER_PAGING);
    }
    stage
        .kernel()
        .note(() -> "deeds " + EnumSet.copyOf(deeds) + " faults " + faults + " " + quirks);
  }

  private void paging(CloudQuirks quirks) {
    quirks.paging = pick(CloudQuirks.Paging.values());
    quirks.order = pick(CloudQuirks.Order.values());
  }

  private void totals(CloudQuirks quirks) {
    quirks.total = pick(CloudQuirks.Total.values());
    quirks.totalOff = 1 + random.nextInt(3);
    quirks.totalOffForIds = random.nextInt(4) == 0;
  }

  private void people() {
    if (random.nextBoolean()) {
      stage
          .api()
          .sourceStatus(
              com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                  .objectNode()
                  .put("observedGeneration", -1));
    }
    stage.people().writeKey(NAMESPACE, "key", KEY);
    stage.people().writeKey(NEIGHBOURS, "key", "AK-neighbours");
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      create(NEIGHBOURS_PLACE, "Running");
    }
    for (int n = random.nextInt(14); n > 0; n--) {
      create(PLACE, pick(STATES));
    }
    for (int n = random.nextInt(3); n > 0; n--) {
      create(OTHER_PLACE, pick(STATES));
    }
    createSource();
    stage.people().createSource(NEIGHBOURS, "theirs", NEIGHBOURS_PLACE, spec -> key(spec));
    if (random.nextInt(3) == 0) {
      stage.people().createSource(NAMESPACE, SECOND, OTHER_PLACE, spec -> key(spec));
    }
  }

  private static void key(ObjectNode spec) {
    spec.putObject("credentials").putObject("secretRef").put("name", "key");
  }

  private void createSource() {
    if (stage.people().source(NAMESPACE, SOURCE) != null) {
      return;
    }
    stage
        .people()
        .createSource(
            NAMESPACE,
            SOURCE,
            PLACE,
            spec -> {
              key(spec);
              if (random.nextInt(3) == 0) {
                spec.put("interval", pick("10s", "30s", "2m"));
              }
              if (random.nextInt(4) == 0) {
                spec.put("timeout", pick("1s", "3s", "10s"));
              }
              if (random.nextInt(4) == 0) {
                spec.put("connectionSecrets", true);
              }
              ObjectNode prune = spec.putObject("prune");
              if (random.nextInt(3) == 0) {
                prune.put("maxPercent", pick(0, 10, 80, 100));
              }
              if (random.nextInt(5) == 0) {
                prune.put("policy", "Retain");
              }
            });
  }

  private void create(SimPlace place, String state) {
    String id = "sc-" + ++made;
    stage
        .cloud()
        .create(
            place,
            id,
            "name-" + made % 3 + "-" + made,
            pick(KINDS),
            "q" + random.nextInt(2),
            state);
  }

  @SafeVarargs
  private <T> T pick(T... options) {
    return options[random.nextInt(options.length)];
  }

  private <T> T pick(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }

  private @Nullable String anySession() {
    List<SimSession> all = stage.cloud().in(PLACE);
    return all.isEmpty() ? null : pick(all).id();
  }

  private @Nullable String anyMirror() {
    List<String> all = stage.people().mirrors(NAMESPACE);
    return all.isEmpty() ? null : pick(all);
  }

  private void happen(Deed deed) {
    switch (deed.where) {
      case CLOUD -> inTheCloud(deed);
      case PEOPLE -> byPeople(deed);
      case MACHINES -> toTheProcess(deed);
    }
  }

  private void inTheCloud(Deed deed) {
    SimCloud cloud = stage.cloud();
    CloudQuirks quirks = cloud.quirks(PLACE);
    String id = anySession();
    switch (deed) {
      case SESSION_CREATED -> create(PLACE, pick(STATES));
      case SESSION_CHANGES_STATE -> changeState(id);
      case SESSION_RENAMED -> change(id, s -> s.withName("name-" + random.nextInt(3) + "-renamed"));
      case SESSION_CHANGES_QUEUE -> change(id, s -> s.withQueue("q" + random.nextInt(2)));
      case SESSION_REVISED -> change(id, SimSession::revised);
      case SESSION_VANISHES -> {
        if (id != null) {
          cloud.vanish(PLACE, id);
        }
      }
      case MANY_VANISH -> {
        double share = 0.3 + random.nextDouble() * 0.7;
        for (SimSession session : cloud.in(PLACE)) {
          if (random.nextDouble() < share) {
            cloud.vanish(PLACE, session.id());
          }
        }
      }
      case SESSION_COMES_BACK -> comeBack(0.3);
      case MANY_COME_BACK -> comeBack(1);
      case MANY_CREATED -> {
        for (int n = 5 + random.nextInt(12); n > 0; n--) {
          create(PLACE, pick(STATES));
        }
      }
      case BUSY_WORKSPACE -> busy();
      case CLOUD_FAULTS -> {
        quirks.faultRate = pick(0.03, 0.2, 0.5);
        quirks.faults = List.copyOf(faults);
      }
      case CLOUD_OUTAGE -> {
        quirks.faultRate = 1;
        quirks.faults = List.of(pick(faults));
      }
      case CLOUD_MENDED -> {
        quirks.faultRate = 0;
        quirks.omissionRate = 0;
        quirks.staleBy = Duration.ZERO;
        cloud.refusedKeys().clear();
      }
      case STALE_REPLICA -> quirks.staleBy = Duration.ofSeconds(random.nextInt(300));
      case OTHER_TOTALS -> totals(quirks);
      case OMISSIONS -> {
        quirks.omissionRate = pick(0.1, 0.5, 1.0);
        quirks.omissions = List.of(pick(CloudQuirks.Omission.values()));
      }
      case OTHER_PAGING -> paging(quirks);
      default -> throw new IllegalArgumentException(deed.toString());
    }
  }

  private void change(@Nullable String id, java.util.function.UnaryOperator<SimSession> change) {
    if (id != null) {
      stage.cloud().change(PLACE, id, change);
    }
  }

  private void changeState(@Nullable String id) {
    String state = pick(STATES);
    long millis = stage.kernel().wall().millis();
    change(
        id,
        s -> s.withState(state, state.equals("Running") ? Long.valueOf(millis) : s.startTime()));
  }

  private void comeBack(double share) {
    for (String each : stage.cloud().everIn(PLACE)) {
      if (stage.cloud().at(PLACE, each, stage.cloud().now()) == null
          && random.nextDouble() < share) {
        stage.cloud().comeBack(PLACE, each);
      }
    }
  }

  /** For a while a session is created, or ends, again and again. */
  private void busy() {
    boolean idle = busyUntil <= stage.kernel().nanoTime();
    busyUntil = stage.kernel().nanoTime() + Duration.ofSeconds(20 + random.nextInt(100)).toNanos();
    if (idle) {
      churn(Duration.ofMillis(200 + random.nextInt(2_000)));
    }
  }

  private void churn(Duration every) {
    stage
        .kernel()
        .at(
            every,
            () -> {
              if (stage.kernel().nanoTime() > busyUntil) {
                return;
              }
              List<SimSession> all = stage.cloud().in(PLACE);
              if (all.size() > 12 || (all.size() > 4 && random.nextBoolean())) {
                stage.cloud().vanish(PLACE, pick(all).id());
              } else {
                create(PLACE, "Running");
              }
              churn(every);
            });
  }

  private void byPeople(Deed deed) {
    People people = stage.people();
    String mirror = anyMirror();
    switch (deed) {
      case FILTER_EDITED ->
          edit(
              spec -> {
                ObjectNode filter = spec.putObject("filter");
                switch (random.nextInt(4)) {
                  case 0 -> filter.put("kind", pick(KINDS));
                  case 1 -> filter.put("queueName", "q" + random.nextInt(2));
                  case 2 -> filter.put("sessionClusterId", "sc-" + (1 + random.nextInt(made)));
                  default -> spec.remove("filter");
                }
              });
      case REGEX_EDITED ->
          edit(
              spec ->
                  spec.putObject("filter")
                      .put("nameRegex", pick("name", "name-[01]", "^name-2", "renamed$")));
      case INTERVAL_EDITED -> edit(spec -> spec.put("interval", pick("10s", "30s", "1m", "2m")));
      case POLICY_EDITED ->
          edit(
              spec ->
                  spec.withObjectProperty("prune")
                      .put("policy", random.nextBoolean() ? "Retain" : "Delete"));
      case MAX_PERCENT_EDITED ->
          edit(
              spec -> spec.withObjectProperty("prune").put("maxPercent", pick(0, 20, 50, 90, 100)));
      case WORKSPACE_EDITED ->
          edit(spec -> spec.put("workspaceId", pick(PLACE.workspace(), OTHER_PLACE.workspace())));
      case INVALID_EDIT ->
          edit(
              spec -> {
                if (random.nextBoolean()) {
                  spec.putObject("filter").put("nameRegex", "(");
                } else {
                  spec.put("endpoint", "https://evil.example.com");
                }
              });
      case SUSPENDED -> edit(spec -> spec.put("suspend", true));
      case RESUMED ->
          edit(
              spec -> {
                spec.remove("suspend");
                spec.remove("endpoint");
                if (!Spec.of(spec.objectNode().set("spec", spec)).valid()) {
                  spec.remove("filter");
                }
              });
      case CONFIRMED -> people.confirm(NAMESPACE, SOURCE);
      case CONFIRMED_WRONGLY -> people.annotate(NAMESPACE, SOURCE, "confirm-prune", "0123456789ab");
      case REQUESTED -> people.annotate(NAMESPACE, SOURCE, "requested-at", "request " + ++requests);
      case CONNECTION_SECRETS_SWITCHED ->
          edit(spec -> spec.put("connectionSecrets", random.nextBoolean()));
      case SOURCE_DELETED ->
          people.deleteSource(NAMESPACE, SOURCE, SimApiServer.Propagation.BACKGROUND);
      case SOURCE_ORPHANS ->
          people.deleteSource(NAMESPACE, SOURCE, SimApiServer.Propagation.ORPHAN);
      case SOURCE_HELD_WHILE_DELETED -> {
        people.hold(Kind.SOURCE, NAMESPACE, SOURCE, true);
        people.deleteSource(NAMESPACE, SOURCE, SimApiServer.Propagation.BACKGROUND);
      }
      case SOURCE_MADE_AGAIN -> createSource();
      case KEY_DELETED -> people.deleteKey(NAMESPACE, "key");
      case KEY_WRITTEN -> {
        stage.cloud().refusedKeys().clear();
        people.writeKey(NAMESPACE, "key", pick(KEY, "AK-team-2"));
      }
      case KEY_REFUSED -> stage.cloud().refusedKeys().add(KEY);
      case FOREIGN_MIRROR -> {
        String id = "sc-" + (made + 1);
        people.foreignMirror(NAMESPACE, PLACE, id, null);
      }
      default -> {
        if (mirror != null) {
          toAMirror(deed, mirror);
        }
      }
    }
  }

  private void toAMirror(Deed deed, String mirror) {
    People people = stage.people();
    switch (deed) {
      case MIRROR_STATUS_EDITED -> people.editMirrorStatus(NAMESPACE, mirror, "Broken");
      case MIRROR_LABEL_EDITED ->
          people.editMirror(
              NAMESPACE,
              mirror,
              m -> {
                ObjectNode labels = m.withObjectProperty("metadata").withObjectProperty("labels");
                if (random.nextBoolean()) {
                  labels.put("sessionclusters.io/source", "other");
                } else {
                  labels.put("mine", "yes");
                }
              });
      case MIRROR_OWNER_CUT ->
          people.editMirror(
              NAMESPACE, mirror, m -> m.withObjectProperty("metadata").remove("ownerReferences"));
      case MIRROR_DELETED -> people.deleteMirror(NAMESPACE, mirror);
      case MIRROR_HELD -> people.hold(Kind.MIRROR, NAMESPACE, mirror, true);
      case MIRROR_LET_GO -> people.hold(Kind.MIRROR, NAMESPACE, mirror, false);
      case FOREIGN_MIRROR_REMOVED -> removeForeign();
      default -> throw new IllegalArgumentException(deed.toString());
    }
  }

  private void removeForeign() {
    for (String each : stage.people().mirrors(NAMESPACE)) {
      ObjectNode found = stage.api().find(Kind.MIRROR, NAMESPACE, each);
      if (found != null && Facts.controller(found) == null) {
        stage.people().deleteMirror(NAMESPACE, each);
      }
    }
  }

  private void edit(java.util.function.Consumer<ObjectNode> spec) {
    stage.people().edit(NAMESPACE, SOURCE, spec);
  }

  private void toTheProcess(Deed deed) {
    SimProcess a = stage.operator();
    Kernel kernel = stage.kernel();
    switch (deed) {
      case API_FAULTS -> {
        double rate = pick(0.05, 0.3, 1.0);
        stage.trouble(Duration.ofDays(1), "API server's faults");
        stage.api().faults(request -> kernel.chance(rate) ? apiFault(request) : Fault.NONE);
      }
      case ADMISSION_REFUSES -> {
        stage.trouble(Duration.ofDays(1), RefusalOracle.ADMISSION);
        int[] told = {0};
        stage
            .api()
            .faults(
                request ->
                    request.isWrite()
                            && request.kind() == Kind.MIRROR
                            && request.namespace().equals(NAMESPACE)
                        ? new Fault.Refused(
                            pick(403, 422), "Forbidden", "denied, request " + ++told[0], null)
                        : Fault.NONE);
      }
      case API_SILENT_FOR_LONG -> {
        stage.trouble(Duration.ofMinutes(6), "Retry-After");
        stage
            .api()
            .faults(
                Faults.onNextWrite(new Fault.Refused(503, "ServiceUnavailable", "later", 86_400)));
      }
      case API_MENDED -> mendApi();
      case WATCHES_STALL -> {
        if (a.isAlive()) {
          Duration time = Duration.ofSeconds(random.nextInt(120));
          stage.trouble(time.plusSeconds(5), ReadyOracle.STALLED_WATCHES);
          a.stallWatches();
          kernel.at(time, a::resumeWatches);
        }
      }
      case WATCHES_CUT -> {
        if (a.isAlive()) {
          a.cutWatches();
        }
      }
      case BACKUP_TAKEN -> {
        backup = stage.api().snapshot();
        backupAt = kernel.nanoTime();
      }
      case BACKUP_RESTORED -> {
        if (backup != null) {
          stage.trouble(Duration.ofMinutes(10), "restored from " + backupAt);
          stage.world().restore(backup);
        }
      }
      case RESTART -> {
        if (a.isAlive()) {
          a.kill();
          a.start();
        }
      }
      case KILLED_FOR_LONG -> {
        if (a.isAlive()) {
          a.kill();
          Duration time = Duration.ofSeconds(random.nextInt(1200));
          stage.trouble(time.plusSeconds(60), "no process");
          kernel.at(
              time,
              () -> {
                if (!a.isAlive()) {
                  a.start();
                }
              });
        }
      }
      case PAUSED -> {
        if (a.isAlive()) {
          Duration time = Duration.ofSeconds(random.nextInt(120));
          stage.trouble(time.plusSeconds(60), ReadyOracle.PAUSED);
          a.pause();
          int life = a.lives();
          kernel.at(
              time,
              () -> {
                if (a.isAlive() && a.lives() == life) {
                  a.resume();
                }
              });
        }
      }
      case TAKEOVER -> takeover();
      case WALL_JUMPS -> {
        stage.trouble(Duration.ofMinutes(3), "wall clock");
        kernel.jumpWall(Duration.ofSeconds(random.nextInt(14_000) - 7_000));
      }
      default -> throw new IllegalArgumentException(deed.toString());
    }
  }

  /**
   * The other process leads for a while. The first has ended, or goes on as if it still led, or was
   * paused and finds that it does not; a process that has lost its lease ends.
   */
  private void takeover() {
    SimProcess a = stage.operator();
    SimProcess b = stage.standby();
    Kernel kernel = stage.kernel();
    if (b.isAlive() || !a.isAlive()) {
      return;
    }
    stage.trouble(Duration.ofSeconds(150), "takeover");
    int life = a.lives();
    Runnable end =
        () -> {
          if (a.isAlive() && a.lives() == life) {
            a.kill();
          }
        };
    switch (random.nextInt(3)) {
      case 0 -> a.kill();
      case 1 -> kernel.at(Duration.ofSeconds(1 + random.nextInt(20)), end);
      default -> {
        a.pause();
        kernel.at(
            Duration.ofSeconds(5 + random.nextInt(10)),
            () -> {
              if (a.isAlive() && a.lives() == life) {
                a.lead(false);
                a.resume();
              }
            });
        kernel.at(Duration.ofSeconds(18), end);
      }
    }
    b.lead(true);
    b.start();
    kernel.at(
        Duration.ofSeconds(25 + random.nextInt(60)),
        () -> {
          if (b.isAlive()) {
            b.kill();
          }
          a.lead(true);
          if (!a.isAlive()) {
            a.start();
          }
        });
  }

  /** A listing that needs more time than it has would never end well. */
  private void inTime() {
    for (SimPlace place : List.of(PLACE, OTHER_PLACE)) {
      CloudQuirks quirks = stage.cloud().quirks(place);
      long pages = 1L + stage.cloud().in(place).size() / quirks.pageCap;
      if (quirks.latency.multipliedBy(3L * pages).compareTo(Duration.ofSeconds(1)) > 0) {
        quirks.pageCap = 100;
      }
    }
  }

  private Fault apiFault(ApiRequest request) {
    return switch (random.nextInt(10)) {
      case 0 -> new Fault.Refused(403, "Forbidden", "you may not", null);
      case 1 -> new Fault.Refused(422, "Invalid", "admission webhook denied the request", null);
      case 2 -> new Fault.Refused(409, "Conflict", "the object has been modified", null);
      case 3 -> new Fault.Refused(429, "TooManyRequests", "slow down", 1);
      case 4 -> new Fault.Refused(500, "InternalError", "etcd", null);
      case 5 -> new Fault.LostBefore();
      case 6 -> new Fault.AnswerLost();
      case 8 -> isOfAMirror(request) ? new Fault.Hollow() : new Fault.Html(200);
      case 7 -> new Fault.AnswerLate(Duration.ofMillis(random.nextInt(20_000)));
      default -> new Fault.Html(502);
    };
  }

  /** No client can see through an empty answer to a deletion. */
  private static boolean isOfAMirror(ApiRequest request) {
    return request.kind() == Kind.MIRROR
        && (request.verb().equals("create") || request.verb().equals("update"));
  }

  private void mendApi() {
    stage.api().faults(Faults.NONE);
    stage.endTroubles();
  }

  /** All faults end; what people have begun comes to an end. */
  private void calmDown() {
    stage.kernel().note(() -> "== all is calm");
    busyUntil = 0;
    stage.cloud().quirks(PLACE).calmDown();
    stage.cloud().quirks(OTHER_PLACE).calmDown();
    stage.cloud().refusedKeys().clear();
    mendApi();
    SimProcess a = stage.operator();
    a.lead(true);
    if (stage.standby().isAlive()) {
      stage.standby().kill();
    }
    if (!a.isAlive()) {
      a.start();
    }
    a.resume();
    a.resumeWatches();
    inTime();
    stage.people().letGo();
    stage.people().writeKey(NAMESPACE, "key", KEY);
    if (random.nextInt(3) != 0) {
      happen(Deed.RESUMED);
    }
    if (random.nextBoolean()) {
      stage.people().confirm(NAMESPACE, SOURCE);
    }
    if (random.nextBoolean()) {
      createSource();
    }
  }
}
