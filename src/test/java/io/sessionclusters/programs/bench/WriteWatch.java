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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A watch of the mirrors of a namespace that makes no objects: it counts the events, each of which
 * is a line, and knows when the last one came. The API server ends a watch after half an hour, or
 * when the machine is so busy that events are not taken in time: it is taken up again then.
 */
final class WriteWatch implements AutoCloseable {

  private static final Pattern VERSION = Pattern.compile("\"resourceVersion\":\"(\\d+)\"");

  private final ApiServer server;
  private final String path;
  private InputStream events;

  /** Of the last event; empty before the first. */
  private String version = "";

  private long count;
  private long lastMillis;
  private boolean closed;

  private WriteWatch(ApiServer server, String path) throws IOException, InterruptedException {
    this.server = server;
    this.path = path;
    this.events = open();
    Thread.ofPlatform().daemon().name("write-watch").start(this::read);
  }

  /** Starts to watch; what is there already counts, an event each. */
  static WriteWatch start(ApiServer server, String namespace) {
    try {
      return new WriteWatch(server, ApiServer.mirrors(namespace) + "?watch=1");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private InputStream open() throws IOException, InterruptedException {
    String from = version.isEmpty() ? "" : "&resourceVersion=" + version;
    var answer =
        server
            .client()
            .send(server.request(path + from).GET().build(), BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("the watch was answered " + answer.statusCode());
    }
    return answer.body();
  }

  private void read() {
    try {
      while (!isClosed()) {
        readEvents();
        takeUp();
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Until the watch ends, in whatever way. */
  private void readEvents() {
    try (var lines = new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        saw(line);
      }
    } catch (IOException e) {
      // Closed by either side.
    }
  }

  private synchronized void saw(String event) {
    Matcher found = VERSION.matcher(event);
    // The version of a line that was cut is not the last that was seen.
    if (!event.endsWith("}") || !found.find()) {
      return;
    }
    version = found.group(1);
    count++;
    lastMillis = System.currentTimeMillis();
  }

  private void takeUp() throws IOException, InterruptedException {
    if (!isClosed()) {
      events = open();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  synchronized long count() {
    return count;
  }

  synchronized long lastMillis() {
    return lastMillis;
  }

  /**
   * Waits for events.
   *
   * @param total since the start
   * @return when the last of them came, in ms since 1970
   */
  long await(long total, Duration limit) {
    Awaitility.await()
        .atMost(limit)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> count() >= total);
    return lastMillis();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    server.client().shutdownNow();
  }
}
