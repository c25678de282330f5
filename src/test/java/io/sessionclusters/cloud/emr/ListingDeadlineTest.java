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

import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.RegionId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ListingDeadlineTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

  @Test
  void runsOutAlsoAcrossTheOverflowOfTheClock() {
    var deadline = new ListingDeadline(Duration.ofNanos(100), now::get);

    assertThat(deadline.remainingNanos()).isEqualTo(100);
    now.addAndGet(99);
    assertThat(deadline.remainingNanos()).isEqualTo(1);
    now.addAndGet(2);
    assertThat(deadline.remainingNanos()).isEqualTo(-1);
  }

  @Test
  void waitsForTheRateLimiterDoNotCount() throws InterruptedException {
    var deadline = new ListingDeadline(Duration.ofNanos(100), now::get);
    now.addAndGet(30);
    deadline.await(
        _ -> now.addAndGet(5000), new CloudAccount(ListerFixture.KEY, new RegionId("cn-hangzhou")));

    assertThat(deadline.remainingNanos()).isEqualTo(70);
  }
}
