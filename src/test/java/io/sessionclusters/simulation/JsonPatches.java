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
package io.sessionclusters.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;

/** Merge patches (RFC 7386), and of JSON patches (RFC 6902) as much as object members need. */
final class JsonPatches {

  private JsonPatches() {}

  /** A copy of the object with the patch merged into it. */
  static ObjectNode merge(ObjectNode target, ObjectNode patch) {
    ObjectNode merged = target.deepCopy();
    mergeInto(merged, patch);
    return merged;
  }

  private static void mergeInto(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      String name = field.getKey();
      if (field.getValue().isNull()) {
        target.remove(name);
      } else if (field.getValue() instanceof ObjectNode inner) {
        ObjectNode place =
            target.get(name) instanceof ObjectNode there ? there : target.putObject(name);
        mergeInto(place, inner);
      } else {
        target.set(name, field.getValue());
      }
    }
  }

  /**
   * A copy of the object with the operations done.
   *
   * @throws IllegalArgumentException if one cannot be done, or a test fails
   */
  static ObjectNode apply(ObjectNode target, JsonNode operations) {
    ObjectNode patched = target.deepCopy();
    for (JsonNode operation : operations) {
      String path = operation.path("path").asText();
      int last = path.lastIndexOf('/');
      JsonNode parent = patched.at(path.substring(0, last));
      String field = path.substring(last + 1).replace("~1", "/").replace("~0", "~");
      JsonNode value = operation.path("value");
      String op = operation.path("op").asText();
      if (!(parent instanceof ObjectNode place)) {
        throw new IllegalArgumentException(op + " operation does not apply: no " + path);
      }
      switch (op) {
        case "test" -> {
          if (!value.equals(place.path(field))) {
            throw new IllegalArgumentException("testing path " + path + " failed");
          }
        }
        case "add", "replace" -> place.set(field, value);
        case "remove" -> place.remove(field);
        default -> throw new IllegalArgumentException("no such operation: " + TextNode.valueOf(op));
      }
    }
    return patched;
  }
}
