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
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.cloud.emr.PageResponseReader.Reading;
import io.sessionclusters.cloud.http.ClientSettings;
import io.sessionclusters.cloud.http.ErrorMessages;
import io.sessionclusters.cloud.http.ErrorTextSanitizer;
import io.sessionclusters.cloud.http.HttpTransport;
import io.sessionclusters.cloud.http.SignedRequest;
import io.sessionclusters.cloud.http.Transport;
import io.sessionclusters.cloud.http.TransportErrors;
import io.sessionclusters.time.TimeLimiter;
import io.sessionclusters.time.Timers;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists session clusters over HTTP, one page after the other, with one deadline for all of them.
 *
 * <p>Each request runs on a virtual thread of its own while the caller waits. So the deadline, and
 * an interruption of the caller, end a listing at once in whatever it hangs: the look-up of a host
 * name, a TLS handshake, a body of one byte a second.
 *
 * <p>Nothing is retried here, except once, with a new nonce, a request whose nonce the cloud says
 * it has seen. Safe for use by many threads.
 */
public final class HttpSessionClusterLister implements SessionClusterLister, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpSessionClusterLister.class);

  private static final CloudError LATE = ErrorMessages.ofListing(Kind.DEADLINE_EXCEEDED);
  private static final Reading DEADLINE_EXCEEDED = Reading.failed(LATE);

  private final ClientSettings settings;
  private final Clock clock;
  private final Timers timers;
  private final TimeLimiter limiter;
  private final RateLimiter pacer;
  private final Transport transport;
  private final PageResponseReader answers;
  private final MemoryBudget memory;

  /**
   * Opens no connection yet.
   *
   * @param environment names and values, of which {@code HTTPS_PROXY}, {@code HTTP_PROXY} and
   *     {@code NO_PROXY} are read
   * @param clock dates the requests
   * @param timers measure and end the time-outs
   * @param pacer asked before each request
   * @throws IllegalArgumentException if a proxy's URL cannot be used
   */
  public HttpSessionClusterLister(
      ClientSettings settings,
      Map<String, String> environment,
      Clock clock,
      Timers timers,
      RateLimiter pacer) {
    this(settings, new HttpTransport(settings, environment), clock, timers, pacer);
  }

  /**
   * The same over another transport, which is closed with this.
   *
   * @param clock dates the requests
   */
  public HttpSessionClusterLister(
      ClientSettings settings, Transport transport, Clock clock, Timers timers, RateLimiter pacer) {
    this.settings = settings;
    this.clock = clock;
    this.timers = timers;
    this.limiter = new TimeLimiter(timers);
    this.pacer = pacer;
    this.transport = transport;
    this.answers = new PageResponseReader(settings, clock);
    this.memory = new MemoryBudget(settings.maxHeldBytes());
  }

  @Override
  public Listing list(ListQuery query, Credentials credentials, Duration timeout)
      throws InterruptedException {
    if (!credentials.wellFormed()) {
      return new Listing.Failed(ErrorMessages.MALFORMED_KEY);
    }
    try (MemoryBudget.Share share = memory.open()) {
      var deadline = new ListingDeadline(timeout, timers::nanoTime);
      return share.end(walk(new Requests(query, credentials, deadline, share)));
    }
  }

  private Listing walk(Requests requests) throws InterruptedException {
    var walk = new PageWalk(settings.maxPages(), settings.maxSessions());
    long bytesLeft = settings.maxListingBytes();
    do {
      Reading reading =
          requests.page(walk.nextToken(), Math.min(bytesLeft, settings.maxResponseBytes()));
      bytesLeft -= reading.bytes();
      CloudError error =
          switch (reading.answer()) {
            case PageResult.Page page -> walk.add(page);
            case PageResult.Failed failed -> failed.error();
          };
      if (error != null) {
        return new Listing.Failed(error);
      }
    } while (!walk.atEnd());
    return walk.listing();
  }

  @Override
  public void release(Listing listing) {
    memory.release(listing);
  }

  /** Breaks the listings in flight off and closes all connections; no other listing may follow. */
  @Override
  public void close() {
    transport.close();
  }

  /** The requests of one listing. */
  private final class Requests {

    private final ListQuery query;
    private final Credentials credentials;
    private final ListingDeadline deadline;
    private final MemoryBudget.Share share;
    private final ErrorTextSanitizer vendorText;

    Requests(
        ListQuery query,
        Credentials credentials,
        ListingDeadline deadline,
        MemoryBudget.Share share) {
      this.query = query;
      this.credentials = credentials;
      this.deadline = deadline;
      this.share = share;
      this.vendorText = new ErrorTextSanitizer(credentials);
    }

    /** Asks for one page; a second time if the cloud says that it has seen the nonce. */
    Reading page(String pageToken, long maxBytes) throws InterruptedException {
      Reading reading = attempt(pageToken, maxBytes);
      return reading.answer() instanceof PageResult.Failed(CloudError error)
              && error.kind() == Kind.NONCE_USED
          ? attempt(pageToken, maxBytes)
          : reading;
    }

    private Reading attempt(String pageToken, long maxBytes) throws InterruptedException {
      deadline.whilePaced(pacer, credentials, query.regionId());
      long left = deadline.remainingNanos();
      if (left <= 0) {
        return DEADLINE_EXCEEDED;
      }
      var signed =
          SignedRequest.sign(
              query,
              pageToken,
              settings.pageSize(),
              credentials,
              clock.instant(),
              UUID.randomUUID().toString());
      HttpUriRequestBase request = HttpTransport.request(signed);
      Reading reading =
          limiter.call(
              "list-session-clusters",
              Duration.ofNanos(left),
              () -> exchange(signed, request, maxBytes),
              request::cancel);
      if (reading == null) {
        pacer.answered(credentials, query.regionId(), LATE);
        return DEADLINE_EXCEEDED;
      }
      log(reading, TimeUnit.NANOSECONDS.toMillis(left - deadline.remainingNanos()));
      pacer.answered(
          credentials,
          query.regionId(),
          reading.answer() instanceof PageResult.Failed(CloudError error) ? error : null);
      return reading;
    }

    private Reading exchange(SignedRequest signed, HttpUriRequestBase request, long maxBytes) {
      String destination = transport.destination(signed.uri());
      ClassicHttpResponse response;
      try {
        response = transport.send(signed.uri(), request);
      } catch (IOException e) {
        LOG.debug("No answer from {}: {}", destination, e.getClass().getName());
        return Reading.failed(TransportErrors.beforeAnswer(e, destination));
      }
      boolean atEnd = false;
      try {
        Reading reading = answers.read(response, maxBytes, destination, vendorText, share);
        atEnd = reading.atEnd();
        return reading;
      } finally {
        if (!atEnd) {
          request.cancel();
        }
        HttpTransport.closeQuietly(response);
      }
    }

    private void log(Reading reading, long millis) {
      switch (reading.answer()) {
        case PageResult.Page page ->
            LOG.atDebug()
                .addKeyValue("workspace", query.workspaceId())
                .addKeyValue("region", query.regionId())
                .addKeyValue("sessions", page.sessions().size())
                .addKeyValue("bytes", reading.bytes())
                .addKeyValue("millis", millis)
                .addKeyValue("requestId", vendorText.requestId(page.requestId()))
                .log("page");
        case PageResult.Failed(CloudError error) ->
            LOG.atDebug()
                .addKeyValue("workspace", query.workspaceId())
                .addKeyValue("region", query.regionId())
                .addKeyValue("kind", error.kind())
                .addKeyValue("code", error.code())
                .addKeyValue("status", error.httpStatus())
                .addKeyValue("millis", millis)
                .addKeyValue("requestId", error.requestId())
                .log("no page");
      }
    }
  }
}
