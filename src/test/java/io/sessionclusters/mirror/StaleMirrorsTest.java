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
package io.sessionclusters.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.mapping.MirrorConditions;
import io.sessionclusters.time.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Thousands of mirrors in an outage: how many writes, and how fast. */
class StaleMirrorsTest {

  private static final Duration AFTER = Duration.ofMinutes(15);

  private final TestClock clock = new TestClock(Instant.parse("2026-11-22T00:00:00Z"));
  private final Map<String, SessionCluster> objects = new HashMap<>();
  private final List<Instant> writes = new ArrayList<>();
  private final Map<String, Integer> writesByName = new TreeMap<>();
  private MirrorStore store = new MirrorStore(source -> {}, clock);
  private StaleMirrors marks = new StaleMirrors(store, this::write, clock);
  private final Map<String, Staleness> sources = new TreeMap<>();
  private final Map<String, Instant> alarms = new TreeMap<>();
  private boolean refuses;
  private boolean wanted = true;
  private int version = 1;

  @Test
  void tenThousandMirrorsAreMarkedOnceEachAndTenASecond() throws InterruptedException {
    source("a", 10_000);

    outage(Duration.ofHours(3));

    assertEachOnce(10_000);
    assertPaced();
    assertThat(Duration.between(writes.getFirst(), writes.getLast()))
        .isBetween(Duration.ofSeconds(990), Duration.ofSeconds(1010));
  }

  @Test
  void manySourcesShareThePaceAndNoneWaitsForAllOfAnother() throws InterruptedException {
    source("big", 3_000);
    for (int i = 0; i < 200; i++) {
      source("small-" + i, 1);
    }

    outage(Duration.ofHours(2));

    assertEachOnce(3_200);
    assertPaced();
    Instant lastSmall =
        sources.keySet().stream()
            .filter(source -> source.startsWith("small"))
            .map(source -> since(source + "-0"))
            .max(Instant::compareTo)
            .orElseThrow();
    assertThat(Duration.between(writes.getFirst(), lastSmall)).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void aRestartInBetweenWritesNoneAgain() throws InterruptedException {
    source("a", 2_000);
    Instant lastListed = clock.instant();
    outage(Duration.ofMinutes(16));
    int before = writes.size();
    assertThat(before).isBetween(500, 1_500);

    restart(lastListed);
    outage(Duration.ofHours(1));

    assertEachOnce(2_000);
    restart(lastListed);
    outage(Duration.ofHours(1));
    assertEachOnce(2_000);
  }

  @Test
  void aListingInBetweenEndsIt() throws InterruptedException {
    source("a", 2_000);
    outage(Duration.ofMinutes(16));
    int before = writes.size();

    listed("a");
    outage(Duration.ofMinutes(10));

    assertThat(writes).hasSize(before);
  }

  @Test
  void whatIsRefusedIsTriedAgainSeldom() throws InterruptedException {
    source("a", 200);
    refuses = true;

    outage(Duration.ofMinutes(25));

    assertThat(writes).hasSizeBetween(50, 600);
    assertThat(writesByName).isEmpty();
    refuses = false;
    outage(Duration.ofMinutes(5));
    assertEachOnce(200);
  }

  @Test
  void aSourceThatIsNoLongerOursIsLeftAlone() throws InterruptedException {
    source("a", 200);
    wanted = false;

    outage(Duration.ofHours(1));

    assertThat(writes).isEmpty();
  }

  /** The cloud fails for that long; each source is looked at when it asked to be. */
  private void outage(Duration length) throws InterruptedException {
    Instant end = clock.instant().plus(length);
    sources.keySet().forEach(source -> alarms.put(source, clock.instant()));
    while (!alarms.isEmpty()) {
      String source =
          alarms.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
      Instant alarm = Objects.requireNonNull(alarms.remove(source));
      if (alarm.isAfter(end)) {
        break;
      }
      if (alarm.isAfter(clock.instant())) {
        clock.advance(Duration.between(clock.instant(), alarm));
      }
      Duration wait =
          marks.mark(
              object(source), Objects.requireNonNull(sources.get(source)), AFTER, () -> wanted);
      if (wait != null) {
        alarms.put(source, clock.instant().plus(wait));
      }
    }
    alarms.clear();
    if (end.isAfter(clock.instant())) {
      clock.advance(Duration.between(clock.instant(), end));
    }
  }

  private void restart(Instant lastListed) {
    store = new MirrorStore(source -> {}, clock);
    objects.values().forEach(store::see);
    marks = new StaleMirrors(store, this::write, clock);
    sources.replaceAll(
        (source, before) -> {
          Staleness anew = new Staleness();
          anew.begin(shown(), lastListed);
          return anew;
        });
  }

  private void source(String name, int mirrors) {
    sources.put(name, new Staleness());
    for (int i = 0; i < mirrors; i++) {
      SessionCluster object = Mirrors.running(name + "-" + i, "1");
      object.getMetadata().setOwnerReferences(List.of(Mirrors.owner(name, "uid-of-" + name)));
      object.getMetadata().setLabels(Mirrors.labels(name));
      objects.put(object.getMetadata().getName(), object);
      store.see(object);
    }
    Objects.requireNonNull(sources.get(name)).begin(shown(), null);
    listed(name);
  }

  private void listed(String name) {
    List<Mirror> mirrors = store.controlledBy(Mirrors.NAMESPACE, "uid-of-" + name);
    Set<String> uids = new HashSet<>();
    mirrors.forEach(mirror -> uids.add(mirror.uid()));
    Objects.requireNonNull(sources.get(name)).listed(shown(), uids, mirrors);
  }

  private Staleness.Shown shown() {
    return new Staleness.Shown(clock.instant(), clock.instant());
  }

  private static SessionClusterSource object(String name) {
    SessionClusterSource source = new SessionClusterSource();
    source.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(Mirrors.NAMESPACE)
            .withName(name)
            .withUid("uid-of-" + name)
            .build());
    return source;
  }

