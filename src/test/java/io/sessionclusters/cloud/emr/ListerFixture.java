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

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.WorkspaceId;
import io.sessionclusters.cloud.http.ClientSettings;
import io.sessionclusters.cloud.http.HttpTransport;
import io.sessionclusters.time.SystemTimers;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the tests of the lister share: a key, a query, settings with short time-outs, pages. */
public final class ListerFixture {

  static final Credentials KEY =
      new Credentials("LTAI-test-id", new SecretValue("test-key-secret"), null);

  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

  static final Duration LONG = Duration.ofSeconds(30);

  private ListerFixture() {}

  public static ClientSettings settings() {
    return new ClientSettings(
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        100,
        50,
        1 << 20,
        4 << 20,
        64 << 20,
        64 * 1024);
  }

  static HttpSessionClusterLister lister() {
    return lister(settings(), Map.of());
  }

  static HttpSessionClusterLister lister(ClientSettings settings, Map<String, String> environment) {
    return new HttpSessionClusterLister(
        settings, new HttpTransport(settings, environment), CLOCK, SystemTimers.INSTANCE, _ -> {});
  }

  static ListQuery query(URI endpoint) {
    return new ListQuery(
        endpoint, new RegionId("cn-hangzhou"), new WorkspaceId("w-1234abcd"), null, null, null);
  }

  /** One listing of a server, with a lister of its own. */
  static Listing list(RawServer server) throws InterruptedException {
    try (HttpSessionClusterLister lister = lister()) {
      return lister.list(query(server.endpoint()), KEY, LONG);
    }
  }

  static CloudError failure(Listing listing) {
    assertThat(listing).isInstanceOf(Listing.Failed.class);
    return ((Listing.Failed) listing).error();
  }

  /** A page of sessions {@code sc-<first>} to {@code sc-<last>}. */
  static String page(int first, int last, String moreFields) {
    return "{\"requestId\": \"R-1\", "
        + moreFields
        + "\"sessionClusters\": ["
        + IntStream.rangeClosed(first, last)
            .mapToObj(i -> "{\"sessionClusterId\": \"sc-" + i + "\", \"state\": \"Running\"}")
            .collect(Collectors.joining(", "))
        + "]}";
  }

  static long millisSince(long startNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }
}
