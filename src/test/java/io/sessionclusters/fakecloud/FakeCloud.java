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

import io.sessionclusters.support.TestCertificate;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;

/**
 * A whole fake cloud on one port of this machine: access keys, workspaces with sessions, the API
 * {@code ListSessionClusters} over plain HTTP, faults on demand, and a record of every request.
 *
 * <pre>{@code
 * try (var cloud = FakeCloud.start()) {
 *   cloud.addKey("id", "secret");
 *   var workspace = cloud.workspace("cn-hangzhou", "w-1234abcd");
 *   workspace.put(FakeSession.sql("sc-1").name("etl nightly"));
 *   cloud.faults().onPage(1).once(Fault.error("Throttling.User"));
 *   // ... list cloud.endpoint() ...
 *   assertThat(cloud.listings(workspace)).isEqualTo(2);
 * }
 * }</pre>
 *
 * <p>Everything may be changed while requests are being answered.
 */
public final class FakeCloud implements AutoCloseable {

  /** A workspace of a region. */
  private record Place(String regionId, String workspaceId) {}

  private final Map<Place, FakeWorkspace> workspaces = new ConcurrentHashMap<>();
  private final Accounts accounts = new Accounts();
  private final Faults faults = new Faults();
  private final RequestLog log = new RequestLog();
  private final FakeApi api;
  private final LoopbackServer server;

  private final String scheme;

  private FakeCloud(
      InetAddress address, int port, String scheme, ServerSocketFactory sockets, Clock clock) {
    this.scheme = scheme;
    this.api =
        new FakeApi(
            accounts,
            faults,
            log,
            (regionId, workspaceId) -> workspaces.get(new Place(regionId, workspaceId)),
            clock);
    this.server = new LoopbackServer(address, port, sockets, api);
  }

  /** On any free loopback port. */
  public static FakeCloud start() {
    return start(0);
  }

  /** On that loopback port. */
  public static FakeCloud start(int port) {
    return start(InetAddress.getLoopbackAddress(), port, Clock.systemUTC());
  }

  /**
   * On any address: a container's must be reachable from outside.
   *
   * @param clock the cloud's own, against which requests' dates are judged
   */
  public static FakeCloud start(InetAddress address, int port, Clock clock) {
    return new FakeCloud(address, port, "http", ServerSocketFactory.getDefault(), clock);
  }

  /** On any free port of any address, over TLS with that certificate. */
  public static FakeCloud startSecure(InetAddress address, TestCertificate certificate) {
    return new FakeCloud(
        address, 0, "https", certificate.context().getServerSocketFactory(), Clock.systemUTC());
  }

  /** {@code http://127.0.0.1:<port>}, or with {@code https}. */
  public URI endpoint() {
    return URI.create(scheme + "://127.0.0.1:" + server.port());
  }

  public int port() {
    return server.port();
  }

  /** From now on the cloud has that time; a skew is {@code Clock.offset(...)}. */
  public void setClock(Clock clock) {
    api.clock(clock);
  }

  /** Cuts all connections and refuses new ones, as a cloud that is not there. */
  public void stopListening() {
    server.stopListening();
  }

  /** Listens again, on the same port, with everything as it was. */
  public void startListening() {
    server.startListening();
  }

  /** Ends every connection and thread. */
  @Override
  public void close() {
    server.close();
  }

  // Access keys.

  /** Makes a permanent access key, or gives it a new secret. */
  public void addKey(String id, String secret) {
    accounts.put(id, secret, null);
  }

  /** Makes a temporary access key, whose requests must carry the token. */
  public void addTemporaryKey(String id, String secret, String securityToken) {
    accounts.put(id, secret, securityToken);
  }

  /** The keys that it knows, for the service that gives out more of them. */
  Accounts accounts() {
    return accounts;
  }

  /** From now on the key was never there. */
  public void removeKey(String id) {
    accounts.remove(id);
  }

  /** The key is known, but disabled. */
  public void deactivateKey(String id) {
    accounts.deactivate(id);
  }

  /** The key works again. */
  public void activateKey(String id) {
    accounts.activate(id);
  }

  /** The temporary key's token has expired. */
  public void expireToken(String id) {
    accounts.expire(id);
  }

  // Workspaces.

  /** The workspace of that id in that region, made when it is first asked for. */
  public FakeWorkspace workspace(String regionId, String workspaceId) {
    return workspaces.computeIfAbsent(
        new Place(regionId, workspaceId), place -> new FakeWorkspace(regionId, workspaceId));
  }

  /** The workspace is gone. */
  public void removeWorkspace(FakeWorkspace workspace) {
    workspaces.remove(new Place(workspace.regionId(), workspace.workspaceId()));
  }

  /** {@link UnknownWorkspace#EMPTY_CODE} unless said otherwise. */
  public void answerUnknownWorkspaces(UnknownWorkspace answer) {
    api.unknownWorkspace(answer);
  }

  // Faults and records.

  /** What goes wrong. */
  public Faults faults() {
    return faults;
  }

  /** The last 100,000 requests, oldest first. */
  public List<RecordedRequest> requests() {
    return log.requests();
  }

  /** The requests for that workspace among them. */
  public List<RecordedRequest> requests(FakeWorkspace workspace) {
    return log.requests().stream()
        .filter(request -> workspace.workspaceId().equals(request.workspaceId()))
        .filter(request -> workspace.regionId().equals(request.call().query("regionId")))
        .toList();
  }

  /** All requests since the start or since they were forgotten, also those no longer kept. */
  public long requestCount() {
    return log.count();
  }

  /** How many walks were started for that workspace: requests without a page token. */
  public int listings(FakeWorkspace workspace) {
    return log.listings(workspace.regionId(), workspace.workspaceId());
  }

  /** How many requests were no HTTP at all; a correct client makes none. */
  public long malformedRequestCount() {
    return log.malformedCount();
  }

  /** Requests that are being answered just now. */
  public int requestsInFlight() {
    return log.inFlight();
  }

  /** The most requests that were being answered at one time. */
  public int peakRequestsInFlight() {
    return log.peakInFlight();
  }

  /** Connections accepted since the start. */
  public int connectionCount() {
    return server.connections();
  }

  /** Connections that are open just now. */
  public int openConnections() {
    return server.openConnections();
  }

  /** Begins all records and counts of requests anew. */
  public void forgetRequests() {
    log.forget();
  }
}
