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
package io.sessionclusters.event;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.kubernetes.ApiServerErrors;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events one after the other beside the polls, which do not wait for them, nor does the end
 * of the process. Nothing depends on an event: one that cannot be written, or finds too many before
 * it, is logged and forgotten.
 */
public final class EventSender {

  private static final Logger log = LoggerFactory.getLogger(EventSender.class);

  /** Events that wait; each is a few hundred bytes. */
  static final int MOST_WAITING = 500;

  private final Consumer<Event> post;
  private final ApiServerThrottle throttle;
  private final AtomicInteger dropped = new AtomicInteger();
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1,
          1,
          1,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofVirtual().name("events").factory(),
          (event, full) -> dropped.incrementAndGet());

  /**
   * Creates a sender.
   *
   * @param post writes an event; fails with {@link KubernetesClientException}
   */
  EventSender(Consumer<Event> post, ApiServerThrottle throttle) {
    this.post = post;
    this.throttle = throttle;
    executor.allowCoreThreadTimeOut(true);
  }

  /** To the API server. */
  public static EventSender to(KubernetesClient client, ApiServerThrottle throttle) {
    return new EventSender(
        event ->
            client
                .events()
                .v1()
                .events()
                .inNamespace(event.getMetadata().getNamespace())
                .resource(event)
                .create(),
        throttle);
  }

  /** Has an event sent; returns at once. */
  void send(Event event) {
    executor.execute(
        () -> {
          post(event);
          if (executor.getQueue().isEmpty() && dropped.get() > 0) {
            log.atWarn()
                .addKeyValue("events", dropped.getAndSet(0))
                .log("events dropped: too many waiting");
          }
        });
  }

  private void post(Event event) {
    try {
      throttle.send(
          () -> {
            post.accept(event);
            return true;
          },
          () -> true);
    } catch (KubernetesClientException e) {
      lost(event, ApiServerErrors.message(e));
    } catch (RuntimeException e) {
      // An event that the client cannot even write as JSON must not end those that wait.
      lost(event, e.getClass().getName());
    } catch (InterruptedException e) {
      lost(event, "interrupted");
    }
  }

  private static void lost(Event event, @Nullable String why) {
    log.atWarn().addKeyValue("reason", event.getReason()).log("event not sent: {}", why);
  }
}
