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

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Access keys that no Secret holds. Safe for use by many threads. */
@FunctionalInterface
public interface CredentialsProvider {

  /**
   * The operator's own key, as it is now, wherever its surroundings keep it. May block for some
   * seconds while a temporary one is fetched; what hangs is given up.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  CredentialsResult get() throws InterruptedException;

  /**
   * A key of a role. May block like {@link #get}.
   *
   * @param base the key that assumes the role; only who has it gets the role's key
   * @throws InterruptedException if the calling thread is interrupted
   */
  default CredentialsResult assumeRole(Credentials base, AssumedRole role)
      throws InterruptedException {
    return new CredentialsResult.None("roles cannot be assumed here");
  }

  /** The API does not accept that key any more: if it is kept here, it is fetched anew. */
  default void reject(Credentials rejected) {}

  /** What came of asking for an access key. */
  sealed interface CredentialsResult {

    /**
     * A key.
     *
     * @param end of a temporary key, by the API's clock; null if it has none, or none is known
     */
    record Found(Credentials credentials, @Nullable Instant end) implements CredentialsResult {}

    /**
     * There is none: nothing names one, or what names it cannot be used.
     *
     * @param problem one sentence for users, without a full stop; holds no secret
     */
    record None(String problem) implements CredentialsResult {}

    /** There should be one, but who gives it out refuses or fails. */
    record Failed(CloudError error) implements CredentialsResult {}
  }
}
