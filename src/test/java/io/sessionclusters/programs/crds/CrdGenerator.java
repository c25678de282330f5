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
package io.sessionclusters.programs.crds;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Generates the CRDs and the page that describes them. Called by the build as {@code CrdGenerator
 * check|write PAGE FOLDER...}: {@code check} ends with status 1 when the page or the files of a
 * folder are not what the types say, {@code write} writes them.
 */
public final class CrdGenerator {

  private CrdGenerator() {}

  public static void main(String[] args) throws IOException {
    if (args.length < 3 || !List.of("check", "write").contains(args[0])) {
      System.err.println("usage: CrdGenerator check|write PAGE FOLDER...");
      System.exit(2);
    }
    Path page = Path.of(args[1]);
    List<Path> folders = Stream.of(args).skip(2).map(Path::of).toList();
    Map<String, String> files = generate();
    String described = ApiPage.of(files.values());
    if (args[0].equals("write")) {
      Files.writeString(page, described);
      for (Path folder : folders) {
        Files.createDirectories(folder);
        for (var file : files.entrySet()) {
          Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
      }
      return;
    }
    List<Path> stale = new ArrayList<>();
    if (!isFresh(page, described)) {
      stale.add(page);
    }
    for (Path folder : folders) {
      stale.addAll(staleFiles(folder, files));
    }
    if (!stale.isEmpty()) {
      System.err.println(
          stale + " differ from the Java types; write them with: mvn process-test-classes -Pcrds");
      System.exit(1);
    }
  }

  /** The files of {@code folder} that are missing or not what the types say. */
  private static List<Path> staleFiles(Path folder, Map<String, String> files) throws IOException {
    List<Path> stale = new ArrayList<>();
    for (var file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (!isFresh(path, file.getValue())) {
        stale.add(path);
      }
    }
    return stale;
  }

  private static boolean isFresh(Path path, String content) throws IOException {
    return Files.exists(path) && Files.readString(path).equals(content);
  }

  /**
   * Bounds of integers are doubles to the generator, and the API server stores them as integers.
   */
  private static String wholeBounds(String yaml) {
    return yaml.replaceAll("(?m)^( *(?:maximum|minimum): -?[0-9]+)\\.0$", "$1");
  }

  /** File name to content, for both resources. */
  static Map<String, String> generate() throws IOException {
    Path folder = Files.createTempDirectory("crds");
    try {
      new CRDGenerator()
          .inOutputDir(folder.toFile())
          .customResourceClasses(SessionCluster.class, SessionClusterSource.class)
          .withPostProcessor(new CrdPolish())
          // Both keep the output the same from run to run.
          .withParallelGenerationEnabled(false)
          .withMinQuotes(true)
          .generate();
      Map<String, String> files = new TreeMap<>();
      try (var paths = Files.list(folder)) {
        for (Path path : paths.toList()) {
          String name = path.getFileName().toString().replace("-v1.yml", ".yaml");
          files.put(name, wholeBounds(Files.readString(path)));
        }
      }
      return files;
    } finally {
      try (var paths = Files.list(folder)) {
        for (Path path : paths.toList()) {
          Files.delete(path);
        }
      }
      Files.delete(folder);
    }
  }
}
