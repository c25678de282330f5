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

import java.time.Duration;

/** Lists session clusters: the one thing that the reconciler wants of the API. */
@FunctionalInterface
public interface SessionClusterLister {

  /**
   * Walks all pages of one listing. Blocks; call it on a virtual thread.
   *
   * <p>Everything that the API or the network can do wrong is a {@link Listing.Failed}, never an
   * exception.
   *
   * @param query what to list
   * @param credentials sign every request
   * @param timeout for the whole listing, not counting waits for the rate limiter
   * @return what came
   * @throws InterruptedException if the calling thread is interrupted; nothing is returned then
   */
  Listing list(ListQuery query, Credentials credentials, Duration timeout)
      throws InterruptedException;

  /** Says that no one uses what a listing showed any more: until then its memory counts. */
  default void release(Listing listing) {}
}
