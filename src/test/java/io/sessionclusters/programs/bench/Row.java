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
package io.sessionclusters.programs.bench;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one size. "Unchanged" is per session and poll, the mean of the last five of twenty
 * polls.
 *
 * @param firstSyncSeconds from the first list request to the last write
 * @param plain null where it would take too long
 * @param bareWriterSeconds for the same writes
 * @param cpuMillisPerMirror of the first sync, compiling included, without that of the start
 * @param allocatedKbPerMirror of the first sync, without that of the start
 * @param unchangedCpuMicros compiling not included
 * @param changedLagSeconds from the end of the listing that shows 1 % changed to the last write;
 *     null with several sources, whose listings end at different times
 * @param heapBytesPerMirror live after a full collection, without what is live before a source is
 *     there
 * @param firstSyncRequests to the API server, by verb and resource
 * @param unchangedWrites to mirrors during the twenty polls
 */
record Row(
    int sessions,
    int sources,
    double firstSyncSeconds,
    double bareWriterSeconds,
    double cpuMillisPerMirror,
    double allocatedKbPerMirror,
    double unchangedCpuMicros,
    double unchangedCompilerMicros,
    double unchangedAllocatedBytes,
    @Nullable Double changedLagSeconds,
    long heapBytesPerMirror,
    double residentMib,
    double peakResidentMib,
    double startSeconds,
    Map<String, Long> firstSyncRequests,
    long unchangedWrites,
    Floors.@Nullable Plain plain) {

  static final String HEADER =
      """
      sessions sources | first sync   floor  ratio  CPU ms  alloc KB | unchanged us  JIT us  alloc B | 1 % lag | heap B | RSS MiB  peak | start | plain: sync  unchanged us\
      """;

  double ratio() {
    return firstSyncSeconds / bareWriterSeconds;
  }

  String line() {
    return "%8d %7d | %8.2f s %6.2f %6.2f %7.2f %9.0f | %12.1f %7.1f %8.0f | %7s | %6d | %7.0f %5.0f | %4.2f  | %s"
        .formatted(
            sessions,
            sources,
            firstSyncSeconds,
            bareWriterSeconds,
            ratio(),
            cpuMillisPerMirror,
            allocatedKbPerMirror,
            unchangedCpuMicros,
            unchangedCompilerMicros,
            unchangedAllocatedBytes,
            changedLagSeconds == null ? "-" : "%.2f".formatted(changedLagSeconds),
            heapBytesPerMirror,
            residentMib,
            peakResidentMib,
            startSeconds,
            plain == null
                ? "-"
                : "%8.2f s %12.1f".formatted(plain.firstSyncSeconds(), plain.unchangedCpuMicros()));
  }
}
