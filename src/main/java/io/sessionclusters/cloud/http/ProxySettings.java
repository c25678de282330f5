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

import io.sessionclusters.cloud.EndpointPolicy;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.net.PercentCodec;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that the environment names: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code
 * NO_PROXY}, in upper or lower case (upper counts first, as in Go).
 *
 * <p>{@code NO_PROXY} is a list, separated by commas, of host names, which stand for their
 * subdomains too, of names with a leading dot for the subdomains only, each with an optional port;
 * {@code *} stands for every host. Ranges of addresses are passed over: an endpoint is a name. As
 * in Go, loopback never goes through a proxy.
 *
 * @param forHttps null if https goes direct
 * @param forHttp null if http goes direct
 * @param exceptions entries of {@code NO_PROXY} in lower case
 */
record ProxySettings(@Nullable Proxy forHttps, @Nullable Proxy forHttp, List<String> exceptions) {

  /**
   * One proxy.
   *
   * @param host reached by plain http; tunnels https
   * @param login null if it asks for none; shows the user only
   */
  record Proxy(HttpHost host, @Nullable UsernamePasswordCredentials login) {}

  /**
   * Reads the environment.
   *
   * @throws IllegalArgumentException if a proxy's URL cannot be used; the message does not quote it
   */
  static ProxySettings read(Map<String, String> environment) {
    String exceptions = variable(environment, "NO_PROXY");
    return new ProxySettings(
        proxy(environment, "HTTPS_PROXY"),
        proxy(environment, "HTTP_PROXY"),
        Arrays.stream(exceptions.toLowerCase(Locale.ROOT).split("[,\\s]+"))
            .filter(entry -> !entry.isEmpty())
            .toList());
  }

  /** Those that ask who is calling. */
  List<Proxy> withLogin() {
    return Stream.of(forHttps, forHttp)
        .filter(proxy -> proxy != null && proxy.login() != null)
        .map(Objects::requireNonNull)
        .toList();
  }

  /** The proxy for one target; null if it is reached directly. */
  @Nullable Proxy proxyFor(HttpHost target) {
    String host = target.getHostName().toLowerCase(Locale.ROOT);
    boolean https = target.getSchemeName().equalsIgnoreCase("https");
    int port = target.getPort() > 0 ? target.getPort() : https ? 443 : 80;
    if (EndpointPolicy.isLoopback(host)
        || exceptions.stream().anyMatch(e -> excepts(e, host, port))) {
      return null;
    }
    return https ? forHttps : forHttp;
  }

  private static boolean excepts(String exception, String host, int port) {
    String[] entry = exception.split(":(?=[0-9]{1,5}$)", 2);
    String name = entry[0].startsWith("*.") ? entry[0].substring(1) : entry[0];
    boolean isForPort = entry.length == 1 || Integer.parseInt(entry[1]) == port;
    boolean isForHost =
        name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
    return exception.equals("*") || (isForPort && isForHost);
  }

  private static @Nullable Proxy proxy(Map<String, String> environment, String name) {
    String value = variable(environment, name);
    if (value.isEmpty()) {
      return null;
    }
    URI uri;
    try {
      uri = new URI(value.contains("://") ? value : "http://" + value);
    } catch (URISyntaxException _) {
      throw new IllegalArgumentException(name + " is not the URL of a proxy");
    }
    if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          name + " must be the URL of a proxy, such as http://proxy.example.com:3128");
    }
    var host = new HttpHost("http", uri.getHost(), uri.getPort() == -1 ? 80 : uri.getPort());
    String userInfo = uri.getRawUserInfo();
    if (userInfo == null || userInfo.isEmpty()) {
      return new Proxy(host, null);
    }
    String[] login = Arrays.copyOf(userInfo.split(":", 2), 2);
    char[] password = decode(Objects.requireNonNullElse(login[1], "")).toCharArray();
    return new Proxy(host, new UsernamePasswordCredentials(decode(login[0]), password));
  }

  /** Unlike in a form, a plus sign is one. */
  private static String decode(String text) {
    return PercentCodec.RFC3986.decode(text);
  }

  private static String variable(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    String found =
        value.isBlank() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : value;
    return found.strip();
  }
}
