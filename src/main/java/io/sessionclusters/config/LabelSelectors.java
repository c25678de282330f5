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
package io.sessionclusters.config;

import java.util.regex.Pattern;

/** Label selectors as {@code kubectl -l} takes them. */
final class LabelSelectors {

  private static final String PART = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
  private static final String KEY = "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?" + PART;
  private static final String VALUE = "(" + PART + ")?";
  private static final String REQUIREMENT =
      "(!?\\s*%1$s|%1$s\\s*(=|==|!=)\\s*%2$s|%1$s\\s+(in|notin)\\s*\\(\\s*%2$s\\s*(,\\s*%2$s\\s*)*\\))"
          .formatted(KEY, VALUE);
  private static final Pattern SELECTOR =
      Pattern.compile("\\s*%1$s\\s*(,\\s*%1$s\\s*)*".formatted(REQUIREMENT));

  private LabelSelectors() {}

  /** Whether the API server would take it; an empty one selects all, and is none here. */
  static boolean isValid(String selector) {
    return SELECTOR.matcher(selector).matches();
  }
}
