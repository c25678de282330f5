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
package io.sessionclusters.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.http.HttpLoggingInterceptor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** The logback.xml that ships. */
class LogbackConfigurationTest {

  private final LoggerContext context = new LoggerContext();
  private final LogbackMDCAdapter mdc = new LogbackMDCAdapter();

  @BeforeEach
  void configureWithShipped() {
    var configurator = new JoranConfigurator();
    context.setMDCAdapter(mdc);
    configurator.setContext(context);
    try {
      configurator.doConfigure(Objects.requireNonNull(getClass().getResource("/logback.xml")));
    } catch (JoranException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void anEventIsOneLineWhateverItHolds() {
    String line =
        encode(
            "name a\r\nERROR forged\u001b[2J\u2028b", new IllegalStateException("x\nERROR forged"));

    assertThat(line).endsWith("\n").contains("name a ERROR forged [2J b", "IllegalStateException");
    assertThat(line.strip()).doesNotContainPattern("[\\p{Cntrl}\u2028]");
    assertThat(line).startsWith("1970-01-01T00:00:00.000Z WARN  ");
  }

  @Test
  void whatIsInvisibleOrLongIsNotLogged() {
    String line = encode("a\u009b2J\u202eb\u0085c\u200bd\u200de" + "x".repeat(100_000), null);

    assertThat(line).contains(" a 2J b c d\u200dex");
    assertThat(line).hasSizeLessThan(9000);
  }

  @Test
  void anEventWithoutExceptionIsOneLineToo() {
    assertThat(encode("plain", null)).matches("\\S+ WARN  Logger - plain\n");
  }

  @Test
  void headersAndBodiesAreNeverLogged() {
    context.getLogger("ROOT").setLevel(Level.TRACE);

    assertThat(context.getLogger("org.apache.hc.client5.http.headers").isErrorEnabled()).isFalse();
    assertThat(context.getLogger("org.apache.hc.client5.http.wire").isErrorEnabled()).isFalse();
    assertThat(context.getLogger(HttpLoggingInterceptor.class).isErrorEnabled()).isFalse();
  }

  @Test
  void theVendorsLibraryIsSilent() {
    context.getLogger("ROOT").setLevel(Level.TRACE);

    assertThat(
            context
                .getLogger("com.aliyun.credentials.provider.RefreshCachedSupplier")
                .isErrorEnabled())
        .isFalse();
  }

  @Test
  void infoIsTheLevel() {
    assertThat(context.getLogger("io.sessionclusters").getEffectiveLevel()).isEqualTo(Level.INFO);
  }

  @Test
  void anEventsWordsFollowItsMessage() {
    mdc.put("labels.source", "spark/analytics");

    assertThat(encode(pairs(event("mirrored", null)), "TEXT"))
        .isEqualTo(
            "1970-01-01T00:00:00.000Z WARN  Logger - mirrored source=spark/analytics sessions=37"
                + " code=a b\n");
  }

  @Test
  void asJsonTheyAreLabelsOfTheElasticCommonSchema() throws Exception {
    mdc.put("labels.source", "spark/analytics");

    String line = encode(pairs(event("mirrored\n\"x\"", new IllegalStateException("why"))), "JSON");

    assertThat(line).endsWith("}\n");
    assertThat(line.strip()).doesNotContain("\n");
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.path("@timestamp").asText()).isEqualTo("1970-01-01T00:00:00.000Z");
    assertThat(json.path("log.level").asText()).isEqualTo("WARN");
    assertThat(json.path("ecs.version").asText()).isNotEmpty();
    assertThat(json.path("service.name").asText()).isEqualTo("session-cluster-operator");
    assertThat(json.path("message").asText()).isEqualTo("mirrored\n\"x\"");
    assertThat(json.path("labels.source").asText()).isEqualTo("spark/analytics");
    assertThat(json.path("labels.sessions").asText()).isEqualTo("37");
    assertThat(json.path("labels.code").asText()).isEqualTo("a\nb");
    assertThat(json.path("error.type").asText()).isEqualTo(IllegalStateException.class.getName());
    assertThat(json.path("error.message").asText()).isEqualTo("why");
  }

  private static LoggingEvent pairs(LoggingEvent event) {
    event.setKeyValuePairs(
        List.of(new KeyValuePair("sessions", 37), new KeyValuePair("code", "a\nb")));
    return event;
  }

  private String encode(String message, @Nullable Throwable throwable) {
    return encode(event(message, throwable), "TEXT");
  }

  private LoggingEvent event(String message, @Nullable Throwable throwable) {
    var event =
        new LoggingEvent(
            "fqcn", context.getLogger("some.Logger"), Level.WARN, message, throwable, null);
    event.setInstant(java.time.Instant.EPOCH);
    return event;
  }

  private String encode(LoggingEvent event, String format) {
    Encoder<ILoggingEvent> encoder = configured(format).getEncoder();
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }

  /** The appender that LOG_FORMAT chooses. */
  private OutputStreamAppender<ILoggingEvent> configured(String format) {
    context.reset();
    context.putProperty("LOG_FORMAT", format);
    configureWithShipped();
    return (OutputStreamAppender<ILoggingEvent>)
        Objects.requireNonNull(context.getLogger("ROOT").getAppender(format));
  }
}
