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

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part of a target after the question mark. A plus sign there is a blank, as in HTML
 * forms: the vendor's own Java client sends {@code +} for a blank that it signs as {@code %20}
 * (tea-openapi 0.3.15 with tea 1.4.2: ran), so the real gateway must read it like this.
 */
final class QueryString {

  private QueryString() {}

  /**
   * @return the decoded parameters, sorted by name
   * @throws ApiErrorException if one is not percent-encoded UTF-8, has no {@code =} or comes twice
   */
  static SortedMap<String, String> decode(@Nullable String query) throws ApiErrorException {
    var parameters = new TreeMap<String, String>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? null : formDecode(pair.substring(0, equals));
      String value = equals < 0 ? null : formDecode(pair.substring(equals + 1));
      if (name == null || value == null || parameters.put(name, value) != null) {
        throw new ApiErrorException(ApiError.invalidParameter("query"));
      }
    }
    return parameters;
  }

  private static @Nullable String formDecode(String text) {
    return PercentCoding.decode(text.replace('+', ' '));
  }
}
