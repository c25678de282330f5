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
package io.sessionclusters.simulation;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the cloud's API answers for one workspace: what it does always, and what it does at times.
 */
final class CloudQuirks {

  /** How a token names the next page. */
  enum Paging {
    /** By a number of sessions to pass over: sessions that move are passed over or come twice. */
    OFFSET,
    /** By the last session of the page. */
    CURSOR
  }

  /** What the sessions of a listing are sorted by. */
  enum Order {
    OLDEST_FIRST,
    NEWEST_FIRST,
    LAST_CHANGED_FIRST
  }

  /** What {@code totalCount} says. */
  enum Total {
    RIGHT,
    ABSENT,
    NULL,
    /** Always the same number too many. */
    HIGH,
    /** Another number too many each time. */
    MOVING_HIGH,
    LOW
  }

  /** What an answer leaves out of its sessions. */
  enum Omission {
    NAME,
    STATE,
    KIND
  }

  Paging paging = Paging.CURSOR;
  Order order = Order.OLDEST_FIRST;
  Total total = Total.RIGHT;
  int totalOff = 1;

  /** Queries by id count as wrongly as listings do. */
  boolean totalOffForIds;

  /** The most sessions of a page, whatever is asked for. */
  int pageCap = 100;

  /** Whether queries by id were ever refused as a rule. */
  boolean everRefusedIds;

  /** Queries by id are refused, always in the same way; null if they are served. */
  @Nullable CloudFault idRefusal;

  /** Listings, but not queries by id, show how things were that long ago. */
  Duration staleBy = Duration.ZERO;

  Duration latency = Duration.ofMillis(20);

  /** Other fields quote a session's token. */
  boolean quotesTokens;

  /** Known states come in lower case. */
  boolean lowerCase;

  /** Share of the requests that a fault answers. */
  double faultRate;

  /** Of which one is taken then. */
  List<CloudFault> faults = List.of();

  /** Share of the sessions that come without something. */
  double omissionRate;

  List<Omission> omissions = List.of();

  /** Nothing is wrong any more, but what the backend does always stays. */
  void calmDown() {
    faultRate = 0;
    omissionRate = 0;
    staleBy = Duration.ZERO;
    if (total == Total.MOVING_HIGH) {
      total = Total.HIGH;
    }
    idRefusal = null;
    totalOffForIds = false;
  }

  @Override
  public String toString() {
    return "%s %s pages of %d, total %s by %d, refuses ids: %s, stale by %s, %s, faults %.2f of %s, omits %.2f of %s"
        .formatted(
            paging,
            order,
            pageCap,
            total,
            totalOff,
            idRefusal,
            staleBy,
            latency,
            faultRate,
            faults,
            omissionRate,
            omissions);
  }
}
