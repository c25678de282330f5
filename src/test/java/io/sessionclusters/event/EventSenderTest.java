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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.time.SteppedTimers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class EventSenderTest {

  private final SteppedTimers timers = new SteppedTimers();
  private final List<String> posted = new CopyOnWriteArrayList<>();
  private final CountDownLatch answered = new CountDownLatch(1);

  @Test
  void whoHasAnEventDoesNotWaitForIt() {
    EventSender sender = sender(event -> hang());

    sender.send(event("a"));
    sender.send(event("b"));

    assertThat(posted).isEmpty();
    answered.countDown();
    await().until(() -> posted.equals(List.of("a", "b")));
    sender.send(event("c"));
    await().until(() -> posted.equals(List.of("a", "b", "c")));
  }

  @Test
  void anEventThatCannotBeWrittenHoldsUpNoOther() {
    EventSender sender =
        sender(
            event -> {
              if (event.getReason().equals("a")) {
                throw new KubernetesClientException("refused", 403, null);
              }
              if (event.getReason().equals("b")) {
                throw new IllegalStateException("unforeseen");
              }
            });

    sender.send(event("a"));
    sender.send(event("b"));
    sender.send(event("c"));

    await().until(() -> posted.equals(List.of("c")));
  }

  @Test
  void eventsThatFindTooManyBeforeThemAreDropped() {
    EventSender sender = sender(event -> hang());
    sender.send(event("first"));
    for (int i = 0; i < 2 * EventSender.MOST_WAITING; i++) {
      sender.send(event("e" + i));
    }

    answered.countDown();

    await().until(() -> posted.size() >= EventSender.MOST_WAITING);
    sender.send(event("last"));
    await().until(() -> posted.contains("last"));
    assertThat(posted).hasSizeBetween(EventSender.MOST_WAITING + 1, EventSender.MOST_WAITING + 2);
  }

  private EventSender sender(Consumer<Event> post) {
    return new EventSender(
        event -> {
          post.accept(event);
          posted.add(event.getReason());
        },
        new ApiServerThrottle(timers.clock(), timers));
  }

  private void hang() {
    try {
      answered.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Event event(String reason) {
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace("team-a")
        .endMetadata()
        .withReason(reason)
        .build();
  }
}
