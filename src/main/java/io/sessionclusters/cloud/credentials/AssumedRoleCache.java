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
import io.sessionclusters.cloud.AssumedRole;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsResult;
import java.time.Clock;
import java.util.function.LongSupplier;

/** Assumes roles, and keeps their keys as long as they serve: one for all sources that share it. */
public final class AssumedRoleCache implements AssumeRoleProvider {

  /** The base key with its secret: who knows only its id, or the role, gets nobody's session. */
  private record Session(Credentials base, AssumedRole role) {}

  private final RefreshingCredentialsCache<Session> keys;

  /**
   * @param wall the ends of keys are times of day
   * @param nanoTime measures the back-off, as {@link System#nanoTime()}
   */
  public AssumedRoleCache(StsClient sts, Clock wall, LongSupplier nanoTime) {
    this.keys =
        new RefreshingCredentialsCache<>(
            session -> sts.assumeRole(session.base(), session.role()), wall, nanoTime);
  }

  @Override
  public CredentialsResult get(Credentials base, AssumedRole role) throws InterruptedException {
    return keys.get(new Session(base, role));
  }

  @Override
  public void reject(Credentials rejected) {
    keys.reject(rejected);
  }
}
