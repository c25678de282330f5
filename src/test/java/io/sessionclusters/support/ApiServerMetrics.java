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
package io.sessionclusters.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The API server's own count of the requests it has answered since it started: one snapshot of
 * {@code apiserver_request_total}. Compare two snapshots to see what happened between them. It
 * counts everybody's requests, refused ones included; a request is counted just after its answer
 * was sent.
 *
 * @param series the single counters
 */
public record ApiServerMetrics(List<Series> series) {

  private static final Set<String> WRITES =
      Set.of("POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION");

  private static final Pattern REQUEST_TOTAL =
      Pattern.compile("(?m)^apiserver_request_total\\{(.*)} (\\S+)$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /**
   * One counter.
   *
   * @param verb {@code GET}, {@code LIST}, {@code WATCH}, {@code POST}, {@code PUT}, {@code PATCH},
   *     {@code APPLY}, {@code DELETE} or {@code DELETECOLLECTION}
   * @param resource the plural, such as {@code sessionclusters}
   * @param subresource such as {@code status}, or empty
   * @param code the HTTP status of the answers
   */
  public record Series(String verb, String resource, String subresource, String code, long count) {}

  public ApiServerMetrics {
    series = List.copyOf(series);
  }

  /** Reads the Prometheus text format. */
  static ApiServerMetrics parse(String text) {
    List<Series> series = new ArrayList<>();
    Matcher line = REQUEST_TOTAL.matcher(text);
    while (line.find()) {
      Map<String, String> labels = new HashMap<>();
      Matcher label = LABEL.matcher(line.group(1));
      while (label.find()) {
        labels.put(label.group(1), label.group(2));
      }
      series.add(
          new Series(
              labels.getOrDefault("verb", ""),
              labels.getOrDefault("resource", ""),
              labels.getOrDefault("subresource", ""),
              labels.getOrDefault("code", ""),
              (long) Double.parseDouble(line.group(2))));
    }
    return new ApiServerMetrics(series);
  }

  /** Requests that meant to change a resource of this type or one of its subresources. */
  public long writes(String resource) {
    return count(s -> s.resource().equals(resource) && WRITES.contains(s.verb()));
  }

  /** The same for one subresource; the empty one is the resource itself. */
  public long writes(String resource, String subresource) {
    return count(
        s ->
            s.resource().equals(resource)
                && s.subresource().equals(subresource)
                && WRITES.contains(s.verb()));
  }

  /** Requests with this verb for a resource, its subresources not included. */
  public long requests(String verb, String resource) {
    return count(
        s -> s.verb().equals(verb) && s.resource().equals(resource) && s.subresource().isEmpty());
  }

  /** The sum of the counters that fit. */
  public long count(Predicate<Series> filter) {
    return series.stream().filter(filter).mapToLong(Series::count).sum();
  }
}
