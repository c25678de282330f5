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
package io.sessionclusters.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.kubernetes.BoundedWriteExecutor.Effect;
import io.sessionclusters.kubernetes.WriteResult.Refusal;
import io.sessionclusters.mirror.Mirrors;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BoundedWriteExecutorTest {

  private final AtomicInteger ended = new AtomicInteger();
  private final BoundedWriteExecutor executor = new BoundedWriteExecutor(2, ended::incrementAndGet);

  static Stream<Throwable> unforeseen() {
    return Stream.of(
        new IllegalStateException("token=s3cr3t"),
        new NullPointerException(),
        new StackOverflowError(),
        new AssertionError("token=s3cr3t"));
  }

  @ParameterizedTest
  @MethodSource("unforeseen")
  void aWriteThatEndsInAnUnforeseenWayHasFailedAndStopsNoOther(Throwable failure)
      throws InterruptedException {
    WriteResult<String> outcome = each(() -> true, name -> fail(name.equals("b") ? failure : null));

    assertThat(outcome.done()).containsExactlyInAnyOrder("a", "c", "d");
    assertThat(outcome.refusals())
        .containsExactly(
            new Refusal<>(
                "b",
                false,
                "unexpected error in the operator (%s); see its log"
                    .formatted(failure.getClass().getSimpleName()),
                null));
    assertThat(ended).hasValue(4);
    assertPermitsAreFree();
  }

  @Test
  void aWriteThatIsInterruptedIsDropped() throws InterruptedException {
    WriteResult<String> outcome =
        each(
            () -> true,
            name -> {
              if (name.equals("a")) {
                throw new InterruptedException("the process ends");
              }
              if (name.equals("b")) {
                throw new KubernetesClientException("request", new InterruptedException());
              }
            });

    assertThat(outcome.done()).containsExactlyInAnyOrder("c", "d");
    assertThat(outcome.dropped()).containsExactlyInAnyOrder("a", "b");
    assertThat(outcome.refusals()).isEmpty();
    assertPermitsAreFree();
  }

  @Test
  void whatIsNoLongerWantedIsDroppedAndNotTried() throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger tried = new AtomicInteger();

    WriteResult<String> outcome =
        each(() -> asked.incrementAndGet() <= 2, name -> tried.incrementAndGet());

    assertThat(outcome.dropped()).containsExactly("c", "d");
    assertThat(tried).hasValue(2);
    assertPermitsAreFree();
  }

  @Test
  void everyWriteHasOneOutcome() throws InterruptedException {
    WriteResult<String> outcome =
        each(
            () -> true,
            name ->
                fail(
                    switch (name) {
                      case "a" -> refused(409, null);
                      case "b" -> refused(403, null);
                      case "c" -> refused(404, "c");
                      default -> refused(404, null);
                    }));

    assertThat(outcome.done()).isEmpty();
    assertThat(outcome.superseded()).containsExactlyInAnyOrder("a", "c");
    assertThat(outcome.refusals())
        .extracting(Refusal::write, Refusal::denied)
        .containsExactly(tuple("b", true), tuple("d", false));
    assertThat(outcome.dropped()).isEmpty();
  }

  @Test
  void aQuestionThatFailsHoldsNoPermit() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(
              () ->
                  each(
                      () -> {
                        throw new IllegalStateException("the cache is closed");
                      },
                      name -> {}));
    }

    assertPermitsAreFree();
  }

  @Test
  void whoIsInterruptedLetsEndWhatIsUnderWayAndBeginsNothing() throws InterruptedException {
    CountDownLatch answers = new CountDownLatch(1);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    AtomicInteger tried = new AtomicInteger();
    Thread poll =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    each(
                        () -> true,
                        name -> {
                          tried.incrementAndGet();
                          answers.await();
                        });
                    end.complete(new AssertionError("all were written"));
                  } catch (InterruptedException e) {
                    end.complete(e);
                  }
                });
    await().until(() -> tried.get() == 2);

    poll.interrupt();
    answers.countDown();

    assertThat(end.join()).isInstanceOf(InterruptedException.class);
    assertThat(tried).hasValue(2);
    assertPermitsAreFree();
  }

  /** A write that changes something, if it does not fail. */
  private interface Write {
    void run(String name) throws InterruptedException;
  }

  private WriteResult<String> each(BooleanSupplier stillWanted, Write write)
      throws InterruptedException {
    return each(List.of("a", "b", "c", "d"), write, stillWanted);
  }

  private WriteResult<String> each(List<String> names, Write write, BooleanSupplier stillWanted)
      throws InterruptedException {
    return executor.each(
        Mirrors.SOURCE,
        names,
        name -> name,
        name -> {
          write.run(name);
          return Effect.WRITTEN;
        },
        stillWanted);
  }

  private void assertPermitsAreFree() throws InterruptedException {
    CountDownLatch both = new CountDownLatch(2);
    WriteResult<String> outcome =
        each(
            List.of("x", "y"),
            name -> {
              both.countDown();
              both.await();
            },
            () -> true);
    assertThat(outcome.done()).hasSize(2);
  }

  private static void fail(@Nullable Throwable failure) {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalArgumentException(failure);
    }
  }

  private static KubernetesClientException refused(int code, @Nullable String name) {
    return new KubernetesClientException(
        new StatusBuilder()
            .withCode(code)
            .withMessage("no")
            .withNewDetails()
            .withName(name)
            .endDetails()
            .build());
  }
}
