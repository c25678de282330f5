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
package io.sessionclusters.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.support.RecordCopy;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusDigestTest {

  private static final Condition RUNNING =
      new ConditionBuilder()
          .withType("Running")
          .withStatus("True")
          .withReason("Running")
          .withMessage("ok")
          .withObservedGeneration(1L)
          .withLastTransitionTime("2026-11-22T00:00:00Z")
          .build();

  private static final List<SessionClusterStatus> ALMOST_FULL =
      List.copyOf(RecordCopy.eachPlaceChanged(Statuses.full()).values());

  static Stream<Arguments> everyPlace() {
    Map<String, SessionClusterStatus> copies =
        RecordCopy.eachPlaceChanged(RecordCopy.with(Statuses.full(), "conditions", List.of()));
    return copies.entrySet().stream()
        .filter(copy -> !copy.getKey().startsWith("conditions"))
        .map(copy -> Arguments.of(copy.getKey(), copy.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyPlace")
  void everyFieldCounts(String place, SessionClusterStatus changed) {
    SessionClusterStatus status = RecordCopy.with(Statuses.full(), "conditions", List.of());

    assertThat(digest(changed)).as(place).isNotEqualTo(digest(status));
  }

  static Stream<Arguments> otherConditions() {
    return Stream.<UnaryOperator<ConditionBuilder>>of(
            c -> c.withType("Synced"),
            c -> c.withStatus("False"),
            c -> c.withReason("Stopped"),
            c -> c.withMessage(""),
            c -> c.withMessage(null),
            c -> c.withObservedGeneration(2L),
            c -> c.withObservedGeneration(null))
        .map(change -> Arguments.of(change.apply(new ConditionBuilder(RUNNING)).build()));
  }

  @ParameterizedTest
  @MethodSource("otherConditions")
  void everyFieldOfAConditionCounts(Condition other) {
    assertThat(digest(conditions(other))).isNotEqualTo(digest(conditions(RUNNING)));
  }

  @Test
  void theNumberAndTheOrderOfConditionsCount() {
    Condition synced = new ConditionBuilder(RUNNING).withType("Synced").build();

    assertThat(
            Stream.of(
                    conditions(),
                    conditions(RUNNING),
                    conditions(RUNNING, synced),
                    conditions(synced, RUNNING),
                    SessionClusterStatus.EMPTY)
                .map(StatusDigestTest::digest))
        .doesNotHaveDuplicates();
  }

  @Test
  void transitionTimesDoNotCount() {
    Condition later =
        new ConditionBuilder(RUNNING).withLastTransitionTime("2027-01-01T00:00:00Z").build();

    assertThat(digest(conditions(later))).isEqualTo(digest(conditions(RUNNING)));
  }

  @Test
  void noStatusIsNotAnEmptyOne() {
    assertThat(digest(null)).isNotEqualTo(digest(SessionClusterStatus.EMPTY));
  }

  @Test
  void listsThatHoldNullHaveADigestToo() {
    SessionClusterStatus odd =
        RecordCopy.with(
            SessionClusterStatus.EMPTY, "applicationConfigs", Collections.singletonList(null));

    assertThat(digest(RecordCopy.with(odd, "conditions", Arrays.asList((Condition) null))))
        .isNotEqualTo(digest(SessionClusterStatus.EMPTY));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void isTheSameExactlyIfTheJsonIsTheSame(long seed) {
    Random random = new Random(seed);
    SessionClusterStatus before = Statuses.random(random);
    int alike = 0;
    for (int i = 0; i < 2_000; i++) {
      SessionClusterStatus status = neighbour(before, random);
      boolean same = Statuses.timeless(status).equals(Statuses.timeless(before));
      assertThat(digest(status).equals(digest(before)))
          .as("seed=%d round=%d%n%s%n%s", seed, i, before, status)
          .isEqualTo(same);
      alike += same ? 1 : 0;
      before = status;
    }
    assertThat(alike).as("pairs that are alike, of 2000, seed=%d", seed).isBetween(200, 1_800);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void survivesTheWayToTheApiServerAndBack(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      SessionClusterStatus status = Statuses.random(random);
      assertThat(digest(Statuses.written(status)))
          .as("seed=%d round=%d %s", seed, i, status)
          .isEqualTo(digest(status));
    }
  }

  /** The same with other transition times, the same with one other field, or any other. */
  private static SessionClusterStatus neighbour(SessionClusterStatus status, Random random) {
    SessionClusterStatus any = Statuses.random(random);
    return switch (random.nextInt(3)) {
      case 0 -> RecordCopy.with(status, "conditions", withOtherTimes(status));
      case 1 -> ALMOST_FULL.get(random.nextInt(ALMOST_FULL.size()));
      default -> any;
    };
  }

  private static List<Condition> withOtherTimes(SessionClusterStatus status) {
    return status.conditions() == null
        ? List.of()
        : status.conditions().stream()
            .map(c -> c.edit().withLastTransitionTime("another time").build())
            .toList();
  }

  private static SessionClusterStatus conditions(Condition... conditions) {
    return RecordCopy.with(SessionClusterStatus.EMPTY, "conditions", List.of(conditions));
  }

  private static Digest digest(@Nullable SessionClusterStatus status) {
    return new Digest.Builder().status(status);
  }
}
