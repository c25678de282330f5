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
import io.sessionclusters.cloud.CloudSession;
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
import java.util.HashMap;
import java.util.Map;
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

  private final JsonParser parser;
  private long held;
  private long passedOver;

  /** The last text of each field that repeats from session to session, to keep one copy of it. */
  private final Map<String, String> lastTexts = new HashMap<>();

  FieldReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * A text; a number or boolean as it is written. Half a surrogate pair, which JSON's escapes can
   * write, becomes a question mark: nothing that is sent on could hold it, so that what comes back
   * would never be what was sent.
   */
  @Nullable String text(String field) throws IOException {
    return scalar(parser.nextToken(), field, "a text") ? wellFormed(parser.getText()) : null;
  }

  /**
   * A text to be shown, of which {@link CloudSession#MAX_TEXT} characters are kept: no answer
   * within the client's bounds shall fill the heap.
   */
  @Nullable String longText(String field) throws IOException {
    return scalar(parser.nextToken(), field, "a text") ? currentText(CloudSession.MAX_TEXT) : null;
  }

  private String currentText(int most) throws IOException {
    return kept(wellFormed(TextSanitizer.start(parser.getText(), most)));
  }

  /** Counts a text that is kept. */
  String kept(String text) {
    boolean latin1 = true;
    for (int i = 0; latin1 && i < text.length(); i++) {
      latin1 = text.charAt(i) <= 0xFF;
    }
    held += TEXT + (latin1 ? text.length() : 2L * text.length());
    return text;
  }

  /** Bytes of the texts that were kept since they were last taken. */
  long held() {
    return held;
  }

  /** A text that was counted is not kept. */
  void heldAgain(long before) {
    held = before;
  }

  /** Bytes of the texts that were kept; counts anew. */
  long takeHeld() {
    long taken = held;
    held = 0;
    return taken;
  }

  /** Bytes that the parser may keep of what was passed over; counts anew. */
  long takePassedOver() {
    long taken = passedOver;
    passedOver = 0;
    return taken;
  }

  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      }
    }
    return text;
  }

  /** A text to be shown that is likely the same as the one read before for this field. */
  @Nullable String repeatedText(String field) throws IOException {
    return repeatedText(field, CloudSession.MAX_TEXT);
  }

  /** A short text, a word or a name, that is likely the same as the one read before. */
  @Nullable String repeatedWord(String field) throws IOException {
    return repeatedText(field, CloudSession.MAX_WORD);
  }

  private @Nullable String repeatedText(String field, int most) throws IOException {
    if (!scalar(parser.nextToken(), field, "a text")) {
      return null;
    }
    String last = lastTexts.get(field);
    if (last != null && currentTextIs(last)) {
      return last;
    }
    String text = currentText(most);
    lastTexts.put(field, text);
    return text;
  }

  private boolean currentTextIs(String expected) throws IOException {
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
    JsonToken token = parser.nextToken();
    if (token == JsonToken.VALUE_TRUE) {
      return true;
    }
    if (token == JsonToken.VALUE_FALSE) {
      return false;
    }
    if (!scalar(token, field, "true or false")) {
      return null;
    }
    String text = parser.getText().strip();
    if (text.equalsIgnoreCase("true")) {
      return true;
    }
    return text.equalsIgnoreCase("false") ? false : null;
  }

  /** A whole number of 32 bits, also as text; any other scalar is null. */
  @Nullable Integer integer(String field) throws IOException {
    Long value = scalar(parser.nextToken(), field, "a number") ? currentWholeNumber() : null;
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
    } catch (NumberFormatException _) {
      return null; // not a number
    } catch (ArithmeticException _) {
      return null; // a fraction, or more than 64 bits
    }
  }

  /**
   * A time: epoch milliseconds as number or text, or {@code yyyy-MM-dd HH:mm:ss}. The API does not
   * say in which zone the latter is; it is taken as UTC. Anything else is null, and so is a year
   * before 1970 or after 9999: one odd time must not cost the whole listing.
   */
  @Nullable Instant time(String field) throws IOException {
    if (!scalar(parser.nextToken(), field, "a time")) {
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

  /** Whether an array starts here; null and an empty text stand for an absent one. */
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

  private static boolean scalar(@Nullable JsonToken token, String field, String expected)
      throws MalformedResponseException {
    if (token == null || !token.isScalarValue()) {
      throw wrongType(field, expected);
    }
    return token != JsonToken.VALUE_NULL;
  }

  static MalformedResponseException wrongType(String field, String expected) {
    return new MalformedResponseException(
        CloudError.Kind.WRONG_TYPES, "its field " + field + " is not " + expected);
  }
}
