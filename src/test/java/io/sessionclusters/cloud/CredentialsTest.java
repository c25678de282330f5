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

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class CredentialsTest {

  @Test
  void whiteSpaceAroundAValueIsDropped() {
    var typed =
        new Credentials(" id\n", new SecretValue("secret\n"), new SecretValue("\ttoken\r\n"));

    assertThat(typed)
        .isEqualTo(new Credentials("id", new SecretValue("secret"), new SecretValue("token")));
    assertThat(new Credentials("id", new SecretValue("s"), new SecretValue("\n")).securityToken())
        .isNull();
  }

  @Test
  void nothingPrintsASecret() throws Exception {
    var credentials = new Credentials("id", new SecretValue("hush-1"), new SecretValue("hush-2"));

    assertThat(credentials.toString()).contains("id").doesNotContain("hush");
    assertThat(new ObjectMapper().writeValueAsString(credentials))
        .contains(SecretValue.REDACTED)
        .doesNotContain("hush");
  }
}
