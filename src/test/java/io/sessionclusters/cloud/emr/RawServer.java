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

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP/1.1 server that sends exactly the bytes a test wants, so that it can do wrong whatever
 * can be done wrong. Reads GET and CONNECT requests without a body.
 */
final class RawServer implements AutoCloseable {

  /** Answers one request; returning keeps the connection, any exception closes it. */
  @FunctionalInterface
  interface Responder {
    void respond(Request request, OutputStream out) throws IOException;
  }

  /**
   * One request as it came over the wire.
   *
   * @param line the first line
   * @param headers names in lower case
   */
  record Request(String line, Map<String, String> headers) {

    String method() {
      return line.split(" ", -1)[0];
    }

    String target() {
      return line.split(" ", -1)[1];
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /** The raw value of a query parameter; empty if it is not there. */
    String parameter(String name) {
      String query = target().contains("?") ? target().substring(target().indexOf('?') + 1) : "";
      for (String pair : query.split("&", -1)) {
        if (pair.startsWith(name + "=")) {
          return pair.substring(name.length() + 1);
        }
      }
      return "";
    }
  }

  private final ServerSocket serverSocket;
  private final Responder responder;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();

  RawServer(Responder responder) throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), responder);
  }

  /** Serves on a socket of the test's own, such as a TLS one. */
  RawServer(ServerSocket serverSocket, Responder responder) {
    this.serverSocket = serverSocket;
    this.responder = responder;
    Thread.ofVirtual().start(this::acceptAll);
  }

  /** Answers every request with a 200 and the JSON given. */
  static RawServer ofJson(String... pages) throws IOException {
    var next = new AtomicInteger();
    return new RawServer(
        (request, out) ->
            send(out, 200, "", pages[Math.min(next.getAndIncrement(), pages.length - 1)]));
  }

  /** A whole response with a body of known length. */
  static void send(OutputStream out, int status, String extraHeaders, String body)
      throws IOException {
    send(out, status, extraHeaders, body.getBytes(StandardCharsets.UTF_8));
  }

  /** A whole response with a body of known length. */
  static void send(OutputStream out, int status, String extraHeaders, byte[] body)
      throws IOException {
    write(
        out,
        "HTTP/1.1 "
            + status
            + " Some Reason\r\n"
            + extraHeaders
            + "Content-Length: "
            + body.length
            + "\r\n\r\n");
    out.write(body);
    out.flush();
  }

  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port());
  }

  int port() {
    return serverSocket.getLocalPort();
  }

  /** All requests so far, in order. */
  List<Request> requests() {
    return requests;
  }

  /** How many connections were made so far. */
  int accepted() {
    return accepted.get();
  }

  /** How many connections are open now, as far as this side has noticed. */
  int open() {
    return open.size();
  }

  private void acceptAll() {
    while (!serverSocket.isClosed()) {
      try {
        Socket socket = serverSocket.accept();
        accepted.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (SocketException _) {
        return; // closed
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        Request request = read(in);
        requests.add(request);
        responder.respond(request, socket.getOutputStream());
      }
    } catch (IOException _) {
      // The client is gone, or the responder wants the connection to end.
    } finally {
      open.remove(socket);
    }
  }

  private static Request read(InputStream in) throws IOException {
    String line = readLine(in);
    var headers = new TreeMap<String, String>();
    for (String header = readLine(in); !header.isEmpty(); header = readLine(in)) {
      int colon = header.indexOf(':');
      if (colon < 0) {
        throw new IOException("this is no HTTP");
      }
      headers.put(
          header.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
          header.substring(colon + 1).strip());
    }
    return new Request(line, headers);
  }

  private static String readLine(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    serverSocket.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
