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

import static io.sessionclusters.cloud.emr.ListerFixture.LONG;
import static io.sessionclusters.cloud.emr.ListerFixture.lister;
import static io.sessionclusters.cloud.emr.ListerFixture.query;
import static io.sessionclusters.cloud.emr.ListerFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.SecretValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Plants secrets wherever one can occur and searches all that the client says, at every level. */
class ListerSecretsTest {

  private static final Credentials KEY =
      new Credentials(
          "LTAIhushKeyId", new SecretValue("hushKeySecret"), new SecretValue("hush+token/=="));

  /** What HttpClient's own connections would log, and everything else. */
  private static final List<String> LOGGERS =
      List.of(
          Logger.ROOT_LOGGER_NAME,
          "io.sessionclusters",
          "org.apache.hc",
          "org.apache.hc.client5.http",
          "org.apache.hc.client5.http.headers",
          "org.apache.hc.client5.http.wire");

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
  private final Map<String, @Nullable Level> levels = new HashMap<>();

  @BeforeEach
  void logEverything() {
    log.start();
    for (String name : LOGGERS) {
      Logger logger = logger(name);
      levels.put(name, logger.getLevel());
      logger.setLevel(Level.TRACE);
    }
    Logger root = logger(Logger.ROOT_LOGGER_NAME);
    root.iteratorForAppenders().forEachRemaining(appenders::add);
    root.detachAndStopAllAppenders();
    root.addAppender(log);
  }

  @AfterEach
  void logAsBefore() {
    Logger root = logger(Logger.ROOT_LOGGER_NAME);
    root.detachAppender(log);
    for (Appender<ILoggingEvent> appender : appenders) {
      appender.start();
      root.addAppender(appender);
    }
    levels.forEach((name, level) -> logger(name).setLevel(level));
  }

  @Test
  void aPageLeaksNoSecret() throws Exception {
    String page =
        """
        {"requestId": "R-1\\r\\nforged", "nextToken": "", "hushField": "hush",
         "sessionClusters": [{"sessionClusterId": "sc-1", "connectionToken": "hush",
         "extra": "hush", "webUI": "http://h?token=hush", "applicationConfigs":
         [{"configItemKey": "k", "configItemValue": "hush"}]}]}
        """;
    try (var server =
        new RawServer(
            (request, out) ->
                RawServer.send(out, 200, "X-Hush: hush\r\nSet-Cookie: hush=hush\r\n", page))) {
      Listing listing = list(server.endpoint(), Map.of());

      assertThat(listing).isInstanceOf(Listing.Complete.class);
      assertThat(listing.toString()).contains("sc-1").doesNotContainIgnoringCase("hush");
      CloudSession session = ((Listing.Complete) listing).sessions().getFirst();
      assertThat(session.connectionToken()).isEqualTo(new SecretValue("hush"));
      assertThat(session.applicationConfigs().toString()).doesNotContainIgnoringCase("hush");
      assertThatTheLogIsClean();
      assertThat(said()).anySatisfy(line -> assertThat(line).contains("requestId=\"R-1forged\""));
    }
  }

  @Test
  void theEchoOfASignatureLeaksNoSecret() throws Exception {
    try (var server =
        new RawServer(
            (request, out) ->
                RawServer.send(
                    out,
                    400,
                    "x-acs-request-id: hush+token/==\r\n",
                    "{\"Code\":\"hush+token/==\",\"RequestId\":\"hushKeySecret\",\"Message\":"
                        + "\"Not so LTAIhushKeyId hushKeySecret hush%2Btoken%2F%3D%3D. "
                        + "server string to sign is: hush\"}"))) {
      CloudError error = ListerFixture.failure(list(server.endpoint(), Map.of()));

      assertThat(error.message()).endsWith("Not so * * *.");
      assertThat(error.toString()).doesNotContainIgnoringCase("hush");
      assertThatTheLogIsClean();
    }
  }

  @Test
  void brokenResponsesLeakNoSecret() throws Exception {
    for (String response :
        List.of(
            "HTTP/1.1 200 OK\r\n\r\n{\"connectionToken\": hush}",
            "HTTP/1.1 200 OK\r\n\r\n{\"sessionClusters\": [{\"connectionToken\": [\"hush\"]}]}",
            "HTTP/1.1 200 OK\r\n\r\n{\"connectionToken\": \"hush",
            "HTTP/1.1 200 OK\r\nContent-Length: hush\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: hush\r\n\r\n{}",
            "HTTP/1.1 hush\r\n\r\n",
            "hush\r\n\r\n")) {
      try (var server =
          new RawServer(
              (request, out) -> {
                RawServer.write(out, response);
                throw new java.io.EOFException();
              })) {
        CloudError error = ListerFixture.failure(list(server.endpoint(), Map.of()));

        assertThat(error.toString()).doesNotContainIgnoringCase("hush");
      }
    }
    assertThatTheLogIsClean();
  }

  @Test
  void theProxysPasswordIsNotShown() throws Exception {
    try (var proxy =
        new RawServer(
            (request, out) ->
                RawServer.send(
                    out, 407, "Proxy-Authenticate: Basic realm=\"proxy\"\r\n", "who is it?"))) {
      CloudError error =
          ListerFixture.failure(
              list(
                  URI.create("https://cloud.invalid"),
                  Map.of("HTTPS_PROXY", "http://user:hush@127.0.0.1:" + proxy.port())));

      assertThat(error.toString()).doesNotContainIgnoringCase("hush");
      assertThat(proxy.requests().getLast().headers()).containsKey("proxy-authorization");
      assertThatTheLogIsClean();
      assertThat(said())
          .noneSatisfy(line -> assertThat(line).contains("dXNlcjpodXNo")); // user:hush
    }
  }

  private static Listing list(URI endpoint, Map<String, String> environment)
      throws InterruptedException {
    try (var lister = lister(settings(), environment)) {
      return lister.list(query(endpoint), KEY, LONG);
    }
  }

  private void assertThatTheLogIsClean() {
    assertThat(said()).as("there is a log to search").isNotEmpty();
    assertThat(said())
        .noneSatisfy(line -> assertThat(line).containsIgnoringCase("hush"))
        .noneSatisfy(line -> assertThat(line).containsIgnoringCase("Signature="));
  }

  private List<String> said() {
    var lines = new ArrayList<String>();
    for (ILoggingEvent event : List.copyOf(log.list)) {
      lines.add(
          "%s %s %s"
              .formatted(
                  event.getLoggerName(), event.getFormattedMessage(), event.getKeyValuePairs()));
      for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
        lines.add(event.getLoggerName() + " " + t.getClassName() + " " + t.getMessage());
      }
    }
    return lines;
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }
}
