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

/** Measures each size with one source and with many, and prints a row for each. */
final class Bench {

  private Bench() {}

  /**
   * Called by the profile {@code bench}.
   *
   * @param args the image's archive; an empty folder to unpack it in; the file for the figures as
   *     JSON; numbers of sessions, such as {@code 100,1000}; numbers of sources; the memory of the
   *     operator's container in MiB
   */
  public static void main(String... args) throws IOException {
    Path folder = Path.of(args[1]);
    Files.createDirectories(folder);
    ImageFiles image = ImageArchive.open(Path.of(args[0]), folder).unpack();
    List<Row> rows = new ArrayList<>();
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    System.out.printf("Jackson alone, us and bytes a session: %s%n", jackson());
    System.out.println(Row.HEADER);
    for (int sources : numbers(args[4])) {
      for (int sessions : numbers(args[3])) {
        String size = "%8d %7d | ".formatted(sessions, sources);
        try (var measurement =
            new Measurement(
                image,
                sessions,
                sources,
                Integer.parseInt(args[5]),
                step -> System.err.println(size + step + " ..."))) {
          Row row = measurement.run();
          rows.add(row);
          System.out.println(row.line());
          // Each row is kept, whatever becomes of the next.
          json.writeValue(Path.of(args[2]).toFile(), rows);
        }
      }
    }
    // kube-api-test's threads would stay.
    System.exit(0);
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
