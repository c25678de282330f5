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
package io.sessionclusters.api.v1alpha1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a spec or a status without ever throwing for what it holds: an object that an older
 * validation let through would otherwise end the informer, and with it the process.
 *
 * @param <T> the type that is read
 */
abstract class LenientReader<T> extends JsonDeserializer<@Nullable T> {

  /** The same types without their lenient reader, to read what is readable. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addMixIn(SessionClusterSpec.class, WithoutLenientReader.class)
          .addMixIn(SessionClusterStatus.class, WithoutLenientReader.class)
          .addMixIn(SessionClusterSourceSpec.class, WithoutLenientReader.class)
          .addMixIn(SessionClusterSourceStatus.class, WithoutLenientReader.class)
          .build();

  @JsonDeserialize(using = JsonDeserializer.None.class)
  private interface WithoutLenientReader {}

  private final Class<T> type;

  LenientReader(Class<T> type) {
    this.type = type;
  }

  /**
   * What stands for a value that cannot be read.
   *
   * @param problem the path of the field, such as {@code .prune.policy}, empty for the value as a
   *     whole; then what is wrong with it
   */
  @Nullable T unreadable(String problem) {
    return null;
  }

  @Override
  public @Nullable T deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    JsonNode tree = parser.readValueAsTree();
    try {
      return STRICT.treeToValue(tree, type);
    } catch (JsonMappingException e) {
      return unreadable(path(e) + " has a type that cannot be read");
    } catch (JsonProcessingException e) {
      return unreadable(" cannot be read");
    }
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
        .collect(Collectors.joining());
  }

  static final class ForSessionClusterSpec extends LenientReader<SessionClusterSpec> {
    ForSessionClusterSpec() {
      super(SessionClusterSpec.class);
    }
  }

  static final class ForSessionClusterStatus extends LenientReader<SessionClusterStatus> {
    ForSessionClusterStatus() {
      super(SessionClusterStatus.class);
    }
  }

  static final class ForSourceSpec extends LenientReader<SessionClusterSourceSpec> {
    ForSourceSpec() {
      super(SessionClusterSourceSpec.class);
    }

    @Override
    SessionClusterSourceSpec unreadable(String problem) {
      return SessionClusterSourceSpec.unreadable("spec" + problem);
    }
  }

  static final class ForSourceStatus extends LenientReader<SessionClusterSourceStatus> {
    ForSourceStatus() {
      super(SessionClusterSourceStatus.class);
    }
  }
}
