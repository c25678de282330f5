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
package io.sessionclusters.cloud;

/**
 * Makes text of others fit for one line on a screen, however long and odd it is: no one can forge a
 * line, command a terminal or fill a store with it.
 *
 * <p>A line end or tab becomes a space. Any other control character (C0, C1, DEL), any character
 * that is invisible or turns the direction of writing (Unicode's category Cf) and half a surrogate
 * pair become U+FFFD, so that one sees that something stood there. The two joiners U+200C and
 * U+200D stay: scripts and emoji are written with them.
 */
public final class TextSanitizer {

  /** What follows a text whose rest was left out. */
  public static final String CUT = "… (cut)";

  private static final char REPLACEMENT = '\uFFFD';

  private TextSanitizer() {}

  /**
   * The text itself where it is fit already.
   *
   * @param maxLength of the result in characters, the note that it was cut included
   */
  public static String of(String text, int maxLength) {
    String bounded =
        text.length() <= maxLength ? text : start(text, maxLength - CUT.length()) + CUT;
    return isFit(bounded) ? bounded : cleaned(bounded);
  }

  /** The first characters of a text, without half a code point at the end. */
  public static String start(String text, int maxLength) {
    if (text.length() <= maxLength) {
      return text;
    }
    boolean splits = maxLength > 0 && Character.isHighSurrogate(text.charAt(maxLength - 1));
    return text.substring(0, splits ? maxLength - 1 : maxLength);
  }

  /** Whether each character of the text can be seen, or is a plain space. */
  public static boolean isFit(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return text.codePoints().allMatch(each -> replaced(each) == each);
      }
    }
    return true;
  }

  private static String cleaned(String text) {
    return text.codePoints()
        .map(TextSanitizer::replaced)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** What stands in the place of a character; the character itself if it is fit. */
  private static int replaced(int codePoint) {
    return switch (codePoint) {
      case '\t', '\n', 0x0B, '\f', '\r', 0x85, 0x2028, 0x2029 -> ' ';
      case 0x200C, 0x200D -> codePoint;
      default ->
          switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> REPLACEMENT;
            default -> codePoint;
          };
    };
  }
}
