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
package io.sessionclusters.cloud.credentials;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider.CredentialsResult;
import io.sessionclusters.time.BackOff;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps temporary keys until some minutes before their end, whoever asks for them. Then one fetch,
 * on a thread of its own, serves all who want the key; until it succeeds, and as long as the old
 * key is valid, they get that one and wait for nothing.
 *
 * <p>A fetch that fails is not repeated at once: exponential back-off from 1 second, or as long as
 * the API asks; all who come meanwhile get the same failure.
 *
 * @param <R> the recipe for a key
 */
final class RefreshingCredentialsCache<R> {

  /** How a key is fetched. */
  @FunctionalInterface
  interface Source<R> {

    /** Blocks, but not indefinitely. */
    CredentialsResult fetch(R recipe) throws InterruptedException;
  }

  /** Before its end, unless it lives less than three times that long. */
  private static final Duration RENEWED_BEFORE_END = Duration.ofMinutes(10);

  /** Of a key whose end is not known: the shortest that the API gives out. */
  private static final Duration UNKNOWN_LIFE = Duration.ofMinutes(15);

  /** Short: whoever fixed a role's trust shall not wait for it, and polls back off longer. */
  private static final BackOff AFTER_FAILURE =
      new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(10));

  /** Where nothing gives out keys, nothing will soon, and to find that out takes seconds. */
  private static final BackOff AFTER_ABSENCE =
      new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  /** What no one asked for that long is forgotten. */
  private static final Duration IDLE = Duration.ofHours(1);

  private static final int MOST = 2000;

  private final Source<R> source;
  private final Clock wall;
  private final LongSupplier nanoTime;

  /** The longest unused first. */
  private final Map<R, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /** Everything about one key; guarded by the whole. */
  private static final class Entry {
    private CredentialsResult.@Nullable Found key;
    private Instant end = Instant.MIN;
    private Instant renewal = Instant.MIN;
    private @Nullable CredentialsResult failure;
    private int failures;
    private long retryAt;
    private long lastUsed;
    private @Nullable FutureTask<CredentialsResult> fetch;

    Entry(long now) {
      retryAt = now;
    }
  }

  /**
   * @param wall the ends of keys are times of day
   * @param nanoTime measures the back-off, as {@link System#nanoTime()}
   */
  RefreshingCredentialsCache(Source<R> source, Clock wall, LongSupplier nanoTime) {
    this.source = source;
    this.wall = wall;
    this.nanoTime = nanoTime;
  }

  /**
   * The key, as good as it can be had.
   *
   * @throws InterruptedException if the calling thread is interrupted; a fetch goes on
   */
  CredentialsResult get(R recipe) throws InterruptedException {
    FutureTask<CredentialsResult> fetch;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      forget(now, recipe);
      Entry entry = entries.computeIfAbsent(recipe, r -> new Entry(now));
      entry.lastUsed = now;
      Instant time = wall.instant();
      boolean valid = entry.key != null && time.isBefore(entry.end);
      boolean due = !valid || !time.isBefore(entry.renewal);
      if (due && entry.fetch == null && now - entry.retryAt >= 0) {
        entry.fetch = start(recipe, entry);
      }
      if (valid && entry.key != null) {
        return entry.key;
      }
      if (entry.fetch == null && entry.failure != null) {
        return entry.failure;
      }
      fetch = entry.fetch == null ? start(recipe, entry) : entry.fetch;
    }
    try {
      return fetch.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a key was fetched in an unforeseen way", e.getCause());
    }
  }

  /** Forgets a key that is not accepted any more, wherever it is kept. */
  synchronized void reject(Credentials rejected) {
    for (Entry entry : entries.values()) {
      if (entry.key != null && entry.key.credentials().equals(rejected)) {
        entry.key = null;
      }
    }
  }

  /** How many are kept. */
  synchronized int size() {
    return entries.size();
  }

  private void forget(long now, R wanted) {
    entries.values().removeIf(e -> e.fetch == null && now - e.lastUsed > IDLE.toNanos());
    if (entries.size() >= MOST && !entries.containsKey(wanted)) {
      var oldest = entries.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private FutureTask<CredentialsResult> start(R recipe, Entry entry) {
    var fetch = new FutureTask<>(() -> fetch(recipe, entry));
    entry.fetch = fetch;
    Thread.ofVirtual().name("fetch-key").start(fetch);
    return fetch;
  }

  private CredentialsResult fetch(R recipe, Entry entry) throws InterruptedException {
    CredentialsResult result = null;
    try {
      result = source.fetch(recipe);
      return result;
    } finally {
      keep(entry, result);
    }
  }

  /**
   * @param result null if the fetch ended in an unforeseen way
   */
  private synchronized void keep(Entry entry, @Nullable CredentialsResult result) {
    entry.fetch = null;
    if (result instanceof CredentialsResult.Found found) {
      Instant now = wall.instant();
      boolean known = found.end() != null && found.end().isAfter(now);
      Instant end = known && found.end() != null ? found.end() : now.plus(UNKNOWN_LIFE);
      Duration third = Duration.between(now, end).dividedBy(3);
      entry.key = found;
      entry.end = end;
      entry.renewal =
          end.minus(third.compareTo(RENEWED_BEFORE_END) < 0 ? third : RENEWED_BEFORE_END);
      entry.failure = null;
      entry.failures = 0;
      entry.retryAt = nanoTime.getAsLong();
    } else {
      entry.failure = result;
      entry.failures++;
      entry.retryAt = nanoTime.getAsLong() + backOff(entry.failures, result).toNanos();
    }
  }

  private static Duration backOff(int failures, @Nullable CredentialsResult result) {
    if (result instanceof CredentialsResult.None) {
      return AFTER_ABSENCE.after(failures, 1);
    }
    Duration usual = AFTER_FAILURE.after(failures, 1);
    return result instanceof CredentialsResult.Failed(CloudError error)
            && error.retryAfter() != null
            && error.retryAfter().compareTo(usual) > 0
        ? error.retryAfter()
        : usual;
  }
}
