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

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer before it is framed and sent.
 *
 * @param status three digits
 * @param headers without those that frame the body and keep the connection
 * @param body not yet compressed, unless the headers say so
 */
record RawResponse(int status, Map<String, String> headers, Body body) {

  RawResponse {
    headers = Map.copyOf(headers);
  }

  static RawResponse of(int status, String contentType, Body body) {
    return new RawResponse(status, Map.of("Content-Type", contentType), body);
  }

  RawResponse withStatus(int other) {
    return new RawResponse(other, headers, body);
  }

  RawResponse withHeaders(Map<String, String> more) {
    var all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new RawResponse(status, all, body);
  }

  /** The same, compressed if that is worth it and nobody chose an encoding before. */
  RawResponse gzipped() {
    if (headers.containsKey("Content-Encoding")
        || !(body instanceof Body.Held held)
        || held.length() < 512) {
      return this;
    }
    return new RawResponse(status, headers, held.gzipped())
        .withHeaders(Map.of("Content-Encoding", "gzip", "Vary", "Accept-Encoding"));
  }
}
