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

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What fails is tried again ever less often, from 1 second to 5 minutes apart with full jitter:
 * within a minute that is half a dozen times, with luck a dozen. Each change that somebody makes,
 * and each start of a process, may begin anew.
 */
final class RetryOracle implements Oracle {

  private static final long WINDOW = Duration.ofMinutes(1).toNanos();

  /**
   * Listings of one query. Each may be torn, so that it is begun twice, and one that goes well
   * between two that fail ends the back-off: that makes two dozen. Retries that come after a second
   * each time are 50 and more.
   */
  private static final int MOST_LISTINGS = 36;

  /** Failures of the same write in a row. */
  private static final int MOST_FAILURES = 16;

  /**
   * Answers to one account in a row that say it asks too much: when its pause ends, as many
   * listings go on as may be in flight.
   */
  private static final int MOST_THROTTLED = 40;

  private static final int ANEW = 2;

  private static final Set<CloudFault> THROTTLED =
      EnumSet.of(
          CloudFault.THROTTLING,
          CloudFault.THROTTLING_XYZ,
          CloudFault.REQUEST_THROTTLED,
          CloudFault.FLOW_CONTROL,
          CloudFault.TOO_MANY,
          CloudFault.TOO_MANY_LONG);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<SimApiServer.Served> requests;
  private final List<Long> starts;

  /**
   * Judges how often things are tried.
   *
   * @param requests to the API server, and what came of them
   * @param starts of processes: none knows what failed before it
   */
  RetryOracle(List<SimApiServer.Served> requests, List<Long> starts) {
    this.requests = requests;
    this.starts = starts;
  }

  /** How often what was tried within a minute, or within the time since it last went well. */
  private final class Tries {

    private final Facts facts;
    private final int most;
    private final Consumer<String> broken;
    private final Map<Object, Deque<Long>> times = new HashMap<>();

    Tries(Facts facts, int most, Consumer<String> broken) {
      this.facts = facts;
      this.most = most;
      this.broken = broken;
    }

    void tried(Object what, long at) {
      Deque<Long> tries = times.computeIfAbsent(what, w -> new ArrayDeque<>());
      tries.add(at);
      while (tries.getFirst() < at - WINDOW) {
        tries.removeFirst();
      }
      if (tries.size() > most && tries.size() > most + ANEW * changes(facts, at - WINDOW, at)) {
        broken.accept(
            "%s %s was tried %d times within a minute".formatted(Facts.when(at), what, most + 1));
        tries.clear();
      }
    }

    void wentWell(Object what) {
      times.remove(what);
    }
  }

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    var listings = new Tries(facts, MOST_LISTINGS, broken);
    for (Served.Ask ask : facts.served().asks()) {
      if (isOfOneSource(facts, ask)) {
        listings.tried(ask.question(), ask.at());
      }
    }
    var accounts = new Tries(facts, MOST_THROTTLED, broken);
    for (Served.Reply reply : facts.served().replies()) {
      String account = reply.question().process() + " " + reply.question().keyId();
      if (reply.fault() != null && THROTTLED.contains(reply.fault())) {
        accounts.tried(account, reply.answered());
      } else {
        accounts.wentWell(account);
      }
    }
    var writes = new Tries(facts, MOST_FAILURES, broken);
    for (SimApiServer.Served request : requests) {
      ApiRequest sent = request.request();
      if ((!sent.isWrite() && !sent.dryRun()) || sent.kind() == Kind.EVENT) {
        continue;
      }
      Object what = new Write(sent.actor(), sent.verb(), sent.kind(), sent.namespace(), name(sent));
      if (request.code() == 404 || request.code() == 409) {
        continue; // The news that a cache is behind.
      }
      if (request.code() == 0 || request.code() >= 400) {
        writes.tried(what, request.at().toNanos());
      } else {
        writes.wentWell(what);
      }
    }
  }

  /** A write that is tried again. */
  private record Write(String actor, String verb, Kind kind, String namespace, String name) {}

  private static boolean isOfOneSource(Facts facts, Served.Ask ask) {
    int asking = 0;
    for (String source : facts.sources()) {
      ObjectNode object = facts.at(source, ask.at());
      asking += object != null && Spec.of(object).asks(ask.question()) ? 1 : 0;
    }
    return asking <= 1;
  }

  private long changes(Facts facts, long from, long to) {
    long made =
        facts.changes().stream()
            .filter(c -> !c.byOperator())
            .filter(c -> c.at().toNanos() >= from && c.at().toNanos() <= to)
            .count();
    return made + starts.stream().filter(start -> start >= from && start <= to).count();
  }

  private static String name(ApiRequest request) {
    if (request.name() != null) {
      return request.name();
    }
    try {
      return JSON.readTree(request.body()).path("metadata").path("name").asText();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
