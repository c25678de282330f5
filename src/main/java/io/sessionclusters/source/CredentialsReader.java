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
package io.sessionclusters.source;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider;
import io.sessionclusters.cloud.CredentialsProvider.CredentialsResult;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.source.PollSpec.CredentialsRef;
import io.sessionclusters.source.SourcePoll.PollEndedException;
import io.sessionclusters.source.SourcePoll.Result;
import io.sessionclusters.status.ErrorReasons;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Finds the access key of a source: in its Secret, read by name at each poll (no informer watches
 * Secrets), or the operator's own, which serves only the namespaces that its settings name; and the
 * role that is assumed with it.
 */
final class CredentialsReader {

  static final String ACCESS_KEY_ID = "accessKeyId";
  static final String ACCESS_KEY_SECRET = "accessKeySecret";
  static final String SECURITY_TOKEN = "securityToken";

  private static final Logger log = LoggerFactory.getLogger(CredentialsReader.class);

  private final KubernetesClient client;
  private final CredentialsProvider ambient;
  private final Set<String> ambientNamespaces;

  /**
   * Creates a reader.
   *
   * @param ambient the operator's own credentials and those of roles, asked for at each poll
   * @param ambientNamespaces that may use them; {@code *} for all
   */
  CredentialsReader(
      KubernetesClient client, CredentialsProvider ambient, Set<String> ambientNamespaces) {
    this.client = client;
    this.ambient = ambient;
    this.ambientNamespaces = ambientNamespaces;
  }

  /**
   * Reads the credentials of a source.
   *
   * @throws PollEndedException if there are none; its outcome says what to do
   * @throws KubernetesClientException if the API server does not respond
   * @throws InterruptedException if the calling thread is interrupted
   */
  Credentials read(String namespace, CredentialsRef source)
      throws PollEndedException, InterruptedException {
    Credentials base =
        source.secretName() == null ? own(namespace) : fromSecret(namespace, source.secretName());
    if (source.role() == null) {
      return base;
    }
    CredentialsResult result = ambient.assumeRole(base, source.role());
    if (source.secretName() == null
        && result instanceof CredentialsResult.Failed(CloudError error)
        && error.isOfTheKey()) {
      // The operator's own key may be the one that went bad.
      ambient.reject(base);
      Credentials other = own(namespace);
      if (!other.equals(base)) {
        result = ambient.assumeRole(other, source.role());
      }
    }
    return found(result);
  }

  /**
   * What to try in the place of a key that the API has just rejected: one that was renewed
   * meanwhile.
   *
   * @return empty if another try makes no sense
   * @throws PollEndedException if there are no credentials any more
   * @throws KubernetesClientException if the API server does not respond
   * @throws InterruptedException if the calling thread is interrupted
   */
  Optional<Credentials> renewed(
      String namespace, CredentialsRef source, Credentials rejected, CloudError error)
      throws PollEndedException, InterruptedException {
    if (!error.isOfTheKey()) {
      return Optional.empty();
    }
    if (!source.isKeptHere()) {
      return error.kind() == Kind.EXPIRED_SECURITY_TOKEN
          ? Optional.of(read(namespace, source))
          : Optional.empty();
    }
    ambient.reject(rejected);
    return Optional.of(read(namespace, source)).filter(other -> !other.equals(rejected));
  }

  private Credentials own(String namespace) throws PollEndedException, InterruptedException {
    if (!ambientNamespaces.contains("*") && !ambientNamespaces.contains(namespace)) {
      throw notFound(
          "No credentials: set spec.credentials.secretRef, or allow this namespace in"
              + " AMBIENT_NAMESPACES.");
    }
    return found(ambient.get());
  }

  private static Credentials found(CredentialsResult result) throws PollEndedException {
    return switch (result) {
      case CredentialsResult.Found(Credentials credentials, var _) -> credentials;
      case CredentialsResult.None(String problem) ->
          throw notFound("No credentials: " + problem + ". Set spec.credentials.secretRef.");
      case CredentialsResult.Failed(CloudError error) -> throw failed(error);
    };
  }

  private Credentials fromSecret(String namespace, String name) throws PollEndedException {
    Map<String, String> data = data(namespace, name);
    return new Credentials(
        value(data, name, ACCESS_KEY_ID),
        new SecretValue(value(data, name, ACCESS_KEY_SECRET)),
        data.containsKey(SECURITY_TOKEN)
            ? new SecretValue(value(data, name, SECURITY_TOKEN))
            : null);
  }

  private Map<String, String> data(String namespace, String name) throws PollEndedException {
    Secret secret;
    try {
      secret = client.secrets().inNamespace(namespace).withName(name).get();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        throw notFound("Cannot read Secret " + name + ": grant the operator get on secrets.");
      }
      throw e;
    }
    if (secret == null) {
      throw notFound("Secret " + name + " does not exist.");
    }
    return secret.getData() == null ? Map.of() : secret.getData();
  }

  private static String value(Map<String, String> data, String secret, String key)
      throws PollEndedException {
    String encoded = data.get(key);
    String where = "Secret " + secret + ": key " + key;
    if (encoded == null) {
      throw notFound(
          where
              + " is missing. It needs accessKeyId, accessKeySecret and, for temporary credentials,"
              + " securityToken.");
    }
    // Surrounding white space comes from files that end in a newline and is never part of a key.
    String value = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).strip();
    if (value.isEmpty()) {
      throw notFound(where + " is empty.");
    }
    if (!Credentials.isVisibleAscii(value)) {
      throw failed(
          PollOutcome.failed(
              Reason.AUTHENTICATION_FAILED,
              where + " contains whitespace or non-ASCII characters."),
          log.atWarn());
    }
    return value;
  }

  private static PollEndedException notFound(String message) {
    return failed(PollOutcome.failed(Reason.CREDENTIALS_NOT_FOUND, message), log.atWarn());
  }

  private static PollEndedException failed(CloudError error) {
    return failed(ErrorReasons.outcome(error), error.addTo(log.atWarn()));
  }

  private static PollEndedException failed(PollOutcome outcome, LoggingEventBuilder line) {
    line.addKeyValue("reason", outcome.reason())
        .log("credentials unavailable: {}", outcome.message());
    return new PollEndedException(Result.of(outcome));
  }
}
