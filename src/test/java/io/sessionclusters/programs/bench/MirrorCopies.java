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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The operator's mirrors, made ready to be written by somebody else in another namespace. */
final class MirrorCopies {

  private MirrorCopies() {}

  /**
   * Reads them.
   *
   * @param file of the mirrors, as the API server lists them
   * @param owner uid of the source that owns the copies: with another one they would be collected
   */
  static List<ObjectNode> read(Path file, String namespace, String owner) throws IOException {
    List<ObjectNode> copies = new ArrayList<>();
    for (JsonNode item : new ObjectMapper().readTree(file.toFile()).get("items")) {
      ObjectNode mirror = (ObjectNode) item;
      mirror.put("apiVersion", "sessionclusters.io/v1alpha1").put("kind", "SessionCluster");
      ObjectNode metadata = (ObjectNode) mirror.get("metadata");
      metadata.put("namespace", namespace);
      metadata.remove(
          List.of("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"));
      metadata
          .withArray("ownerReferences")
          .forEach(each -> ((ObjectNode) each).put("uid", owner).put("name", Floors.SOURCE));
      copies.add(mirror);
    }
    return copies;
  }
}
