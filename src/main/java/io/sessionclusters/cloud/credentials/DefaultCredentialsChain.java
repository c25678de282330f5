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

import io.sessionclusters.cloud.AssumeRoleProvider;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider;
import io.sessionclusters.cloud.CredentialsResult;
import java.time.Clock;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The vendor's default chain, link by link, without what the library makes of it.
 *
 * <p>The library's own chain keeps the first provider that works for ever, reads files and
 * variables once a process, gives up on a refresh that fails though the old key is valid, or else
 * uses the old one long after its end, and starts a thread for each instance of the metadata
 * service's provider. Here the surroundings are looked at anew each time; what the network gave is
 * kept by {@link RefreshingCredentialsCache}, and of the library only single fetches are used
 * ({@link VendorProviders}).
 */
public final class DefaultCredentialsChain implements CredentialsProvider {

  private static final CredentialsResult NOTHING =
      new CredentialsResult.None("the operator has no access key of its own");

  private final CredentialSources surroundings;
  private final RefreshingCredentialsCache<Identity> keys;
  private final AssumeRoleProvider roles;

  /**
   * Asks for nothing yet.
   *
   * @param environment names and values, as {@link System#getenv()} gives them
   * @param sts exchanges the service account's token
   * @param roles assumes the role of a profile that names one
   * @param wall the ends of keys are times of day
   * @param nanoTime measures the back-off, as {@link System#nanoTime()}
   */
  public DefaultCredentialsChain(
      Map<String, String> environment,
      StsClient sts,
      AssumeRoleProvider roles,
      Clock wall,
      LongSupplier nanoTime) {
    this(new CredentialSources(environment), new VendorProviders(sts), roles, wall, nanoTime);
  }

  DefaultCredentialsChain(
      CredentialSources surroundings,
      RefreshingCredentialsCache.Source<Identity> providers,
      AssumeRoleProvider roles,
      Clock wall,
      LongSupplier nanoTime) {
    this.surroundings = surroundings;
    this.keys = new RefreshingCredentialsCache<>(providers, wall, nanoTime);
    this.roles = roles;
  }

  @Override
  public CredentialsResult get() throws InterruptedException {
    for (Identity identity : surroundings.identities()) {
      CredentialsResult answer = key(identity);
      if (identity.isChosen() || !(answer instanceof CredentialsResult.None)) {
        return answer;
      }
    }
    return NOTHING;
  }

  private CredentialsResult key(Identity identity) throws InterruptedException {
    return switch (identity) {
      case Identity.Fixed(Credentials credentials) ->
          new CredentialsResult.Found(credentials, null);
      case Identity.Unusable(String problem) -> new CredentialsResult.None(problem);
      case Identity.Assumed(Identity base, var role) ->
          switch (key(base)) {
            case CredentialsResult.Found(Credentials credentials, var _) ->
                roles.get(credentials, role);
            case CredentialsResult other -> other;
          };
      case Identity.ServiceAccount _, Identity.Machine _, Identity.CredentialsUri _ ->
          keys.get(identity);
    };
  }

  @Override
  public void reject(Credentials rejected) {
    keys.reject(rejected);
    roles.reject(rejected);
  }
}
