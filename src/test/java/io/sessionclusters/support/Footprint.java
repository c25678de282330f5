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
import java.util.List;
import java.util.Map;

/**
 * What a process holds at a moment when it has nothing to do. Two that were taken with the same to
 * serve must be equal but for a margin: whatever grows from one to the next was not let go.
 *
 * @param heapBytes live bytes after a full collection
 * @param residentBytes as the kernel counts them
 * @param threads of the operating system
 * @param sockets open ones
 * @param series of metrics, without the JVM's
 * @param objects how many live ones there are of each class of the operator: each entry of a map is
 *     one, or more
 */
public record Footprint(
    long heapBytes,
    long residentBytes,
    int threads,
    int sockets,
    int series,
    Map<String, Integer> objects) {

  /** A part of the former value, and as many pieces, by which a figure may grow. */
  private static final double SHARE = 0.1;

  private static final int FEW_THREADS = 4;
  private static final long MIB = 1 << 20;

  /**
   * Takes it.
   *
   * @param port of the process's metrics
   */
  public static Footprint of(ProcessFigures process, int port) {
    Map<String, Integer> objects = process.objects();
    return new Footprint(
        process.heapBytes(),
        process.residentBytes(),
        process.threads(),
        process.sockets(),
        Scrape.from(port).seriesBesideTheJvms().size(),
        objects);
  }

  /**
   * What has grown by more than the margin: counts first, then bytes.
   *
   * @param few objects of a class, by which their number may grow besides
   * @return a sentence each; empty if nothing has
   */
  public List<String> growthSince(Footprint earlier, int few) {
    List<String> grown = countsGrownSince(earlier, few);
    add(grown, "bytes of heap", earlier.heapBytes, heapBytes, MIB);
    add(grown, "bytes resident", earlier.residentBytes, residentBytes, MIB);
    return grown;
  }

  /** The same of the counts alone, which nothing else on the machine changes. */
  public List<String> countsGrownSince(Footprint earlier, int few) {
    List<String> grown = new ArrayList<>();
    if (series > earlier.series) {
      grown.add("series of metrics: %d, were %d".formatted(series, earlier.series));
    }
    add(grown, "threads", earlier.threads, threads, FEW_THREADS);
    add(grown, "sockets", earlier.sockets, sockets, FEW_THREADS);
    objects.forEach(
        (type, count) -> add(grown, type, earlier.objects.getOrDefault(type, 0), count, few));
    return grown;
  }

  private static void add(List<String> grown, String what, long before, long now, long pieces) {
    if (now > before * (1 + SHARE) + pieces) {
      grown.add("%s: %d, were %d".formatted(what, now, before));
    }
  }

  /** How many objects there are of all classes of the operator. */
  public int objectCount() {
    return objects.values().stream().mapToInt(Integer::intValue).sum();
  }
}
