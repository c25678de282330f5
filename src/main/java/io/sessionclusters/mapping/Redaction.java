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
import org.jspecify.annotations.Nullable;

/**
 * Hides what looks like a secret, by the default of Spark's own {@code spark.redaction.regex}
 * widened by {@code access.key}. RE2 matches in linear time, whatever the cloud sends.
 */
final class Redaction {

  private static final Pattern SECRET = Pattern.compile("(?i)secret|password|token|access[.]?key");

  private Redaction() {}

  /** The value of a setting, hidden where its key or the value itself looks like a secret. */
  static @Nullable String value(@Nullable String key, @Nullable String value) {
    return value != null && (looksSecret(key) || looksSecret(value)) ? REDACTED : value;
  }

  /** A free text, hidden as a whole where it looks like a secret. */
  static @Nullable String text(@Nullable String text) {
    return value(null, text);
  }

  /** A URL without its query part and its fragment: either may carry a token. */
  static @Nullable String url(@Nullable String url) {
    if (url == null) {
      return null;
    }
    int end = url.length();
    for (int i = 0; i < end; i++) {
      char c = url.charAt(i);
      if (c == '?' || c == '#') {
        return url.substring(0, i);
      }
    }
    return url;
  }

  private static boolean looksSecret(@Nullable String text) {
    return text != null && SECRET.matcher(text).find();
  }
}
