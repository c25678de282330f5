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
package io.sessionclusters.source;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.prune.ListingWindow;
import io.sessionclusters.source.ListingConcurrencyLimiter.Permit;
import io.sessionclusters.source.SourcePoll.Listed;
import io.sessionclusters.source.SourcePoll.PollEndedException;
import io.sessionclusters.source.SourcePoll.Result;
import io.sessionclusters.status.ErrorReasons;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists what a source asks for: credentials, a permit among the listings of the account, pages. */
final class SourceLister {

  private static final Logger log = LoggerFactory.getLogger(SourceLister.class);

  private final CredentialsReader credentials;
  private final ListingConcurrencyLimiter listings;
  private final SessionClusterLister lister;
  private final PollMetrics metrics;
  private final Clock steady;

  SourceLister(
      CredentialsReader credentials,
      ListingConcurrencyLimiter listings,
      SessionClusterLister lister,
      PollMetrics metrics,
      Clock steady) {
    this.credentials = credentials;
    this.listings = listings;
    this.lister = lister;
    this.metrics = metrics;
    this.steady = steady;
  }

  /**
   * Lists with the source's key, once the account has a permit.
   *
   * @param seen takes each listing, also those that fail and those that are repeated
   * @return complete or torn; to be closed
   * @throws PollEndedException if there is no listing
   * @throws InterruptedException if the calling thread is interrupted
   */
  Listed list(SourcePoll poll, Consumer<Listing> seen)
      throws PollEndedException, InterruptedException {
    Credentials key = credentials.read(poll.namespace(), poll.spec().credentials());
    Listed listed;
    try (var _ = permit(poll, key)) {
      listed = list(poll, key, seen);
    }
    if (listed.listing() instanceof Listing.Failed(var _, CloudError error)) {
      error.addTo(log.atWarn()).log("listing failed: {}", error.message());
      throw new PollEndedException(Result.of(ErrorReasons.outcome(error)));
    }
    return listed;
  }

  private Permit permit(SourcePoll poll, Credentials key) throws InterruptedException {
    metrics.waiting(1);
    try {
      return listings.acquire(poll.spec().listing().account(key), poll.priority());
    } finally {
      metrics.waiting(-1);
    }
  }

  private Listed list(SourcePoll poll, Credentials key, Consumer<Listing> seen)
      throws PollEndedException, InterruptedException {
    Duration pause = listings.pause(poll.spec().listing().account(key));
    if (pause.isPositive()) {
      throw new PollEndedException(new Result.Postponed(pause));
    }
    if (!poll.isCurrent()) {
      throw new PollEndedException(new Result.Dropped());
    }
    Listed listed = listAgainIfTorn(poll, key, seen);
    if (listed.listing() instanceof Listing.Failed(var _, CloudError error)) {
      // Renewed meanwhile, perhaps: tried again in this same poll.
      Optional<Credentials> other =
          credentials.renewed(poll.namespace(), poll.spec().credentials(), key, error);
      if (other.isPresent()) {
        return listAgainIfTorn(poll, other.get(), seen);
      }
    }
    return listed;
  }

  /** A torn listing is repeated once, because most tears are a moment's. */
  private Listed listAgainIfTorn(SourcePoll poll, Credentials key, Consumer<Listing> seen)
      throws InterruptedException {
    Listed first = listOnce(poll, key, seen);
    if (!(first.listing() instanceof Listing.Torn)) {
      return first;
    }
    first.close();
    return listOnce(poll, key, seen);
  }

  private Listed listOnce(SourcePoll poll, Credentials key, Consumer<Listing> seen)
      throws InterruptedException {
    Instant began = steady.instant();
    Listing listing = lister.list(poll.spec().listing(), key, poll.spec().timeout());
    var when = new ListingWindow(began, steady.instant());
    metrics.listed(Duration.between(began, when.ended()), pages(listing));
    seen.accept(listing);
    Listed listed = new Listed(poll, key, listing, when, lister);
    if (listing instanceof Listing.Failed) {
      // Nothing more comes of what it showed, whatever comes next.
      listed.close();
    }
    return listed;
  }

  private static int pages(Listing listing) {
    return switch (listing) {
      case Listing.Complete complete -> complete.pages();
      case Listing.Torn torn -> torn.pages();
      case Listing.Failed _ -> 0;
    };
  }
}
