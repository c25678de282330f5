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
package io.sessionclusters.mirror;

/** What the writes to mirrors came to. Whoever listens returns at once and throws nothing. */
public interface MirrorMetrics {

  /** What was to be done to a mirror. */
  enum Operation {
    CREATE,
    UPDATE,
    /** Its session no longer exists and the source retains its mirrors: it is kept and says so. */
    MARK_VANISHED,
    /** No listing has confirmed it for long: it says so. */
    MARK_STALE,
    /** Its connection Secret was deleted: it names it no more. */
    UNLINK,
    DELETE
  }

  /** What a write to Kubernetes came to. */
  enum WriteStatus {
    DONE,
    /** It met another object than was known: no error, the next listing sees the truth. */
    STALE,
    /** RBAC, admission or quota refused it. */
    DENIED,
    FAILED
  }

  /** A write to a mirror ended. */
  default void wrote(Operation operation, WriteStatus result) {}

  /** A mirror that others had changed is again what the API returned. */
  default void repaired() {}
}
