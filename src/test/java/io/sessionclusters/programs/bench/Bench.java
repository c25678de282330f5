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
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sessionclusters.image.ImageArchive;
import io.sessionclusters.image.ImageFiles;
import io.sessionclusters.support.JavaProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The programs of the profile {@code bench}. */
final class Bench {

  private Bench() {}

  /**
   * Called by the profile {@code bench}.
   *
   * @param args {@code sizes}, {@code long}, {@code shards} or {@code parts}; the build's folder,
   *     which has the image's archive; numbers of sessions, such as {@code 100,1000}; numbers of
   *     sources; the memory of the operator's container in MiB; minutes of the long run
   */
  public static void main(String... args) throws IOException, InterruptedException {
    Path target = Path.of(args[1]);
    int memory = Integer.parseInt(args[4]);
    boolean passed = true;
    switch (args[0]) {
      case "sizes" -> sizes(target, numbers(args[2]), numbers(args[3]), memory);
      case "long" -> passed = LongRun.run(image(target), target, memory, Integer.parseInt(args[5]));
      case "shards" -> {
        for (int sessions : numbers(args[2])) {
          passed &= Shards.run(image(target), target.resolve("shards.json"), sessions, memory);
        }
      }
      case "parts" -> InnerParts.main(target.resolve("jmh").toString());
      default -> throw new IllegalArgumentException(args[0]);
    }
    // kube-api-test's threads would stay.
    System.exit(passed ? 0 : 1);
  }

  private static ImageFiles image(Path target) throws IOException {
    Path folder = Files.createDirectories(target.resolve("bench"));
    return ImageArchive.open(target.resolve("image").resolve("without-base.tar"), folder).unpack();
  }

  /** Each size with one source and with many, a row each. */
  private static void sizes(Path target, int[] sizes, int[] counts, int memory) throws IOException {
    ImageFiles image = image(target);
    List<Row> rows = new ArrayList<>();
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    System.out.printf("Jackson alone, us and bytes a session: %s%n", jackson());
    System.out.println(Row.HEADER);
    for (int sources : counts) {
      for (int sessions : sizes) {
        String size = "%8d %7d | ".formatted(sessions, sources);
        try (var measurement =
            new Measurement(
                image,
                sessions,
                sources,
                memory,
                step -> System.err.println(size + step + " ..."))) {
          Row row = measurement.run();
          rows.add(row);
          System.out.println(row.line());
          // Each row is kept, whatever becomes of the next.
          json.writeValue(target.resolve("bench.json").toFile(), rows);
        }
      }
    }
  }

  private static String jackson() throws IOException {
    Process floor = new ProcessBuilder(JavaProgram.command(List.of(), JacksonFloor.class)).start();
    try (BufferedReader output = floor.inputReader()) {
      return output.readLine();
    }
  }

  private static int[] numbers(String list) {
    return Stream.of(list.split(",", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
