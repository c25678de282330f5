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
package io.sessionclusters.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of an image under a folder, and the command that they are for.
 *
 * @param root of the container's file system
 * @param entrypoint as a container runs it
 */
public record ImageFiles(Path root, List<String> entrypoint) {

  private static final String CLASSPATH_FILE = "@/app/jib-classpath-file";
  private static final String CACHE = "-XX:AOTCache=";

  public ImageFiles {
    entrypoint = List.copyOf(entrypoint);
  }

  /** The JVM's cache of what it does at the start. */
  public Path cache() {
    return entrypoint.stream()
        .filter(word -> word.startsWith(CACHE))
        .map(word -> under(word.substring(CACHE.length())))
        .findFirst()
        .orElseThrow();
  }

  /** The file of that path in the container. */
  public Path under(String path) {
    return root.resolve(path.substring(1));
  }

  /**
   * The image's own command, with its own Java, but run outside of a container: the paths are those
   * under the folder.
   *
   * @param more for the JVM
   */
  public List<String> command(String... more) {
    return with(CACHE + cache(), more);
  }

  /** The same; instead of using the cache, the JVM writes it when it ends. */
  public List<String> trainingCommand(Path output) {
    return with("-XX:AOTCacheOutput=" + output);
  }

  private List<String> with(String cacheOption, String... more) {
    return Stream.of(
            Stream.of(under(entrypoint.getFirst()).toString()),
            Stream.of(more),
            entrypoint.stream()
                .skip(1)
                .map(
                    word ->
                        word.startsWith(CACHE)
                            ? cacheOption
                            : word.equals(CLASSPATH_FILE) ? classpath() : word))
        .flatMap(words -> words)
        .toList();
  }

  private String classpath() {
    try {
      return Stream.of(Files.readString(under(CLASSPATH_FILE.substring(1))).strip().split(":"))
          .map(path -> under(path).toString())
          .reduce((a, b) -> a + ":" + b)
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
