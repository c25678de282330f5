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

import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.EventHandler;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.time.Timers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the framework does with events: at most one reconcile of a source at a time, another one at
 * once if an event came meanwhile, a retry with back-off after an exception, and nothing before it
 * is started.
 */
final class WorkQueue implements EventHandler {

  private static final double FIRST_RETRY_SECONDS = 1;
  private static final double LONGEST_RETRY_SECONDS = 300;

  /** Reconciles a source. */
  @FunctionalInterface
  interface Work {
    /**
     * Reconciles.
     *
     * @return false if there is no such source
     */
    boolean reconcile(ResourceID source) throws InterruptedException;
  }

  private static final class State {
    private boolean running;
    private boolean dirty;
    private int failures;
    private Timers.@Nullable Alarm retry;
  }

  private final SimThreads threads;
  private final SimProcess process;
  private final Work work;
  private final Map<ResourceID, State> states = new LinkedHashMap<>();
  private boolean started;

  WorkQueue(SimProcess process, SimThreads threads, Work work) {
    this.process = process;
    this.threads = threads;
    this.work = work;
  }

  /** Takes up what has been waiting, and all that comes. */
  void start() {
    started = true;
    Map.copyOf(states).keySet().stream()
        .sorted(java.util.Comparator.comparing(ResourceID::toString))
        .forEach(this::next);
  }

  @Override
  public void handleEvent(Event event) {
    ResourceID id = event.getRelatedCustomResourceID();
    states.computeIfAbsent(id, i -> new State()).dirty = true;
    next(id);
  }

  /** How many reconciles are under way. */
  int running() {
    return (int) states.values().stream().filter(s -> s.running).count();
  }

  private void next(ResourceID id) {
    State state = states.get(id);
    if (!started || state == null || state.running || !state.dirty) {
      return;
    }
    state.dirty = false;
    state.running = true;
    if (state.retry != null) {
      state.retry.cancel();
      state.retry = null;
    }
    threads.start("reconcile-" + id.getName(), () -> run(id, state));
  }

  private void run(ResourceID id, State state) {
    boolean there = true;
    try {
      there = work.reconcile(id);
      state.failures = 0;
    } catch (InterruptedException | RuntimeException e) {
      process.threw(e);
      double seconds =
          Math.min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * Math.pow(1.5, state.failures++));
      state.retry =
          threads.schedule(
              Duration.ofMillis((long) (seconds * 1000)), () -> handleEvent(new Event(id)));
    }
    state.running = false;
    if (!there && !state.dirty) {
      states.remove(id);
    }
    next(id);
  }
}
