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

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.fabric8.kubernetes.client.http.HttpLoggingInterceptor;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The logback.xml that ships. */
class LogbackConfigurationTest {

  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void configure() throws Exception {
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Objects.requireNonNull(getClass().getResource("/logback.xml")));
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
    assertThat(encode("plain", null)).matches("\\S+ WARN  some.Logger plain *\n");
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

  private String encode(String message, @Nullable Throwable throwable) {
    var appender =
        (OutputStreamAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("STDOUT");
    Encoder<ILoggingEvent> encoder = appender.getEncoder();
    var event =
        new LoggingEvent(
            "fqcn", context.getLogger("some.Logger"), Level.WARN, message, throwable, null);
    event.setInstant(java.time.Instant.EPOCH);
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }
}
