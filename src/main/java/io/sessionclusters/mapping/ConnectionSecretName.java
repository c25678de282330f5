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

import java.util.HexFormat;

/**
 * The name of the connection Secret of a mirror: the mirror's own and {@code -connection}; where
 * that is too long, {@code sc-}, a hash and {@code .connection}. The two forms end differently, so
 * that no two mirrors share a Secret.
 */
public final class ConnectionSecretName {

  private static final int MAX_LENGTH = 253;
  private static final String SUFFIX = "-connection";
  private static final String SUFFIX_OF_HASH = ".connection";

  private ConnectionSecretName() {}

  /**
   * A valid name of a Kubernetes object, always the same for the same mirror.
   *
   * @param mirror name of the mirror
   */
  public static String of(String mirror) {
    if (mirror.length() + SUFFIX.length() <= MAX_LENGTH) {
      return mirror + SUFFIX;
    }
    Digest digest = new Digest.Builder().text(mirror).finish();
    HexFormat hex = HexFormat.of();
    return "sc-" + hex.toHexDigits(digest.high()) + hex.toHexDigits(digest.low()) + SUFFIX_OF_HASH;
  }
}
