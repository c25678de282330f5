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

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Has a request that the API server puts off ({@code Retry-After}) fail at once, with the time in
 * the exception, so that who sent it can wait. The client itself reads the header and then repeats
 * the request without heeding it (7.8.0: {@code AsyncUtils} schedules its own interval).
 */
final class RetryAfterInterceptor implements Interceptor {

  private static final String RETRY_AFTER = "Retry-After";

  @Override
  public CompletableFuture<Boolean> afterFailure(
      BasicBuilder builder, HttpResponse<?> response, RequestTags tags) {
    Integer seconds = seconds(response.header(RETRY_AFTER), response.header("Date"));
    if (seconds == null || !ApiServerThrottle.canPutOff(response.code())) {
      return CompletableFuture.completedFuture(false);
    }
    if (response.body() instanceof AsyncBody body) {
      body.cancel();
    }
    return CompletableFuture.failedFuture(ApiServerThrottle.asked(response.code(), seconds));
  }

  /**
   * The API server gives seconds; what stands before it may give a date, which counts from the
   * answer's own.
   *
   * @return from 1 to {@link ApiServerThrottle#LONGEST}; null if nothing is asked for
   */
  static @Nullable Integer seconds(@Nullable String retryAfter, @Nullable String date) {
    if (retryAfter == null) {
      return null;
    }
    String asked = retryAfter.strip();
    int most = Math.toIntExact(ApiServerThrottle.LONGEST.toSeconds());
    if (asked.matches("[0-9]+")) {
      BigInteger seconds = new BigInteger(asked).min(BigInteger.valueOf(most));
      return seconds.signum() == 0 ? null : Integer.valueOf(seconds.intValue());
    }
    Instant until = instant(asked);
    Instant from = date == null ? null : instant(date.strip());
    if (until == null || from == null || !until.isAfter(from)) {
      return null;
    }
    return (int) Math.min(most, Duration.between(from, until).toSeconds());
  }

  private static @Nullable Instant instant(String date) {
    try {
      return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
