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
package io.sessionclusters.cloud.http;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.hc.client5.http.utils.DateUtils;
import org.jspecify.annotations.Nullable;

/**
 * How long the server asks to wait: {@code Retry-After} in seconds or as a date, {@code
 * x-ratelimit-user-api} and {@code x-ratelimit-user} in the form {@code
 * Limit:1,Remain:0,TimeLeft:2000,Reset:1234} with {@code TimeLeft} in milliseconds, of which the
 * vendor's own SDKs make use. The longest counts, but at most five minutes.
 */
final class RetryAfter {

  /** Also of a pause without such a wish. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  private static final Pattern SECONDS = Pattern.compile("[0-9]+");
  private static final Pattern NOTHING_REMAINS =
      Pattern.compile("(?:^|,)\\s*Remain\\s*:\\s*0\\s*(?:,|$)", Pattern.CASE_INSENSITIVE);
  private static final Pattern TIME_LEFT =
      Pattern.compile("(?:^|,)\\s*TimeLeft\\s*:\\s*([0-9]+)\\s*(?:,|$)", Pattern.CASE_INSENSITIVE);

  /** More digits than any sensible wait has, and fewer than overflow. */
  private static final int MANY_DIGITS = 12;

  private RetryAfter() {}

  /**
   * Reads the headers of one response.
   *
   * @param header value of the first header of a name; null if there is none
   * @param now to measure the distance of a date
   * @return null if the server asks for nothing
   */
  static @Nullable Duration read(Function<String, @Nullable String> header, Instant now) {
    long millis =
        LongStream.of(
                retryAfter(text(header.apply("Retry-After")), now),
                timeLeft(text(header.apply("x-ratelimit-user-api"))),
                timeLeft(text(header.apply("x-ratelimit-user"))))
            .max()
            .orElse(0);
    return millis <= 0 ? null : Duration.ofMillis(Math.min(millis, LONGEST.toMillis()));
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value.strip();
  }

  private static long retryAfter(String value, Instant now) {
    if (SECONDS.matcher(value).matches()) {
      return TimeUnit.SECONDS.toMillis(number(value));
    }
    Instant date = DateUtils.parseStandardDate(value);
    return date == null ? 0 : now.until(date, ChronoUnit.MILLIS);
  }

  private static long timeLeft(String value) {
    Matcher timeLeft = TIME_LEFT.matcher(value);
    return NOTHING_REMAINS.matcher(value).find() && timeLeft.find() ? number(timeLeft.group(1)) : 0;
  }

  private static long number(String digits) {
    return digits.length() > MANY_DIGITS ? LONGEST.toMillis() : Long.parseLong(digits);
  }
}
