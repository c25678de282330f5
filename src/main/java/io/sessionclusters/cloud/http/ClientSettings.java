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

import java.time.Duration;
import java.util.stream.LongStream;

/**
 * Bounds of the HTTP client: how long it waits and how much it reads.
 *
 * @param connectTimeout for one TCP connection, and again for its TLS handshake
 * @param responseTimeout between two reads of one response; a listing's own deadline bounds the sum
 * @param pageSize sent as {@code maxResults}
 * @param maxPages of one listing; {@code maxPages * pageSize} bounds its sessions too
 * @param maxResponseBytes of one response, before decompression and after
 * @param maxListingBytes of all pages of one listing together, after decompression
 * @param maxHeldBytes that all listings in flight may hold in memory together, about
 * @param maxErrorBytes read of an error's body; the rest is thrown away with the connection
 */
public record ClientSettings(
    Duration connectTimeout,
    Duration responseTimeout,
    int pageSize,
    int maxPages,
    long maxResponseBytes,
    long maxListingBytes,
    long maxHeldBytes,
    int maxErrorBytes) {

  private static final long MEBIBYTE = 1024L * 1024;

  /**
   * @throws IllegalArgumentException if a value is not positive
   */
  public ClientSettings {
    if (!connectTimeout.isPositive() || !responseTimeout.isPositive()) {
      throw new IllegalArgumentException("the timeouts of the client must be positive");
    }
    if (LongStream.of(
            pageSize, maxPages, maxResponseBytes, maxListingBytes, maxHeldBytes, maxErrorBytes)
        .anyMatch(bound -> bound < 1)) {
      throw new IllegalArgumentException("the bounds of the client must be positive");
    }
  }

  /** Of the heap, the part that listings may fill: the rest is for mirrors and for writing. */
  private static final int PART_OF_HEAP = 3;

  /**
   * Generous for a workspace of 100,000 sessions, which returns about 2 KiB a session and of which
   * a third is held.
   *
   * @param maxHeapBytes of the process, as {@link Runtime#maxMemory()}
   */
  public static ClientSettings forHeap(long maxHeapBytes) {
    return new ClientSettings(
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        100,
        1000,
        64 * MEBIBYTE,
        256 * MEBIBYTE,
        Math.max(MEBIBYTE, maxHeapBytes / PART_OF_HEAP),
        64 * 1024);
  }

  /** The most sessions that one listing may hold. */
  public long maxSessions() {
    return (long) maxPages * pageSize;
  }
}
