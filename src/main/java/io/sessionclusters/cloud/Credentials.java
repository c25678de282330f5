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

import org.jspecify.annotations.Nullable;

/**
 * An access key, with the security token of a temporary one. White space around a value, such as
 * the newline that ends many a Secret's value, is dropped.
 *
 * @param accessKeyId public half of the key, sent in clear with each request
 * @param accessKeySecret signs the requests, never sent
 * @param securityToken of an STS key; null, also if blank, for a long-lived key
 */
public record Credentials(
    String accessKeyId, SecretValue accessKeySecret, @Nullable SecretValue securityToken) {

  public Credentials {
    accessKeyId = accessKeyId.strip();
    accessKeySecret = new SecretValue(accessKeySecret.reveal().strip());
    if (securityToken != null) {
      String token = securityToken.reveal().strip();
      securityToken = token.isEmpty() ? null : new SecretValue(token);
    }
  }

  /** Whether every value can stand in a header and in a signature: visible ASCII, not empty. */
  public boolean wellFormed() {
    return isVisibleAscii(accessKeyId)
        && isVisibleAscii(accessKeySecret.reveal())
        && (securityToken == null || isVisibleAscii(securityToken.reveal()));
  }

  /** Whether a value can stand in a header. */
  public static boolean isVisibleAscii(String value) {
    return !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 0x7F);
  }
}
