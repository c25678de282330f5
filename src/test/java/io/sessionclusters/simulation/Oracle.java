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

import java.time.Duration;
import java.util.function.Consumer;

/** Judges a history by one promise. */
@FunctionalInterface
interface Oracle {

  /**
   * The longest that a process takes to see a change of a source and to end what it does by the
   * older one, where nothing but the usual lag keeps it.
   */
  Duration GRACE = Duration.ofSeconds(45);

  /** Tells each way in which the promise was broken. */
  void judge(Facts facts, Consumer<String> broken);
}
