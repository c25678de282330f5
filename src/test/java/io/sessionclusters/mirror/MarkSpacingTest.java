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
package io.sessionclusters.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.mirror.StaleMirrors.MarkSpacing;
import io.sessionclusters.mirror.StaleMirrors.MarkSpacing.Reservation;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MarkSpacingTest {

  private static final ResourceID A = new ResourceID("a", "team");
  private static final ResourceID B = new ResourceID("b", "team");
  private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
  private static final Duration BATCH_TIME = MarkSpacing.PER_WRITE.multipliedBy(MarkSpacing.BATCH);

  private final MarkSpacing limiter = new MarkSpacing();

  @Test
  void theFirstTurnIsNowAndAtMostABatch() {
    assertThat(limiter.next(A, 7, NOW)).isEqualTo(new Reservation(NOW, 7));
    assertThat(limiter.next(B, 1000, NOW))
        .isEqualTo(
            new Reservation(NOW.plus(MarkSpacing.PER_WRITE.multipliedBy(7)), MarkSpacing.BATCH));
  }

  @Test
  void eachWaitsBehindThoseThatAskedBefore() {
    limiter.next(A, 1000, NOW);

    assertThat(limiter.next(B, 1, NOW).at()).isEqualTo(NOW.plus(BATCH_TIME));
    assertThat(limiter.next(A, 950, NOW).at())
        .isEqualTo(NOW.plus(BATCH_TIME).plus(MarkSpacing.PER_WRITE));
  }

  @Test
  void askingAgainWhileItWaitsKeepsTheTurn() {
    limiter.next(A, 1000, NOW);
    Reservation reservation = limiter.next(B, 10, NOW);

    assertThat(limiter.next(B, 10, NOW.plusSeconds(1))).isEqualTo(reservation);
    assertThat(limiter.next(B, 10, reservation.at())).isEqualTo(reservation);
    assertThat(limiter.next(B, 10, reservation.at()).at())
        .as("it was used up")
        .isAfter(reservation.at());
  }

  @Test
  void whatIsPostponedIsNotSoonerHoweverOftenItAsks() {
    limiter.next(A, 10, NOW);
    Instant until = NOW.plus(Duration.ofMinutes(1));

    limiter.postpone(A, 10, until);

    assertThat(limiter.next(A, 10, NOW.plusSeconds(30))).isEqualTo(new Reservation(until, 10));
    assertThat(limiter.next(A, 10, until)).isEqualTo(new Reservation(until, 10));
    assertThat(limiter.next(A, 10, until).at()).isEqualTo(until);
  }

  @Test
  void postponingOneHoldsUpNoOther() {
    limiter.next(A, 10, NOW);
    limiter.postpone(A, 10, NOW.plus(Duration.ofMinutes(1)));

    assertThat(limiter.next(B, 10, NOW).at()).isEqualTo(NOW.plusSeconds(1));
  }

  @Test
  void whatIsForgottenBeginsAnew() {
    limiter.postpone(A, 10, NOW.plus(Duration.ofMinutes(1)));

    limiter.forget(A);

    assertThat(limiter.next(A, 10, NOW).at()).isEqualTo(NOW);
  }
}
