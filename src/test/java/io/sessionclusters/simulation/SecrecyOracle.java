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

import java.util.function.Consumer;

/** Promise 6: no planted secret is in any object but a Secret. */
final class SecrecyOracle implements Oracle {

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    for (Change change : facts.changes()) {
      if (change.byOperator() && change.kind() != Kind.SECRET && change.after() != null) {
        String text = change.after().toString();
        int at = text.indexOf(Marks.SECRET);
        if (at >= 0) {
          broken.accept(
              "%s %s wrote a secret into %s %s: …%s…"
                  .formatted(
                      Facts.when(change.at()),
                      change.by(),
                      change.kind(),
                      change.name(),
                      text.substring(Math.max(0, at - 80), Math.min(text.length(), at + 40))));
          return;
        }
      }
    }
  }
}
