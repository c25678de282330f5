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
package io.sessionclusters.cloud.credentials;

import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.SecretValue;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The operator's own access key, from the environment variables that the vendor's tools read. (The
 * vendor's library reads those of the process only, not a given set.)
 *
 * @see <a
 *     href="https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-access-credentials">Manage
 *     access credentials</a>
 */
final class EnvironmentCredentials {

  private static final String KEY_ID = "ALIBABA_CLOUD_ACCESS_KEY_ID";
  private static final String KEY_SECRET = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
  private static final String SECURITY_TOKEN = "ALIBABA_CLOUD_SECURITY_TOKEN";

  private EnvironmentCredentials() {}

  /**
   * Reads the access key; a blank variable counts as absent.
   *
   * @param environment names and values, as {@link System#getenv()} gives them
   * @return empty unless both the key's id and its secret are there
   */
  static Optional<Credentials> read(Map<String, String> environment) {
    String keyId = value(environment, KEY_ID);
    String secret = value(environment, KEY_SECRET);
    if (keyId == null || secret == null) {
      return Optional.empty();
    }
    String token = value(environment, SECURITY_TOKEN);
    return Optional.of(
        new Credentials(
            keyId, new SecretValue(secret), token == null ? null : new SecretValue(token)));
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }
}
