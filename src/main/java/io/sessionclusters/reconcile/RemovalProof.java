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
package io.sessionclusters.reconcile;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.cloud.SessionId;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the cloud for each session by its id before its mirror is removed.
 *
 * <p>Two complete listings are not proof enough: pages by offset hide a session when another before
 * it is deleted while a third is created, with every count right, and that can happen twice. An
 * answer that shows the session keeps its mirror; so does no answer.
 *
 * <p>What the service answers to an id that it does not know is not confirmed. If it refuses such a
 * query, the two listings stand alone, unless the backend's {@code totalCount} is known to be
 * wrong.
 */
final class RemovalProof {

  /** Queries for one poll; more removals wait for the next one. */
  static final int MOST_QUERIES = 50;

  private final SessionClusterLister lister;

  RemovalProof(SessionClusterLister lister) {
    this.lister = lister;
  }

  /**
   * The writes without the removals that are not proven.
   *
   * @param writes proven
   * @param open number of removals that were left for the next poll
   */
  record Proven(List<MirrorWrite> writes, int open) {}

  /**
   * Leaves out the removals whose session still answers to its id.
   *
   * @param absences name the mirrors whose removal a person confirmed: not asked for again
   * @param habit whether the backend counts more sessions than it lists
   * @throws InterruptedException if the calling thread is interrupted
   */
  Proven prove(
      List<MirrorWrite> writes,
      Absences absences,
      SourceQuery query,
      Credentials credentials,
      boolean habit)
      throws InterruptedException {
    List<MirrorWrite> proven = new ArrayList<>();
    int queries = 0;
    int open = 0;
    for (MirrorWrite write : writes) {
      Mirror removed =
          switch (write) {
            case MirrorWrite.Delete delete -> delete.mirror();
            case MirrorWrite.MarkVanished mark -> mark.isOldNews() ? null : mark.mirror();
            case MirrorWrite.Create _,
                MirrorWrite.Update _,
                MirrorWrite.Unlink _,
                MirrorWrite.MarkStale _ ->
                null;
          };
      if (removed == null || (!habit && absences.released().contains(removed.uid()))) {
        proven.add(write);
      } else if (queries++ < MOST_QUERIES && isGone(removed, query, credentials, habit)) {
        proven.add(write);
      } else {
        open++;
      }
    }
    return new Proven(proven, open);
  }

  private boolean isGone(Mirror mirror, SourceQuery query, Credentials credentials, boolean habit)
      throws InterruptedException {
    String sessionClusterId = mirror.sessionClusterId();
    String only = query.listing().sessionClusterId();
    if (only != null && !only.equals(sessionClusterId)) {
      return true; // The source asks for another session, so this one is none of its own.
    }
    if (!mirror.mirrors(
        query.listing().regionId().value(),
        query.listing().workspaceId().value(),
        sessionClusterId)) {
      return true; // Of an earlier query: another workspace may have a session of the same id.
    }
    if (SessionId.isStandIn(sessionClusterId)) {
      return !habit; // It cannot be asked for, so the two listings stand alone.
    }
    Listing answer =
        lister.list(query.listing().onlySession(sessionClusterId), credentials, query.timeout());
    return switch (answer) {
      case Listing.Complete complete -> lacks(query.select(complete.sessions()), sessionClusterId);
      case Listing.Torn torn ->
          torn.overstated() && lacks(query.select(torn.sessions()), sessionClusterId);
      case Listing.Failed failed -> !habit && refusesSuchQueries(failed.error().kind());
    };
  }

  private static boolean refusesSuchQueries(CloudError.Kind kind) {
    return switch (kind) {
      case REQUEST_REJECTED, EMPTY_CODE, UNKNOWN_CODE -> true;
      default -> false;
    };
  }

  private static boolean lacks(List<CloudSession> sessions, String id) {
    return sessions.stream().noneMatch(s -> s.sessionClusterId().equals(id));
  }
}
