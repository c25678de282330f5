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

import java.net.URI;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request of a process to the API server.
 *
 * @param actor who sends it, as {@code operator/a}
 * @param number of the request in the life of its process, from 1, requests to the cloud counted
 * @param verb {@code get}, {@code create}, {@code update}, {@code patch}, {@code delete}
 * @param kind of the object
 * @param name null for a create
 * @param subresource {@code status}, or empty
 * @param dryRun whether nothing shall be stored
 * @param patchType media type of a patch; empty for others
 * @param query of the URL, without the question mark; empty for none
 * @param body JSON; empty for none
 */
record ApiRequest(
    String actor,
    int number,
    String verb,
    Kind kind,
    String namespace,
    @Nullable String name,
    String subresource,
    boolean dryRun,
    String patchType,
    String query,
    String body) {

  private static final Pattern PATH =
      Pattern.compile("/(?:api|apis)/(.+)/namespaces/([^/]+)/([a-z]+)(?:/([^/]+))?(?:/(status))?");

  /**
   * The request that stands in an HTTP request, of nobody yet.
   *
   * @throws UnsupportedOperationException if the simulated server serves no such request
   */
  static ApiRequest of(String method, URI uri, String contentType, String body) {
    Matcher path = PATH.matcher(uri.getPath());
    Kind kind = path.matches() ? Kind.of(path.group(1), path.group(3)) : null;
    if (kind == null) {
      throw new UnsupportedOperationException(method + " " + uri);
    }
    String query = Objects.requireNonNullElse(uri.getQuery(), "");
    return new ApiRequest(
        "",
        0,
        verb(method, path.group(4)),
        kind,
        path.group(2),
        path.group(4),
        Objects.requireNonNullElse(path.group(5), ""),
        query.contains("dryRun=All"),
        method.equals("PATCH") ? contentType : "",
        query,
        body);
  }

  private static String verb(String method, @Nullable String name) {
    return switch (method) {
      case "GET" -> {
        if (name == null) {
          throw new UnsupportedOperationException("a list by the client");
        }
        yield "get";
      }
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> "delete";
      default -> throw new UnsupportedOperationException(method);
    };
  }

  /** The same as somebody's. */
  ApiRequest by(String who, int itsNumber) {
    return new ApiRequest(
        who, itsNumber, verb, kind, namespace, name, subresource, dryRun, patchType, query, body);
  }

  /** Whether it changes something. */
  boolean isWrite() {
    return !verb.equals("get") && !verb.equals("list") && !dryRun;
  }

  @Override
  public String toString() {
    return "%s #%d %s %s %s/%s%s%s"
        .formatted(
            actor,
            number,
            verb,
            kind.plural(),
            namespace,
            name == null ? "" : name,
            subresource.isEmpty() ? "" : "/" + subresource,
            dryRun ? " (dry run)" : "");
  }
}
