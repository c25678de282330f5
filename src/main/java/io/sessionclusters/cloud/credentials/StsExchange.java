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
package io.sessionclusters.cloud.credentials;

import com.aliyun.credentials.http.CompatibleUrlConnClient;
import com.aliyun.credentials.http.FormatType;
import com.aliyun.credentials.http.HttpRequest;
import com.aliyun.credentials.http.HttpResponse;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.CredentialsResult;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.http.ApiClient.Result;
import io.sessionclusters.cloud.http.CloudErrors;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request of the vendor's library by the operator's own client: to the endpoint of the
 * operator's settings, through its proxy, bounded in time and size, with its classes of errors.
 */
final class StsExchange extends CompatibleUrlConnClient {

  private static final int OK = 200;

  private final StsClient sts;
  private final Supplier<@Nullable String> token;
  private @Nullable CloudError error;
  private boolean interrupted;

  /**
   * @param token that the request carries, and no message may show
   */
  StsExchange(StsClient sts, Supplier<@Nullable String> token) {
    this.sts = sts;
    this.token = token;
  }

  /**
   * Sends a request.
   *
   * @throws IllegalStateException if no answer with HTTP 200 came; {@link #failure()} says why
   */
  @Override
  public HttpResponse syncInvoke(HttpRequest request) {
    String value = token.get();
    try {
      Result<SecretValue> result =
          sts.post(
              URI.create(request.getSysUrl()).getRawQuery(),
              request.getHttpContent(),
              value == null ? List.of() : List.of(new SecretValue(value)));
      switch (result) {
        case Result.Success<SecretValue>(SecretValue body, long _) -> {
          var response = new HttpResponse(request.getSysUrl());
          response.setResponseCode(OK);
          response.setHttpContent(
              body.reveal().getBytes(StandardCharsets.UTF_8), "UTF-8", FormatType.JSON);
          return response;
        }
        case Result.Failed<SecretValue>(CloudError failed) -> error = failed;
      }
    } catch (InterruptedException _) {
      interrupted = true;
    }
    throw new IllegalStateException("no answer");
  }

  /**
   * Why the library found no key.
   *
   * @throws InterruptedException if the thread was interrupted while it waited for the answer
   */
  CredentialsResult failure() throws InterruptedException {
    if (interrupted) {
      throw new InterruptedException();
    }
    return new CredentialsResult.Failed(
        error != null ? error : CloudErrors.ofListing(Kind.WRONG_TYPES).after(StsClient.CONTEXT));
  }
}
