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
package io.sessionclusters.cloud.http;

import io.sessionclusters.cloud.CloudError;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client with its pool of connections: one in the process, for EMR Serverless Spark and for
 * the Security Token Service.
 *
 * <p>It does only what it is asked for: no redirects, retries, cookies, decompression, upgrades or
 * remembered logins. TLS is Java's own, with Java's trust store.
 */
public final class HttpTransport implements Transport {

  /**
   * The pool bounds nothing: LISTINGS_IN_FLIGHT does, for each account. A bound here would lower it
   * without a word, and let a slow account hold up the others of its region.
   */
  private static final int MAX_CONNECTIONS = Integer.MAX_VALUE;

  /** A connection that was idle for longer may have been closed by the other side: look first. */
  private static final TimeValue VALIDATE_AFTER = TimeValue.ofMilliseconds(500);

  private static final TimeValue MAX_IDLE = TimeValue.ofSeconds(50);

  /** Bounds how long a change of the host's address goes unnoticed. */
  private static final TimeValue MAX_AGE = TimeValue.ofMinutes(5);

  /** Set in a request's context once it goes to the endpoint itself. */
  private static final String ENDPOINT_REACHED = "sessionclusters.endpoint-reached";

  private final CloseableHttpClient client;
  private final ProxySettings proxies;

  /**
   * Opens no connection yet.
   *
   * @param environment names and values, of which {@code HTTPS_PROXY}, {@code HTTP_PROXY} and
   *     {@code NO_PROXY} are read
   * @throws IllegalArgumentException if a proxy's URL cannot be used
   */
  public HttpTransport(ClientSettings settings, Map<String, String> environment) {
    this.proxies = ProxySettings.read(environment);
    Timeout connectTimeout = Timeout.of(settings.connectTimeout());
    Timeout responseTimeout = Timeout.of(settings.responseTimeout());
    var logins = new BasicCredentialsProvider();
    proxies
        .withLogin()
        .forEach(proxy -> logins.setCredentials(new AuthScope(proxy.host()), proxy.login()));
    this.client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setConnectionFactory(new NonLoggingConnection.Factory())
                    .setMaxConnPerRoute(MAX_CONNECTIONS)
                    .setMaxConnTotal(MAX_CONNECTIONS)
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(connectTimeout)
                            .setSocketTimeout(responseTimeout)
                            .setValidateAfterInactivity(VALIDATE_AFTER)
                            .setTimeToLive(MAX_AGE)
                            .build())
                    .setDefaultTlsConfig(
                        TlsConfig.custom().setHandshakeTimeout(connectTimeout).build())
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setResponseTimeout(responseTimeout)
                    .setProtocolUpgradeEnabled(false)
                    // Only a proxy may ask who is calling.
                    .setAuthenticationEnabled(!proxies.withLogin().isEmpty())
                    .build())
            .setRoutePlanner(
                new DefaultRoutePlanner(null) {
                  @Override
                  protected @Nullable HttpHost determineProxy(
                      HttpHost target, HttpContext context) {
                    ProxySettings.Proxy proxy = proxies.proxyFor(target);
                    return proxy == null ? null : proxy.host();
                  }
                })
            .setDefaultCredentialsProvider(logins)
            .setUserAgent("session-cluster-operator/" + OperatorVersion.current())
            .addExecInterceptorAfter(
                ChainElement.CONNECT.name(),
                ENDPOINT_REACHED,
                (request, scope, chain) -> {
                  scope.clientContext.setAttribute(ENDPOINT_REACHED, true);
                  return chain.proceed(request, scope);
                })
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableContentCompression()
            .disableCookieManagement()
            .disableAuthCaching()
            .evictIdleConnections(MAX_IDLE)
            .evictExpiredConnections()
            .build();
  }

  /**
   * {@inheritDoc}
   *
   * @throws MalformedResponseException if it is the proxy that answers: HttpClient returns a
   *     refusal to open a tunnel as if it were the endpoint's
   */
  @Override
  public ClassicHttpResponse send(URI endpoint, HttpUriRequestBase request) throws IOException {
    var context = HttpClientContext.create();
    ClassicHttpResponse response = client.executeOpen(target(endpoint), request, context);
    if (context.getAttribute(ENDPOINT_REACHED) == null) {
      request.cancel();
      response.close();
      throw new MalformedResponseException(
          CloudError.Kind.CONNECT_FAILED,
          destination(endpoint) + ", which refuses with HTTP " + response.getCode());
    }
    return response;
  }

  /** Where a request goes, for messages: the host, and the proxy if there is one. */
  @Override
  public String destination(URI endpoint) {
    HttpHost target = target(endpoint);
    ProxySettings.Proxy proxy = proxies.proxyFor(target);
    return proxy == null
        ? target.getHostName()
        : target.getHostName() + " through the proxy " + proxy.host().toHostString();
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }

  private static HttpHost target(URI endpoint) {
    return new HttpHost(endpoint.getScheme(), endpoint.getHost(), endpoint.getPort());
  }
}
