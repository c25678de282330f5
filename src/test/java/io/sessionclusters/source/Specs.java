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

import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.AssumeRole;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.CredentialsSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Filter;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Prune;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.PrunePolicy;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.SecretRef;
import io.sessionclusters.support.RecordCopy;
import org.jspecify.annotations.Nullable;

/** Specs of sources for tests. */
public final class Specs {

  private Specs() {}

  /** Nothing but what is required. */
  public static SessionClusterSourceSpec minimal() {
    return new SessionClusterSourceSpec(
        "cn-hangzhou",
        "w-1234abcd",
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The minimal spec with one field. */
  public static SessionClusterSourceSpec with(String field, @Nullable Object value) {
    return RecordCopy.with(minimal(), field, value);
  }

  static SessionClusterSourceSpec prune(
      @Nullable PrunePolicy policy, @Nullable Integer maxPercent) {
    return with("prune", new Prune(policy, maxPercent));
  }

  public static SessionClusterSourceSpec nameRegex(String regex) {
    return with("filter", new Filter(null, null, null, regex));
  }

  static SessionClusterSourceSpec secret(@Nullable String name) {
    return with("credentials", new CredentialsSpec(new SecretRef(name), null));
  }

  static SessionClusterSourceSpec role(@Nullable String arn, @Nullable String externalId) {
    return with("credentials", new CredentialsSpec(null, new AssumeRole(arn, externalId)));
  }
}
