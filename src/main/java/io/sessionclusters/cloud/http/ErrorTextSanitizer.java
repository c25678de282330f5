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
package io.sessionclusters.cloud.http;

import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.TextSanitizer;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes text of the API fit to be shown: in a status, an event, a log line.
 *
 * <p>The credentials in use are removed wherever they occur, and so is everything that follows the
 * echo of a signature: the message of {@code SignatureDoesNotMatch} quotes the server's string to
 * sign and canonical request, which hold the security token. What changes from one response to the
 * next (request ids, host ids, nonces, times) is removed too, so that the same fault gives the same
 * text.
 */
public final class ErrorTextSanitizer {

  private static final int MAX_CODE_LENGTH = 128;
  private static final int MAX_REQUEST_ID_LENGTH = 64;

  /** Text beyond this is cut before the patterns run, whatever the size of the response. */
  private static final int MAX_INPUT_LENGTH = 4 * 1024;

  private static final Pattern SIGNATURE_ECHO =
      Pattern.compile(
          "(server\\s+)?(string[\\s_-]*to[\\s_-]*sign|canonical[\\s_-]*(request|string)|ACS3-|x-acs-"
              + "|authorization\\s*[:=]|signature\\s*[:=]|(security|access)[\\s_-]?token\\s*[:=])",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern NAMED_ID =
      Pattern.compile(
          "[(\\[{]?\\s*\\b(request|host|trace|ray)[\\s_-]?id\\b\\s*(is)?\\s*[:=]?\\s*[\"'(\\[{]?[\\w.-]+[\"')\\]}]{0,2}",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TIME =
      Pattern.compile(
          "\\b\\d{4}-\\d{2}-\\d{2}([T"
              + " ]\\d{2}:\\d{2}(:\\d{2}([.,]\\d+)?)?(Z|[+-]\\d{2}:?\\d{2})?)?\\b"
              + "|\\b\\d{2}:\\d{2}:\\d{2}\\b|\\b\\d{10}\\b|\\b\\d{13}\\b");

  /** UUIDs, long hexadecimal numbers, and long runs that mix letters and digits. */
  private static final Pattern ID =
      Pattern.compile(
          "\\b\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}\\b"
              + "|\\b(?=[a-fA-F]*\\d)(?=\\d*[a-fA-F])\\p{XDigit}{16,}\\b"
              + "|(?<![\\w+/=])(?=[\\w+/=]*\\d)(?=[\\w+/=]*[A-Za-z])[\\w+/=]{24,}(?![\\w+/=])");

  /** Line ends, other controls, invisible and direction-changing characters, lone surrogates. */
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{C}\\p{Z}\\s]+");

  private static final Pattern NOT_OF_A_CODE = Pattern.compile("[^A-Za-z0-9._:-]");

  private final List<String> secrets;

  /**
   * @param credentials whose values must not be seen
   */
  public ErrorTextSanitizer(Credentials credentials) {
    this(
        Stream.of(
                new SecretValue(credentials.accessKeyId()),
                credentials.accessKeySecret(),
                credentials.securityToken())
            .filter(Objects::nonNull)
            .toList());
  }

  /**
   * @param secrets that must not be seen
   */
  public ErrorTextSanitizer(List<SecretValue> secrets) {
    List<String> values =
        secrets.stream().map(SecretValue::reveal).filter(value -> !value.isEmpty()).toList();
    // The longest first: a shorter one may be a part of it.
    this.secrets =
        Stream.concat(values.stream(), values.stream().map(CanonicalRequest::percentEncode))
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /**
   * One line for the status.
   *
   * @param maxLength of the result, in characters
   */
  String clean(String text, int maxLength) {
    String cleaned = withoutSecrets(text);
    if (cleaned.length() > MAX_INPUT_LENGTH) {
      cleaned = cleaned.substring(0, MAX_INPUT_LENGTH);
    }
    cleaned = INVISIBLE.matcher(cleaned).replaceAll(" ");
    var echo = SIGNATURE_ECHO.matcher(cleaned);
    if (echo.find()) {
      cleaned = cleaned.substring(0, echo.start());
    }
    cleaned = NAMED_ID.matcher(cleaned).replaceAll(" ");
    cleaned = TIME.matcher(cleaned).replaceAll("[time]");
    cleaned = ID.matcher(cleaned).replaceAll("[id]");
    return TextSanitizer.start(INVISIBLE.matcher(cleaned).replaceAll(" ").strip(), maxLength);
  }

  /** An error code: what is no character of one is dropped. */
  String code(String code) {
    return TextSanitizer.start(codeCharacters(code), MAX_CODE_LENGTH);
  }

  /** A request id, for the log. */
  public String requestId(String id) {
    return TextSanitizer.start(codeCharacters(id), MAX_REQUEST_ID_LENGTH);
  }

  private String codeCharacters(String text) {
    String result = dropOthers(withoutSecrets(text));
    // What is dropped may have kept the pieces of a secret apart.
    boolean joined =
        secrets.stream()
            .map(ErrorTextSanitizer::dropOthers)
            .anyMatch(pieces -> !pieces.isEmpty() && result.contains(pieces));
    return joined ? "" : result;
  }

  private static String dropOthers(String text) {
    return NOT_OF_A_CODE.matcher(text).replaceAll("");
  }

  private String withoutSecrets(String text) {
    String result = text;
    for (String secret : secrets) {
      result = result.replace(secret, "*");
    }
    return result;
  }
}
