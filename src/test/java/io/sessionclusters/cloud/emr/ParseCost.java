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

import com.sun.management.ThreadMXBean;
import io.sessionclusters.cloud.Listing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Prints what reading one session costs, in microseconds of CPU and bytes allocated: pages of 100
 * sessions like the documented sample, each with an id, a name and times of its own. Not a test:
 * run it by hand, on the test class path.
 */
public final class ParseCost {

  private static final int SESSIONS = 100;
  private static final int PAGES_A_ROUND = 500;
  private static final int ROUNDS = 12;

  private ParseCost() {}

  /** Prints one line a round; the first ones warm up. */
  public static void main(String[] args) throws IOException {
    byte[] page = page();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    System.out.printf("%d sessions a page, %d bytes a session%n", SESSIONS, page.length / SESSIONS);
    for (int round = 0; round < ROUNDS; round++) {
      long cpu = threads.getCurrentThreadCpuTime();
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long sessions = 0;
      for (int i = 0; i < PAGES_A_ROUND; i++) {
        var walk = new PageWalk(10, SESSIONS);
        walk.add(PageReader.read(new ByteArrayInputStream(page), Sessions.uncounted(), SESSIONS));
        sessions += ((Listing.Complete) walk.listing()).sessions().size();
      }
      System.out.printf(
          "%.2f us CPU, %d bytes allocated per session%n",
          (threads.getCurrentThreadCpuTime() - cpu) / 1000.0 / sessions,
          (threads.getCurrentThreadAllocatedBytes() - allocated) / sessions);
    }
  }

  private static byte[] page() throws IOException {
    String sample;
    try (InputStream in =
        Objects.requireNonNull(ParseCost.class.getResourceAsStream("/cloud/page.json"))) {
      sample = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String list = "\"sessionClusters\": [";
    String session =
        sample
            .substring(sample.indexOf(list) + list.length(), sample.lastIndexOf(']'))
            .strip()
            .replaceAll("\n *", "");
    var page = new ByteArrayOutputStream();
    page.writeBytes(
        "{\"requestId\": \"R\", \"sessionClusters\": [".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < SESSIONS; i++) {
      String one =
          session
              .replace("sc-123131", "sc-" + (100000 + i))
              .replace("adhoc query", "adhoc query " + i)
              .replace("1732267598000", Long.toString(1732267598000L + i));
      page.writeBytes(((i == 0 ? "" : ",") + one).getBytes(StandardCharsets.UTF_8));
    }
    page.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
    return page.toByteArray();
  }
}
