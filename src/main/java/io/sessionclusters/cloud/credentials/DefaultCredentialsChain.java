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
import io.sessionclusters.cloud.CredentialsProvider;
import io.sessionclusters.cloud.CredentialsProvider.CredentialsResult;
import java.time.Clock;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The vendor's default chain, link by link, without what the library makes of it, and roles that
 * are assumed.
 *
 * <p>The library's own chain keeps the first provider that works indefinitely, reads files and
 * variables once a process, gives up on a refresh that fails though the old key is valid, or else
 * uses the old one long after its end, and starts a thread for each instance of the metadata
 * service's provider. Here the surroundings are looked at anew each time; what the network gave is
 * kept by {@link RefreshingCredentialsCache}, and of the library only single fetches are used
 * ({@link CredentialsFetcher}).
 */
public final class DefaultCredentialsChain implements CredentialsProvider {

  private static final CredentialsResult NOTHING =
      new CredentialsResult.None("the operator has no access key of its own");

  private final CredentialSources sources;
  private final RefreshingCredentialsCache<Identity> cache;

  /**
   * Asks for nothing yet.
   *
   * @param environment names and values, as {@link System#getenv()} gives them
   * @param sts gives out the keys of roles
   * @param wall the ends of keys are times of day
   * @param nanoTime measures the back-off, as {@link System#nanoTime()}
   */
  public DefaultCredentialsChain(
      Map<String, String> environment, StsClient sts, Clock wall, LongSupplier nanoTime) {
    this(new CredentialSources(environment), new CredentialsFetcher(sts), wall, nanoTime);
  }

  DefaultCredentialsChain(
      CredentialSources sources,
      RefreshingCredentialsCache.Source<Identity> fetcher,
      Clock wall,
      LongSupplier nanoTime) {
    this.sources = sources;
    this.cache = new RefreshingCredentialsCache<>(fetcher, wall, nanoTime);
  }

  @Override
  public CredentialsResult get() throws InterruptedException {
    for (Identity identity : sources.identities()) {
      CredentialsResult result = key(identity);
      if (identity.isChosen() || !(result instanceof CredentialsResult.None)) {
        return result;
      }
    }
    return NOTHING;
  }

  private CredentialsResult key(Identity identity) throws InterruptedException {
    return switch (identity) {
      case Identity.StaticKey(Credentials credentials) ->
          new CredentialsResult.Found(credentials, null);
      case Identity.Unusable(String problem) -> new CredentialsResult.None(problem);
      case Identity.RamRole(Identity base, AssumedRole role) ->
          switch (key(base)) {
            case CredentialsResult.Found(Credentials credentials, var _) ->
                assumeRole(credentials, role);
            case CredentialsResult other -> other;
          };
      case Identity.OidcRole _, Identity.EcsRamRole _, Identity.CredentialsUri _ ->
          cache.get(identity);
    };
  }

  @Override
  public CredentialsResult assumeRole(Credentials base, AssumedRole role)
      throws InterruptedException {
    return cache.get(new Identity.RamRole(new Identity.StaticKey(base), role));
  }

  @Override
  public void reject(Credentials rejected) {
    cache.reject(rejected);
  }
}
