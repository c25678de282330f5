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
package io.sessionclusters.fakecloud;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Remembers the last {@value #MAX} requests, and counts all of them. */
final class RequestLog {

  private static final int MAX = 100_000;

  /** A workspace of a region. */
  private record Place(String regionId, String workspaceId) {}

  private final ArrayDeque<RecordedRequest> requests = new ArrayDeque<>();
  private final Map<Place, Integer> listings = new HashMap<>();
  private long count;
  private long malformed;
  private int inFlight;
  private int peakInFlight;

  synchronized void arrived() {
    inFlight++;
    peakInFlight = Math.max(peakInFlight, inFlight);
  }

  synchronized void add(RecordedRequest request) {
    if (requests.size() == MAX) {
      requests.removeFirst();
    }
    requests.addLast(request);
    count++;
    String workspaceId = request.workspaceId();
    if (workspaceId != null && request.call().startsListing()) {
      listings.merge(new Place(request.call().query("regionId"), workspaceId), 1, Integer::sum);
    }
  }

  synchronized void answered() {
    inFlight--;
  }

  synchronized void malformed() {
    malformed++;
  }

  synchronized List<RecordedRequest> requests() {
    return List.copyOf(requests);
  }

  synchronized int listings(String regionId, String workspaceId) {
    return listings.getOrDefault(new Place(regionId, workspaceId), 0);
  }

  synchronized long count() {
    return count;
  }

  synchronized long malformedCount() {
    return malformed;
  }

  synchronized int inFlight() {
    return inFlight;
  }

  synchronized int peakInFlight() {
    return peakInFlight;
  }

  synchronized void forget() {
    requests.clear();
    listings.clear();
    count = 0;
    malformed = 0;
    peakInFlight = inFlight;
  }
}
