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

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.time.SteppedTimers;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestoreMonitorTest {

  @ParameterizedTest
  @CsvSource({
    "5 5 6 7, 0",
    "9 8 9 8 9, 0",
    "100 99 99, 1",
    "100 99 98 97, 2",
    "99999999999999999999 100000000000000000000 99999999999999999999 99999999999999999999, 1",
    // Not known now.
    "100 - 99 - 98, 1",
    "100 ? ? 101, 0",
    "100 x 1.5 101, 0",
  })
  void historyWentBackWhenAListSaysSoTwiceInARow(String versions, int times) {
    AtomicInteger wentBack = new AtomicInteger();
    String[] next = {null};
    RestoreMonitor watch =
        new RestoreMonitor(
            () -> {
              if ("-".equals(next[0])) {
                throw new KubernetesClientException("away");
              }
              return "?".equals(next[0]) ? null : next[0];
            },
            wentBack::incrementAndGet,
            new SteppedTimers());

    for (String version : versions.split(" ", -1)) {
      next[0] = version;
      var _ = watch.check();
    }

    assertThat(wentBack).hasValue(times);
  }
}
