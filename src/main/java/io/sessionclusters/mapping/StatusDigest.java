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
package io.sessionclusters.mapping;

import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import org.jspecify.annotations.Nullable;

/**
 * The digest of a mirror's status: of every field that the operator writes, but for the transition
 * times of the conditions, which depend on history and not on the cloud.
 *
 * <p>The digest of what the cloud says and the digest of what Kubernetes holds are equal exactly if
 * the mirror needs no write: an absent list is another one than an empty list, as in the JSON.
 */
public final class StatusDigest {

  private StatusDigest() {}

  /**
   * The digest of a status.
   *
   * @param status null is the status of an object that has none
   * @param builder used for one digest and left ready for the next
   */
  public static Digest of(@Nullable SessionClusterStatus status, Digest.Builder builder) {
    return builder.value(status).finish();
  }
}
