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

/**
 * Texts that must be nowhere but where they belong. None of them looks like a secret by its words,
 * so that only the place it stands in tells that it is one.
 */
final class Marks {

  /** Part of every planted secret, and of nothing else. */
  static final String SECRET = "zq9MARKqz";

  private Marks() {}
}
