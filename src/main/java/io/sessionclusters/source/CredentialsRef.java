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

import io.sessionclusters.cloud.AssumedRole;
import org.jspecify.annotations.Nullable;

/**
 * Where a source's access key comes from.
 *
 * @param secretName of the Secret that holds it; null for the operator's own key
 * @param role that is assumed with it; null for none
 */
record CredentialsRef(@Nullable String secretName, @Nullable AssumedRole role) {

  /** Whether the operator itself keeps the key, or a part of it, and may have a newer one. */
  boolean isKeptHere() {
    return secretName == null || role != null;
  }
}
