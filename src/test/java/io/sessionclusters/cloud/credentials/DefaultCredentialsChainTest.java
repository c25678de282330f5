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

import io.sessionclusters.cloud.AssumedRole;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider.CredentialsResult;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.credentials.Identity.CredentialsUri;
import io.sessionclusters.cloud.credentials.Identity.EcsRamRole;
import io.sessionclusters.cloud.credentials.Identity.OidcRole;
import io.sessionclusters.cloud.credentials.Identity.RamRole;
import io.sessionclusters.cloud.credentials.Identity.StaticKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultCredentialsChainTest {

  private static final String URI = "ALIBABA_CLOUD_CREDENTIALS_URI";
  private static final CredentialsResult FAILED =
      new CredentialsResult.Failed(
          new CloudError(Kind.SERVICE_FAILED, "", 503, "It fails.", "", null));
  private static final CredentialsResult NONE = new CredentialsResult.None("there is none");
  private static final CredentialsResult NOTHING =
      new CredentialsResult.None("the operator has no access key of its own");

  private static final AssumedRole ROLE = new AssumedRole("acs:ram::1:role/r", null);

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<Class<? extends Identity>, CredentialsResult> providers = new HashMap<>();
  private final List<Class<? extends Identity>> asked = new ArrayList<>();
  private final TestTime time = new TestTime();

  @Test
  void whatNobodyChoseIsPassedOverWhereThereIsNone() throws Exception {
    environment.put(URI, "http://127.0.0.1:1/");
    providers.put(EcsRamRole.class, NONE);
    providers.put(CredentialsUri.class, key("uri"));

    assertThat(chain().get()).isEqualTo(key("uri"));
    assertThat(asked).containsExactly(EcsRamRole.class, CredentialsUri.class);
  }

  @Test
  void whatNobodyChoseButIsThereCountsThoughItFails() throws Exception {
    environment.put(URI, "http://127.0.0.1:1/");
    providers.put(EcsRamRole.class, FAILED);

    assertThat(chain().get()).isEqualTo(FAILED);
  }

  /** The next one would be somebody else. */
  @Test
  void aChoiceThatFailsEndsTheSearch() throws Exception {
    environment.put("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r");
    environment.put("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p");
    environment.put("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token");
    providers.put(EcsRamRole.class, key("machine"));

    providers.put(OidcRole.class, FAILED);
    assertThat(chain().get()).isEqualTo(FAILED);
    providers.put(OidcRole.class, NONE);
    assertThat(chain().get()).isEqualTo(NONE);
    environment.put("ALIBABA_CLOUD_ROLE_ARN", "");
    environment.put("ALIBABA_CLOUD_CREDENTIALS_FILE", home.resolve("missing").toString());
    assertThat(chain().get()).isInstanceOf(CredentialsResult.None.class).isNotEqualTo(NOTHING);
    assertThat(asked).containsOnly(OidcRole.class);
  }

  @Test
  void aChainWithoutCredentialsIsReported() throws Exception {
    providers.put(EcsRamRole.class, NONE);
    assertThat(chain().get()).isEqualTo(NOTHING);

    environment.put("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    assertThat(chain().get()).isEqualTo(NOTHING);
  }

  @Test
  void theRoleOfAProfileIsAssumedWithItsKey() throws Exception {
    writeProfile();

    assertThat(chain().get()).isEqualTo(key("id in acs:ram::1:role/r"));
  }

  @Test
  void aRejectedKeyIsForgotten() throws Exception {
    providers.put(EcsRamRole.class, key("machine"));
    DefaultCredentialsChain chain = chain();
    var key = ((CredentialsResult.Found) chain.get()).credentials();
    var role = ((CredentialsResult.Found) chain.assumeRole(key, ROLE)).credentials();
    chain.get();
    chain.assumeRole(key, ROLE);
    assertThat(asked).containsExactly(EcsRamRole.class, RamRole.class);

    chain.reject(key);
    chain.reject(role);
    chain.get();
    chain.assumeRole(key, ROLE);

    assertThat(asked)
        .containsExactly(EcsRamRole.class, RamRole.class, EcsRamRole.class, RamRole.class);
  }

  private DefaultCredentialsChain chain() {
    return new DefaultCredentialsChain(
        new CredentialSources(environment),
        identity -> {
          asked.add(identity.getClass());
          return identity instanceof RamRole(StaticKey(Credentials base), AssumedRole role)
              ? key(base.accessKeyId() + " in " + role.arn())
              : providers.getOrDefault(identity.getClass(), NONE);
        },
        time,
        time::nanos);
  }

  private void writeProfile() throws IOException {
    Path file = home.resolve("credentials.ini");
    environment.put("ALIBABA_CLOUD_CREDENTIALS_FILE", file.toString());
    Files.writeString(
        file,
        """
        [default]
        enable = true
        type = ram_role_arn
        access_key_id = id
        access_key_secret = secret
        role_arn = acs:ram::1:role/r
        """);
  }

  private static CredentialsResult key(String id) {
    return new CredentialsResult.Found(new Credentials(id, new SecretValue("secret"), null), null);
  }
}
