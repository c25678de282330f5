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
package io.sessionclusters.cloud.emr;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Listing;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the pages of one listing and judges in the end whether they fit together.
 *
 * <p>What the service counts in {@code totalCount} is not confirmed. A count below the number of
 * ids says nothing; one above it, or one that changes between pages, says that something is
 * missing. An id that comes twice says that sessions moved between the pages while they were read:
 * then one may have been passed over, unless the count proves otherwise. A page without its list
 * says nothing at all, unless the count proves that nothing is missing.
 */
final class PageWalk {

  private final int maxPages;
  private final long maxSessions;
  private final Map<String, CloudSession> sessions = new LinkedHashMap<>();
  private final Set<String> tokens = new HashSet<>();
  private int pages;
  private String nextToken = "";
  private @Nullable Long totalCount;
  private boolean totalCountChanged;
  private boolean cameTwice;
  private boolean withoutId;
  private boolean saysError;
  private boolean withoutList;
  private boolean lastIsEmpty;
  private long lowestTotal = Long.MAX_VALUE;

  PageWalk(int maxPages, long maxSessions) {
    this.maxPages = maxPages;
    this.maxSessions = maxSessions;
  }

  /**
   * Adds the next page.
   *
   * @return why the walk cannot go on; null if it can, or has reached its end
   */
  @Nullable CloudError add(Page page) {
    pages++;
    for (CloudSession session : page.sessions()) {
      cameTwice |= sessions.put(session.sessionClusterId(), session) != null;
    }
    withoutId |= page.withoutId() > 0;
    saysError |= page.error() != null;
    withoutList |= !page.hasList();
    lastIsEmpty = page.sessions().isEmpty();
    if (page.totalCount() != null) {
      lowestTotal = Math.min(lowestTotal, page.totalCount());
      totalCountChanged |= totalCount != null && !totalCount.equals(page.totalCount());
      totalCount = page.totalCount();
    }
    nextToken = page.nextToken();
    if (atEnd()) {
      return null;
    }
    if (!tokens.add(nextToken)) {
      return CloudError.of(CloudError.Kind.REPEATED_TOKEN);
    }
    if (pages >= maxPages || sessions.size() >= maxSessions) {
      return CloudError.of(CloudError.Kind.TOO_MANY_PAGES);
    }
    return null;
  }

  /** Whether the last page has been added. */
  boolean atEnd() {
    return nextToken.isEmpty();
  }

  /** The token of the next page; empty before the first page and after the last one. */
  String nextToken() {
    return nextToken;
  }

  /** The outcome of a walk that cannot go on. */
  Listing failed(CloudError error) {
    return new Listing.Failed(List.copyOf(sessions.values()), error);
  }

  /** The outcome, once the last page has been added. */
  Listing listing() {
    List<CloudSession> all = List.copyOf(sessions.values());
    Listing.Cause cause = cause(all.size());
    return cause == null
        ? new Listing.Complete(all, pages)
        : cause.tear(all, pages, totalCount == null ? 0 : Math.max(0, lowestTotal - all.size()));
  }

  /** Null if everything fits. */
  private Listing.@Nullable Cause cause(int distinct) {
    if (saysError) {
      return Listing.Cause.ERROR_CODE;
    }
    if (withoutId) {
      return Listing.Cause.WITHOUT_ID;
    }
    if (saysNothing(distinct)) {
      return Listing.Cause.SAYS_NOTHING;
    }
    if (cameTwice && (totalCount == null || totalCount < distinct)) {
      return Listing.Cause.CAME_TWICE;
    }
    if (totalCountChanged) {
      return lowestTotal > distinct ? Listing.Cause.SHOWS_TOO_FEW : Listing.Cause.TOTAL_MOVED;
    }
    if (totalCount == null || totalCount <= distinct) {
      return null;
    }
    // A last page that counts more and shows none may be one that lost its list: nothing of how
    // the service counts is learned from it.
    return lastIsEmpty ? Listing.Cause.SAYS_NOTHING : Listing.Cause.OVERSTATED;
  }

  private boolean saysNothing(int distinct) {
    if (distinct > 0) {
      // No count makes up for it: one that fits may be one that is too low.
      return withoutList;
    }
    boolean countFits = totalCount != null && totalCount == 0 && !totalCountChanged;
    return !countFits && (withoutList || totalCount != null);
  }
}
