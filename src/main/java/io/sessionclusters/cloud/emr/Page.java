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

import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.http.VendorError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing.
 *
 * @param sessions those with an id, in their order
 * @param withoutId how many elements of the list had no id
 * @param hasList whether the list was there at all, be it empty
 * @param nextToken empty on the last page
 * @param totalCount null if the page does not say it
 * @param error that came beside sessions or in their place; null if none came
 * @param requestId as it came; empty if none came
 */
record Page(
    List<CloudSession> sessions,
    int withoutId,
    boolean hasList,
    String nextToken,
    @Nullable Long totalCount,
    @Nullable VendorError error,
    String requestId) {

  /** The error that came in the place of sessions, as a success; null if there is none. */
  @Nullable VendorError errorAlone() {
    return sessions.isEmpty() && withoutId == 0 ? error : null;
  }
}
