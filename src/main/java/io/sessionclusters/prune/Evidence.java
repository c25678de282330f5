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
package io.sessionclusters.prune;

/** What one listing says of the sessions that it does not show. */
public enum Evidence {
  /** It is complete: they are absent. */
  COMPLETE,

  /**
   * Sessions came or went while the pages were read, and nothing else is wrong: a single one says
   * nothing, but in a workspace that is always busy no other will ever come. Three of them, each
   * {@code transitionInterval} after the one before, count as a complete one.
   */
  MOVED,

  /** It says nothing of them. */
  NONE
}
