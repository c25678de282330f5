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
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.TextSanitizer;
import io.sessionclusters.cloud.http.MalformedResponseException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of JSON fields, tolerantly: a scalar of another type is converted where its
 * meaning is clear, and is null where it is not. A structure where a scalar belongs, or the other
 * way round, is {@link CloudError.Kind#WRONG_TYPES}.
 *
 * <p>Each method is called with the parser on the field's name and leaves it on the value's end.
 */
final class FieldReader {

  /** The last instant that RFC 3339 can write: 9999-12-31T23:59:59.999Z. */
  private static final long LAST_MILLI = 253_402_300_799_999L;

  private static final int MAX_DIGITS = 40;

  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);

  /** Bytes of a text's object beside its characters. */
  private static final long TEXT = 40;

  /** What one byte can take that is passed over: a name in it is kept in two forms. */
  private static final long PASSED_OVER = 3;

  /** Bytes of a session's own objects, and of its places in the lists of a listing. */
  private static final long SESSION = 320;

  /** Bytes of settings and long texts that are kept of one session; the rest is left out. */
  private static final long MAX_SESSION = 64 * 1024;

  private final JsonParser parser;
  private long held;
  private long passedOver;

  FieldReader(JsonParser parser) {
    this.parser = parser;
  }

  JsonParser parser() {
    return parser;
  }

  /** Bytes that are held of what is read since the last count. */
  long held() {
    return held;
  }

  /** Counts the bytes of a session's own objects first. */
  void startSession() {
    held = SESSION;
  }

  void hold(long bytes) {
    held += bytes;
  }

  /** What was read since is not kept. */
  void restoreHeld(long before) {
    held = before;
  }

  /** Whether the session holds as much as it may. */
  boolean isFull() {
    return held > MAX_SESSION;
  }

  /** Counts a text that is kept. */
  String kept(String text) {
    boolean latin1 = true;
    for (int i = 0; latin1 && i < text.length(); i++) {
      latin1 = text.charAt(i) <= 0xFF;
    }
    hold(TEXT + (latin1 ? text.length() : 2L * text.length()));
    return text;
  }

  /** Has the listing's share count what was read, and what the parser keeps of what was skipped. */
  void countIn(MemoryBudget.Share memory) throws MalformedResponseException {
    memory.keep(held, passedOver);
    held = 0;
    passedOver = 0;
  }

  /** A text; a number or boolean as it is written. */
  @Nullable String text(String field) throws IOException {
    return startsScalar(field, "a text") ? currentText(Integer.MAX_VALUE) : null;
  }

  /**
   * At most that many characters of the text that has started. Half a surrogate pair, which JSON's
   * escapes can write, becomes a question mark: nothing that is sent on could hold it, so that what
   * comes back would never be what was sent.
   */
  String currentText(int most) throws IOException {
    String text = TextSanitizer.start(parser.getText(), most);
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      }
    }
    return text;
  }

  boolean currentTextIs(String expected) throws IOException {
    int length = parser.getTextLength();
    if (length != expected.length()) {
      return false;
    }
    char[] characters = parser.getTextCharacters();
    int offset = parser.getTextOffset();
    for (int i = 0; i < length; i++) {
      if (characters[offset + i] != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A boolean, also as text; any other scalar is null. */
  @Nullable Boolean bool(String field) throws IOException {
    String text = startsScalar(field, "true or false") ? parser.getText().strip() : "";
    return text.equalsIgnoreCase("true")
        ? Boolean.TRUE
        : text.equalsIgnoreCase("false") ? Boolean.FALSE : null;
  }

  /** A whole number of 32 bits, also as text; any other scalar is null. */
  @Nullable Integer integer(String field) throws IOException {
    Long value = startsScalar(field, "a number") ? currentWholeNumber() : null;
    return value == null || value != value.intValue() ? null : value.intValue();
  }

  private @Nullable Long currentWholeNumber() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return parser.getLongValue();
    }
    return wholeNumber(parser.getText());
  }

  /** A whole number of 64 bits, also with a fraction of zeros; null for any other text. */
  static @Nullable Long wholeNumber(String text) {
    String digits = text.strip();
    if (digits.length() > MAX_DIGITS) {
      return null;
    }
    try {
      return new BigDecimal(digits).longValueExact();
    } catch (NumberFormatException | ArithmeticException _) {
      return null; // not a number; a fraction, or more than 64 bits
    }
  }

  /**
   * A time: epoch milliseconds as number or text, or {@code yyyy-MM-dd HH:mm:ss}. The API does not
   * say in which zone the latter is; it is taken as UTC. Anything else is null, and so is a year
   * before 1970 or after 9999: one odd time must not cost the whole listing.
   */
  @Nullable Instant time(String field) throws IOException {
    if (!startsScalar(field, "a time")) {
      return null;
    }
    Long millis = currentWholeNumber();
    if (millis == null) {
      millis = dateTimeMillis(parser.getText().strip());
    }
    return millis == null || millis < 0 || millis > LAST_MILLI
        ? null
        : Instant.ofEpochMilli(millis);
  }

  private static @Nullable Long dateTimeMillis(String text) {
    try {
      return LocalDateTime.parse(text, DATE_TIME).toInstant(ZoneOffset.UTC).toEpochMilli();
    } catch (DateTimeException _) {
      return null;
    }
  }

  /** Whether an object starts here; null and an empty text stand for an absent one. */
  boolean startsObject(String field) throws IOException {
    return startsStructure(JsonToken.START_OBJECT, field, "an object");
  }

  /** Whether a list starts here; null and an empty text stand for an absent one. */
  boolean startsArray(String field) throws IOException {
    return startsStructure(JsonToken.START_ARRAY, field, "a list");
  }

  private boolean startsStructure(JsonToken start, String field, String expected)
      throws IOException {
    JsonToken token = parser.nextToken();
    if (token == start) {
      return true;
    }
    if (token == JsonToken.VALUE_NULL
        || (token == JsonToken.VALUE_STRING && parser.getTextLength() == 0)) {
      return false;
    }
    throw wrongType(field, expected);
  }

  /** Passes over the value of a field that is not known. */
  void skip() throws IOException {
    long start = parser.currentLocation().getByteOffset();
    parser.nextToken();
    parser.skipChildren();
    passedOver += PASSED_OVER * (parser.currentLocation().getByteOffset() - start);
  }

  /** Whether a text, number or boolean starts here; null stands for an absent one. */
  boolean startsScalar(String field, String expected) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null || !token.isScalarValue()) {
      throw wrongType(field, expected);
    }
    return token != JsonToken.VALUE_NULL;
  }

  static MalformedResponseException wrongType(String field, String expected) {
    return new MalformedResponseException(
        CloudError.Kind.WRONG_TYPES, "its field " + field + " is not " + expected);
  }

  static MalformedResponseException duplicate(String field) {
    return new MalformedResponseException(
        CloudError.Kind.WRONG_TYPES, "its field " + field + " appears twice");
  }
}
