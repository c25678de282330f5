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
package io.sessionclusters.connection;

import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.mapping.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client needs to connect to a Thrift session: the data of its connection Secret.
 *
 * <p>What the API does not give is left out, and so is what it gives in a form that could make
 * another thing of a URL than it says. {@code jdbcUrl} and {@code jdbcUrlInner} have the form that
 * is confirmed for the sibling gateway: port 443 in public, port 80 inside the region.
 *
 * @param data by the keys of the Secret, in their order; {@link #TOKEN} is always there
 */
public record Connection(Map<String, SecretValue> data) {

  /** Type of the Secrets, as {@code kubectl get secrets} shows it. */
  public static final String SECRET_TYPE = SessionCluster.GROUP + "/connection";

  public static final String TOKEN = "token";
  public static final String DOMAIN = "domain";
  public static final String DOMAIN_INNER = "domainInner";
  public static final String JDBC_URL = "jdbcUrl";
  public static final String JDBC_URL_INNER = "jdbcUrlInner";

  /** The longest first: a URL holds the token. */
  private static final List<String> SECRET_KEYS = List.of(JDBC_URL, JDBC_URL_INNER, TOKEN);

  private static final String THRIFT = "THRIFT";
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]{1,4096}");

  /** Unreserved characters of RFC 3986: none of them ends or divides a part of a JDBC URL. */
  private static final Pattern SAFE_IN_URL = Pattern.compile("[A-Za-z0-9._~-]+");

  private static final Pattern HOST =
      Pattern.compile("(?=.{1,253}$)[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63})*");

  /** Takes a copy. */
  public Connection {
    data = Collections.unmodifiableMap(new TreeMap<>(data));
  }

  /**
   * What the session offers.
   *
   * @return null if it is no Thrift session, or if the API shows no token for it that could be
   *     sent: then no one can connect, and a Secret would say otherwise
   */
  public static @Nullable Connection of(CloudSession session) {
    if (!THRIFT.equalsIgnoreCase(session.kind()) || session.connectionToken() == null) {
      return null;
    }
    String token = session.connectionToken().reveal().strip();
    if (!VISIBLE_ASCII.matcher(token).matches()) {
      return null;
    }
    Map<String, SecretValue> data = new TreeMap<>();
    data.put(TOKEN, new SecretValue(token));
    Gateway.OUTSIDE.addTo(data, session.domain(), token);
    Gateway.INSIDE.addTo(data, session.domainInner(), token);
    return new Connection(data);
  }

  /** Where a session is reached: from outside the region, and from inside of it. */
  private record Gateway(String domainKey, String urlKey, int port) {

    static final Gateway OUTSIDE = new Gateway(DOMAIN, JDBC_URL, 443);
    static final Gateway INSIDE = new Gateway(DOMAIN_INNER, JDBC_URL_INNER, 80);

    void addTo(Map<String, SecretValue> data, @Nullable String domain, String token) {
      String host = domain == null ? "" : domain.strip();
      if (!HOST.matcher(host).matches()) {
        return;
      }
      data.put(domainKey, new SecretValue(host));
      if (SAFE_IN_URL.matcher(token).matches()) {
        data.put(
            urlKey,
            new SecretValue(
                "jdbc:hive2://%s:%d/;transportMode=http;httpPath=cliservice/token/%s"
                    .formatted(host, port, token)));
      }
    }
  }

  /** As the data of a Secret stands in JSON: each value in Base64. */
  public Map<String, String> encoded() {
    Map<String, String> encoded = new TreeMap<>();
    data.forEach(
        (key, value) ->
            encoded.put(
                key,
                Base64.getEncoder()
                    .encodeToString(value.reveal().getBytes(StandardCharsets.UTF_8))));
    return encoded;
  }

  /**
   * The digest of all that {@link #of} depends on: while it stays, so does the connection. Costs
   * less than the connection.
   *
   * @param builder used for one digest and left ready for the next
   */
  public static Digest digest(CloudSession session, Digest.Builder builder) {
    SecretValue token = session.connectionToken();
    return builder
        .text(session.kind())
        .text(token == null ? null : token.reveal())
        .text(session.domain())
        .text(session.domainInner())
        .finish();
  }

  /**
   * Hides a token in a text that others wrote, such as the message of an admission webhook.
   *
   * @param encoded data of a Secret, each value in Base64
   */
  public static String hide(Map<String, String> encoded, String text) {
    String clean = text;
    for (String key : SECRET_KEYS) {
      String value = encoded.get(key);
      if (value != null && !value.isEmpty()) {
        String plain = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
        clean = clean.replace(value, SecretValue.REDACTED).replace(plain, SecretValue.REDACTED);
      }
    }
    return clean;
  }
}
