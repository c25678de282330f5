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
package io.sessionclusters.cloud.emr;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.CloudSession.ApplicationConfig;
import io.sessionclusters.cloud.CloudSession.Identifier;
import io.sessionclusters.cloud.CloudSession.LongText;
import io.sessionclusters.cloud.RecordType;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.SessionId;
import io.sessionclusters.cloud.TextSanitizer;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects of a page into records, from the stream. The components of the record are the table
 * of what is read: each is filled by the field of its name, in the way of its type. So a new field
 * of the API is a new component of {@link CloudSession} and nothing else. Unknown fields are
 * skipped; of a field that comes twice the last value counts.
 *
 * @param <R> the record
 */
final class RecordReader<R extends Record> {

  /** Elements of a list that are kept, far more than are ever shown. */
  private static final int MAX_CONFIGS = 1000;

  private static final long CONFIG_BYTES = 64;

  /** Twice what a usable token may have: of a longer one this much tells that it is none. */
  private static final int MAX_TOKEN = 8 * 1024;

  private static final ApplicationConfig EMPTY = new ApplicationConfig(null, null, null);

  private final RecordType<R> type;
  private final JsonParser parser;
  private final FieldReader values;
  private final Map<String, Field> fields = new HashMap<>();
  private int idPlace = -1;

  /**
   * Looks all components up.
   *
   * @param path of the object in a session, with a dot at its end; empty for the session itself
   * @throws ClassCastException if a component is of a type that no field has
   */
  RecordReader(Class<R> record, FieldReader values, String path) {
    this.type = RecordType.of(record);
    this.parser = values.parser();
    this.values = values;
    for (RecordComponent component : type.components()) {
      String fieldPath = path + component.getName();
      fields.put(
          component.getName(), new Field(fields.size(), fieldPath, valueOf(component, fieldPath)));
    }
  }

  /** How the value of a field is read. */
  private interface Value {
    @Nullable Object read(Field field) throws IOException;
  }

  /** One field of the object, and the short text that it had last. */
  private static final class Field {
    private final int place;
    private final String path;
    private final Value value;
    private @Nullable String lastText;

    Field(int place, String path, Value value) {
      this.place = place;
      this.path = path;
      this.value = value;
    }
  }

  private Value valueOf(RecordComponent component, String path) {
    Class<?> of = component.getType();
    if (component.isAnnotationPresent(Identifier.class)) {
      idPlace = fields.size();
      return field -> values.text(field.path);
    }
    if (of == String.class) {
      boolean isLong = component.isAnnotationPresent(LongText.class);
      int most = isLong ? CloudSession.MAX_TEXT : CloudSession.MAX_WORD;
      return field -> text(field, most);
    }
    if (of == Boolean.class) {
      return field -> values.bool(field.path);
    }
    if (of == Integer.class) {
      return field -> values.integer(field.path);
    }
    if (of == Instant.class) {
      return field -> values.time(field.path);
    }
    if (of == SecretValue.class) {
      return this::secret;
    }
    if (component.getGenericType() instanceof ParameterizedType list
        && list.getActualTypeArguments()[0] == ApplicationConfig.class) {
      var configs = new RecordReader<>(ApplicationConfig.class, values, path + ".");
      return field -> configs(field, configs);
    }
    var object = new RecordReader<>(of.asSubclass(Record.class), values, path + ".");
    return field -> values.startsObject(field.path) ? object.read() : null;
  }

  /**
   * Reads the object that has just started.
   *
   * @return null if it lacks its ID
   */
  @Nullable R read() throws IOException {
    @Nullable Object[] read = new @Nullable Object[fields.size()];
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      Field field = fields.get(name);
      if (field == null) {
        values.skip();
      } else if (field.place == idPlace && read[idPlace] != null) {
        throw FieldReader.duplicate(field.path);
      } else {
        read[field.place] = field.value.read(field);
      }
    }
    if (idPlace >= 0) {
      if (!(read[idPlace] instanceof String id) || id.isBlank()) {
        return null;
      }
      read[idPlace] = values.kept(SessionId.of(id));
    }
    return type.make(read);
  }

  /**
   * A text. Of a short one a single copy is kept as long as it repeats from object to object; a
   * long one is hidden where the session is too large already, as if it were cut.
   */
  private @Nullable String text(Field field, int most) throws IOException {
    if (!values.startsScalar(field.path, "a text")) {
      return null;
    }
    if (field.lastText != null && values.currentTextIs(field.lastText)) {
      return field.lastText;
    }
    String text = values.kept(values.currentText(most));
    if (text.length() <= CloudSession.MAX_WORD) {
      field.lastText = text;
      return text;
    }
    return values.isFull() ? SecretValue.REDACTED : text;
  }

  private @Nullable SecretValue secret(Field field) throws IOException {
    String text = values.text(field.path);
    return text == null ? null : new SecretValue(values.kept(TextSanitizer.start(text, MAX_TOKEN)));
  }

  private List<ApplicationConfig> configs(Field field, RecordReader<ApplicationConfig> reader)
      throws IOException {
    if (!values.startsArray(field.path)) {
      return List.of();
    }
    var configs = new ArrayList<ApplicationConfig>();
    boolean full = false;
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      if (t == JsonToken.VALUE_NULL) {
        continue;
      }
      if (t != JsonToken.START_OBJECT) {
        throw FieldReader.wrongType(field.path, "a list of objects");
      }
      long before = values.held();
      ApplicationConfig config = reader.read();
      // Millions that say nothing must not fill the heap.
      boolean dropped =
          full || config == null || config.equals(EMPTY) || configs.size() == MAX_CONFIGS;
      if (!dropped) {
        values.hold(CONFIG_BYTES);
        full = values.isFull();
        configs.add(full ? ApplicationConfig.LEFT_OUT : config);
      }
      if (dropped || full) {
        values.restoreHeld(before);
      }
    }
    return configs;
  }
}
