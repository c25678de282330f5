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

import io.sessionclusters.cloud.AssumedRole;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.SecretValue;
import java.net.URI;

/** Who the operator is to the API, as its surroundings say it: a recipe for a key, or a key. */
sealed interface Identity {

  /** A key that lies there ready. */
  record StaticKey(Credentials credentials) implements Identity {}

  /**
   * A role that trusts a service account of the cluster: RRSA.
   *
   * @param tokenFile with the service account's token, which Kubernetes replaces from time to time
   * @param sessionName for the account's audit log
   */
  record OidcRole(String roleArn, String providerArn, String tokenFile, String sessionName)
      implements Identity {}

  /**
   * The role of the ECS instance.
   *
   * @param roleName empty for the one that it has, if it has any
   * @param withToken whether the metadata service must ask for a token (IMDSv2)
   */
  record EcsRamRole(String roleName, boolean withToken) implements Identity {}

  /**
   * A server that gives out keys.
   *
   * @param uri may itself be a secret
   */
  record CredentialsUri(URI uri) implements Identity {
    @Override
    public String toString() {
      return "CredentialsUri[" + SecretValue.REDACTED + "]";
    }
  }

  /**
   * A role that is assumed with another key. Who knows only the key's id, or the role, gets no
   * session.
   */
  record RamRole(Identity base, AssumedRole role) implements Identity {}

  /**
   * A key was meant to be given here, with a mistake.
   *
   * @param problem for the condition, without a full stop; holds no secret
   */
  record Unusable(String problem) implements Identity {}

  /**
   * Whether you chose it. Then its failure ends the search: the next one would be another identity,
   * with other rights.
   */
  default boolean isChosen() {
    return !(this instanceof EcsRamRole role && role.roleName().isEmpty());
  }
}
