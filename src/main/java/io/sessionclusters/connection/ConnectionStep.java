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
package io.sessionclusters.connection;

import io.sessionclusters.mapping.ConnectionSecretName;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mirror.Mirror;

/** One thing to do to the connection Secret of one mirror. */
sealed interface ConnectionStep {

  /** The mirror that owns the Secret, as it is. */
  Mirror mirror();

  /** The Secret's name. */
  default String name() {
    return ConnectionSecretName.of(mirror().name());
  }

  /**
   * Read it, and write it where it is not that.
   *
   * @param digest of what the session says of its connection
   */
  record Keep(Mirror mirror, Connection connection, Digest digest) implements ConnectionStep {}

  /** Remove it, if it is ours. */
  record Remove(Mirror mirror) implements ConnectionStep {}

  /** What a step found or made. */
  enum Result {
    /** The Secret is there and right. */
    KEPT,
    /** There is no Secret of ours. */
    GONE,
    /** One of an earlier mirror of that name is there, which the garbage collector will remove. */
    AWAITS_COLLECTION,
    /** The name is taken by somebody else's. */
    TAKEN
  }
}
