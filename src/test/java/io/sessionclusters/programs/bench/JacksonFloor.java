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

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/** The floor of a poll: Jackson steps over the tokens of the same pages, and keeps nothing. */
final class JacksonFloor {

  private static final int PAGES = 100;
  private static final int SESSIONS = 100;
  private static final int WARM_UP = 20;
  private static final int COUNTED = 5;

  private JacksonFloor() {}

  /** Prints microseconds and bytes a session, after as many polls as the operator gets. */
  public static void main(String... args) throws IOException {
    JsonFactory factory = new JsonFactory();
    byte[] page = page();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int poll = 0; poll < WARM_UP - COUNTED; poll++) {
      read(factory, page);
    }
    long cpu = threads.getCurrentThreadCpuTime();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    for (int poll = 0; poll < COUNTED; poll++) {
      read(factory, page);
    }
    double sessions = (double) COUNTED * PAGES * SESSIONS;
    System.out.printf(
        "%.2f %.0f%n",
        (threads.getCurrentThreadCpuTime() - cpu) / 1e3 / sessions,
        (threads.getCurrentThreadAllocatedBytes() - bytes) / sessions);
  }

  /** A page of 100 sessions, of the three kinds in turn. */
  static byte[] page() {
    ObjectNode page = new ObjectMapper().createObjectNode();
    for (int i = 0; i < SESSIONS; i++) {
      page.withArray("sessionClusters").add(BenchCloud.session(i).json());
    }
    return page.put("totalCount", SESSIONS).toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void read(JsonFactory factory, byte[] page) throws IOException {
    for (int i = 0; i < PAGES; i++) {
      try (JsonParser parser = factory.createParser(page)) {
        while (parser.nextToken() != null) {
          // Only steps.
        }
      }
    }
  }
}
