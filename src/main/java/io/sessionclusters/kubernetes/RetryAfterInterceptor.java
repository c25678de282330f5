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
    Integer seconds = seconds(response.header(RETRY_AFTER));
    if (seconds == null) {
      return CompletableFuture.completedFuture(false);
    }
    if (response.body() instanceof AsyncBody body) {
      body.cancel();
    }
    return CompletableFuture.failedFuture(ApiServerPause.asked(response.code(), seconds));
  }

  /** The API server gives seconds, never a date. */
  private static @Nullable Integer seconds(@Nullable String header) {
    return header == null || !header.strip().matches("[1-9][0-9]{0,5}")
        ? null
        : Integer.valueOf(header.strip());
  }
}
