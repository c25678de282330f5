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

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.InputStream;
import java.util.function.Supplier;

/**
 * Has an answer that cannot be read count as a failure that will pass. What stands before an API
 * server answers with a page of HTML now and then; an informer that sees Jackson's own exception
 * takes it for a mistake in the types and stops for good, and the framework ends the process.
 */
final class MalformedResponseInterceptor extends KubernetesSerialization {

  @Override
  public <T> T unmarshal(InputStream answer, TypeReference<T> type) {
    return read(() -> super.unmarshal(answer, type));
  }

  @Override
  public <T> T convertValue(Object value, Class<T> type) {
    return read(() -> super.convertValue(value, type));
  }

  private static <T> T read(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (RuntimeException e) {
      if (ExceptionHandler.isDeserializationException(e)) {
        // Neither with its cause, which is what the informer looks for, nor with what was read.
        throw new KubernetesClientException(
            "the API server's answer is not of the expected form: " + e.getClass().getSimpleName());
      }
      throw e;
    }
  }
}
