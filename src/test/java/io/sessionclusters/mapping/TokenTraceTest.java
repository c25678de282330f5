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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.support.RecordCopy;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever else a session shows its connection token, its mirror does not. */
class TokenTraceTest {

  private static final String TOKEN = "Hu/sh+\"never%tell\\9";

  private static final String HIDDEN = "*********(redacted)";

  /** How a token stands in a text. */
  private static final Map<String, UnaryOperator<String>> FORMS =
      Map.ofEntries(
          Map.entry("plain", t -> t),
          Map.entry("in a text", t -> "a" + t + "b"),
          Map.entry("in upper case", t -> t.toUpperCase(Locale.ROOT)),
          Map.entry("as a form's value", t -> "x=" + URLEncoder.encode(t, UTF_8)),
          Map.entry("in a path", t -> "/" + URLEncoder.encode(t, UTF_8).toLowerCase(Locale.ROOT)),
          Map.entry(
              "in a URL in a URL", t -> URLEncoder.encode(URLEncoder.encode(t, UTF_8), UTF_8)),
          Map.entry("percent for each", TokenTraceTest::percentForEach),
          Map.entry("in Base64", t -> base64("", t, "")),
          Map.entry("in Base64 behind a name", t -> "Basic " + base64("u:", t, "")),
          Map.entry("in Base64 behind a letter", t -> "Basic " + base64(":", t, "x")),
          Map.entry(
              "in Base64 for URLs",
              t -> Base64.getUrlEncoder().withoutPadding().encodeToString(t.getBytes(UTF_8))),
          Map.entry("in JSON", TokenTraceTest::json),
          Map.entry("in JSON in JSON", t -> json(json(t))),
          Map.entry("in JSON with escapes", TokenTraceTest::unicodeForEach),
          Map.entry("before what is cut", t -> t + "x".repeat(3 * CloudSession.MAX_TEXT)),
          Map.entry("behind a display's end", t -> "x".repeat(5000) + t));

  private static Stream<Arguments> everyForm() {
    return FORMS.entrySet().stream().map(form -> Arguments.of(form.getKey(), form.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyForm")
  void theTokenIsHiddenInEveryField(String form, UnaryOperator<String> write) {
    String text = write.apply(TOKEN);
    Map<String, CloudSession> sessions = RecordCopy.eachText(full(), text);
    // The identity must stay what it is; the workspace's is the source's own.
    assertThat(sessions.remove("sessionClusterId")).isNotNull();
    assertThat(sessions.remove("workspaceId")).isNotNull();
    assertThat(sessions.remove("connectionToken.reveal")).isNotNull();
    assertThat(sessions)
        .hasSizeGreaterThanOrEqualTo(17)
        .containsKeys("extra", "stateChangeReason.code", "applicationConfigs[0].configItemKey");

    sessions.forEach(
        (place, session) -> {
          String shown = new KubernetesSerialization().asJson(SessionMapping.status(session));
          assertThat(shown).as(form + " in " + place).contains(HIDDEN);
          for (String part : List.of(TOKEN, text.substring(0, Math.min(12, text.length())))) {
            assertThat(shown.toLowerCase(Locale.ROOT))
                .as(form + " in " + place)
                .doesNotContain(json(part).toLowerCase(Locale.ROOT));
          }
        });
  }

  @Test
  void aStateThatIsTheTokenIsNoReasonAndNoCountedState() {
    CloudSession session = Sessions.with(full(), "state", TOKEN);

    SessionClusterStatus status = SessionMapping.status(session);

    assertThat(status.state()).isEqualTo(HIDDEN);
    assertThat(status.conditions()).extracting(c -> c.getReason()).contains("StateUnknown");
    assertThat(SessionMapping.state(session)).isEqualTo(HIDDEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Running", "running", " RUNNING ", "run"})
  void aKnownStateStays(String token) {
    CloudSession session =
        Sessions.with(Sessions.running("sc-1"), "connectionToken", new SecretValue(token));

    assertThat(SessionMapping.status(session).state()).isEqualTo("Running");
    assertThat(SessionMapping.status(session).conditions())
        .extracting(c -> c.getReason())
        .contains("Running");
  }

  @Test
  void aLongTokenIsHiddenAlsoWithoutItsEnd() {
    String token = "eyJh" + "0123456789".repeat(3000);
    CloudSession session =
        Sessions.with(
            Sessions.with(Sessions.documented(), "connectionToken", new SecretValue(token)),
            "name",
            token.substring(0, CloudSession.MAX_TEXT));

    assertThat(SessionMapping.status(session).name()).isEqualTo(HIDDEN);
  }

  @Test
  void aTokenAcrossTheEndOfWhatIsShownOfAUrlIsHidden() {
    CloudSession session =
        Sessions.with(
            Sessions.with(Sessions.documented(), "connectionToken", new SecretValue("hush?never")),
            "webUI",
            "http://spark-ui/hush?never");

    assertThat(SessionMapping.status(session).webUI()).isEqualTo(HIDDEN);
    assertThat(
            SessionMapping.status(Sessions.with(session, "webUI", "http://spark-ui/a?x=hush?never"))
                .webUI())
        .isEqualTo("http://spark-ui/a");
  }

  @ParameterizedTest
  @CsvSource({
    "'', esr-2.1",
    "' ', esr-2.1",
    "1, esr-2.1",
    "esr, esr-2.1",
    "unlike, esr-2.1",
    "esr-, *********(redacted)",
    "' esr-2.1 ', *********(redacted)",
  })
  void aShortTokenHidesOnlyWhatSaysNothingElse(String token, String shown) {
    CloudSession session =
        Sessions.with(
            Sessions.with(Sessions.documented(), "connectionToken", new SecretValue(token)),
            "releaseVersion",
            "esr-2.1");

    assertThat(SessionMapping.status(session).releaseVersion()).isEqualTo(shown);
    assertThat(TokenTrace.of(new SecretValue("abc")).hide(" ABC ")).isEqualTo(HIDDEN);
  }

  @Test
  void withoutATokenNothingIsHidden() {
    CloudSession session = Sessions.documented();

    assertThat(SessionMapping.status(Sessions.with(session, "connectionToken", null)))
        .isEqualTo(SessionMapping.status(session));
  }

  /** A session with a text in each field that can have one. */
  private static CloudSession full() {
    return Sessions.with(Sessions.documented(), "connectionToken", new SecretValue(TOKEN));
  }

  private static String json(String text) {
    String quoted = new KubernetesSerialization().asJson(text);
    return quoted.substring(1, quoted.length() - 1);
  }

  private static String base64(String before, String token, String after) {
    return Base64.getEncoder().encodeToString((before + token + after).getBytes(UTF_8));
  }

  private static String percentForEach(String token) {
    var text = new StringBuilder();
    for (byte b : token.getBytes(UTF_8)) {
      text.append('%').append(String.format("%02X", b));
    }
    return text.toString();
  }

  private static String unicodeForEach(String token) {
    var text = new StringBuilder();
    token.chars().forEach(c -> text.append(String.format("\\u%04x", c)));
    return text.toString();
  }
}
