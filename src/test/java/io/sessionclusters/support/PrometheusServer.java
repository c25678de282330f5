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
package io.sessionclusters.support;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** A Prometheus of the test's own on loopback, which scrapes each second. */
public final class PrometheusServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration STARTUP_LIMIT = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ChildReaper reaper = ChildReaper.start();
  private final Path folder;
  private final int port;
  private final Process process;

  private PrometheusServer(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
    reaper.watch(process.toHandle());
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param job the label of all that is scraped
   * @param targets ports of this machine
   * @param rules a file of alerts
   */
  public static PrometheusServer start(String job, List<Integer> targets, Path rules) {
    try {
      Path folder = Files.createTempDirectory("prometheus-");
      Path configuration =
          Files.writeString(
              folder.resolve("prometheus.yml"),
              """
              global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
              rule_files: ["%s"]
              scrape_configs:
                - job_name: %s
                  static_configs: [{targets: %s}]
              """
                  .formatted(
                      rules.toAbsolutePath(),
                      job,
                      targets.stream().map(target -> "\"127.0.0.1:" + target + "\"").toList()));
      int port = freePort();
      PrometheusServer server =
          new PrometheusServer(
              folder,
              port,
              new ProcessBuilder(
                      PrometheusPrograms.get().prometheus().toString(),
                      "--config.file=" + configuration,
                      "--storage.tsdb.path=" + folder.resolve("data"),
                      "--web.listen-address=127.0.0.1:" + port)
                  .redirectErrorStream(true)
                  .redirectOutput(folder.resolve("log").toFile())
                  .start());
      await("Prometheus").atMost(STARTUP_LIMIT).until(server::isReady);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean isReady() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "Prometheus ended: " + Files.readString(folder.resolve("log")));
    }
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * The result of an instant query: an element a series, each with {@code metric} and {@code
   * value}.
   *
   * @throws IllegalStateException if Prometheus refuses it, with its words
   */
  public List<JsonNode> query(String expression) {
    JsonNode data = api("/api/v1/query?query=" + encode(expression));
    return data.path("result").valueStream().toList();
  }

  /** The names of the alerts that it evaluates, pending or firing or neither. */
  public List<String> alerts() {
    return api("/api/v1/rules?type=alert")
        .path("groups")
        .valueStream()
        .flatMap(group -> group.path("rules").valueStream())
        .map(rule -> rule.path("name").asText())
        .toList();
  }

  private JsonNode api(String path) {
    try {
      JsonNode answer = JSON.readTree(get(path).body());
      if (!answer.path("status").asText().equals("success")) {
        throw new IllegalStateException(answer.path("error").asText());
      }
      return answer.path("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> get(String path) throws IOException {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .timeout(Duration.ofSeconds(10))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    reaper.close();
    http.close();
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
