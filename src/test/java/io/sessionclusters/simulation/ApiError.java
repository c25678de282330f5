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

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The API server's refusal of a request, in the words of the real one. */
final class ApiError extends RuntimeException {

  private final int code;
  private final String reason;
  private final @Nullable Kind kind;
  private final @Nullable String name;

  /**
   * A refusal.
   *
   * @param kind and name become the details; null where the real one gives none
   */
  ApiError(int code, String reason, String message, @Nullable Kind kind, @Nullable String name) {
    super(message, null, false, false);
    this.code = code;
    this.reason = reason;
    this.kind = kind;
    this.name = name;
  }

  static ApiError notFound(Kind kind, String name) {
    return new ApiError(
        404, "NotFound", "%s \"%s\" not found".formatted(resource(kind), name), kind, name);
  }

  static ApiError exists(Kind kind, String name) {
    return new ApiError(
        409,
        "AlreadyExists",
        "%s \"%s\" already exists".formatted(resource(kind), name),
        kind,
        name);
  }

  static ApiError conflict(Kind kind, String name, String why) {
    return new ApiError(
        409,
        "Conflict",
        "Operation cannot be fulfilled on %s \"%s\": %s".formatted(resource(kind), name, why),
        kind,
        name);
  }

  static ApiError invalid(Kind kind, String name, String why) {
    return new ApiError(
        422,
        "Invalid",
        "%s \"%s\" is invalid: %s".formatted(resource(kind), name, why),
        kind,
        name);
  }

  int code() {
    return code;
  }

  /** The {@code Status} object. */
  ObjectNode status(@Nullable Integer retryAfter) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure");
    status.putObject("metadata");
    status.put("message", getMessage()).put("reason", reason).put("code", code);
    ObjectNode details = status.putObject("details");
    if (kind != null && name != null) {
      details.put("name", name).put("group", kind.group()).put("kind", kind.plural());
    }
    if (retryAfter != null) {
      details.put("retryAfterSeconds", retryAfter);
    }
    return status;
  }

  private static String resource(Kind kind) {
    return kind.group().isEmpty() ? kind.plural() : kind.plural() + "." + kind.group();
  }
}
