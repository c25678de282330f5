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
package io.sessionclusters.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec;
import io.sessionclusters.support.FuzzRun;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever text stands in the CRD, it is the duration that counting by hand makes of it. */
@ExtendWith(FuzzRun.class)
class GoDurationFuzzTest {

  private static final int MAX_LENGTH = 32;

  /** Parts of a millisecond in which each fraction of a text of that length is a whole number. */
  private static final BigInteger PARTS = BigInteger.TEN.pow(MAX_LENGTH);

  private static final BigInteger YEAR =
      PARTS.multiply(BigInteger.valueOf(365L * 24 * 60 * 60 * 1000));

  @FuzzTest(maxExecutions = 1_000_000)
  void agreesWithWholeNumbers(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);

    Optional<Duration> read = GoDuration.parse(text);

    assertThat(read).isEqualTo(counted(text));
    if (read.isPresent()) {
      assertThat(text)
          .as("what the CRD accepts")
          .matches(SessionClusterSourceSpec.DURATION_PATTERN);
    }
  }

  private static Optional<Duration> counted(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    BigInteger sum = BigInteger.ZERO;
    int at = 0;
    while (at < text.length()) {
      int point = afterDigits(text, at);
      int unit = text.startsWith(".", point) ? afterDigits(text, point + 1) : point;
      boolean fraction = unit > point;
      if (point == at || (fraction && unit == point + 1)) {
        return Optional.empty();
      }
      String digits = text.substring(at, point) + (fraction ? text.substring(point + 1, unit) : "");
      int places = fraction ? unit - point - 1 : 0;
      long millis;
      if (text.startsWith("ms", unit)) {
        millis = 1;
        at = unit + 2;
      } else {
        millis =
            switch (unit < text.length() ? text.charAt(unit) : ' ') {
              case 's' -> 1_000;
              case 'm' -> 60_000;
              case 'h' -> 3_600_000;
              default -> 0;
            };
        at = unit + 1;
      }
      if (millis == 0) {
        return Optional.empty();
      }
      sum =
          sum.add(
              new BigInteger(digits)
                  .multiply(BigInteger.valueOf(millis))
                  .multiply(BigInteger.TEN.pow(MAX_LENGTH - places)));
    }
    return sum.compareTo(YEAR) > 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(sum.divide(PARTS).longValueExact()));
  }

  private static int afterDigits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }
}
