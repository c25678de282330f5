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
package io.sessionclusters.time;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Runs what may hang on a virtual thread of its own while the caller waits. So a deadline, and an
 * interruption of the caller, end it at once in whatever it hangs: the look-up of a host name, a
 * TLS handshake, a body of one byte a second.
 */
public final class TimeLimiter {

  private final Timers timers;

  public TimeLimiter(Timers timers) {
    this.timers = timers;
  }

  /**
   * Runs a task and waits for it.
   *
   * @param limit the longest wait
   * @param atEnd called in every case; breaks off what an interruption alone would not
   * @return what the task returns; null if it did not end in time
   * @throws InterruptedException if the calling thread is interrupted; the task is broken off then
   * @throws IllegalStateException if the task throws
   */
  public <T> @Nullable T call(String name, Duration limit, Callable<T> task, Runnable atEnd)
      throws InterruptedException {
    Map<String, String> log = MDC.getCopyOfContextMap();
    var future =
        new FutureTask<>(
            () -> {
              if (log != null) {
                MDC.setContextMap(log);
              }
              return task.call();
            });
    Thread.ofVirtual().name(name).start(future);
    Timers.Alarm alarm = timers.schedule(limit, () -> future.cancel(true));
    try {
      return future.get();
    } catch (CancellationException _) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException("failed in an unforeseen way: " + name, e.getCause());
    } finally {
      alarm.cancel();
      atEnd.run();
      future.cancel(true);
    }
  }
}
