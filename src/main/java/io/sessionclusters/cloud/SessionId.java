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

/**
 * The identity of a session.
 *
 * <p>It is the id as it came, but for an id that no object could hold harmlessly: one longer than
 * 253 characters, or with a control or invisible character. A session of such an id is neither left
 * out nor mixed up with another: {@code sha256:} and the SHA-256 of the id stand for it. An id that
 * begins like such a hash is hashed too, so that none can be forged.
 */
public final class SessionId {

  private static final int MAX_LENGTH = 253;
  private static final String HASH_PREFIX = "sha256:";

  private SessionId() {}

  public static String of(String id) {
    return id.length() <= MAX_LENGTH && !isHashed(id) && TextSanitizer.isFit(id)
        ? id
        : HASH_PREFIX + Sha256.hex(id);
  }

  /** Whether the API does not know the session by this id. */
  public static boolean isHashed(String id) {
    return id.startsWith(HASH_PREFIX);
  }
}
