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

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP/1.1 server on plain sockets, one virtual thread for each connection, so that it can
 * misbehave at any byte. At most {@value #MAX_CONNECTIONS} connections are open at once; further
 * ones wait in the operating system's backlog.
 */
final class LoopbackServer implements AutoCloseable {

  static final int MAX_CONNECTIONS = 200;
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** What to answer, and how to put it on the wire. */
  record Reply(RawResponse response, Delivery delivery) {}

  /** Decides on the answers; called on many threads. */
  interface Handler {
    /** A request is there and will be answered. */
    void arrived();

    Reply answer(RawRequest request, int connection);

    /** The answer was written, or could not be. */
    void answered();

    void malformed(String reason);
  }

  /** One period between startListening and stopListening. */
  private record Listening(ServerSocket socket, ExecutorService threads, Set<Socket> connections) {}

  private final ServerSocketFactory sockets;
  private final Handler handler;
  private final Semaphore slots = new Semaphore(MAX_CONNECTIONS);
  private final AtomicInteger connectionNumber = new AtomicInteger();
  private final InetSocketAddress address;
  private @Nullable Listening listening;

  /**
   * Listens at once.
   *
   * @param port 0 for any free one
   */
  LoopbackServer(InetAddress bind, int port, Handler handler) {
    this(bind, port, ServerSocketFactory.getDefault(), handler);
  }

  /** The same over what those sockets speak. */
  LoopbackServer(InetAddress bind, int port, ServerSocketFactory sockets, Handler handler) {
    this.sockets = sockets;
    this.handler = handler;
    var socket = open(new InetSocketAddress(bind, port));
    this.address = new InetSocketAddress(bind, socket.getLocalPort());
    this.listening = listen(socket);
  }

  int port() {
    return address.getPort();
  }

  /** Connections accepted so far. */
  int connections() {
    return connectionNumber.get();
  }

  synchronized int openConnections() {
    return listening == null ? 0 : listening.connections().size();
  }

  /** Opens the same port again. */
  synchronized void startListening() {
    if (listening == null) {
      listening = listen(open(address));
    }
  }

  /** Cuts every connection; new ones are refused. */
  synchronized void stopListening() {
    Listening ended = listening;
    listening = null;
    if (ended == null) {
      return;
    }
    close(ended.socket());
    ended.threads().shutdownNow();
    ended.connections().forEach(LoopbackServer::close);
    try {
      if (!ended.threads().awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a connection of the fake cloud does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopListening();
  }

  private ServerSocket open(InetSocketAddress address) {
    try {
      var socket = sockets.createServerSocket();
      socket.setReuseAddress(true);
      socket.bind(address, MAX_CONNECTIONS);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on port " + address.getPort(), e);
    }
  }

  private Listening listen(ServerSocket socket) {
    var factory = Thread.ofVirtual().name("fakecloud-", 0).factory();
    var started =
        new Listening(
            socket, Executors.newThreadPerTaskExecutor(factory), ConcurrentHashMap.newKeySet());
    started.threads().execute(() -> accept(started));
    return started;
  }

  private void accept(Listening current) {
    try {
      while (!current.socket().isClosed()) {
        slots.acquire();
        Socket connection;
        try {
          connection = current.socket().accept();
        } catch (IOException e) {
          slots.release();
          return;
        }
        current.connections().add(connection);
        int number = connectionNumber.incrementAndGet();
        start(current, connection, number);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void start(Listening current, Socket connection, int number) {
    try {
      current.threads().execute(() -> run(current, connection, number));
    } catch (RejectedExecutionException e) {
      release(current, connection);
    }
  }

  private void run(Listening current, Socket connection, int number) {
    try {
      serve(connection, number);
    } catch (IOException e) {
      // The client went away, or the server is closing: both end the connection and nothing else.
    } finally {
      release(current, connection);
    }
  }

  private void release(Listening current, Socket connection) {
    close(connection);
    if (current.connections().remove(connection)) {
      slots.release();
    }
  }

  private void serve(Socket connection, int number) throws IOException {
    connection.setTcpNoDelay(true);
    connection.setSoTimeout((int) IDLE.toMillis());
    var reader = new RequestReader(new BufferedInputStream(connection.getInputStream()));
    var writer = new ResponseWriter(connection.getOutputStream());
    try {
      RawRequest request = reader.read();
      while (request != null) {
        boolean last = request.closesConnection();
        answer(connection, writer, request, number, last);
        request = last ? null : reader.read();
      }
    } catch (MalformedRequestException e) {
      handler.malformed(String.valueOf(e.getMessage()));
      var refusal = RawResponse.of(e.status(), "text/plain", Body.of("malformed request\n"));
      writer.write(refusal, Delivery.PLAIN, true);
    }
  }

  private void answer(
      Socket connection, ResponseWriter writer, RawRequest request, int number, boolean last)
      throws IOException {
    handler.arrived();
    try {
      Reply reply = handler.answer(request, number);
      var response = request.acceptsGzip() ? reply.response().gzipped() : reply.response();
      // How the connection ends, should the delivery cut it.
      connection.setSoLinger(reply.delivery().reset(), 0);
      writer.write(response, reply.delivery(), last);
    } finally {
      handler.answered();
    }
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing a socket failed", e);
    }
  }
}
