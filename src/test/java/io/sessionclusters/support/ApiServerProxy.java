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
package io.sessionclusters.support;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A proxy in front of a real API server, on loopback, without TLS, that answers some requests
 * itself and cuts connections when told to. What it lets through it relays byte by byte, one
 * request a connection, watches over WebSocket included.
 */
public final class ApiServerProxy implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *([0-9]+)");

  private static final Pattern KEY = Pattern.compile("(?im)^sec-websocket-key: *(\\S+)");

  private final ControlPlane plane;
  private final SocketFactory upstream;
  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final List<Hold> holds = new CopyOnWriteArrayList<>();

  private ApiServerProxy(ControlPlane plane) throws IOException, GeneralSecurityException {
    this.plane = plane;
    this.upstream = trusting(plane);
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public static ApiServerProxy inFrontOf(ControlPlane plane) {
    try {
      return new ApiServerProxy(plane);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A request as its first line tells it.
   *
   * @param target path and query
   */
  public record Request(String method, String target) {

    /** Whether it writes the status of that mirror. */
    public boolean isStatusOf(String mirror) {
      return method.equals("PUT") && target.endsWith("/sessionclusters/" + mirror + "/status");
    }

    /** Whether it lists or watches mirrors. */
    public boolean isWatchOfMirrors() {
      return method.equals("GET")
          && target.contains("/sessionclusters?")
          && target.contains("watch=true");
    }

    /** Whether it lists mirrors. */
    public boolean isListOfMirrors() {
      return method.equals("GET")
          && target.matches(".*/sessionclusters(\\?.*)?")
          && !target.contains("watch=true");
    }
  }

  /** What some requests are answered, in place of the API server, until it is closed. */
  public final class Fault implements AutoCloseable {

    private final Predicate<Request> which;
    private final Function<String, byte[]> answer;
    private final List<Long> hits = new CopyOnWriteArrayList<>();

    private Fault(Predicate<Request> which, Function<String, byte[]> answer) {
      this.which = which;
      this.answer = answer;
    }

    /** When each request that it answered came, by {@link System#nanoTime()}. */
    public List<Long> hits() {
      return List.copyOf(hits);
    }

    @Override
    public void close() {
      faults.remove(this);
    }
  }

  /** Answers that have come and are not passed on, until it is closed. */
  public final class Hold implements AutoCloseable {

    private final Predicate<Request> which;
    private final AtomicInteger held = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);

    private Hold(Predicate<Request> which) {
      this.which = which;
    }

    /** How many answers it has kept back: what they answer was done. */
    public int held() {
      return held.get();
    }

    private void pass() throws IOException {
      held.incrementAndGet();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new IOException("closed while an answer was held", e);
      }
    }

    /** Passes on what was held; later answers are not held. */
    @Override
    public void close() {
      holds.remove(this);
      released.countDown();
    }
  }

  /** Keeps back the answers to these requests, which reach the API server, from now on. */
  public Hold holdAnswers(Predicate<Request> which) {
    Hold hold = new Hold(which);
    holds.add(hold);
    return hold;
  }

  /** The address for clients. */
  public String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /**
   * Answers these requests from now on.
   *
   * @param headerLines as {@code Retry-After: 2}
   */
  public Fault answer(
      Predicate<Request> which,
      int status,
      String contentType,
      String body,
      String... headerLines) {
    byte[] answer = answer(status, contentType, body, headerLines);
    return add(new Fault(which, _ -> answer));
  }

  /**
   * Answers each of these requests with other words from now on.
   *
   * @param body by the number of the hit, from 1
   */
  public Fault answerEach(
      Predicate<Request> which, int status, String contentType, IntFunction<String> body) {
    var hits = new AtomicInteger();
    return add(
        new Fault(which, _ -> answer(status, contentType, body.apply(hits.incrementAndGet()))));
  }

  private static byte[] answer(int status, String contentType, String body, String... headerLines) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        List.of(headerLines).stream()
            .map(line -> line + "\r\n")
            .collect(
                Collectors.joining(
                    "",
                    "HTTP/1.1 %d Fault\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
                        .formatted(status, contentType, content.length),
                    "Connection: close\r\n\r\n"));
    var answer = new ByteArrayOutputStream();
    answer.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    answer.writeBytes(content);
    return answer.toByteArray();
  }

  private Fault add(Fault fault) {
    faults.add(fault);
    return fault;
  }

  /** Takes up the watches of mirrors and ends each at once with this error in its stream. */
  public Fault endWatches(String status) {
    byte[] event =
        ("{\"type\":\"ERROR\",\"object\":" + status + "}").getBytes(StandardCharsets.UTF_8);
    if (event.length >= 0x10000 || event.length < 126) {
      throw new IllegalArgumentException("one frame with a length of two bytes");
    }
    var frame = new ByteArrayOutputStream();
    frame.writeBytes(new byte[] {(byte) 0x81, 126});
    frame.writeBytes(new byte[] {(byte) (event.length >> 8), (byte) event.length});
    frame.writeBytes(event);
    return add(new Fault(Request::isWatchOfMirrors, key -> webSocket(key, frame.toByteArray())));
  }

  private static byte[] webSocket(String head, byte[] frame) {
    Matcher key = KEY.matcher(head);
    if (!key.find()) {
      throw new IllegalStateException("no watch over WebSocket: " + head);
    }
    var answer = new ByteArrayOutputStream();
    answer.writeBytes(
        """
        HTTP/1.1 101 Switching Protocols\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Accept: %s\r
        \r
        """
            .formatted(accept(key.group(1)))
            .getBytes(StandardCharsets.ISO_8859_1));
    answer.writeBytes(frame);
    return answer.toByteArray();
  }

  /** RFC 6455, 4.2.2. */
  private static String accept(String key) {
    try {
      byte[] text =
          (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Cuts all connections, watches too; new ones are taken. */
  public void cutConnections() {
    connections.forEach(ApiServerProxy::closeQuietly);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        connections.add(client);
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      String head = head(in);
      String[] line = head.substring(0, head.indexOf("\r\n")).split(" ", 3);
      Request request = new Request(line[0], line[1]);
      for (Fault fault : faults) {
        if (fault.which.test(request)) {
          fault.hits.add(System.nanoTime());
          drain(in, head);
          client.getOutputStream().write(fault.answer.apply(head));
          client.shutdownOutput();
          in.readAllBytes();
          return;
        }
      }
      relay(client, request, head);
    } catch (IOException e) {
      // Either side went away, or was cut.
    } finally {
      connections.remove(client);
    }
  }

  private void relay(Socket client, Request request, String head) throws IOException {
    boolean upgrade = head.toLowerCase(Locale.ROOT).contains("\r\nupgrade:");
    String sent = upgrade ? head : head.replaceFirst("\r\n", "\r\nConnection: close\r\n");
    try (Socket server = upstream.createSocket("127.0.0.1", plane.apiServerPort())) {
      server.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
      server.getOutputStream().flush();
      threads.execute(() -> pump(client, server));
      client.setTcpNoDelay(true);
      InputStream answer = server.getInputStream();
      Optional<Hold> hold = holds.stream().filter(h -> h.which.test(request)).findFirst();
      if (hold.isPresent()) {
        byte[] whole = answer.readAllBytes();
        hold.get().pass();
        client.getOutputStream().write(whole);
      } else {
        answer.transferTo(client.getOutputStream());
      }
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Ended by either side.
    } finally {
      closeQuietly(to);
    }
  }

  /** The bytes up to the empty line, it included. */
  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("ended in the head");
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** Unread bytes would turn the end of the connection into a reset, which loses the answer. */
  private static void drain(InputStream in, String head) throws IOException {
    Matcher length = LENGTH.matcher(head);
    if (length.find()) {
      in.skipNBytes(Long.parseLong(length.group(1)));
    }
  }

  private static SocketFactory trusting(ControlPlane plane)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(plane.certificate())) {
      store.setCertificateEntry(
          "api-server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    return tls.getSocketFactory();
  }

  private static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closeQuietly(listener);
    cutConnections();
    threads.shutdownNow();
  }
}
