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
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a spec or a status without ever throwing for what it holds: an object that an older
 * validation let through would otherwise end the informer, and with it the process. What cannot be
 * read is null; the spec of a source names the field and its fault instead.
 */
final class LenientReader extends JsonDeserializer<@Nullable Object>
    implements ContextualDeserializer {

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

  private final @Nullable JavaType type;
  private final @Nullable ObjectReader strict;

  /** For Jackson, which then asks for one of the type that is read. */
  LenientReader() {
    this(null);
  }

  private LenientReader(@Nullable JavaType type) {
    this.type = type;
    this.strict = type == null ? null : STRICT.readerFor(type);
  }

  @Override
  public JsonDeserializer<?> createContextual(
      DeserializationContext context, @Nullable BeanProperty property) {
    return new LenientReader(context.getContextualType());
  }

  @Override
  public @Nullable Object deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    if (!parser.isExpectedStartObjectToken()) {
      parser.skipChildren();
      return unreadable("spec has a type that cannot be read");
    }
    JsonStreamContext around = parser.getParsingContext().getParent();
    try {
      return Objects.requireNonNull(strict).readValue(parser);
    } catch (JsonMappingException e) {
      while (!around.equals(parser.getParsingContext())) {
        parser.nextToken();
      }
      return unreadable("spec" + path(e) + " has a type that cannot be read");
    }
  }

  private @Nullable Object unreadable(String problem) {
    return type != null && type.hasRawClass(SessionClusterSourceSpec.class)
        ? SessionClusterSourceSpec.unreadable(problem)
        : null;
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
        .collect(Collectors.joining());
  }
}
