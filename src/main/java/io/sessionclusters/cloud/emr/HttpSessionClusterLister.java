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

import io.sessionclusters.cloud.CloudAccount;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.cloud.http.ApiClient;
import io.sessionclusters.cloud.http.ApiClient.CallResult;
import io.sessionclusters.cloud.http.BoundedInputStream;
import io.sessionclusters.cloud.http.CanonicalRequest;
import io.sessionclusters.cloud.http.ClientSettings;
import io.sessionclusters.cloud.http.CloudErrors;
import io.sessionclusters.cloud.http.ErrorTextSanitizer;
import io.sessionclusters.cloud.http.MalformedResponseException;
import io.sessionclusters.cloud.http.SignedRequest;
import io.sessionclusters.cloud.http.Transport;
import io.sessionclusters.cloud.http.VendorError;
import io.sessionclusters.time.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists session clusters over HTTP, one page after the other, with one deadline for all of them,
 * which ends a listing at once in whatever it hangs.
 *
 * <p>Nothing is retried here, except once, with a new nonce, a request whose nonce the API says it
 * has seen. Safe for use by many threads.
 */
public final class HttpSessionClusterLister implements SessionClusterLister, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpSessionClusterLister.class);

  /** No timeout is longer: what is added to the time must not overflow. */
  private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(365);

  private final ClientSettings settings;
  private final Clock clock;
  private final Timers timers;
  private final RateLimiter rateLimiter;
  private final ApiClient api;
  private final MemoryBudget memory;

  /**
   * Opens no connection yet.
   *
   * @param transport is closed with this
   * @param clock dates the requests
   * @param timers measure and end the timeouts
   * @param rateLimiter asked before each request
   */
  public HttpSessionClusterLister(
      ClientSettings settings,
      Transport transport,
      Clock clock,
      Timers timers,
      RateLimiter rateLimiter) {
    this.settings = settings;
    this.clock = clock;
    this.timers = timers;
    this.rateLimiter = rateLimiter;
    this.api = new ApiClient(transport, CloudErrors.EMR, settings, clock, timers);
    this.memory = new MemoryBudget(settings.maxHeldBytes());
  }

  @Override
  public Listing list(ListQuery query, Credentials credentials, Duration timeout)
      throws InterruptedException {
    if (!credentials.wellFormed()) {
      return new Listing.Failed(CloudErrors.malformedKey());
    }
    try (MemoryBudget.Share share = memory.open()) {
      return share.end(new Requests(query, credentials, timeout, share).listing());
    }
  }

  @Override
  public void release(Listing listing) {
    memory.release(listing);
  }

  /** Breaks the listings in flight off and closes all connections; no other listing may follow. */
  @Override
  public void close() {
    api.close();
  }

  /**
   * The call {@code ListSessionClusters}, version 2023-08-08, for one page.
   *
   * @param pageToken of the page before; empty for the first page
   * @param pageSize the most sessions that the page shall hold
   */
  static SignedRequest.Call call(ListQuery query, String pageToken, int pageSize) {
    var parameters = new TreeMap<String, String>();
    parameters.put("regionId", query.regionId().value());
    parameters.put("maxResults", Integer.toString(pageSize));
    put(parameters, "nextToken", pageToken.isEmpty() ? null : pageToken);
    put(parameters, "kind", query.kind());
    put(parameters, "queueName", query.queueName());
    put(parameters, "sessionClusterId", query.sessionClusterId());
    String workspace = CanonicalRequest.percentEncode(query.workspaceId().value());
    return new SignedRequest.Call(
        "GET",
        "ListSessionClusters",
        "2023-08-08",
        query.endpoint(),
        "/api/v1/workspaces/" + workspace + "/sessionClusters",
        parameters);
  }

  private static void put(Map<String, String> parameters, String name, @Nullable String value) {
    if (value != null) {
      parameters.put(name, value);
    }
  }

  /** The requests of one listing. */
  private final class Requests implements ApiClient.Reader<Page> {

    private final ListQuery query;
    private final CloudAccount account;
    private final MemoryBudget.Share share;
    private final ErrorTextSanitizer sanitizer;
    private long bytesLeft = settings.maxListingBytes();

    /** In nanoseconds; waits for the rate limiter move it. */
    private long deadline;

    Requests(ListQuery query, Credentials credentials, Duration timeout, MemoryBudget.Share share) {
      this.query = query;
      this.account = query.account(credentials);
      this.share = share;
      this.sanitizer = new ErrorTextSanitizer(credentials);
      this.deadline =
          timers.nanoTime() + Math.min(TimeUnit.NANOSECONDS.convert(timeout), LONGEST_NANOS);
    }

    Listing listing() throws InterruptedException {
      var walk = new PageWalk(settings.maxPages(), settings.maxSessions());
      do {
        CloudError error =
            switch (page(walk.nextToken())) {
              case CallResult.Success<Page>(Page page) -> walk.add(page);
              case CallResult.Failed<Page>(CloudError failure) -> failure;
            };
        if (error != null) {
          return walk.failed(error);
        }
      } while (!walk.atEnd());
      return walk.listing();
    }

    /** Asks for one page; a second time if the API says that it has seen the nonce. */
    private CallResult<Page> page(String pageToken) throws InterruptedException {
      CallResult<Page> result = attempt(pageToken);
      return result instanceof CallResult.Failed<Page>(CloudError error)
              && error.kind() == Kind.NONCE_USED
          ? attempt(pageToken)
          : result;
    }

    private CallResult<Page> attempt(String pageToken) throws InterruptedException {
      long start = timers.nanoTime();
      rateLimiter.await(account);
      long sent = timers.nanoTime();
      deadline += sent - start;
      long left = deadline - sent;
      if (left <= 0) {
        return new CallResult.Failed<>(CloudError.of(Kind.DEADLINE_EXCEEDED));
      }
      long bytesBefore = bytesLeft;
      var signed =
          SignedRequest.sign(
              call(query, pageToken, settings.pageSize()),
              account.credentials(),
              clock.instant(),
              UUID.randomUUID().toString());
      CallResult<Page> result =
          api.call(signed.uri(), signed.toHttp(), Duration.ofNanos(left), sanitizer, this);
      if (result instanceof CallResult.Success<Page>(Page page)) {
        LOG.atDebug()
            .addKeyValue("workspace", query.workspaceId())
            .addKeyValue("region", query.regionId())
            .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(timers.nanoTime() - sent))
            .addKeyValue("sessions", page.sessions().size())
            .addKeyValue("bytes", bytesBefore - bytesLeft)
            .addKeyValue("requestId", sanitizer.requestId(page.requestId()))
            .log("page received");
      }
      rateLimiter.responded(
          account, result instanceof CallResult.Failed<Page>(CloudError error) ? error : null);
      return result;
    }

    /** On the request's own thread, while that of the listing waits. */
    @Override
    public Page read(InputStream body) throws IOException {
      long bound = Math.min(bytesLeft, settings.maxResponseBytes());
      var bounded = new BoundedInputStream(body, bound, this::count);
      return PageReader.read(bounded, share, settings.maxSessions());
    }

    private void count(long bytes) throws MalformedResponseException {
      bytesLeft -= bytes;
      share.read(bytes);
    }

    @Override
    public @Nullable VendorError error(Page page) {
      return page.errorAlone();
    }
  }
}
