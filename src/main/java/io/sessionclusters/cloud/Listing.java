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
 * <p>Only a {@link Complete} one says anything about the absence of a session.
 */
public sealed interface Listing {

  /**
   * Every page came, no page token came twice, each session had an id, and {@code totalCount},
   * where given, was the same on every page and not above the number of distinct ids. An id may
   * have come twice only if {@code totalCount} says that none is missing.
   *
   * @param sessions in the order of the pages, each id once
   * @param pages number of pages read
   */
  record Complete(List<CloudSession> sessions, int pages) implements Listing {}

  /**
   * Every page came but the counts do not fit: sessions moved between pages while they were read,
   * or the service counts what it does not show. Shows what is there, proves nothing of what is
   * not.
   *
   * @param sessions in the order of the pages, each id once (its last occurrence)
   * @param pages number of pages read
   * @param overstated true if the only thing wrong is a {@code totalCount} that is the same on
   *     every page and above the number of ids
   * @param detail one sentence that says what does not fit, without ids; the same for the same
   *     fault
   */
  record Torn(List<CloudSession> sessions, int pages, boolean overstated, String detail)
      implements Listing {}

  /**
   * The walk ended before its end.
   *
   * @param error why
   */
  record Failed(CloudError error) implements Listing {}
}
