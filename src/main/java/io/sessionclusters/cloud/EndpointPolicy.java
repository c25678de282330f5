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
package io.sessionclusters.cloud;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides where the operator's signed requests may go. A source may name any endpoint; without this
 * list it could have the operator send its security token to a host of the source's author.
 *
 * <p>Always allowed are the API's own two hosts of the source's region, by https at its usual port.
 * Everything else must be listed by whoever runs the operator.
 *
 * @param allowed {@code host} (then only the scheme's usual port) or {@code host:port}, compared
 *     exactly and without regard to case: no wildcards, no suffixes. An entry for loopback ({@code
 *     127.0.0.1}, {@code localhost}, {@code [::1]}) allows plain http too.
 */
public record EndpointPolicy(Set<String> allowed) {

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]", "::1");
  private static final int MAX_HOST_LENGTH = 253;

  public EndpointPolicy {
    allowed =
        allowed.stream()
            .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Checks the endpoint that a source names.
   *
   * @param url as the source's author wrote it
   * @param region of the source
   * @return the endpoint: scheme, host and, where it is not the usual one, port
   * @throws IllegalArgumentException if requests may not go there; the message is for the source's
   *     author
   */
  public URI check(String url, RegionId region) {
    URI endpoint = endpoint(url);
    String authority = endpoint.getRawAuthority();
    int usualPort = endpoint.getScheme().equals("https") ? 443 : 80;
    if (allowed.contains(authority)
        || (endpoint.getPort() == -1 && allowed.contains(authority + ":" + usualPort))
        || endpoint.equals(region.publicEndpoint())
        || endpoint.equals(region.vpcEndpoint())) {
      return endpoint;
    }
    throw new IllegalArgumentException(
        "The endpoint's host "
            + authority
            + " is not allowed: it is neither one of the API's own hosts of region "
            + region
            + " nor on the operator's list of allowed endpoints.");
  }

  /**
   * A URL that names a host and nothing else: by https, or by http if the host is this machine.
   *
   * @return scheme, host and, where it is not the usual one, port; in lower case
   * @throws IllegalArgumentException if it is no such URL; the message does not quote it
   */
  public static URI endpoint(String url) {
    URI uri = parse(url);
    String scheme = lowerCase(uri.getScheme());
    String host = lowerCase(uri.getHost());
    boolean https = scheme.equals("https");
    if (!https && !scheme.equals("http")) {
      throw new IllegalArgumentException("The endpoint must be an https URL.");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("The endpoint must not contain a user name or password.");
    }
    if (host.isEmpty() || host.length() > MAX_HOST_LENGTH) {
      throw new IllegalArgumentException("The endpoint has no valid host name.");
    }
    String path = uri.getRawPath();
    if ((path != null && !path.isEmpty() && !path.equals("/"))
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "The endpoint must be a scheme and a host only, without path, query or fragment.");
    }
    if (!https && !isLoopback(host)) {
      throw new IllegalArgumentException("The endpoint must be an https URL.");
    }
    boolean atUsualPort = uri.getPort() == -1 || uri.getPort() == (https ? 443 : 80);
    return URI.create(scheme + "://" + host + (atUsualPort ? "" : ":" + uri.getPort()));
  }

  private static URI parse(String url) {
    if (!url.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new IllegalArgumentException(
          "The endpoint contains a space, a control character or a character outside of ASCII.");
    }
    try {
      return new URI(url);
    } catch (URISyntaxException _) {
      // Its message would quote the text, which may hold a password.
      throw new IllegalArgumentException("The endpoint is not a URL.");
    }
  }

  /** Whether a host is this machine: the only one that plain http may reach. */
  public static boolean isLoopback(String host) {
    return LOOPBACK.contains(host);
  }

  private static String lowerCase(@Nullable String text) {
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }
}
