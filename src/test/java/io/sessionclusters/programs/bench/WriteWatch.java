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

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * A watch of the mirrors of a namespace that reads no object: it counts the events, each of which
 * is a line, and knows when the last one came.
 */
final class WriteWatch implements AutoCloseable {

  private final InputStream events;
  private long count;
  private long lastMillis;

  private WriteWatch(InputStream events) {
    this.events = events;
    Thread.ofPlatform().daemon().name("write-watch").start(this::read);
  }

  /** Starts to watch; what is there already counts, an event each. */
  static WriteWatch start(ApiServer server, String namespace) {
    try {
      var answer =
          server
              .client()
              .send(
                  server.request(ApiServer.mirrors(namespace) + "?watch=1").GET().build(),
                  BodyHandlers.ofInputStream());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("the watch was answered " + answer.statusCode());
      }
      return new WriteWatch(answer.body());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    byte[] buffer = new byte[1 << 16];
    try {
      for (int length = events.read(buffer); length >= 0; length = events.read(buffer)) {
        int lines = 0;
        for (int i = 0; i < length; i++) {
          if (buffer[i] == '\n') {
            lines++;
          }
        }
        if (lines > 0) {
          synchronized (this) {
            count += lines;
            lastMillis = System.currentTimeMillis();
          }
        }
      }
    } catch (IOException e) {
      // Closed.
    }
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
    try {
      events.close();
    } catch (IOException e) {
      // It is not read any more.
    }
  }
}
