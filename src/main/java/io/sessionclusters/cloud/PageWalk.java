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
package io.sessionclusters.cloud;

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
 * then one may have been passed over, unless the count proves otherwise.
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

  PageWalk(int maxPages, long maxSessions) {
    this.maxPages = maxPages;
    this.maxSessions = maxSessions;
  }

  /**
   * Adds the next page.
   *
   * @return why the walk cannot go on; null if it can, or has reached its end
   */
  @Nullable CloudError add(Answer.Page page) {
    pages++;
    for (CloudSession session : page.sessions()) {
      cameTwice |= sessions.put(session.sessionClusterId(), session) != null;
    }
    withoutId |= page.withoutId() > 0;
    saysError |= page.saysError();
    if (page.totalCount() != null) {
      totalCountChanged |= totalCount != null && !totalCount.equals(page.totalCount());
      totalCount = page.totalCount();
    }
    nextToken = page.nextToken();
    if (atEnd()) {
      return null;
    }
    if (!tokens.add(nextToken)) {
      return ErrorMessages.ofListing(CloudError.Kind.REPEATED_TOKEN);
    }
    if (pages >= maxPages || sessions.size() >= maxSessions) {
      return ErrorMessages.ofListing(CloudError.Kind.TOO_MANY_PAGES);
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

  /** The outcome, once the last page has been added. */
  Listing listing() {
    List<CloudSession> all = List.copyOf(sessions.values());
    String fault = fault(all.size());
    if (fault != null) {
      return new Listing.Torn(all, pages, false, fault);
    }
    if (totalCount != null && totalCount > all.size()) {
      return new Listing.Torn(
          all, pages, true, "The cloud counts more sessions than its pages show.");
    }
    return new Listing.Complete(all, pages);
  }

  private @Nullable String fault(int distinct) {
    if (withoutId) {
      return "The cloud shows a session without an id.";
    }
    if (saysError) {
      return "The cloud shows sessions and an error code at the same time.";
    }
    if (totalCountChanged) {
      return "The number of sessions changed from page to page.";
    }
    if (cameTwice && (totalCount == null || totalCount < distinct)) {
      return "A session came twice, and no count says whether another is missing.";
    }
    return null;
  }
}
