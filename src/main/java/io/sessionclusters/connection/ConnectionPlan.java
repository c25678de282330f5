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
package io.sessionclusters.connection;

import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mapping.MirrorName;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.MirrorEntry;
import io.sessionclusters.mirror.MirrorStore;
import io.sessionclusters.mirror.PlanInput;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which connection Secrets a listing asks to be looked at: a pure function. While nothing changes,
 * none is, but for one look in each check period.
 *
 * <p>The Secret of a mirror whose session the listing does not show is left alone, whether that
 * mirror is suspected, held or kept: nothing new is known of it. Where the source wants no Secrets,
 * those of all its mirrors go, and which have one their statuses tell, after a restart too. (One
 * that was made just before a crash is not told by a status yet: if the feature is switched off
 * just then it goes with its mirror only.)
 */
final class ConnectionPlan {

  private ConnectionPlan() {}

  /**
   * Plans.
   *
   * @param sessions that the listing shows and the source wants
   * @param store with the mirrors as they are after the listing's own writes
   * @param checkPeriod null if the source shall have no Secrets
   * @param now by the steady clock
   */
  static List<ConnectionStep> of(
      PlanInput query,
      List<CloudSession> sessions,
      MirrorStore store,
      ConnectionChecks checks,
      @Nullable Duration checkPeriod,
      Instant now) {
    String namespace = query.source().getNamespace().orElse("");
    List<ConnectionStep> steps = new ArrayList<>();
    if (checkPeriod == null) {
      for (Mirror mirror : store.controlledBy(namespace, query.uid())) {
        if (mirror.refersToSecret() || checks.isKept(mirror)) {
          steps.add(new ConnectionStep.Remove(mirror));
        }
      }
      return steps;
    }
    Digest.Builder digests = new Digest.Builder();
    for (CloudSession session : sessions) {
      Mirror mirror =
          mirrorOf(session, query, store.get(namespace, MirrorName.of(session.sessionClusterId())));
      if (mirror == null) {
        continue;
      }
      boolean kept = checks.isKept(mirror);
      if (kept && !checks.isDue(mirror, Connection.digest(session, digests), now, checkPeriod)) {
        continue;
      }
      Connection connection = Connection.of(session);
      if (connection != null) {
        Digest digest = Connection.digest(session, digests);
        steps.add(new ConnectionStep.Keep(mirror, connection, digest));
      } else if (kept || mirror.refersToSecret()) {
        steps.add(new ConnectionStep.Remove(mirror));
      }
    }
    return steps;
  }

  /** The session's mirror, if it is there, ours and here to stay. */
  private static @Nullable Mirror mirrorOf(
      CloudSession session, PlanInput query, MirrorEntry entry) {
    Mirror mirror = entry.mirror();
    return mirror != null
            && !entry.deleting()
            && mirror.isControlledBy(query.uid())
            && mirror.mirrors(query.regionId(), query.workspaceId(), session.sessionClusterId())
        ? mirror
        : null;
  }
}
