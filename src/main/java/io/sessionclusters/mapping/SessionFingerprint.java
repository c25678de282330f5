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

import io.sessionclusters.api.v1alpha1.RecordType;
import io.sessionclusters.cloud.CloudSession;

/**
 * The digest of all that a mirror's status is made of: the session as it came, its token too, which
 * decides what is hidden, and whether the mirror has a connection Secret. Two sessions with the
 * same fingerprint map to the same status. It lets an unchanged poll skip the mapping, which costs
 * more than the rest of the poll.
 */
public final class SessionFingerprint {

  private static final RecordType<CloudSession> FIELDS = RecordType.of(CloudSession.class);

  /** Part of a mirror's identity, not of its status. */
  private static final int WORKSPACE = FIELDS.indexOf("workspaceId");

  private SessionFingerprint() {}

  /**
   * The fingerprint of a session.
   *
   * @param refersToSecret whether the status shall name the connection Secret
   * @param builder used for one digest and left ready for the next
   */
  public static Digest of(CloudSession session, boolean refersToSecret, Digest.Builder builder) {
    return builder.flag(refersToSecret).components(session, FIELDS, WORKSPACE).finish();
  }
}
