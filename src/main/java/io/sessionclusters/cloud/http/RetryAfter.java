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

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long the server asks to wait: {@code Retry-After} in seconds or as a date, {@code
 * x-ratelimit-user-api} and {@code x-ratelimit-user} in the form {@code
 * Limit:1,Remain:0,TimeLeft:2000,Reset:1234} with {@code TimeLeft} in milliseconds, of which the
 * vendor's own SDKs make use. The longest counts, but at most five minutes.
 */
public final class RetryAfter {

  private static final Duration LONGEST = Duration.ofMinutes(5);
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
  public static @Nullable Duration read(Function<String, @Nullable String> header, Instant now) {
    Duration longest = retryAfter(header.apply("Retry-After"), now);
    longest = longer(longest, timeLeft(header.apply("x-ratelimit-user-api")));
    longest = longer(longest, timeLeft(header.apply("x-ratelimit-user")));
    return longest == null || !longest.isPositive() ? null : longest;
  }

  private static @Nullable Duration retryAfter(@Nullable String value, Instant now) {
    if (value == null) {
      return null;
    }
    String text = value.strip();
    if (SECONDS.matcher(text).matches()) {
      return text.length() > MANY_DIGITS
          ? LONGEST
          : capped(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      var format = DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);
      return capped(Duration.between(now, ZonedDateTime.parse(text, format).toInstant()));
    } catch (DateTimeException _) {
      return null;
    }
  }

  private static @Nullable Duration timeLeft(@Nullable String value) {
    if (value == null || !NOTHING_REMAINS.matcher(value).find()) {
      return null;
    }
    Matcher timeLeft = TIME_LEFT.matcher(value);
    if (!timeLeft.find()) {
      return null;
    }
    String millis = timeLeft.group(1);
    return millis.length() > MANY_DIGITS
        ? LONGEST
        : capped(Duration.ofMillis(Long.parseLong(millis)));
  }

  private static Duration capped(Duration wait) {
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  private static @Nullable Duration longer(@Nullable Duration a, @Nullable Duration b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compareTo(b) > 0 ? a : b;
  }
}
