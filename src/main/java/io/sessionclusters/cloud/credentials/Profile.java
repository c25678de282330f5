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
import java.nio.file.Path;

/**
 * What profiles of all formats have in common: the identities that they can say, and how a mistake
 * in one is told.
 *
 * @param file that holds it
 */
record Profile(Path file) {

  /**
   * @param token empty for a long-lived key
   */
  Identity key(String id, String secret, String token) {
    return id.isEmpty() || secret.isEmpty()
        ? unusable("lacks the id or the secret of its access key")
        : new Identity.Fixed(new Credentials(id, new SecretValue(secret), new SecretValue(token)));
  }

  /**
   * @param sessionName empty for the usual one
   */
  Identity serviceAccount(
      String roleArn, String providerArn, String tokenFile, String sessionName) {
    return roleArn.isEmpty() || providerArn.isEmpty() || tokenFile.isEmpty()
        ? unusable("lacks the ARN of its role or identity provider, or its token file")
        : new Identity.ServiceAccount(
            roleArn,
            providerArn,
            tokenFile,
            sessionName.isEmpty() ? StsClient.SESSION_NAME : sessionName);
  }

  /**
   * @param base who assumes the role
   * @param externalId empty for none
   */
  Identity assumed(Identity base, String roleArn, String externalId) {
    if (base instanceof Identity.Unusable) {
      return base;
    }
    try {
      return new Identity.Assumed(
          base, new AssumedRole(roleArn, externalId.isEmpty() ? null : externalId));
    } catch (IllegalArgumentException _) {
      return unusable("has the ARN of no role, or an external id that cannot be one");
    }
  }

  Identity unusable(String problem) {
    return new Identity.Unusable("the profile to be used of " + file + " " + problem);
  }
}
