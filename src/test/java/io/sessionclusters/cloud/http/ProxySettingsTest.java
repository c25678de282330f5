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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {

  @Test
  void eachSchemeHasItsOwn() {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", "http://secure:3128", "http_proxy", "plain:8080");

    assertThat(proxyFor("https://h", environment)).isEqualTo("http://secure:3128");
    assertThat(proxyFor("http://h", environment)).isEqualTo("http://plain:8080");
    assertThat(proxyFor("https://h", Map.of())).isNull();
  }

  @Test
  void upperCaseCountsFirstAndBlankIsAbsent() {
    assertThat(proxyFor("https://h", Map.of("HTTPS_PROXY", "upper:1", "https_proxy", "lower:2")))
        .isEqualTo("http://upper:1");
    assertThat(proxyFor("https://h", Map.of("HTTPS_PROXY", " ", "https_proxy", "lower:2")))
        .isEqualTo("http://lower:2");
    assertThat(proxyFor("https://h", Map.of("https_proxy", "http://lower")))
        .isEqualTo("http://lower:80");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*|https://a.example.com|true",
        "example.com|https://example.com|true",
        "example.com|https://a.example.com|true",
        "example.com|https://notexample.com|false",
        ".example.com|https://a.example.com|true",
        ".example.com|https://example.com|false",
        "*.example.com|https://a.example.com|true",
        "EXAMPLE.com|https://A.Example.COM|true",
        "example.com:443|https://example.com|true",
        "example.com:8443|https://example.com|false",
        "example.com:8443|https://example.com:8443|true",
        "a.com, ,example.com b.com|https://example.com|true",
        "10.0.0.0/8|https://example.com|false",
        "''|https://example.com|false",
        "''|https://localhost|true",
        "''|https://127.0.0.1:8443|true",
        "''|https://[::1]:8443|true"
      })
  void exceptions(String noProxy, String target, boolean direct) {
    for (String name : new String[] {"NO_PROXY", "no_proxy"}) {
      assertThat(proxyFor(target, Map.of("HTTPS_PROXY", "p:1", name, noProxy)) == null)
          .isEqualTo(direct);
    }
  }

  @Test
  void readsTheUser() {
    ProxySettings settings =
        ProxySettings.read(Map.of("HTTPS_PROXY", "http://us%40er:hu+sh%2F@proxy:3128/"));

    assertThat(settings.forHttps())
        .isEqualTo(
            new ProxySettings.Proxy(
                new HttpHost("http", "proxy", 3128),
                new UsernamePasswordCredentials("us@er", "hu+sh/".toCharArray())));
    assertThat(settings.toString()).doesNotContain("hu+sh");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://hush@proxy:1080",
        "https://hush@proxy:3128",
        "http://hush hush@proxy",
        "http://hush@",
        "http://user:hush%zz@proxy"
      })
  void refusesWhatItCannotUseWithoutRepeatingIt(String value) {
    assertThatThrownBy(() -> ProxySettings.read(Map.of("HTTPS_PROXY", value)))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains("HTTPS_PROXY")
        .doesNotContain("hush");
  }

  private static @Nullable String proxyFor(String target, Map<String, String> environment) {
    URI uri = URI.create(target);
    ProxySettings.Proxy proxy =
        ProxySettings.read(environment)
            .proxyFor(new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort()));
    return proxy == null ? null : proxy.host().toURI();
  }
}
