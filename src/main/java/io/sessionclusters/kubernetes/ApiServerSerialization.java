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

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the API server sends, which is JSON, straight into the types. The client's own way
 * makes a tree of maps of each watch event first, and reads {@code managedFields}, which nothing
 * here needs.
 *
 * <p>An answer that cannot be read counts as a failure that will pass. What stands before an API
 * server answers with a page of HTML now and then; an informer that sees Jackson's own exception
 * takes it for a mistake in the types and stops for good, and the framework ends the process.
 */
final class ApiServerSerialization extends KubernetesSerialization {

  /** How the API server begins each event of a watch but bookmarks. */
  private static final Pattern EVENT =
      Pattern.compile(
          "\\{\"type\":\"(\\w+)\",\"object\":\\{\"apiVersion\":\"([^\"]+)\",\"kind\":\"(\\w+)\"");

  /** From an event's begin to its object: brace, two names, a value, brace. */
  private static final int TOKENS_TO_OBJECT = 5;

  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}

  @FunctionalInterface
  private interface Reading<T> {
    T get() throws IOException;
  }

  private final ObjectMapper json;

  ApiServerSerialization() {
    this(new ObjectMapper());
  }

  private ApiServerSerialization(ObjectMapper json) {
    // Not all kinds of the client's libraries, whose 700 classes would be loaded for nothing.
    super(json, false);
    this.json = json;
    List.of(SessionCluster.class, SessionClusterSource.class, Status.class)
        .forEach(this::registerKubernetesResource);
  }

  @Override
  protected void configureMapper(ObjectMapper mapper) {
    super.configureMapper(mapper);
    mapper.addMixIn(ObjectMeta.class, WithoutManagedFields.class);
  }

  @Override
  public <T> T unmarshal(InputStream answer, TypeReference<T> type) {
    return read(() -> json.readerFor(type).readValue(answer));
  }

  @Override
  public <T> T unmarshal(String text, Class<T> type) {
    WatchEvent event = type.equals(WatchEvent.class) ? event(text) : null;
    return event == null ? super.unmarshal(text, type) : type.cast(event);
  }

  /** Reads an event of a kind that is registered; null if it is none. */
  private @Nullable WatchEvent event(String text) {
    Matcher head = EVENT.matcher(text);
    Class<?> kind =
        head.lookingAt() ? getRegisteredKubernetesResource(head.group(2), head.group(3)) : null;
    if (kind == null) {
      return null;
    }
    return read(
        () -> {
          try (JsonParser parser = json.createParser(text)) {
            for (int i = 0; i < TOKENS_TO_OBJECT; i++) {
              parser.nextToken();
            }
            return new WatchEvent(parser.readValueAs(kind), head.group(1));
          }
        });
  }

  @Override
  public <T> T convertValue(Object value, Class<T> type) {
    return read(() -> super.convertValue(value, type));
  }

  private static <T> T read(Reading<T> reading) {
    try {
      return reading.get();
    } catch (IOException e) {
      throw malformed(e);
    } catch (RuntimeException e) {
      throw ExceptionHandler.isDeserializationException(e) ? malformed(e) : e;
    }
  }

  /** Neither with its cause, which is what the informer looks for, nor with what was read. */
  private static KubernetesClientException malformed(Exception e) {
    return new KubernetesClientException(
        "the API server's answer is not of the expected form: " + e.getClass().getSimpleName());
  }
}
