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

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.SecretValue;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentCredentialsTest {

  private static final String ID = "ALIBABA_CLOUD_ACCESS_KEY_ID";
  private static final String SECRET = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
  private static final String TOKEN = "ALIBABA_CLOUD_SECURITY_TOKEN";

  @Test
  void readsALongLivedKeyFromTheEnvironment() {
    assertThat(EnvironmentCredentials.read(Map.of(ID, "id", SECRET, "secret", TOKEN, " ")))
        .contains(new Credentials("id", new SecretValue("secret"), null));
  }

  @Test
  void readsATemporaryKeyFromTheEnvironment() {
    assertThat(EnvironmentCredentials.read(Map.of(ID, "id", SECRET, "secret", TOKEN, "token")))
        .contains(new Credentials("id", new SecretValue("secret"), new SecretValue("token")));
  }

  @Test
  void halfAKeyIsNone() {
    assertThat(EnvironmentCredentials.read(Map.of())).isEmpty();
    assertThat(EnvironmentCredentials.read(Map.of(ID, "id"))).isEmpty();
    assertThat(EnvironmentCredentials.read(Map.of(SECRET, "secret", TOKEN, "token"))).isEmpty();
    assertThat(EnvironmentCredentials.read(Map.of(ID, "id", SECRET, "\n"))).isEmpty();
    assertThat(EnvironmentCredentials.read(Map.of(ID, " ", SECRET, "secret"))).isEmpty();
  }
}
