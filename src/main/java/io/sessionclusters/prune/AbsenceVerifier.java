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
package io.sessionclusters.prune;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.cloud.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Asks the API for a session by its id before its mirror is removed.
 *
 * <p>Listings are not proof enough: pages by offset hide a session when another before it is
 * deleted while a third is created, with every count right, and that can happen again and again. So
 * only an answer that says explicitly that there is no such session (an empty list or a count of 0)
 * proves an absence, or one that shows the session with what the source does not want. No failure
 * does, whatever its code, nor an answer that counts what it does not show.
 */
public final class AbsenceVerifier {

  private final SessionClusterLister lister;

  public AbsenceVerifier(SessionClusterLister lister) {
    this.lister = lister;
  }

  /** What an answer to a query by id says. */
  public enum Verdict {
    /** The API has no such session, or none that the source wants. */
    ABSENT,

    /**
     * It has it, and the source may want it: as a listing that shows it, this ends the suspicion.
     */
    SHOWN,

    /** What it says proves nothing: the mirror stays, and is asked for again. */
    NOT_PROVEN,

    /** It says that the query is wrong: perhaps it serves none of that kind. */
    REFUSED,

    /** It cannot answer now, and neither would it answer the next one. */
    NO_ANSWER
  }

  /**
   * Asks for one session, whose id is known: see {@link SessionId#isHashed}.
   *
   * @param query of the source; asked again with this session's id
   * @param isWanted whether the source may want a session that the API shows
   * @param limit for the answer
   * @throws InterruptedException if the calling thread is interrupted
   */
  public Verdict ask(
      String sessionClusterId,
      ListQuery query,
      Predicate<CloudSession> isWanted,
      Credentials credentials,
      Duration limit)
      throws InterruptedException {
    Listing answer = lister.list(query.onlySession(sessionClusterId), credentials, limit);
    try {
      return switch (answer) {
        case Listing.Complete(List<CloudSession> sessions, int _) ->
            verdict(sessionClusterId, sessions, isWanted);
        case Listing.Torn torn ->
            shownOr(Verdict.NOT_PROVEN, sessionClusterId, torn.sessions(), isWanted);
        case Listing.Failed(List<CloudSession> sessions, CloudError error) ->
            shownOr(verdict(error), sessionClusterId, sessions, isWanted);
      };
    } finally {
      lister.release(answer);
    }
  }

  private static Verdict verdict(
      String sessionClusterId, List<CloudSession> sessions, Predicate<CloudSession> isWanted) {
    for (CloudSession session : sessions) {
      if (session.sessionClusterId().equals(sessionClusterId)) {
        return isWanted.test(session) ? Verdict.SHOWN : Verdict.ABSENT;
      }
    }
    // A list of others is no answer to what was asked.
    return sessions.isEmpty() ? Verdict.ABSENT : Verdict.NOT_PROVEN;
  }

  /** What an answer that proves no absence says. */
  private static Verdict shownOr(
      Verdict defaultVerdict,
      String sessionClusterId,
      List<CloudSession> sessions,
      Predicate<CloudSession> isWanted) {
    return verdict(sessionClusterId, sessions, isWanted) == Verdict.SHOWN
        ? Verdict.SHOWN
        : defaultVerdict;
  }

  private static Verdict verdict(CloudError error) {
    return switch (error.kind().category()) {
      case REJECTION ->
          error.kind() == CloudError.Kind.REQUEST_REJECTED && error.isRefusal()
              ? Verdict.REFUSED
              : Verdict.NOT_PROVEN;
      case INCONSISTENCY -> Verdict.NOT_PROVEN;
      case AUTHENTICATION, PERMISSION, THROTTLING, UNAVAILABLE -> Verdict.NO_ANSWER;
    };
  }
}
