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

import io.sessionclusters.fakecloud.FakeCloud;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.FakeWorkspace;
import io.sessionclusters.fakecloud.Fault;
import io.sessionclusters.fakecloud.RecordedRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The fake API as a program of its own. It reads a command a line from its standard input, answers
 * each with one line, and ends with its input:
 *
 * <ul>
 *   <li>{@code sessions N M}: N sessions over M workspaces; answers {@code ok}
 *   <li>{@code guests N M}: M more workspaces, of N other sessions each, which stay as they are;
 *       answers {@code ok}
 *   <li>{@code change N}: the states of N sessions change; answers {@code ok}
 *   <li>{@code replace N}: N sessions go, and as many new ones come; answers {@code ok}
 *   <li>{@code fault I N}: the next N requests meet the fault of that index; answers {@code ok}
 *   <li>{@code key ID}: another access key, with the same secret; answers {@code ok}
 *   <li>{@code listings}: how many listings of the first workspace have begun
 *   <li>{@code requests}: how many requests were answered since the last {@code forget}
 *   <li>{@code first}: when the first request since then was answered, in ms since 1970
 *   <li>{@code last}: when the last one was
 *   <li>{@code walk MS}: when the first listing of the first workspace that began after that time
 *       ended, in ms since 1970; 0 while it has not
 *   <li>{@code forget}: all of these begin anew
 * </ul>
 */
final class BenchCloud {

  static final String REGION = "cn-hangzhou";
  static final String KEY_ID = "LTAI-bench";
  static final String KEY_SECRET = "bench-secret";

  /** What a long run meets. */
  static final List<Fault> FAULTS =
      List.of(
          Fault.error("Throttling.User").withRetryAfter(Duration.ofSeconds(1)),
          Fault.error("InternalError"),
          Fault.notJson(),
          Fault.delay(Duration.ofSeconds(3)),
          Fault.cutInBody(),
          Fault.cutBeforeAnswer());

  private final FakeCloud cloud;
  private final List<FakeWorkspace> workspaces = new ArrayList<>();

  /** The index of the oldest session. */
  private int oldest;

  private int sessions;
  private int changes;

  private BenchCloud(FakeCloud cloud) {
    this.cloud = cloud;
  }

  /** The id of a workspace, counted from 0. */
  static String workspace(int index) {
    return "w-bench-" + index;
  }

  /** Prints the port, then answers. */
  public static void main(String... args) throws IOException {
    try (FakeCloud cloud = FakeCloud.start();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      cloud.addKey(KEY_ID, KEY_SECRET);
      BenchCloud bench = new BenchCloud(cloud);
      System.out.println(cloud.port());
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(bench.answer(line.split(" ", -1)));
      }
    }
  }

  private String answer(String... command) {
    return switch (command[0]) {
      case "sessions" -> sessions(Integer.parseInt(command[1]), Integer.parseInt(command[2]));
      case "guests" -> guests(Integer.parseInt(command[1]), Integer.parseInt(command[2]));
      case "replace" -> replace(Integer.parseInt(command[1]));
      case "fault" -> {
        Fault fault = FAULTS.get(Integer.parseInt(command[1]));
        cloud.faults().next(Integer.parseInt(command[2]), fault);
        yield "ok";
      }
      case "key" -> {
        cloud.addKey(command[1], KEY_SECRET);
        yield "ok";
      }
      case "change" -> change(Integer.parseInt(command[1]));
      case "listings" -> Integer.toString(cloud.listings(workspaces.getFirst()));
      case "requests" -> Long.toString(cloud.requestCount());
      case "first" -> Long.toString(millis(cloud.requests().getFirst()));
      case "last" -> Long.toString(millis(cloud.requests().getLast()));
      case "walk" -> Long.toString(endOfWalk(Instant.ofEpochMilli(Long.parseLong(command[1]))));
      case "forget" -> {
        cloud.forgetRequests();
        yield "ok";
      }
      default -> throw new IllegalArgumentException(String.join(" ", command));
    };
  }

  private String sessions(int count, int over) {
    workspaces.forEach(cloud::removeWorkspace);
    workspaces.clear();
    sessions = count;
    oldest = 0;
    for (int i = 0; i < over; i++) {
      workspaces.add(cloud.workspace(REGION, workspace(i)));
    }
    for (int i = 0; i < count; i++) {
      workspaces.get(i % over).put(session(i));
    }
    return "ok";
  }

  /** One of the sessions, of the three kinds in turn. */
  static FakeSession session(int index) {
    String id = id(index);
    return switch (index % 3) {
      case 0 -> FakeSession.sql(id);
      case 1 -> FakeSession.notebook(id);
      default -> FakeSession.thrift(id);
    };
  }

  private static String id(int index) {
    return "sc-%08d".formatted(index);
  }

  private String guests(int count, int more) {
    for (int i = 0; i < more; i++) {
      FakeWorkspace guest = cloud.workspace(REGION, workspace(workspaces.size() + i));
      for (int j = 0; j < count; j++) {
        guest.put(FakeSession.sql("guest-%d-%d".formatted(i, j)));
      }
    }
    return "ok";
  }

  private String replace(int count) {
    for (int i = 0; i < count; i++) {
      workspaces.get(oldest % workspaces.size()).remove(id(oldest));
      int next = oldest + sessions;
      workspaces.get(next % workspaces.size()).put(session(next));
      oldest++;
    }
    return "ok";
  }

  private String change(int count) {
    String state = ++changes % 2 == 0 ? "Running" : "Stopped";
    for (int i = 0; i < count; i++) {
      // Of workspace after workspace, wherever they are.
      int index = oldest + (int) ((long) i * sessions / count) + i % (sessions / count);
      workspaces.get(index % workspaces.size()).update(id(index), s -> s.state(state));
    }
    return "ok";
  }

  /** A page of the first workspace that is not full, or is followed by a listing, is the last. */
  private long endOfWalk(Instant after) {
    List<RecordedRequest> walk = new ArrayList<>();
    for (RecordedRequest request :
        cloud.requests(workspaces.getFirst()).stream()
            .sorted(Comparator.comparing(RecordedRequest::time))
            .toList()) {
      boolean begins = request.page() == 1;
      if (begins && !walk.isEmpty()) {
        return millis(walk.getLast());
      }
      if (!walk.isEmpty() || (begins && request.time().isAfter(after))) {
        walk.add(request);
      }
    }
    return 0;
  }

  private static long millis(RecordedRequest request) {
    return request.time().toEpochMilli();
  }
}
