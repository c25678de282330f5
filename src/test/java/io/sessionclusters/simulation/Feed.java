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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What an informer does: a list, then the watch, each change some time after it happened, in order;
 * and another list when the watch is lost.
 */
final class Feed implements SimApiServer.Watcher {

  /** Where the objects go, as the item store of an informer is called. */
  interface Sink {
    void put(ObjectNode object);

    /** It is gone. */
    void remove(String namespace, String name);

    /** All that a list showed has been put; what else is there is gone. */
    void retain(List<ObjectNode> listed);
  }

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final SimProcess process;
  private final SimThreads threads;
  private final SimApiServer api;
  private final Kernel kernel;
  private final Kind kind;
  private final Sink sink;
  private final Deque<Change> pending = new ArrayDeque<>();
  private SimThreads.Gate news = new SimThreads.Gate();
  private boolean cut;
  private boolean stalled;
  private boolean synced;
  private long lastDue;

  Feed(SimProcess process, SimThreads threads, Kind kind, Sink sink) {
    this.process = process;
    this.threads = threads;
    this.api = process.world().api();
    this.kernel = process.world().kernel();
    this.kind = kind;
    this.sink = sink;
  }

  Kind kind() {
    return kind;
  }

  void start() {
    threads.start("informer-" + kind.plural(), this::run);
  }

  /** Whether a list has been taken over. */
  boolean isSynced() {
    return synced;
  }

  /** Nothing new is shown until {@link #resume}; it is not lost. */
  void stall() {
    stalled = true;
  }

  void resume() {
    stalled = false;
    news.open();
  }

  void close() {
    api.unwatch(this);
  }

  @Override
  public void changed(Change change) {
    if (change.kind() == kind) {
      pending.add(change);
      news.open();
    }
  }

  @Override
  public void cut() {
    api.unwatch(this);
    pending.clear();
    cut = true;
    news.open();
  }

  private void run() {
    try {
      while (true) {
        while (!list()) {
          threads.sleep(RETRY);
        }
        synced = true;
        follow();
        threads.sleep(kernel.between(Duration.ofMillis(1), RETRY));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts an informer", e);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // Here it only lets the kernel choose who goes on.
  private boolean list() throws InterruptedException {
    if (process.list(kind) != null) {
      return false;
    }
    // The moment the server answers: from now on the watch has what happens.
    cut = false;
    pending.clear();
    api.watch(this);
    List<ObjectNode> listed = api.all(kind);
    threads.sleep(api.latency());
    for (ObjectNode object : listed) {
      sink.put(object);
      Thread.yield();
    }
    sink.retain(listed);
    return true;
  }

  private void follow() throws InterruptedException {
    while (!cut) {
      Change next = stalled ? null : pending.poll();
      if (next == null) {
        news = new SimThreads.Gate();
        if ((!pending.isEmpty() && !stalled) || cut) {
          continue;
        }
        news.await();
        continue;
      }
      Duration lag = process.watchLag();
      lastDue = Math.max(lastDue, next.at().plus(lag).toNanos());
      long wait = lastDue - kernel.nanoTime();
      if (wait > 0) {
        threads.sleep(Duration.ofNanos(wait));
      }
      if (cut) {
        return;
      }
      if (stalled) {
        pending.addFirst(next);
        continue;
      }
      ObjectNode after = next.after();
      if (after == null) {
        sink.remove(next.namespace(), next.name());
      } else {
        sink.put(after);
      }
    }
  }
}
