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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a process says of itself in the Prometheus text format.
 *
 * @param text as it came
 * @param series values by series, {@code name{a="b",c="d"}} with the labels in order
 * @param families names as in the lines {@code # TYPE}
 */
public record Scrape(String text, Map<String, Double> series, Set<String> families) {

  /** Reads a text. */
  public static Scrape of(String text) {
    Map<String, Double> series = new TreeMap<>();
    Set<String> families = new TreeSet<>();
    text.lines()
        .forEach(
            line -> {
              if (line.startsWith("# TYPE ")) {
                families.add(line.split(" ", -1)[2]);
              } else if (!line.startsWith("#")) {
                int end = line.lastIndexOf(' ');
                series.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
              }
            });
    return new Scrape(text, series, families);
  }

  /** Asks the port of 127.0.0.1 for its metrics. */
  public static Scrape from(int port) {
    return of(page(port, "/metrics"));
  }

  /** The body of a page; for an answer other than 200 with the status before it. */
  public static String page(int port, String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      var answer =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              BodyHandlers.ofString());
      return answer.statusCode() == 200 ? answer.body() : answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a page was asked for", e);
    }
  }

  /** The names of the series; without the JVM's, of which a collection of garbage makes more. */
  public Set<String> seriesBesideTheJvms() {
    return series.keySet().stream()
        .filter(name -> !name.startsWith("jvm_"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The value of a series; NaN if there is none. */
  public double value(String name) {
    return series.getOrDefault(name, Double.NaN);
  }
}
