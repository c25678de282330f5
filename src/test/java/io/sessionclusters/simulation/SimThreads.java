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
import java.lang.Thread.Builder.OfVirtual;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Simulated threads that live and die together, with their alarms: those of one life of a process.
 * A thread that one of them starts is one of them.
 */
final class SimThreads implements Timers, Executor {

  /**
   * The JDK's own way to give virtual threads another scheduler, which it does not export; needs
   * {@code --add-opens java.base/java.lang=ALL-UNNAMED}, and the same for {@code
   * java.util.concurrent.locks}.
   */
  private static final Constructor<?> BUILDER = builder();

  private static final Field SCHEDULER = field("java.lang.VirtualThread", "scheduler");
  private static final Field OWNER =
      field("java.util.concurrent.locks.AbstractOwnableSynchronizer", "exclusiveOwnerThread");

  /** What the JDK gives a scheduler is a lambda of the thread. */
  private static final ClassValue<Field> THREAD =
      new ClassValue<>() {
        @Override
        protected Field computeValue(Class<?> lambda) {
          Field field = lambda.getDeclaredFields()[0];
          field.setAccessible(true);
          return field;
        }
      };

  /** Whose the running thread is, for what is thrown in it. */
  private static final InheritableThreadLocal<SimThreads> CURRENT = new InheritableThreadLocal<>();

  static {
    Thread.UncaughtExceptionHandler others = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          SimThreads group = CURRENT.get();
          if (group != null) {
            group.kernel.fail(thrown);
          } else if (others != null) {
            others.uncaughtException(thread, thrown);
          } else {
            thrown.printStackTrace();
          }
        });
  }

  private final Kernel kernel;
  private final String name;
  private final OfVirtual threads;
  private final List<Runnable> held = new ArrayList<>();
  private boolean dead;
  private boolean paused;

  SimThreads(Kernel kernel, String name) {
    this.kernel = kernel;
    this.name = name;
    try {
      this.threads = (OfVirtual) BUILDER.newInstance(this);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Field field(String type, String name) {
    try {
      Field field = Class.forName(type).getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Constructor<?> builder() {
    try {
      Constructor<?> constructor =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The thread that a continuation is of. */
  static Thread threadOf(Runnable continuation) {
    try {
      return (Thread) Objects.requireNonNull(THREAD.get(continuation.getClass()).get(continuation));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a thread runs, or waits for a lock that no thread of its own history holds. */
  static boolean isOnItsWay(Thread thread, Kernel kernel) {
    return switch (thread.getState()) {
      case RUNNABLE, BLOCKED -> true;
      case WAITING, TIMED_WAITING ->
          LockSupport.getBlocker(thread) instanceof AbstractOwnableSynchronizer lock
              && lock.getClass().getEnclosingClass() == ReentrantLock.class
              && !isOf(owner(lock), kernel);
      default -> false;
    };
  }

  private static @Nullable Object owner(AbstractOwnableSynchronizer lock) {
    try {
      return OWNER.get(lock);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isOf(@Nullable Object thread, Kernel kernel) {
    try {
      return thread instanceof Thread t
          && t.isVirtual()
          && SCHEDULER.get(t) instanceof SimThreads group
          && group.kernel == kernel;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the calling thread is simulated by that kernel. */
  static boolean isOf(Kernel kernel) {
    SimThreads group = CURRENT.get();
    return group != null && group.kernel == kernel;
  }

  @Override
  public void execute(Runnable continuation) {
    if (!dead) {
      kernel.ready(this, continuation);
    }
  }

  /** Lets a thread go on, if it still may. */
  void go(Runnable continuation) {
    if (paused && !dead) {
      held.add(continuation);
    } else if (!dead) {
      continuation.run();
    }
  }

  /** Starts a thread. */
  void start(String task, Runnable run) {
    if (dead) {
      return;
    }
    threads
        .name(name + "/" + task)
        .start(
            () -> {
              CURRENT.set(this);
              run.run();
            });
  }

  /** None of the threads runs ever again, and no alarm goes off. */
  void kill() {
    dead = true;
    held.clear();
  }

  /** As {@link #kill}, by one of the threads: this does not return. */
  void killFromWithin() {
    kill();
    while (true) {
      LockSupport.park(this);
    }
  }

  boolean isDead() {
    return dead;
  }

  /** None of the threads runs until {@link #resume}, while time goes on. */
  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    held.forEach(this::execute);
    held.clear();
  }

  boolean isPaused() {
    return paused;
  }

  @Override
  public long nanoTime() {
    return kernel.nanoTime();
  }

  @Override
  public void sleep(Duration time) throws InterruptedException {
    Gate gate = new Gate();
    Kernel.Event end = kernel.at(time, gate::open);
    try {
      gate.await();
    } finally {
      end.cancel();
    }
  }

  /** The action runs on a thread of its own. */
  @Override
  public Alarm schedule(Duration after, Runnable action) {
    return kernel.at(after, () -> start("alarm", action))::cancel;
  }

  /** What one simulated thread waits for. */
  static final class Gate {
    private @Nullable Thread waiting;
    private boolean open;

    /** Lets the thread go on; for any thread, and before it waits too. */
    void open() {
      open = true;
      LockSupport.unpark(waiting);
    }

    boolean isOpen() {
      return open;
    }

    /**
     * Waits until it is open.
     *
     * @throws InterruptedException if the calling thread is interrupted
     */
    void await() throws InterruptedException {
      waiting = Thread.currentThread();
      while (!open) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        LockSupport.park(this);
      }
    }
  }
}
