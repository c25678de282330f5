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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The archive of an image, in the format of {@code docker save}, taken apart.
 *
 * @param folder of its parts
 * @param config the image's configuration, as the OCI image specification has it
 * @param layers the lowest first
 */
public record ImageArchive(Path folder, JsonNode config, List<Layer> layers) {

  /**
   * One layer.
   *
   * @param name that the build gave it
   * @param archive the compressed files
   * @param digest of the files before they were compressed
   */
  public record Layer(String name, Path archive, String digest) {

    /** The paths of its files, folders not included. */
    public List<String> files() {
      return tar("-tzf", archive.toString())
          .lines()
          .filter(line -> !line.endsWith("/"))
          .map(line -> "/" + line)
          .toList();
    }
  }

  public ImageArchive {
    layers = List.copyOf(layers);
  }

  /**
   * Takes an archive apart.
   *
   * @param folder made for its parts
   */
  public static ImageArchive open(Path archive, Path folder) {
    try {
      Files.createDirectories(folder);
      tar("-xf", archive.toString(), "-C", folder.toString());
      JsonNode manifest = read(folder.resolve("manifest.json")).get(0);
      JsonNode config = read(folder.resolve(manifest.get("Config").asText()));
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < manifest.get("Layers").size(); i++) {
        layers.add(
            new Layer(
                config.at("/history/%d/comment".formatted(i)).asText(),
                folder.resolve(manifest.at("/Layers/" + i).asText()),
                config.at("/rootfs/diff_ids/" + i).asText()));
      }
      return new ImageArchive(folder, config, layers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command that a container of it runs. */
  public List<String> entrypoint() {
    List<String> words = new ArrayList<>();
    config.at("/config/Entrypoint").forEach(word -> words.add(word.asText()));
    return words;
  }

  /** Unpacks its files as a container would see them, with their times. */
  public ImageFiles unpack() {
    Path root = folder.resolve("root");
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    layers.forEach(layer -> tar("-xzf", layer.archive().toString(), "-C", root.toString()));
    return new ImageFiles(root, entrypoint());
  }

  private static JsonNode read(Path json) throws IOException {
    return new ObjectMapper().readTree(json.toFile());
  }

  private static String tar(String... arguments) {
    // jib notes a time of its own beside each file's.
    List<String> command = new ArrayList<>(List.of("tar", "--warning=no-unknown-keyword"));
    command.addAll(List.of(arguments));
    try {
      Process tar = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (tar.onExit().join().exitValue() != 0) {
        throw new IOException(command + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
