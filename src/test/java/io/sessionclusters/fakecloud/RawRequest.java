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
package io.sessionclusters.fakecloud;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request as it came over the wire, nothing decoded.
 *
 * @param method as sent
 * @param path the target up to the question mark, still percent-encoded
 * @param query the target after the question mark, still percent-encoded; null without one
 * @param headers in the order sent
 * @param body empty when none was sent
 */
record RawRequest(
    String method, String path, @Nullable String query, List<Header> headers, Body body) {

  RawRequest {
    headers = List.copyOf(headers);
  }

  /**
   * One header line.
   *
   * @param name in lower case
   * @param value without leading and trailing blanks
   */
  record Header(String name, String value) {}

  /** The value of the only header of that name, null if there is none or more than one. */
  @Nullable String header(String name) {
    var values = headers.stream().filter(header -> header.name().equals(name)).toList();
    return values.size() == 1 ? values.getFirst().value() : null;
  }

  boolean has(String name) {
    return headers.stream().anyMatch(header -> header.name().equals(name));
  }

  boolean closesConnection() {
    return listed("connection", "close");
  }

  boolean acceptsGzip() {
    return listed("accept-encoding", "gzip");
  }

  private boolean listed(String name, String token) {
    return headers.stream()
        .filter(header -> header.name().equals(name))
        .flatMap(header -> List.of(header.value().toLowerCase(Locale.ROOT).split(",", -1)).stream())
        .map(String::strip)
        .anyMatch(token::equals);
  }
}
