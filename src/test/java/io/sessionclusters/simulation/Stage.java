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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A world with a cloud, people and two processes of the operator, of which one leads; and all that
 * is written down for the oracles.
 */
final class Stage {

  private final World world;
  private final SimCloud cloud;
  private final Served served = new Served();
  private final People people;
  private final List<Facts.Trouble> troubles = new ArrayList<>();
  private final List<Long> starts = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();

  Stage(long seed, boolean tracing) {
    world = new World(seed);
    if (!tracing) {
      world.kernel().stopTracing();
    }
    cloud = new SimCloud(world.kernel()::nanoTime);
    people = new People(world.api());
    RandomGenerator random = world.kernel().random();
    world.cloud(
        process -> {
          starts.add(world.kernel().nanoTime());
          return new SimTransport(
              cloud, served, process.timers(), random, process.name(), world.kernel()::note);
        });
  }

  World world() {
    return world;
  }

  Kernel kernel() {
    return world.kernel();
  }

  SimApiServer api() {
    return world.api();
  }

  SimCloud cloud() {
    return cloud;
  }

  Served served() {
    return served;
  }

  People people() {
    return people;
  }

  /** The process that leads at first. */
  SimProcess operator() {
    return world.process("a");
  }

  SimProcess standby() {
    return world.process("b");
  }

  /** Time goes by; what must hold at every moment is looked at every half minute. */
  void runFor(Duration time) {
    Duration left = time;
    Duration step = Duration.ofSeconds(30);
    while (left.isPositive()) {
      Duration now = left.compareTo(step) < 0 ? left : step;
      world.runFor(now);
      left = left.minus(now);
      look();
    }
  }

  /** Everything sleeps; see {@link Kernel#sleep}. */
  void sleep(Duration time) {
    trouble(time, "asleep");
    kernel().sleep(time);
  }

  /** Whether no source is being looked at. */
  boolean isIdle() {
    return world.processes().stream().allMatch(process -> process.reconciles() == 0);
  }

  private void look() {
    for (SimProcess process : world.processes()) {
      Optional<String> stuck = process.stuck();
      if (stuck.isPresent() && broken.size() < 20) {
        broken.add(
            "%s process %s says it is stuck: %s"
                .formatted(Facts.when(kernel().nanoTime()), process.name(), stuck.get()));
      }
    }
  }

  /** Something keeps the operator from its work from now on, for a time. */
  void trouble(Duration time, String what) {
    long now = kernel().nanoTime();
    troubles.add(new Facts.Trouble(now, now + time.toNanos(), what));
  }

  /** Something has kept the operator from its work for a time, and does so for a time. */
  void troubleAround(Duration before, Duration after, String what) {
    long now = kernel().nanoTime();
    troubles.add(new Facts.Trouble(now - before.toNanos(), now + after.toNanos(), what));
  }

  /** What has no end yet, ends now, but for the time it takes to notice. */
  void endTroubles() {
    long now = kernel().nanoTime();
    long soon = now + Duration.ofMinutes(6).toNanos();
    long endless = Duration.ofDays(1).toNanos();
    troubles.replaceAll(
        t -> t.to() - t.from() >= endless ? new Facts.Trouble(t.from(), soon, t.what()) : t);
  }

  List<Long> starts() {
    return starts;
  }

  Facts facts() {
    return new Facts(world.api().history(), cloud, served, troubles);
  }

  /** Asks the oracles that any history must satisfy. */
  List<String> verdict() {
    var all = new ArrayList<>(broken);
    Facts facts = facts();
    long now = kernel().nanoTime();
    new RemovalOracle().judge(facts, b -> all.add("(a) " + b));
    new ProofOracle().judge(facts, b -> all.add("(a2) " + b));
    new GuardOracle().judge(facts, b -> all.add("(b) " + b));
    new PolicyOracle().judge(facts, b -> all.add("(c,d) " + b));
    new OthersOracle().judge(facts, b -> all.add("(e) " + b));
    new SecrecyOracle().judge(facts, b -> all.add("(f) " + b));
    new ReadyOracle(starts).judge(facts, b -> all.add("(g) " + b));
    new MirrorWordsOracle().judge(facts, b -> all.add("(k) " + b));
    new RemovalWordsOracle().judge(facts, b -> all.add("(k) " + b));
    new RefusalOracle(api().served(), starts).judge(facts, b -> all.add("(l) " + b));
    new RetryOracle(api().served(), starts).judge(facts, b -> all.add("(n) " + b));
    new LeaderOracle(world.processes()).judge(facts, b -> all.add("(m) " + b));
    new SyncedOracle(starts, now).judge(facts, b -> all.add("(h) " + b));
    new SayingOracle().judge(facts, b -> all.add("(k) " + b));
    new NeighbourOracle("neighbours").judge(facts, b -> all.add("(e) " + b));
    for (SimProcess process : world.processes()) {
      process.thrown().forEach(t -> all.add("(j) a reconcile threw " + t));
    }
    return all;
  }

  /** Ends the processes, so that their clients can serve the next history. */
  void close() {
    for (SimProcess process : world.processes()) {
      if (process.isAlive()) {
        process.kill();
      }
    }
  }
}
