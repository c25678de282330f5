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
package io.sessionclusters.cloud;

/** Holds a request back until the credential's limit in the region lets it pass. */
@FunctionalInterface
public interface RequestPacer {

  /** Lets every request pass at once. */
  RequestPacer UNPACED = (credentials, region) -> {};

  /**
   * Called before each request, a repeated one included. The time spent here does not count against
   * the listing's time-out.
   *
   * @param credentials whose limit counts
   * @param region whose limit counts
   * @throws InterruptedException if the calling thread is interrupted; the listing ends then
   */
  void await(Credentials credentials, RegionId region) throws InterruptedException;
}
