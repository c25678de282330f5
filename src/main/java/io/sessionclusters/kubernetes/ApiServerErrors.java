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

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;
import java.util.stream.Stream;

/** What logs and conditions say of a request that the API server refused or did not answer. */
public final class ApiServerErrors {

  private ApiServerErrors() {}

  /**
   * The API server's own words; without an answer, what stood in its way. The client's message has
   * the request, its URL and the answer in one, which is too much to be read.
   */
  public static String message(KubernetesClientException e) {
    Throwable cause = e.getCause();
    return Stream.of(
            e.getStatus() == null ? null : e.getStatus().getMessage(),
            cause == null ? null : cause.getMessage(),
            e.getMessage())
        .filter(Objects::nonNull)
        .filter(message -> !message.isBlank())
        .findFirst()
        .orElse("HTTP " + e.getCode());
  }
}
