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
package io.sessionclusters.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a few pages over HTTP on one port of all addresses. A client that is slow, or sends a
 * body, holds a virtual thread for {@link #LONGEST_EXCHANGE} at most, and no more than {@link
 * #MOST_CONNECTIONS} are served.
 */
final class ManagementServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);

  /** Seconds for a request to arrive, and for its reply to be taken. */
  private static final int LONGEST_EXCHANGE = 10;

  private static final int MOST_CONNECTIONS = 64;

  static {
    // The JDK's server has no other way to set these, and would wait indefinitely.
    setDefault("sun.net.httpserver.maxReqTime", LONGEST_EXCHANGE);
    setDefault("sun.net.httpserver.maxRspTime", LONGEST_EXCHANGE);
    setDefault("jdk.httpserver.maxConnections", MOST_CONNECTIONS);
  }

  /** What a page answers. */
  @SuppressWarnings("ArrayRecordComponent") // Made for one use, never compared.
  record Reply(int status, String contentType, byte[] body) {

    /** One line of text. */
    static Reply line(int status, String line) {
      return new Reply(
          status, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  private ManagementServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts a server.
   *
   * @param name for the message if it cannot listen
   * @param port 0 for any that is free
   * @param pages by path; each is given the header Accept, null if there is none
   */
  static ManagementServer start(
      String name, int port, Map<String, Function<@Nullable String, Reply>> pages) {
    HttpServer http;
    try {
      http = HttpServer.create(new InetSocketAddress(port), 0);
    } catch (IOException e) {
      throw new CannotBindException(name, port, e);
    }
    ManagementServer started = new ManagementServer(http);
    http.createContext("/", exchange -> serve(exchange, pages));
    http.setExecutor(started.executor);
    http.start();
    return started;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void serve(
      HttpExchange exchange, Map<String, Function<@Nullable String, Reply>> pages)
      throws IOException {
    try (exchange) {
      Function<@Nullable String, Reply> page = pages.get(exchange.getRequestURI().getPath());
      String method = exchange.getRequestMethod();
      if (page == null) {
        send(exchange, Reply.line(404, "no such page"));
      } else if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        send(exchange, Reply.line(405, "only GET and HEAD are allowed"));
      } else {
        send(exchange, reply(page, exchange.getRequestHeaders().getFirst("Accept")));
      }
    }
  }

  private static Reply reply(Function<@Nullable String, Reply> page, @Nullable String accept) {
    try {
      return page.apply(accept);
    } catch (RuntimeException e) {
      // Without a reply the client would wait until the connection ends.
      log.warn("page failed", e);
      return Reply.line(500, "page failed; see log");
    }
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", reply.contentType());
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(reply.body().length));
      exchange.sendResponseHeaders(reply.status(), -1);
    } else {
      exchange.sendResponseHeaders(reply.status(), reply.body().length);
      exchange.getResponseBody().write(reply.body());
    }
  }

  private static void setDefault(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, String.valueOf(value));
    }
  }

  /** Closes all connections. */
  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
