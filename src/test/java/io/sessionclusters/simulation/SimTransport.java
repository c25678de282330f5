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

import io.sessionclusters.cloud.http.Transport;
import io.sessionclusters.time.Timers;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * The cloud's API for one process: real requests in, real answers out, with the latency and the
 * faults of {@link CloudQuirks}; what it answered is written down in {@link Served}.
 */
final class SimTransport implements Transport {

  /** Longer than anybody waits. */
  private static final Duration NEVER = Duration.ofDays(30);

  private final SimCloud cloud;
  private final Served served;
  private final Timers timers;
  private final RandomGenerator random;
  private final String process;
  private final Consumer<Supplier<String>> trace;
  private boolean closed;

  /**
   * The way of one process to the cloud.
   *
   * @param timers virtual time; holds the calling thread
   * @param process its name, for what is written down
   * @param trace is told of each request and answer
   */
  SimTransport(
      SimCloud cloud,
      Served served,
      Timers timers,
      RandomGenerator random,
      String process,
      Consumer<Supplier<String>> trace) {
    this.cloud = cloud;
    this.served = served;
    this.timers = timers;
    this.random = random;
    this.process = process;
    this.trace = trace;
  }

  @Override
  public String destination(URI endpoint) {
    return endpoint.getHost();
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public ClassicHttpResponse send(URI endpoint, HttpUriRequestBase request) throws IOException {
    if (closed) {
      throw new SocketException("closed");
    }
    URI uri = uri(request);
    Map<String, String> parameters = parameters(uri);
    var question =
        new Served.Question(
            process,
            keyId(request),
            new SimPlace(parameters.getOrDefault("regionId", ""), uri.getPath().split("/", -1)[4]),
            parameters.get("kind"),
            parameters.get("queueName"),
            parameters.get("sessionClusterId"));
    CloudQuirks quirks = cloud.quirks(question.place());
    long asked = cloud.now();
    if (question.id() == null && !parameters.containsKey("nextToken")) {
      served.asked(question, asked);
    }
    long latency = latency(quirks);
    sleep(Duration.ofNanos(latency / 2));
    Answer answer = answer(question, quirks, parameters.get("nextToken"));
    trace.accept(() -> process + " cloud " + describe(question, parameters) + " -> " + answer);
    sleep(answer.extraWait().plusNanos(latency - latency / 2));
    if (answer.fault() == CloudFault.RESET) {
      throw new SocketException("Connection reset");
    }
    answer.delivered().run();
    served.add(
        new Served.Reply(
            question,
            asked,
            cloud.now(),
            answer.fault(),
            answer.shown(),
            answer.explicitNothing()));
    var response = new BasicClassicHttpResponse(answer.status());
    int colon = answer.header().indexOf(": ");
    if (colon > 0) {
      response.setHeader(answer.header().substring(0, colon), answer.header().substring(colon + 2));
    }
    response.setEntity(
        new ByteArrayEntity(
            answer.body().getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON));
    return response;
  }

  /**
   * An answer before it is sent.
   *
   * @param delivered writes down what it showed
   */
  private record Answer(
      int status,
      String header,
      String body,
      @Nullable CloudFault fault,
      List<SimSession> shown,
      boolean explicitNothing,
      Duration extraWait,
      Runnable delivered) {

    @Override
    public String toString() {
      return fault != null && fault != CloudFault.LATE
          ? status + " " + fault
          : status
              + (fault == null ? " " : " late by " + extraWait + " ")
              + shown.stream().map(s -> s.id() + ":" + s.state()).toList();
    }
  }

  private Answer answer(Served.Question question, CloudQuirks quirks, @Nullable String token) {
    CloudFault fault = null;
    if (cloud.refusedKeys().contains(question.keyId())) {
      fault = CloudFault.UNKNOWN_KEY;
    } else if (random.nextDouble() < quirks.faultRate && !quirks.faults.isEmpty()) {
      fault = quirks.faults.get(random.nextInt(quirks.faults.size()));
    } else if (question.id() != null) {
      fault = quirks.idRefusal;
    }
    if (fault != null && fault.isConstant()) {
      return new Answer(
          fault.status, fault.header, fault.body, fault, List.of(), false, Duration.ZERO, () -> {});
    }
    Page page = page(question, quirks, token);
    int total = page.matching();
    if (fault == null || fault == CloudFault.LATE) {
      Duration wait = fault == null ? Duration.ZERO : Duration.ofMillis(random.nextLong(90_000));
      String body = page.body(total(question, quirks, total), quirks);
      boolean nothing = page.sessions().isEmpty() && page.next().isEmpty() && shownTotal(body) == 0;
      return new Answer(
          200,
          "",
          body,
          fault,
          page.sessions().stream().map(Shown::session).toList(),
          nothing,
          wait,
          () -> writeDown(question, page, shownTotal(body)));
    }
    int counted = Math.max(1, total);
    String body =
        switch (fault) {
          case WRAPPED ->
              "{\"requestId\":\"x\",\"data\":"
                  + page.body(total(question, quirks, total), quirks)
                  + "}";
          case TOTAL_AND_NULL_LIST ->
              "{\"requestId\":\"x\",\"totalCount\":" + counted + ",\"sessionClusters\":null}";
          case TOTAL_AND_EMPTY_LIST ->
              "{\"requestId\":\"x\",\"totalCount\":" + counted + ",\"sessionClusters\":[]}";
          case TOTAL_WITHOUT_LIST -> "{\"requestId\":\"x\",\"totalCount\":" + counted + "}";
          case TRUNCATED -> {
            String whole = page.body(total(question, quirks, total), quirks);
            yield whole.substring(0, 1 + random.nextInt(whole.length() - 1));
          }
          default -> "";
        };
    return new Answer(
        200,
        "",
        body,
        fault,
        List.of(),
        false,
        fault == CloudFault.SILENT ? NEVER : Duration.ZERO,
        () -> {});
  }

  private void writeDown(Served.Question question, Page page, int total) {
    for (Shown shown : page.sessions()) {
      served.saw(cloud.now(), question, shown.session(), shown.without());
    }
    Served.Walk walk = served.walk(page.walk());
    for (Shown shown : page.sessions()) {
      walk.cameTwice |= walk.sessions.putIfAbsent(shown.session().id(), shown.session()) != null;
      if (!shown.without().isEmpty()) {
        walk.incomplete.add(shown.session().id());
      }
    }
    walk.totals.add(total);
    if (page.next().isEmpty()) {
      walk.ended = cloud.now();
    }
  }

  /** A session of an answer and what is left out of it. */
  private record Shown(SimSession session, Set<CloudQuirks.Omission> without) {}

  /**
   * A page.
   *
   * @param matching sessions of all pages
   * @param next token; empty on the last page
   * @param walk number of the listing
   */
  private record Page(List<Shown> sessions, int matching, String next, int walk) {

    String body(String total, CloudQuirks quirks) {
      var json = new StringBuilder("{\"requestId\":\"r-2\",\"maxResults\":100,");
      json.append(total);
      if (!next.isEmpty()) {
        json.append("\"nextToken\":\"").append(next).append("\",");
      }
      json.append("\"sessionClusters\":[");
      String comma = "";
      for (Shown shown : sessions) {
        json.append(comma);
        SessionJson.append(json, shown.session(), shown.without(), quirks);
        comma = ",";
      }
      return json.append("]}").toString();
    }
  }

  private Page page(Served.Question question, CloudQuirks quirks, @Nullable String token) {
    long staleBy = question.id() == null ? quirks.staleBy.toNanos() : 0;
    var all = new ArrayList<SimSession>();
    for (SimSession session : cloud.in(question.place(), cloud.now() - staleBy)) {
      if ((question.kind() == null || question.kind().equals(session.kind()))
          && (question.queueName() == null || question.queueName().equals(session.queueName()))
          && (question.id() == null || question.id().equals(session.id()))) {
        all.add(session);
      }
    }
    Comparator<SimSession> order =
        switch (quirks.order) {
          case OLDEST_FIRST -> Comparator.comparingLong(SimSession::order);
          case NEWEST_FIRST -> Comparator.comparingLong(s -> -s.order());
          case LAST_CHANGED_FIRST ->
              Comparator.<SimSession>comparingLong(s -> -s.changedAt())
                  .thenComparingLong(SimSession::order);
        };
    all.sort(order);
    int walk;
    int start = 0;
    if (token == null) {
      walk = served.begin(question, cloud.now());
    } else {
      String[] parts = token.split("_", -1);
      walk = Integer.parseInt(parts[0]);
      if (parts[1].equals("o")) {
        start = Math.min(all.size(), Integer.parseInt(parts[2]));
      } else {
        var last = new Cursor(Long.parseLong(parts[2]), Long.parseLong(parts[3]));
        while (start < all.size() && order.compare(all.get(start), last.session()) <= 0) {
          start++;
        }
      }
    }
    int end = Math.min(all.size(), start + quirks.pageCap);
    String next = "";
    if (end < all.size()) {
      SimSession last = all.get(end - 1);
      next =
          quirks.paging == CloudQuirks.Paging.OFFSET
              ? walk + "_o_" + end
              : walk + "_c_" + last.order() + "_" + last.changedAt();
    }
    return new Page(shown(all.subList(start, end), quirks), all.size(), next, walk);
  }

  /** Where a page ended, as a session that sorts there. */
  private record Cursor(long order, long changedAt) {

    SimSession session() {
      return new SimSession("", "", "", "", "", 0, null, 0, order, changedAt);
    }
  }

  private List<Shown> shown(List<SimSession> sessions, CloudQuirks quirks) {
    var all = new ArrayList<Shown>();
    for (SimSession session : sessions) {
      var without = EnumSet.noneOf(CloudQuirks.Omission.class);
      for (CloudQuirks.Omission omission : quirks.omissions) {
        if (random.nextDouble() < quirks.omissionRate) {
          without.add(omission);
        }
      }
      all.add(new Shown(session, without));
    }
    return all;
  }

  private String total(Served.Question question, CloudQuirks quirks, int right) {
    CloudQuirks.Total total = quirks.total;
    boolean off = question.id() == null || quirks.totalOffForIds;
    return switch (total) {
      case ABSENT -> "";
      case NULL -> "\"totalCount\":null,";
      case RIGHT -> count(right);
      case HIGH -> count(off ? right + quirks.totalOff : right);
      case MOVING_HIGH -> count(off ? right + 1 + random.nextInt(quirks.totalOff + 1) : right);
      case LOW -> count(off ? Math.max(0, right - quirks.totalOff) : right);
    };
  }

  private static String count(int total) {
    return "\"totalCount\":" + total + ",";
  }

  /** The count as it stands in an answer; 0 where none does. */
  private static int shownTotal(String body) {
    int at = body.indexOf("\"totalCount\":");
    if (at < 0 || body.startsWith("null", at + 13)) {
      return 0;
    }
    return Integer.parseInt(body.substring(at + 13, body.indexOf(',', at)));
  }

  private long latency(CloudQuirks quirks) {
    long usual = quirks.latency.toNanos();
    return usual / 2 + random.nextLong(usual + 1);
  }

  private void sleep(Duration time) throws IOException {
    try {
      timers.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SocketException("Closed by interrupt");
    }
  }

  private static URI uri(HttpUriRequestBase request) {
    try {
      return request.getUri();
    } catch (java.net.URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Map<String, String> parameters(URI uri) {
    var parameters = new HashMap<String, String>();
    for (String parameter : uri.getRawQuery().split("&", -1)) {
      int equals = parameter.indexOf('=');
      parameters.put(
          parameter.substring(0, equals),
          URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private static String keyId(HttpUriRequestBase request) {
    String authorization = request.getFirstHeader("authorization").getValue();
    int start = authorization.indexOf("Credential=") + "Credential=".length();
    return authorization.substring(start, authorization.indexOf(',', start));
  }

  private static String describe(Served.Question question, Map<String, String> parameters) {
    return question.place().workspace()
        + (question.kind() == null ? "" : " kind=" + question.kind())
        + (question.queueName() == null ? "" : " queue=" + question.queueName())
        + (question.id() == null ? "" : " id=" + question.id())
        + (parameters.containsKey("nextToken") ? " page " + parameters.get("nextToken") : "")
        + " key="
        + question.keyId();
  }
}
