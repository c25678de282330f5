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

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.SecretValue;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where the operator's own key may lie, in the order of the vendor's default chain: environment,
 * service account, profile of the command line tool, profile of the SDKs, role of the machine,
 * credentials URI. Files are read anew each time, so that a changed one counts at once; nothing
 * here asks the network.
 *
 * @see <a
 *     href="https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-access-credentials">the
 *     default chain</a>
 */
final class CredentialSources {

  private static final int MAX_FILE = 1024 * 1024;

  private final Map<String, String> environment;

  /**
   * @param environment names and values, as {@link System#getenv()} gives them
   */
  CredentialSources(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** What there is, the first first. */
  List<Identity> identities() {
    return Stream.of(
            staticKey(),
            oidcRole(),
            commandLineProfile(),
            sdkProfile(),
            ecsRamRole(),
            credentialsUri())
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<Identity> staticKey() {
    String id = value("ALIBABA_CLOUD_ACCESS_KEY_ID");
    String secret = value("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
    return id.isEmpty() || secret.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Identity.StaticKey(
                new Credentials(
                    id,
                    new SecretValue(secret),
                    new SecretValue(value("ALIBABA_CLOUD_SECURITY_TOKEN")))));
  }

  private Optional<Identity> oidcRole() {
    String roleArn = value("ALIBABA_CLOUD_ROLE_ARN");
    String providerArn = value("ALIBABA_CLOUD_OIDC_PROVIDER_ARN");
    String tokenFile = value("ALIBABA_CLOUD_OIDC_TOKEN_FILE");
    if (roleArn.isEmpty() || providerArn.isEmpty() || tokenFile.isEmpty()) {
      return Optional.empty();
    }
    String sessionName = value("ALIBABA_CLOUD_ROLE_SESSION_NAME");
    return Optional.of(
        new Identity.OidcRole(
            roleArn,
            providerArn,
            tokenFile,
            sessionName.isEmpty() ? StsClient.SESSION_NAME : sessionName));
  }

  private Optional<Identity> commandLineProfile() {
    String home = value("HOME");
    if (home.isEmpty() || isTrue("ALIBABA_CLOUD_CLI_PROFILE_DISABLED")) {
      return Optional.empty();
    }
    Path file = Path.of(home, ".aliyun", "config.json");
    return read(
        file,
        content ->
            Optional.of(
                new ProfileReader(file).commandLine(content, value("ALIBABA_CLOUD_PROFILE"))));
  }

  private Optional<Identity> sdkProfile() {
    String named = value("ALIBABA_CLOUD_CREDENTIALS_FILE");
    String home = value("HOME");
    if (named.isEmpty() && home.isEmpty()) {
      return Optional.empty();
    }
    Path file =
        named.isEmpty() ? Path.of(home, ".alibabacloud", "credentials.ini") : Path.of(named);
    String profile = value("ALIBABA_CLOUD_PROFILE");
    Optional<Identity> identity =
        read(
            file,
            content ->
                new ProfileReader(file).sdk(content, profile.isEmpty() ? "default" : profile));
    return identity.isPresent() || named.isEmpty()
        ? identity
        : Optional.of(
            new Identity.Unusable(
                "the file that ALIBABA_CLOUD_CREDENTIALS_FILE names has no profile that is"
                    + " enabled"));
  }

  private Optional<Identity> ecsRamRole() {
    return isTrue("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
        ? Optional.empty()
        : Optional.of(
            new Identity.EcsRamRole(
                value("ALIBABA_CLOUD_ECS_METADATA"), isTrue("ALIBABA_CLOUD_IMDSV1_DISABLED")));
  }

  private Optional<Identity> credentialsUri() {
    String text = value("ALIBABA_CLOUD_CREDENTIALS_URI");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return Optional.of(new Identity.CredentialsUri(uri));
      }
    } catch (URISyntaxException _) {
      // Said below; its message would quote the text.
    }
    return Optional.of(
        new Identity.Unusable("ALIBABA_CLOUD_CREDENTIALS_URI is not an http or https URL"));
  }

  /**
   * Reads a file of profiles.
   *
   * @return empty if there is no such file, or no such profile in it
   */
  private static Optional<Identity> read(Path file, Function<String, Optional<Identity>> reader) {
    try (var in = Files.newInputStream(file)) {
      return reader.apply(new String(in.readNBytes(MAX_FILE), UTF_8));
    } catch (NoSuchFileException | NotDirectoryException _) {
      return Optional.empty();
    } catch (IOException _) {
      return Optional.of(new Identity.Unusable("the file " + file + " cannot be read"));
    }
  }

  private boolean isTrue(String name) {
    return Boolean.parseBoolean(value(name));
  }

  private String value(String name) {
    return environment.getOrDefault(name, "").strip();
  }
}
