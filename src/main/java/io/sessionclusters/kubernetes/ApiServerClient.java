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

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;

/** Makes the client of the API server that the whole operator works with. */
public final class ApiServerClient {

  /**
   * Of one request, within a second. The client's default of ten takes a minute without any report;
   * longer outages are handled by the back-off of the polls.
   */
  private static final int REQUEST_RETRIES = 3;

  private ApiServerClient() {}

  /**
   * Makes a client, which connects with its first request.
   *
   * @param config where and as whom to work
   */
  public static KubernetesClient of(Config config) {
    return client(
        new KubernetesClientBuilder()
            .withHttpClientFactory(new OkHttpClientFactory())
            .withConfig(
                new ConfigBuilder(config).withRequestRetryBackoffLimit(REQUEST_RETRIES).build()));
  }

  /** The same over another HTTP client, whose own business it is what it repeats. */
  public static KubernetesClient over(HttpClient.Factory http, Config config) {
    return client(new KubernetesClientBuilder().withConfig(config).withHttpClientFactory(http));
  }

  private static KubernetesClient client(KubernetesClientBuilder builder) {
    return builder
        .withKubernetesSerialization(new ApiServerSerialization())
        .withHttpClientBuilderConsumer(
            http -> http.addOrReplaceInterceptor("retry-after", new RetryAfterInterceptor()))
        .build();
  }
}