  private WriteResult<MirrorChange> write(
      ResourceID source, String uid, List<MirrorChange> all, BooleanSupplier stillWanted) {
    for (MirrorChange write : all) {
      assertThat(stillWanted.getAsBoolean()).isTrue();
      writes.add(clock.instant());
      if (!refuses) {
        MirrorChange.MarkStale mark = (MirrorChange.MarkStale) write;
        writesByName.merge(mark.name(), 1, Integer::sum);
        SessionCluster marked =
            Mirrors.later(
                Objects.requireNonNull(objects.get(mark.name())),
                Integer.toString(++version),
                o ->
                    o.setStatus(
                        MirrorConditions.stale(o.getStatus(), mark.lastShown(), clock.instant())));
        objects.put(mark.name(), marked);
        store.see(marked);
      }
    }
    return refuses
        ? new WriteResult<>(
            List.of(),
            List.of(new WriteResult.Refusal<>(all.getFirst(), true, "no", null)),
            List.of(),
            List.of(),
            0)
        : WriteResult.ofDone(all);
  }

  private Instant since(String mirror) {
    return Instant.ofEpochSecond(
        Mirrors.seen(Objects.requireNonNull(objects.get(mirror))).summary().synced().since());
  }

  private void assertEachOnce(int mirrors) {
    assertThat(writesByName.size()).isEqualTo(mirrors);
    assertThat(writesByName.values().stream().allMatch(times -> times == 1)).isTrue();
  }

  /** Ten a second on average, and never more than two batches within five seconds. */
  private void assertPaced() {
    Duration window =
        StaleMirrors.MarkSpacing.PER_WRITE.multipliedBy(StaleMirrors.MarkSpacing.BATCH);
    int from = 0;
    for (int i = 0; i < writes.size(); i++) {
      while (!writes.get(from).plus(window).isAfter(writes.get(i))) {
        from++;
      }
      assertThat(i - from + 1).isLessThanOrEqualTo(2 * StaleMirrors.MarkSpacing.BATCH);
    }
    Duration all = Duration.between(writes.getFirst(), writes.getLast());
    assertThat(writes.size())
        .isLessThanOrEqualTo(StaleMirrors.MarkSpacing.BATCH + (int) (all.toMillis() / 100));
  }
}
