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
package io.sessionclusters.cloud.emr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.http.MalformedResponseException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

  private static final long MEBIBYTE = 1 << 20;

  private final MemoryBudget memory = new MemoryBudget(10 * MEBIBYTE);

  @Test
  void aListingTakesWhatItHoldsAndGivesItBack() throws Exception {
    try (MemoryBudget.Share share = memory.open()) {
      share.keep(3 * MEBIBYTE, 0);
      assertThat(memory.taken()).isBetween(2 * MEBIBYTE, 3 * MEBIBYTE);
    }
    assertThat(memory.taken()).isZero();
  }

  @Test
  void oneThatNeedsMoreThanThereIsFailsForItsSize() throws Exception {
    try (MemoryBudget.Share share = memory.open()) {
      share.keep(9 * MEBIBYTE, 0);
      assertThat(failure(() -> share.keep(2 * MEBIBYTE, 0))).isEqualTo(Kind.BODY_TOO_LARGE);
    }
    assertThat(memory.taken()).isZero();
  }

  @Test
  void oneThatFindsItTakenFailsForNowAndASmallOneDoesNot() throws Exception {
    MemoryBudget.Share large = memory.open();
    large.keep(9 * MEBIBYTE, 0);
    try (MemoryBudget.Share other = memory.open();
        MemoryBudget.Share small = memory.open()) {
      assertThat(failure(() -> other.keep(2 * MEBIBYTE, 0))).isEqualTo(Kind.MEMORY_SHORT);
      large.read(200 * 1024);
      assertThat(failure(() -> large.read(200 * 1024))).isEqualTo(Kind.BODY_TOO_LARGE);
      small.read(20_000);
      small.keep(40_000, 0);
    }
    large.close();
    try (MemoryBudget.Share other = memory.open()) {
      other.keep(9 * MEBIBYTE, 0);
    }
    assertThat(memory.taken()).isZero();
  }

  @Test
  void whatIsReadCountsUntilItIsKept() throws Exception {
    try (MemoryBudget.Share share = memory.open()) {
      share.read(MEBIBYTE);
      assertThat(memory.taken()).isGreaterThan(3 * MEBIBYTE);
      share.keep(1000, MEBIBYTE);
      assertThat(memory.taken()).isBetween(MEBIBYTE / 2, 2 * MEBIBYTE);
      share.endPage();
      assertThat(memory.taken()).isZero();
    }
  }

  @Test
  void aGivenUpReaderGetsNoMore() throws Exception {
    MemoryBudget.Share share = memory.open();
    share.close();
    assertThat(failure(() -> share.read(MEBIBYTE))).isNotNull();
    assertThat(memory.taken()).isZero();
  }

  @Test
  void whatAListingShowedCountsUntilItIsReleased() throws Exception {
    Listing listing;
    Listing equal = new Listing.Complete(List.of(Sessions.bare("sc-1")), 1);
    try (MemoryBudget.Share share = memory.open()) {
      share.keep(6 * MEBIBYTE, 0);
      listing = share.end(new Listing.Complete(List.of(Sessions.bare("sc-1")), 1));
    }
    assertThat(memory.taken()).isGreaterThan(5 * MEBIBYTE);
    try (MemoryBudget.Share next = memory.open()) {
      assertThat(failure(() -> next.keep(6 * MEBIBYTE, 0))).isEqualTo(Kind.MEMORY_SHORT);
    }
    memory.release(equal);
    assertThat(memory.taken()).as("another listing, though it shows the same").isNotZero();

    memory.release(listing);
    memory.release(listing);

    assertThat(memory.taken()).isZero();
  }

  @Test
  void aListingWithoutSessionsHoldsNothing() throws Exception {
    try (MemoryBudget.Share share = memory.open()) {
      share.keep(6 * MEBIBYTE, 0);
      share.end(new Listing.Complete(List.of(), 1));
    }
    assertThat(memory.taken()).isZero();
  }

  private static Kind failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(MalformedResponseException.class, call).kind();
  }
}
