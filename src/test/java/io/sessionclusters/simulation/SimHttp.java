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

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client below Fabric8's: the calling thread waits, by virtual time, for the answer of the
 * simulated API server.
 */
final class SimHttp implements HttpClient {

  /** Carries requests out. */
  interface Exchange {
    CompletableFuture<SimApiServer.Answer> send(
        String method, URI uri, String contentType, String body);

    /** Waits before a request is repeated; false if it is not, or the wait was interrupted. */
    boolean repeats(int attempt);
  }

  /** Makes one client, for {@code KubernetesClientBuilder}. */
  static final class Factory implements HttpClient.Factory {
    private final Line line;

    Factory(Line line) {
      this.line = line;
    }

    @Override
    public HttpClient.Builder newBuilder() {
      return new Builder(this);
    }
  }

  /** To which server, for which process: a client costs much to make and is used again. */
  static final class Line {
    private @Nullable Exchange exchange;

    void connect(@Nullable Exchange now) {
      exchange = now;
    }
  }

  private static final class Builder extends StandardHttpClientBuilder<SimHttp, Factory, Builder> {
    Builder(Factory factory) {
      super(factory);
    }

    @Override
    public HttpClient build() {
      return new SimHttp(clientFactory.line, List.copyOf(interceptors.values()));
    }

    @Override
    protected Builder newInstance(Factory factory) {
      return new Builder(factory);
    }
  }

  private static final class Response extends StandardHttpHeaders implements HttpResponse<byte[]> {
    private final HttpRequest request;
    private final SimApiServer.Answer answer;

    Response(HttpRequest request, SimApiServer.Answer answer) {
      super(
          answer.retryAfter() == null
              ? Map.of()
              : Map.of("Retry-After", List.of(answer.retryAfter().toString())));
      this.request = request;
      this.answer = answer;
    }

    @Override
    public int code() {
      return answer.code();
    }

    @Override
    public byte[] body() {
      return answer.body().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public HttpRequest request() {
      return request;
    }

    @Override
    public Optional<HttpResponse<?>> previousResponse() {
      return Optional.empty();
    }
  }

  private final Line line;
  private final List<Interceptor> interceptors;

  private SimHttp(Line line, List<Interceptor> interceptors) {
    this.line = line;
    this.interceptors = interceptors;
  }

  @Override
  @SuppressWarnings("unchecked") // Fabric8 asks for bytes only.
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, Class<T> type) {
    if (type != byte[].class) {
      throw new UnsupportedOperationException("an answer as " + type);
    }
    CompletableFuture<?> answer = send((StandardHttpRequest) request);
    return (CompletableFuture<HttpResponse<T>>) answer;
  }

  private CompletableFuture<HttpResponse<byte[]>> send(StandardHttpRequest request) {
    Exchange exchange = line.exchange;
    if (exchange == null) {
      return CompletableFuture.failedFuture(new IOException("connected to nothing"));
    }
    String contentType = contentType(request);
    String body = Bodies.of(request.body());
    for (int attempt = 0; ; attempt++) {
      CompletableFuture<SimApiServer.Answer> sent =
          exchange.send(request.method(), request.uri(), contentType, body);
      CompletableFuture<HttpResponse<byte[]>> answer =
          sent.thenCompose(a -> intercepted(request, new Response(request, a)));
      try {
        SimApiServer.Answer came = sent.get();
        if (!isPassing(came)) {
          return answer;
        }
      } catch (InterruptedException e) {
        // As the real one: the request goes on, and who waits for its answer hears of the
        // interrupt.
        Thread.currentThread().interrupt();
        return answer;
      } catch (ExecutionException e) {
        // A client that waited its time out does not begin again.
        if (!(e.getCause() instanceof IOException)) {
          return answer;
        }
      }
      if (!exchange.repeats(attempt)) {
        return answer;
      }
    }
  }

  /** Whether the client takes it for trouble that will pass. */
  private static boolean isPassing(SimApiServer.Answer answer) {
    return answer.retryAfter() == null && (answer.code() == 429 || answer.code() >= 500);
  }

  private CompletableFuture<HttpResponse<byte[]>> intercepted(
      StandardHttpRequest request, Response response) {
    CompletableFuture<HttpResponse<byte[]>> passed = CompletableFuture.completedFuture(response);
    if (response.isSuccessful()) {
      return passed;
    }
    for (Interceptor interceptor : interceptors) {
      HttpRequest.Builder again = request.newBuilder();
      passed =
          passed.thenCompose(
              r ->
                  interceptor
                      .afterFailure(again, response, new NoTags())
                      .thenApply(repeat -> response));
    }
    return passed;
  }

  private static final class NoTags implements Interceptor.RequestTags {
    @Override
    public <T> @Nullable T getTag(Class<T> type) {
      return null;
    }
  }

  private static String contentType(StandardHttpRequest request) {
    String type = request.getContentType();
    return type == null ? "" : type;
  }

  @Override
  public CompletableFuture<HttpResponse<AsyncBody>> consumeBytes(
      HttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    throw new UnsupportedOperationException("streams");
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    throw new UnsupportedOperationException("web sockets");
  }

  @Override
  public HttpRequest.Builder newHttpRequestBuilder() {
    return new StandardHttpRequest.Builder();
  }

  @Override
  public DerivedClientBuilder newBuilder() {
    return new Derived();
  }

  private final class Derived implements DerivedClientBuilder {
    @Override
    public HttpClient build() {
      return SimHttp.this;
    }

    @Override
    public DerivedClientBuilder addOrReplaceInterceptor(String name, Interceptor interceptor) {
      return this;
    }

    @Override
    public DerivedClientBuilder authenticatorNone() {
      return this;
    }

    @Override
    public DerivedClientBuilder tag(Object value) {
      return this;
    }
  }

  @Override
  public boolean isClosed() {
    return false;
  }

  @Override
  public void close() {}
}
