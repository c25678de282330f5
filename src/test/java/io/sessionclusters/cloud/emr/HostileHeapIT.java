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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.support.JavaProgram;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** No cloud ends the process for want of memory, in the heap that the image has. */
class HostileHeapIT {

  private static final Pattern LIMIT =
      Pattern.compile("limits:\\s+memory: ([0-9]+)Mi", Pattern.MULTILINE);
  private static final Pattern PERCENT = Pattern.compile("-XX:MaxRAMPercentage=([0-9]+)<");

  /** Makes texts differ, so that nothing is kept once for many. */
  private final AtomicLong next = new AtomicLong();

  @Test
  void thirtyTwoHostileListingsAtOnceFitIntoTheHeapOfTheImage() throws Exception {
    try (var server = new RawServer(this::respond)) {
      Process process =
          new ProcessBuilder(
                  JavaProgram.command(
                      List.of(
                          "-Xmx" + heapMebibytes() + "m",
                          "-XX:+UseSerialGC",
                          "-XX:+UseCompactObjectHeaders",
                          "-XX:TieredStopAtLevel=1",
                          "-XX:+ExitOnOutOfMemoryError"),
                      HostileHeap.class,
                      server.endpoint().toString()))
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      assertThat(output.lines().filter(l -> l.startsWith("round ")))
          .as(output)
          .hasSize(3)
          .allSatisfy(
              round ->
                  assertThat(round)
                      .matches(
                          "round \\{((BODY_TOO_LARGE|MEMORY_SHORT|TOO_MANY_PAGES|Complete)"
                              + "=\\d+(, )?)+}"));
      assertThat(output).contains("after {Complete=1}", "Complete");
    }
  }

  /** What the image's own flags make of the limit that the deployment gives. */
  private static long heapMebibytes() throws IOException {
    return number(LIMIT, "deploy/deployment.yaml") * number(PERCENT, "pom.xml") / 100;
  }

  private static long number(Pattern pattern, String file) throws IOException {
    Matcher matcher = pattern.matcher(Files.readString(Path.of(file)));
    assertThat(matcher.find()).as(file).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  private void respond(RawServer.Request request, OutputStream out) throws IOException {
    String workspace = request.target().replaceAll(".*/workspaces/w-([a-z0-9]+)/.*", "$1");
    if (workspace.equals("good")) {
      RawServer.send(out, 200, "", page(2000, "", false));
      return;
    }
    switch (Integer.parseInt(workspace) % 6) {
      case 0 -> RawServer.send(out, 200, "", page(20_000, "", true));
      case 1 -> RawServer.send(out, 200, "", page(50, settings(), true));
      case 2 -> RawServer.send(out, 200, "", page(20, longTexts(), true));
      case 3 -> RawServer.send(out, 200, "", longToken());
      case 4 -> RawServer.send(out, 200, "", page(20, unknownFields(), true));
      // A large one that is complete, and held by whoever asked for it.
      default -> RawServer.send(out, 200, "", page(12_000, ",\"name\":\"a longer name\"", false));
    }
  }

  private String page(int sessions, String fields, boolean goesOn) {
    var page = new StringBuilder("{\"requestId\":\"r\"");
    if (goesOn) {
      page.append(",\"nextToken\":\"").append(next.incrementAndGet()).append('"');
    }
    page.append(",\"sessionClusters\":[");
    for (int i = 0; i < sessions; i++) {
      page.append(i == 0 ? "" : ",");
      page.append("{\"sessionClusterId\":\"sc-").append(next.incrementAndGet()).append('"');
      page.append(fields).append('}');
    }
    return page.append("]}").toString();
  }

  private String settings() {
    var settings = new StringBuilder(",\"applicationConfigs\":[");
    for (int i = 0; i < 20; i++) {
      settings
          .append(i == 0 ? "" : ",")
          .append("{\"configItemKey\":\"")
          .append(next.incrementAndGet())
          .append("k".repeat(500))
          .append("\",\"configItemValue\":\"")
          .append("v".repeat(8_000))
          .append("\"}");
    }
    return settings.append(']').toString();
  }

  private String longTexts() {
    var texts = new StringBuilder();
    for (String field : List.of("name", "extra", "webUI", "connectionToken", "domain", "state")) {
      texts
          .append(",\"")
          .append(field)
          .append("\":\"")
          .append(next.incrementAndGet())
          .append("東".repeat(20_000))
          .append('"');
    }
    return texts.toString();
  }

  private String longToken() {
    return "{\"sessionClusters\":[],\"nextToken\":\"%d%s\"}"
        .formatted(next.incrementAndGet(), "é".repeat(2_000_000));
  }

  private String unknownFields() {
    var fields = new StringBuilder(",\"later\":{");
    for (int i = 0; i < 300; i++) {
      fields
          .append(i == 0 ? "\"" : ",\"")
          .append(next.incrementAndGet())
          .append("n".repeat(900))
          .append("\":1");
    }
    return fields.append('}').toString();
  }
}
