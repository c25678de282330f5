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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Lists a hostile cloud with eight keys, four listings each, all at once, in a process of its own
 * with the heap of the image: beside it, as much is held as by an operator with its mirrors. What
 * the listings show is held while the next round runs, as it is while mirrors are written. Prints
 * how many ended how.
 */
public final class HostileHeap {

  private static final int KEYS = 8;
  private static final int LISTINGS = 4;
  private static final int ROUNDS = 3;
  private static final int OPERATOR = 64 << 20;

  private HostileHeap() {}

  /**
   * Runs the rounds.
   *
   * @param args the endpoint
   */
  public static void main(String[] args) throws Exception {
    byte[] operator = new byte[OPERATOR];
    var endpoint = URI.create(args[0]);
    ClientSettings settings = ClientSettings.forHeap(Runtime.getRuntime().maxMemory());
    List<Listing> held = List.of();
    try (var lister =
            new HttpSessionClusterLister(
                settings,
                new HttpTransport(settings, Map.of()),
                Clock.systemUTC(),
                SystemTimers.INSTANCE,
                _ -> {});
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < ROUNDS; round++) {
        List<Callable<Listing>> listings = new ArrayList<>();
        for (int i = 0; i < KEYS * LISTINGS; i++) {
          var key = new Credentials("LTAI-" + i % KEYS, new SecretValue("secret"), null);
          var query = query(endpoint, "w-" + i);
          listings.add(() -> lister.list(query, key, Duration.ofSeconds(60)));
        }
        List<Listing> ended = new ArrayList<>();
        for (Future<Listing> listing : callers.invokeAll(listings)) {
          ended.add(listing.get());
        }
        report("round", ended);
        held.forEach(lister::release);
        held = ended;
      }
      report("held", held);
      held.forEach(lister::release);
      held = List.of();
      var key = new Credentials("LTAI-good", new SecretValue("secret"), null);
      report("after", List.of(lister.list(query(endpoint, "w-good"), key, Duration.ofSeconds(60))));
    }
    System.out.println("heap " + settings.maxHeldBytes() + " beside " + operator.length);
  }

  private static ListQuery query(URI endpoint, String workspace) {
    return new ListQuery(
        endpoint, new RegionId("cn-hangzhou"), new WorkspaceId(workspace), null, null, null);
  }

  private static void report(String when, List<Listing> listings) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Listing listing : listings) {
      String outcome =
          listing instanceof Listing.Failed(var _, CloudError error)
              ? error.kind().name()
              : listing.getClass().getSimpleName();
      counts.merge(outcome, 1, Integer::sum);
    }
    System.out.println(when + " " + counts);
  }
}
