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

/** What a workspace does when its sessions change while they are being listed. */
public enum Paging {
  /** All pages of a walk show the moment when it started. */
  SNAPSHOT,
  /**
   * Each page is cut out of the list as it is then: a session that moves or vanishes between two
   * pages makes others come twice or not at all.
   */
  OFFSET
}
