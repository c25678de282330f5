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
package io.sessionclusters.programs.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The floor of a first sync, as a program of its own: POSTs the same objects and PUTs their
 * statuses with the JDK's client, so many in flight, and reads nothing of the answers but the
 * resource version. Its bytes are made before the clock starts.
 */
final class BareWriter {

  /** As many as the operator has by default. */
  private static final int IN_FLIGHT = 16;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern VERSION = Pattern.compile("\"resourceVersion\":\"(\\d+)\"");
  private static final String PLACE = "\"resourceVersion\":\"?\"";

  private final ApiServer server;
  private final String path;

  private BareWriter(ApiServer server, String path) {
    this.server = server;
    this.path = path;
  }

  private record Mirror(String name, String created, String status) {}

  /**
   * Writes, and prints how long that took in ms.
   *
   * @param args kubeconfig, namespace, uid of the source that owns them, file of the mirrors as the
   *     API server lists them
   */
  public static void main(String... args) throws IOException, InterruptedException {
    ApiServer server = ApiServer.of(Config.fromKubeconfig(Path.of(args[0]).toFile()));
    BareWriter writer = new BareWriter(server, ApiServer.mirrors(args[1]));
    List<Mirror> mirrors = mirrors(Path.of(args[3]), args[1], args[2]);
    long start = System.nanoTime();
    writer.write(mirrors);
    System.out.println((System.nanoTime() - start) / 1_000_000);
  }

  private static List<Mirror> mirrors(Path file, String namespace, String owner)
      throws IOException {
    List<Mirror> mirrors = new ArrayList<>();
    for (ObjectNode copy : MirrorCopies.read(file, namespace, owner)) {
      ObjectNode withoutStatus = copy.deepCopy();
      withoutStatus.remove("status");
      ObjectNode metadata = (ObjectNode) copy.get("metadata");
      metadata.put("resourceVersion", "?");
      mirrors.add(
          new Mirror(
              metadata.get("name").asText(),
              JSON.writeValueAsString(withoutStatus),
              JSON.writeValueAsString(copy)));
    }
    return mirrors;
  }

  /** The first write that fails ends the program with a stack trace. */
  private void write(List<Mirror> mirrors) throws InterruptedException {
    Iterator<Mirror> queue = mirrors.iterator();
    try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < IN_FLIGHT; i++) {
        running.add(writers.submit(() -> writeAll(queue)));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void writeAll(Iterator<Mirror> queue) {
    for (Mirror next = next(queue); next != null; next = next(queue)) {
      write(next);
    }
  }

  private static @Nullable Mirror next(Iterator<Mirror> queue) {
    synchronized (queue) {
      return queue.hasNext() ? queue.next() : null;
    }
  }

  private void write(Mirror mirror) {
    String created = send("POST", path, mirror.created());
    Matcher version = VERSION.matcher(created);
    if (!version.find()) {
      throw new IllegalStateException(created);
    }
    String status = mirror.status().replace(PLACE, version.group());
    send("PUT", path + "/" + mirror.name() + "/status", status);
  }

  private String send(String method, String to, String body) {
    try {
      HttpResponse<String> answer =
          server
              .client()
              .send(
                  server.request(to).method(method, BodyPublishers.ofString(body)).build(),
                  BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException(answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
