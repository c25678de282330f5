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

import java.util.List;

/**
 * The outcome of one walk over all pages of {@code ListSessionClusters}.
 *
 * <p>Only a {@link Complete} one says anything about the absence of a session. A response that says
 * nothing of sessions is none: see {@link Cause#SAYS_NOTHING}.
 */
public sealed interface Listing {

  /** The sessions that it shows, each id once. */
  List<CloudSession> sessions();

  /**
   * Every page came with its list, no page token came twice, each session had an id, no page said
   * an error, and {@code totalCount}, where given, was the same on every page and not above the
   * number of distinct ids. An id may have come twice only if {@code totalCount} says that none is
   * missing. Without any session, {@code totalCount} is 0 or absent; only if it is 0 may the list
   * be missing.
   *
   * @param sessions in the order of the pages, each id once
   * @param pages number of pages read
   */
  record Complete(List<CloudSession> sessions, int pages) implements Listing {}

  /**
   * Every page came but they do not fit together: sessions moved between pages while they were
   * read, the service counts what it does not show, or says nothing of sessions. Shows what is
   * there, proves nothing of what is not.
   *
   * @param sessions in the order of the pages, each id once (its last occurrence)
   * @param pages number of pages read
   * @param cause what does not fit; where several things do not, the one that says least
   * @param detail one sentence that says what does not fit, without ids; the same for the same
   *     fault
   * @param excess by how much the lowest count of all pages is above what was shown; 0 if it is not
   */
  record Torn(List<CloudSession> sessions, int pages, Cause cause, String detail, long excess)
      implements Listing {}

  /** What does not fit in a torn listing, and what that means for a session that it lacks. */
  enum Cause {
    /**
     * A page carries an error code beside sessions: parts of the service failed, so whatever is
     * lacking may be there.
     */
    ERROR_CODE("The response contains both sessions and an error code."),
    /** A session came without an id: it may be any of those that are lacking. */
    WITHOUT_ID("A session has no ID."),
    /**
     * A page came without its list, or the last page shows no session though the count says that
     * there are more than came, or says nothing sensible. Never proves an absence, however often it
     * comes; nor does it say anything of how the service counts.
     */
    SAYS_NOTHING("The response does not say which sessions exist."),
    /**
     * An id came twice, and no count says whether another was passed over: sessions moved while
     * they were read, so whatever is lacking may have been passed over.
     */
    CAME_TWICE("A session was returned twice, and totalCount cannot rule out a missing one."),
    /**
     * The count moved from page to page, and even the lowest is above what was shown: more is
     * lacking than moved. Proves nothing.
     */
    SHOWS_TOO_FEW(
        "totalCount changed from page to page and exceeds the number of sessions returned."),
    /**
     * The count moved from page to page and nothing else is wrong: sessions were created or deleted
     * meanwhile. One such listing proves nothing, for a session may have been passed over; in a
     * workspace that is always busy there are no others, so several in a row that lack a session
     * are taken for its absence.
     */
    TOTAL_MOVED("totalCount changed from page to page."),
    /**
     * The count is the same on every page, above what was shown, the last page shows a session and
     * nothing else is wrong: either a session is missing, or this is how the service counts.
     */
    OVERSTATED("totalCount exceeds the number of sessions returned.");

    private final String detail;

    Cause(String detail) {
      this.detail = detail;
    }

    /** A torn listing with this cause, in a sentence of its own. */
    public Torn tear(List<CloudSession> sessions, int pages, long excess) {
      return new Torn(sessions, pages, this, detail, excess);
    }
  }

  /**
   * The walk ended before its end. Proves nothing of what it lacks, but what it showed is there.
   *
   * @param sessions of the pages that came, each id once
   * @param error why
   */
  record Failed(List<CloudSession> sessions, CloudError error) implements Listing {
    /** The same where no page came. */
    public Failed(CloudError error) {
      this(List.of(), error);
    }
  }
}
