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
package io.sessionclusters.reconcile;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.SecretValue;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the access key of a source: in its Secret, read by name at each poll (no informer watches
 * Secrets), or the operator's own, which serves only the namespaces that its settings name.
 */
final class CredentialsReader {

  static final String ACCESS_KEY_ID = "accessKeyId";
  static final String ACCESS_KEY_SECRET = "accessKeySecret";
  static final String SECURITY_TOKEN = "securityToken";

  /** There are no credentials; the message says what to make. */
  static final class CredentialsException extends Exception {
    private final transient Report report;

    CredentialsException(Reason reason, String message) {
      super(message);
      this.report = Report.failed(reason, message);
    }

    Report report() {
      return report;
    }
  }

  private final KubernetesClient client;
  private final Supplier<Optional<Credentials>> ambient;
  private final Set<String> ambientNamespaces;

  /**
   * Creates a reader.
   *
   * @param ambient the operator's own credentials, asked for at each poll
   * @param ambientNamespaces that may use them; {@code *} for all
   */
  CredentialsReader(
      KubernetesClient client,
      Supplier<Optional<Credentials>> ambient,
      Set<String> ambientNamespaces) {
    this.client = client;
    this.ambient = ambient;
    this.ambientNamespaces = ambientNamespaces;
  }

  /**
   * Reads the credentials of a source.
   *
   * @param secretName in the source's namespace; null for the operator's own
   * @throws CredentialsException if there are none
   * @throws KubernetesClientException if the API server does not answer
   */
  Credentials read(String namespace, @Nullable String secretName) throws CredentialsException {
    return secretName == null ? own(namespace) : fromSecret(namespace, secretName);
  }

  private Credentials own(String namespace) throws CredentialsException {
    if (!ambientNamespaces.contains("*") && !ambientNamespaces.contains(namespace)) {
      throw new CredentialsException(
          Reason.CREDENTIALS_NOT_FOUND,
          "spec.credentials is not given, and the operator's settings do not let this namespace use"
              + " the operator's own access key; name a Secret in spec.credentials.secretRef");
    }
    return ambient
        .get()
        .orElseThrow(
            () ->
                new CredentialsException(
                    Reason.CREDENTIALS_NOT_FOUND,
                    "spec.credentials is not given, and the operator has no access key of its own;"
                        + " name a Secret in spec.credentials.secretRef"));
  }

  private Credentials fromSecret(String namespace, String name) throws CredentialsException {
    Map<String, String> data = data(namespace, name);
    return new Credentials(
        value(data, name, ACCESS_KEY_ID),
        new SecretValue(value(data, name, ACCESS_KEY_SECRET)),
        data.containsKey(SECURITY_TOKEN)
            ? new SecretValue(value(data, name, SECURITY_TOKEN))
            : null);
  }

  private Map<String, String> data(String namespace, String name) throws CredentialsException {
    Secret secret;
    try {
      secret = client.secrets().inNamespace(namespace).withName(name).get();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        throw new CredentialsException(
            Reason.CREDENTIALS_NOT_FOUND,
            "the operator may not read the Secret " + name + ": grant it get on secrets");
      }
      throw e;
    }
    if (secret == null) {
      throw new CredentialsException(
          Reason.CREDENTIALS_NOT_FOUND, "the Secret " + name + " does not exist");
    }
    return secret.getData() == null ? Map.of() : secret.getData();
  }

  private static String value(Map<String, String> data, String secret, String key)
      throws CredentialsException {
    String encoded = data.get(key);
    // Surrounding white space comes from files that end in a newline and is never part of a key.
    String value =
        encoded == null
            ? ""
            : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).strip();
    if (value.isEmpty()) {
      throw new CredentialsException(
          Reason.CREDENTIALS_NOT_FOUND,
          "the Secret "
              + secret
              + (encoded == null ? " has no key " : " has an empty value for the key ")
              + key);
    }
    return value;
  }
}
