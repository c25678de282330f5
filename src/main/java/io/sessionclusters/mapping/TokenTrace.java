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
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sessionclusters.cloud.SecretValue;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hides a text of a session in which the session's own connection token stands: as it is, URL
 * encoded, in Base64 (also as part of what was encoded, as in {@code user:token}), with the escapes
 * of JSON, in other letter case. The whole text is hidden, as everywhere.
 *
 * <p>Of a long token the beginning is looked for, so that one that lost its end is found too. A
 * token of less than {@value #SHORTEST} characters is no secret, and would hide half of what is
 * shown: it hides only the text that says nothing else.
 */
final class TokenTrace {

  /** Characters of a token that is looked for inside of texts. */
  static final int SHORTEST = 4;

  /** Characters of a token's beginning that are looked for. */
  private static final int LOOKED_FOR = 32;

  /** Escaped twice is seen: JSON in a JSON text, a URL in a URL's parameter. */
  private static final int MOST_DECODINGS = 3;

  /** Fewer characters of Base64 than that would be found by chance. */
  private static final int SHORTEST_BASE64 = 5;

  /** Bytes of UTF-8 in a URL, a character of JSON by its number, another one behind a backslash. */
  private static final Pattern ESCAPE =
      Pattern.compile("((?:%[0-9a-fA-F]{2})++)|\\\\u([0-9a-fA-F]{4})|\\\\(.)", Pattern.DOTALL);

  private static final TokenTrace NONE = new TokenTrace("", List.of());

  /** In lower case; empty if there is no token. */
  private final String token;

  /** In lower case. */
  private final List<String> forms;

  private TokenTrace(String token, List<String> forms) {
    this.token = token;
    this.forms = forms;
  }

  /** Looks for a session's token, if it has one. */
  static TokenTrace of(@Nullable SecretValue connectionToken) {
    String token = connectionToken == null ? "" : connectionToken.reveal().strip();
    if (token.isEmpty()) {
      return NONE;
    }
    Set<String> forms = new LinkedHashSet<>();
    if (token.length() >= SHORTEST) {
      String beginning = beginning(token);
      forms.add(beginning);
      forms.add(beginning(decoded(token)));
      forms.add(URLEncoder.encode(beginning, UTF_8));
      for (int before = 0; before < 3; before++) {
        addBase64(beginning, before, forms);
      }
    }
    return new TokenTrace(
        lowerCase(token),
        forms.stream().filter(f -> f.length() >= SHORTEST).map(TokenTrace::lowerCase).toList());
  }

  /**
   * The characters of Base64 that depend on the token alone, where that many bytes, modulo 3, stand
   * before it.
   */
  private static void addBase64(String token, int before, Set<String> forms) {
    byte[] bytes = token.getBytes(UTF_8);
    byte[] padded = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, padded, before, bytes.length);
    String encoded = Base64.getEncoder().withoutPadding().encodeToString(padded);
    int first = (before * 8 + 5) / 6;
    int end = padded.length * 8 / 6;
    if (end - first >= SHORTEST_BASE64) {
      String own = encoded.substring(first, end);
      forms.add(own);
      forms.add(own.replace('+', '-').replace('/', '_'));
    }
  }

  /** The text, hidden if the token stands in it. */
  @Nullable String hide(@Nullable String text) {
    return text != null && isIn(text) ? REDACTED : text;
  }

  /**
   * A text of which only a beginning shall be shown, hidden if the token begins in there.
   *
   * @param shown the beginning
   */
  @Nullable String hide(@Nullable String shown, @Nullable String whole) {
    if (shown == null || whole == null || token.isEmpty()) {
      return shown;
    }
    String lowerCase = lowerCase(whole);
    boolean begins =
        forms.stream().map(lowerCase::indexOf).anyMatch(at -> at >= 0 && at < shown.length());
    return begins ? REDACTED : hide(shown);
  }

  private boolean isIn(String text) {
    if (token.isEmpty()) {
      return false;
    }
    String lowerCase = lowerCase(text);
    if (lowerCase.strip().equals(token) || hasForm(lowerCase)) {
      return true;
    }
    String decoded = decoded(text);
    return !decoded.equals(text) && hasForm(lowerCase(decoded));
  }

  private boolean hasForm(String lowerCase) {
    for (String form : forms) {
      if (lowerCase.contains(form)) {
        return true;
      }
    }
    return false;
  }

  private static String beginning(String text) {
    return text.substring(0, Math.min(text.length(), LOOKED_FOR));
  }

  private static String lowerCase(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** The text without the escapes of URLs and of JSON. */
  private static String decoded(String text) {
    String decoded = text;
    for (int i = 0; i < MOST_DECODINGS; i++) {
      if (decoded.indexOf('%') < 0 && decoded.indexOf('\\') < 0) {
        break;
      }
      decoded = decodedOnce(decoded);
    }
    return decoded;
  }

  private static String decodedOnce(String text) {
    return ESCAPE.matcher(text).replaceAll(escape -> Matcher.quoteReplacement(plain(escape)));
  }

  private static String plain(MatchResult escape) {
    if (escape.group(1) != null) {
      return new String(HexFormat.of().parseHex(escape.group(1).replace("%", "")), UTF_8);
    }
    return escape.group(2) == null
        ? escape.group(3)
        : String.valueOf((char) Integer.parseInt(escape.group(2), 16));
  }
}
