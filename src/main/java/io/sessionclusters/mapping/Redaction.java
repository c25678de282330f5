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
package io.sessionclusters.mapping;

import static io.sessionclusters.cloud.SecretValue.REDACTED;

import com.google.re2j.Pattern;
import io.sessionclusters.cloud.CloudSession;
import org.jspecify.annotations.Nullable;

/**
 * Hides what looks like a secret, by the default of Spark's own {@code spark.redaction.regex}
 * widened by {@code access.key}. RE2 matches in linear time, whatever the API sends. A text that
 * lost its end when it was read is hidden too: its end may have been what makes it look like a
 * secret.
 */
final class Redaction {

  private static final Pattern SECRET = Pattern.compile("(?i)secret|password|token|access[.]?key");

  /** What a key, a file or a code is made of: such a word names a secret, but holds none. */
  private static final Pattern WORD = Pattern.compile("[\\w.-]*");

  private Redaction() {}

  /** The value of a setting, hidden where its key or the value itself looks like a secret. */
  static @Nullable String value(@Nullable String key, @Nullable String value) {
    return value != null && (looksSecret(key) || looksSecret(value)) ? REDACTED : value;
  }

  /** A free text, hidden as a whole where it looks like a secret. */
  static @Nullable String text(@Nullable String text) {
    return value(null, text);
  }

  /** A key, a file or a code, hidden where it looks like a secret and is more than a word. */
  static @Nullable String word(@Nullable String text) {
    return text != null && looksSecret(text) && !WORD.matches(text) ? REDACTED : text;
  }

  /**
   * A URL without its parameters, its query part and its fragment: each may carry a token. Hidden
   * as a whole where it names a user, or where the rest looks like a secret.
   */
  static @Nullable String url(@Nullable String url) {
    if (url == null) {
      return null;
    }
    String start = url;
    for (int i = 0; i < url.length(); i++) {
      char c = url.charAt(i);
      if (c == '?' || c == '#' || c == ';') {
        start = url.substring(0, i);
        break;
      }
    }
    return start.indexOf('@') >= 0 ? REDACTED : text(start);
  }

  private static boolean looksSecret(@Nullable String text) {
    return text != null
        && (text.length() >= CloudSession.MAX_TEXT - 1 || SECRET.matcher(text).find());
  }
}
