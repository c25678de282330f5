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
package io.sessionclusters.mirror;

import io.sessionclusters.mapping.Digest;

/**
 * What the operator last wrote to a mirror, or found to be right: the measure of drift. Kept in
 * memory only; a mirror without it is compared with the next listing instead.
 *
 * @param fingerprint of the session as it came
 * @param sent the status that was written
 * @param accepted what the API server made of it; another one than {@code sent} if the installed
 *     CRD prunes a field
 * @param resourceVersion of the API server's answer
 */
public record LastApplied(
    Digest fingerprint, StatusSummary sent, StatusSummary accepted, String resourceVersion) {

  /** Whether the API server still holds what was written. */
  boolean matches(Mirror mirror) {
    return mirror.summary().equals(accepted);
  }

  /** Whether the API server keeps less than what was sent: its CRD is older than the operator. */
  boolean lacksFields() {
    return !accepted.equals(sent);
  }
}
