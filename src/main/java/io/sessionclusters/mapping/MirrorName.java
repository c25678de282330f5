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
package io.sessionclusters.mapping;

import io.sessionclusters.cloud.Sha256;

/**
 * The Kubernetes names of a session's mirror and of the mirror's connection Secret.
 *
 * <p>A mirror has the session id itself if it is a DNS-1123 subdomain, else {@code sc-} and the
 * first 16 hex digits of the SHA-256 of its UTF-8 bytes: {@code ABC} and {@code abc} are two
 * sessions and must not meet.
 */
public final class MirrorName {

  private static final int MAX_LENGTH = 253;

  private MirrorName() {}

  /** A valid name of a Kubernetes object, always the same for the same id. */
  public static String of(String sessionClusterId) {
    return isSubdomain(sessionClusterId)
        ? sessionClusterId
        : "sc-" + Sha256.hex(sessionClusterId).substring(0, 16);
  }

  /**
   * The name of the connection Secret of a mirror: the mirror's own and {@code -connection}; where
   * that is too long, {@code sc-}, a hash and {@code .connection}. The two forms end differently,
   * so that no two mirrors share a Secret.
   *
   * @return a valid name of a Kubernetes object, always the same for the same mirror
   */
  public static String ofSecret(String mirror) {
    String name = mirror + "-connection";
    if (name.length() <= MAX_LENGTH) {
      return name;
    }
    return "sc-" + Sha256.hex(mirror).substring(0, 32) + ".connection";
  }

  /**
   * Whether an object can have that name: labels of lower-case letters, digits and inner hyphens,
   * joined by dots (RFC 1123). Not a regular expression because it runs for every session of every
   * listing.
   */
  public static boolean isSubdomain(String id) {
    int length = id.length();
    if (length == 0 || length > MAX_LENGTH) {
      return false;
    }
    boolean afterAlphanumeric = false;
    for (int i = 0; i < length; i++) {
      char c = id.charAt(i);
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        afterAlphanumeric = true;
      } else if (c == '-' && (afterAlphanumeric || (i > 0 && id.charAt(i - 1) == '-'))) {
        afterAlphanumeric = false;
      } else if (c == '.' && afterAlphanumeric) {
        afterAlphanumeric = false;
      } else {
        return false;
      }
    }
    return afterAlphanumeric;
  }
}
