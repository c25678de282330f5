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
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.credentials.Identity.CredentialsUri;
import io.sessionclusters.cloud.credentials.Identity.EcsRamRole;
import io.sessionclusters.cloud.credentials.Identity.OidcRole;
import io.sessionclusters.cloud.credentials.Identity.RamRole;
import io.sessionclusters.cloud.credentials.Identity.StaticKey;
import io.sessionclusters.cloud.credentials.Identity.Unusable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialSourcesTest {

  private static final String ROLE = "acs:ram::1234567890123456:role/reader";
  private static final String PROVIDER = "acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1";
  private static final StaticKey KEY = fixed("id", "s#1;2", null);

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void beAtHomeWithoutMetadata() {
    environment.put("HOME", home.toString());
    environment.put("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
  }

  @Test
  void anEmptyEnvironmentLeavesTheRoleOfTheInstance() {
    environment.clear();

    assertThat(identities()).containsExactly(new EcsRamRole("", false));
    assertThat(identities().getFirst().isChosen()).isFalse();
  }

  @Test
  void theOrderIsThatOfTheVendorsChain() throws IOException {
    environment.put("ALIBABA_CLOUD_ACCESS_KEY_ID", "env");
    environment.put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret");
    environment.put("ALIBABA_CLOUD_ROLE_ARN", ROLE);
    environment.put("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER);
    environment.put("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token");
    environment.put("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "false");
    environment.put("ALIBABA_CLOUD_ECS_METADATA", "node-role");
    environment.put("ALIBABA_CLOUD_IMDSV1_DISABLED", "true");
    environment.put("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:1/keys");
    write(
        ".aliyun/config.json",
        cli("'mode': 'AK', 'access_key_id': 'cli', 'access_key_secret': 's'"));
    write(
        ".alibabacloud/credentials.ini",
        ini("type = access_key", "access_key_id = ini", "access_key_secret = s"));

    assertThat(identities())
        .containsExactly(
            fixed("env", "secret", null),
            new OidcRole(ROLE, PROVIDER, "/token", StsClient.SESSION_NAME),
            fixed("cli", "s", null),
            fixed("ini", "s", null),
            new EcsRamRole("node-role", true),
            new CredentialsUri(URI.create("http://127.0.0.1:1/keys")));
    assertThat(identities()).allMatch(Identity::isChosen);
  }

  @ParameterizedTest
  @CsvSource({
    "id, secret, ' ', true",
    "id, secret, token, true",
    "'', '', '', false",
    "id, '', '', false",
    "'', secret, token, false",
    "id, '\n', '', false",
    "' ', secret, '', false"
  })
  void aKeyOfTheEnvironmentNeedsItsIdAndItsSecret(
      String id, String secret, String token, boolean found) {
    environment.put("ALIBABA_CLOUD_ACCESS_KEY_ID", id);
    environment.put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret);
    environment.put("ALIBABA_CLOUD_SECURITY_TOKEN", token);

    assertThat(identities())
        .isEqualTo(found ? List.of(fixed(id, secret, token.isBlank() ? null : token)) : List.of());
  }

  @Test
  void aServiceAccountNeedsAllThreeVariables() {
    environment.put("ALIBABA_CLOUD_ROLE_ARN", ROLE);
    environment.put("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER);
    assertThat(identities()).isEmpty();

    environment.put("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token");
    environment.put("ALIBABA_CLOUD_ROLE_SESSION_NAME", "mine");
    assertThat(identities()).containsExactly(new OidcRole(ROLE, PROVIDER, "/token", "mine"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:/etc/passwd", "hush", "http://", "http:// hush", "//hush/x"})
  void aCredentialsUriIsAskedByHttpOnly(String uri) {
    environment.put("ALIBABA_CLOUD_CREDENTIALS_URI", uri);

    assertThat(identities())
        .containsExactly(new Unusable("ALIBABA_CLOUD_CREDENTIALS_URI is not an http or https URL"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          'mode': 'AK', 'access_key_id': ' id ', 'access_key_secret': 's#1;2'                                            | -
          'mode': 'AK', 'access_key_id': 'id', 'access_key_secret': ''                                                   | missing access key ID or secret
          'mode': 'AK'                                                                                                   | missing access key ID or secret
          'mode': 'CloudSSO', 'access_key_id': 'id', 'access_key_secret': 'hush'                                         | this mode is not supported
          'access_key_id': 'id', 'access_key_secret': 'hush'                                                             | this mode is not supported
          'mode': 'RamRoleArn', 'access_key_id': 'id', 'access_key_secret': 'hush', 'ram_role_arn': 'hush'               | invalid role ARN or external ID
          'mode': 'RamRoleArn', 'ram_role_arn': 'acs:ram::1:role/r'                                                      | missing access key ID or secret
          'mode': 'RamRoleArn', 'access_key_id': 'id', 'access_key_secret': 'hush', 'ram_role_arn': 'acs:ram::1:role/r', 'policy': '{}' | policy is not supported
          'mode': 'ChainableRamRoleArn', 'source_profile': 'default', 'ram_role_arn': 'acs:ram::1:role/r'                | it names itself
          'mode': 'ChainableRamRoleArn', 'source_profile': 'nobody', 'ram_role_arn': 'acs:ram::1:role/r'                 | it does not exist
          'mode': 'OIDC', 'ram_role_arn': 'acs:ram::1:role/r'                                                            | missing ARN of the role
          """)
  void aProfileOfTheCommandLineToolIsAKeyOrAMistake(String fields, @Nullable String problem)
      throws IOException {
    write(".aliyun/config.json", cli(fields));

    if (problem == null) {
      assertThat(identities()).containsExactly(KEY);
    } else {
      assertUnusable(problem, ".aliyun/config.json");
    }
  }

  @Test
  void allModesOfTheCommandLineToolThatNeedNoPerson() throws IOException {
    write(
        ".aliyun/config.json",
        """
        {"current": "sts", "profiles": [
          {"name": "sts", "mode": "StsToken", "access_key_id": "i", "access_key_secret": "s", "sts_token": "t"},
          {"name": "role", "mode": "RamRoleArn", "access_key_id": "i", "access_key_secret": "s",
           "ram_role_arn": "%1$s", "external_id": "x1"},
          {"name": "chain", "mode": "ChainableRamRoleArn", "source_profile": "sts", "ram_role_arn": "%1$s"},
          {"name": "ecs", "mode": "EcsRamRole", "ram_role_name": "node"},
          {"name": "oidc", "mode": "OIDC", "ram_role_arn": "%1$s", "oidc_provider_arn": "p",
           "oidc_token_file": "/f", "ram_session_name": "n"}
        ]}
        """
            .formatted(ROLE));
    var sts = fixed("i", "s", "t");

    assertThat(identities()).containsExactly(sts);
    assertThat(profile("role"))
        .containsExactly(new RamRole(fixed("i", "s", null), new AssumedRole(ROLE, "x1")));
    assertThat(profile("chain")).containsExactly(new RamRole(sts, new AssumedRole(ROLE, null)));
    assertThat(profile("ecs")).containsExactly(new EcsRamRole("node", false));
    assertThat(profile("oidc")).containsExactly(new OidcRole(ROLE, "p", "/f", "n"));
    assertThat(profile("nobody")).singleElement().isInstanceOf(Unusable.class);
    environment.put("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true");
    assertThat(identities()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "hush", "[]", "{}", "{\"current\": {\"hush\": 1}}", "{\"profiles\": 7}"})
  void aFileOfTheCommandLineToolThatIsNoneIsAMistake(String content) throws IOException {
    write(".aliyun/config.json", content);

    assertUnusable("it does not exist", ".aliyun/config.json");
  }

  @Test
  void aFileThatCannotBeReadIsAMistake() throws IOException {
    Files.createDirectories(home.resolve(".aliyun/config.json"));

    assertUnusable("cannot be read", ".aliyun/config.json");
  }

  @Test
  void aProfileOfTheSdksIsTakenFromItsSectionIfThatIsEnabled() throws IOException {
    write(
        ".alibabacloud/credentials.ini",
        """
        ; comment
        access_key_id = nobody
        [other]
        enable = true
        type = access_key
        access_key_id = other
        access_key_secret = hush
        [ default ] # comment
        # access_key_id = nobody
        enable = true
        type=access_key
          access_key_id  =  id   ; comment
        access_key_secret = s#1;2 # comment
        nothing
        [last]
        enable = false
        type = access_key
        """);

    assertThat(identities()).containsExactly(KEY);
    assertThat(profile("other")).containsExactly(fixed("other", "hush", null));
    assertThat(profile("last")).isEmpty();
    assertThat(profile("nobody")).isEmpty();
  }

  @Test
  void allTypesOfTheSdksThatNeedNoPerson() throws IOException {
    Path file = home.resolve("mounted.ini");
    environment.put("ALIBABA_CLOUD_CREDENTIALS_FILE", file.toString());
    var key = List.of("access_key_id = i", "access_key_secret = s");

    Files.writeString(file, ini("type = sts", key.get(0), key.get(1), "security_token = t"));
    assertThat(identities()).containsExactly(fixed("i", "s", "t"));
    Files.writeString(
        file, ini("type = ram_role_arn", key.get(0), key.get(1), "role_arn = " + ROLE));
    assertThat(identities())
        .containsExactly(new RamRole(fixed("i", "s", null), new AssumedRole(ROLE, null)));
    Files.writeString(file, ini("type = ecs_ram_role", "role_name = node"));
    assertThat(identities()).containsExactly(new EcsRamRole("node", false));
    Files.writeString(
        file,
        ini(
            "type = oidc_role_arn",
            "role_arn = " + ROLE,
            "oidc_provider_arn = p",
            "oidc_token_file_path = /f"));
    assertThat(identities()).containsExactly(new OidcRole(ROLE, "p", "/f", StsClient.SESSION_NAME));
    Files.writeString(file, ini("type = rsa_key_pair"));
    assertUnusable("this type is not supported", "mounted.ini");
    Files.writeString(file, ini("type = access_key", key.get(0), key.get(1), "policy = {}"));
    assertUnusable("policy is not supported", "mounted.ini");
  }

  @Test
  void aFileThatIsNamedMustHoldTheProfile() {
    environment.put("ALIBABA_CLOUD_CREDENTIALS_FILE", home.resolve("missing.ini").toString());

    assertThat(identities())
        .containsExactly(
            new Unusable(
                "the file that ALIBABA_CLOUD_CREDENTIALS_FILE names has no profile that is"
                    + " enabled"));
  }

  @Test
  void nothingPrintsASecret() {
    environment.put("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:1/keys?hush");
    environment.put("ALIBABA_CLOUD_ACCESS_KEY_ID", "id");
    environment.put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hush");

    assertThat(identities()).hasSize(2);
    assertThat(identities().toString()).doesNotContain("hush");
  }

  private List<Identity> identities() {
    return new CredentialSources(environment).identities();
  }

  private List<Identity> profile(String name) {
    var other = new HashMap<>(environment);
    other.put("ALIBABA_CLOUD_PROFILE", name);
    return new CredentialSources(other).identities();
  }

  private void assertUnusable(String problem, String file) {
    assertThat(identities()).singleElement().isInstanceOf(Unusable.class);
    assertThat(((Unusable) identities().getFirst()).problem())
        .contains(problem, file)
        .doesNotContain("hush");
  }

  private void write(String name, String content) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static String cli(String fields) {
    return "{\"current\": \"default\", \"profiles\": [{\"name\": \"default\", "
        + fields.replace("'", "\"")
        + "}]}";
  }

  private static String ini(String... lines) {
    return "[default]\nenable = true\n" + String.join("\n", lines) + "\n";
  }

  private static StaticKey fixed(String id, String secret, @Nullable String token) {
    return new StaticKey(
        new Credentials(
            id, new SecretValue(secret), token == null ? null : new SecretValue(token)));
  }
}
