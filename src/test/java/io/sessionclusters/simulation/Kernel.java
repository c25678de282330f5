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

import io.sessionclusters.time.Timers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, and all that runs by it: events in the order of their time, and virtual threads one
 * at a time on the thread that calls {@link #runFor}, in an order that the seed decides. Time goes
 * on when no thread can. The same seed gives the same history.
 *
 * <p>Threads that simulated threads start, by whatever way, are simulated too. What waits must wait
 * by {@link Timers}; the JDK's timed waits take real time and so never end.
 */
final class Kernel {

  /** When every history begins, by the wall clock. */
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Steps without any time going by that no honest history takes. */
  private static final int LIVE_LOCK = 500_000;

  /** Of a thread that waits for a lock, in real time. */
  private static final Duration LONGEST_LOCK = Duration.ofSeconds(20);

  /** Something that happens at a time. */
  static final class Event {
    private final long at;
    private final long number;
    private @Nullable Runnable action;

    Event(long at, long number, Runnable action) {
      this.at = at;
      this.number = number;
      this.action = action;
    }

    /** It shall not happen. */
    void cancel() {
      action = null;
    }
  }

  /**
   * A thread that can go on.
   *
   * @param outside whether a thread that is not simulated here let it
   */
  private record Ready(SimThreads of, Runnable continuation, boolean outside) {}

  private record Note(long at, Supplier<String> what) {}

  private final long seed;
  private final Random random;
  private final Random order;
  private final Thread carrier = Thread.currentThread();
  private final SimThreads threads;
  private final List<Ready> ready = new ArrayList<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong((Event e) -> e.at).thenComparingLong(e -> e.number));
  private final List<Note> trace = new ArrayList<>();
  private final Clock wall = new Wall();
  private long now;
  private long eventNumber;
  private long steps;
  private Duration wallOffset = Duration.ZERO;
  private boolean tracing = true;
  private volatile @Nullable Throwable failure;
  private final AtomicInteger wakeUpsFromOutside = new AtomicInteger();

  /** A world in which nothing has happened; only the calling thread may run it. */
  Kernel(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.order = new Random(seed ^ 0x5DEECE66DL);
    this.threads = new SimThreads(this, "world");
  }

  long seed() {
    return seed;
  }

  /** For what the world decides. Who draws from it must itself be part of the history. */
  Random random() {
    return random;
  }

  /** A time between the two, evenly. */
  Duration between(Duration least, Duration most) {
    long span = most.minus(least).toNanos();
    return span <= 0 ? least : least.plusNanos((long) (random.nextDouble() * span));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** The world's own; a process has others, which end with it. */
  Timers timers() {
    return threads;
  }

  /** The world's own threads. */
  SimThreads threads() {
    return threads;
  }

  /** Time since the start. */
  Duration elapsed() {
    return Duration.ofNanos(now);
  }

  long nanoTime() {
    return now;
  }

  /** Never jumps. */
  Instant steady() {
    return START.plusNanos(now);
  }

  /** The wall clock of every machine, which {@link #jumpWall} moves. */
  Clock wall() {
    return wall;
  }

  void jumpWall(Duration by) {
    wallOffset = wallOffset.plus(by);
    note(() -> "the wall clock jumps by " + by);
  }

  /** Starts a thread of the world. */
  void spawn(String name, Runnable task) {
    threads.start(name, task);
  }

  /** Starts a thread of the world later. */
  Timers.Alarm after(Duration time, Runnable task) {
    return threads.schedule(time, task);
  }

  /**
   * Has something done later between the threads; it must not wait.
   *
   * @param time from now
   */
  Event at(Duration time, Runnable action) {
    Event event = new Event(now + Math.max(0, time.toNanos()), eventNumber++, action);
    events.add(event);
    return event;
  }

  /** Lets time go by. */
  void runFor(Duration time) {
    runUntil(() -> false, time);
  }

  /**
   * Everything sleeps, as machines do that are suspended: time goes on, and what was to happen
   * meanwhile happens late, when time goes by again.
   */
  void sleep(Duration time) {
    now += time.toNanos();
    note(() -> "everything has slept for " + time);
  }

  /**
   * Lets time go by until something holds, which is asked whenever no thread can go on.
   *
   * @return whether it holds
   * @throws AssertionError if a simulated thread failed
   */
  boolean runUntil(BooleanSupplier done, Duration limit) {
    if (Thread.currentThread() != carrier) {
      throw new IllegalStateException("only the thread that made the kernel may run it");
    }
    long end = now + limit.toNanos();
    while (true) {
      settle();
      if (done.getAsBoolean()) {
        return true;
      }
      Event next = events.peek();
      if (next == null || next.at > end) {
        now = end;
        return false;
      }
      events.poll();
      Runnable action = next.action;
      if (action != null) {
        if (next.at > now) {
          steps = 0;
          now = next.at;
        }
        action.run();
      }
    }
  }

  /** Runs threads until none can go on. */
  private void settle() {
    for (Ready next = choose(); next != null; next = choose()) {
      next.of().go(next.continuation());
      awaitReturn(next);
      if (++steps > LIVE_LOCK) {
        throw new AssertionError("threads run for ever without any time going by");
      }
      check();
    }
    check();
  }

  private @Nullable Ready choose() {
    synchronized (ready) {
      int size = ready.size();
      if (size == 0) {
        return null;
      }
      int chosen = size == 1 ? 0 : order.nextInt(size);
      Ready next = ready.get(chosen);
      ready.set(chosen, ready.get(size - 1));
      ready.remove(size - 1);
      return next;
    }
  }

  /**
   * What two histories share, such as a table of the JDK, has locks, and a thread that waits for
   * one has not come to a rest: it goes on, before all others, when another history gives it back.
   */
  private void awaitReturn(Ready stopped) {
    Thread thread = SimThreads.threadOf(stopped.continuation());
    long giveUp = 0;
    while (!stopped.of().isDead() && !stopped.of().isPaused()) {
      boolean resting = !SimThreads.isOnItsWay(thread, this);
      Ready again = null;
      synchronized (ready) {
        for (Ready r : ready) {
          again = r.continuation().equals(stopped.continuation()) ? r : again;
        }
        if (again != null && again.outside()) {
          ready.remove(again);
        }
      }
      if (again == null ? resting : !again.outside()) {
        return;
      }
      if (again != null) {
        giveUp = 0;
        stopped.of().go(stopped.continuation());
      } else {
        giveUp = giveUp == 0 ? System.nanoTime() + LONGEST_LOCK.toNanos() : giveUp;
        if (System.nanoTime() > giveUp) {
          throw new AssertionError(thread + " waits for a lock of a thread that waits");
        }
        Thread.onSpinWait();
      }
    }
  }

  private void check() {
    Throwable thrown = failure;
    if (thrown != null) {
      failure = null;
      throw new AssertionError("a simulated thread failed, seed " + seed, thrown);
    }
  }

  /** A thread can go on. */
  void ready(SimThreads of, Runnable continuation) {
    Thread caller = Thread.currentThread();
    boolean outside = !caller.equals(carrier) && !SimThreads.isOf(this);
    if (outside) {
      wakeUpsFromOutside.incrementAndGet();
    }
    synchronized (ready) {
      ready.add(new Ready(of, continuation, outside));
    }
  }

  /** The history fails, with the first that is told. */
  void fail(Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
  }

  /** Wake-ups by threads that are not simulated here: none where no other history runs. */
  int wakeUpsFromOutside() {
    return wakeUpsFromOutside.get();
  }

  /** What is noted from now on is forgotten: a trace takes time and memory. */
  void stopTracing() {
    tracing = false;
  }

  /**
   * Notes what happens, for the trace of a failure.
   *
   * @param what made into text only when somebody reads the trace: of things that do not change
   */
  void note(Supplier<String> what) {
    if (tracing) {
      trace.add(new Note(now, what));
    }
  }

  /** What happened, a line each, with the seconds since the start. */
  List<String> trace() {
    return trace.stream()
        .map(note -> "%10.3f %s".formatted(note.at() / 1e9, note.what().get()))
        .toList();
  }

  private final class Wall extends Clock {
    @Override
    public Instant instant() {
      return steady().plus(wallOffset);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
